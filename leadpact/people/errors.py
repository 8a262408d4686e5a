"""What can go wrong with persons and companies, one class per cause."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class NoSuchPerson(BadInput):
    code = "no_such_person"
    what_to_do = worded("Search for the person by name or address.")


class NoSuchCompany(BadInput):
    code = "no_such_company"
    what_to_do = worded("Search for the company by name or domain.")


class NoSuchIdentity(BadInput):
    code = "no_such_identity"
    what_to_do = worded("Look at the person's page: it lists what identifies them.")


class NoIdentifier(BadInput):
    """Nothing in it says who it is: no identifier, or only values that everybody uses."""

    code = "no_identifier"
    what_to_do = worded("Send a user id, a CRM id, an e-mail address or an anonymous id.")


class BadField(BadInput):
    code = "bad_field"
    what_to_do = worded("Use a name of small letters, digits and underscores, and text, a whole number or yes/no.")


class AddressTaken(BadState):
    code = "address_taken"
    what_to_do = worded("Merge the two persons if they are one, or use another address.")


class IdentityTaken(BadState):
    code = "identity_taken"
    what_to_do = worded("Merge the two persons if they are one.")


class LastIdentity(BadState):
    code = "last_identity"
    what_to_do = worded("Link something else to the person first.")


class CannotMerge(BadState):
    code = "cannot_merge"
    what_to_do = worded("Choose two different persons who are not merged yet.")


class NotMerged(BadState):
    code = "not_merged"
    what_to_do = worded("Only a person who was merged can be taken apart again.")


class NoConsentText(BadInput):
    code = "no_consent_text"
    what_to_do = worded("Write the wording down first; a consent refers to one version of it.")


class NoSuchErasure(BadInput):
    code = "no_such_erasure"
    what_to_do = worded("Look at the list of erasures in the settings, under Privacy.")


class PersonErased(BadState):
    """Nothing is to be known of them any more."""

    code = "person_erased"
    what_to_do = worded("Whoever comes back is somebody new; work with that record.")
