"""What the API refuses where a page would ask again."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class NotAmongThem(BadInput):
    """Somebody named who cannot be chosen here."""

    code = "not_among_them"
    what_to_do = worded("Choose one of those that `details.users` names.")


class AddressKnown(BadState):
    """Somebody has this mail address already."""

    code = "address_known"
    what_to_do = worded("Change that person instead: `details.person` is their number.")


class NotMeant(BadInput):
    """What was typed does not name the person it is about."""

    code = "not_meant"
    what_to_do = worded("Look whom you are about to erase, and give their whole name or e-mail address.")


class SomebodyAlike(BadState):
    """Somebody of that name is there; perhaps it is them."""

    code = "somebody_alike"
    what_to_do = worded("Look at the persons in `details.persons`; send `sure: true` if it is somebody else.")


class FieldsWrong(BadInput):
    """A value that the form of the page would not take either."""

    code = "bad_request"
    what_to_do = worded("Put right the fields that are listed.")


class UndoEnded(BadState):
    """It was done too long ago, or by somebody else."""

    code = "undo_ended"
    what_to_do = worded("Open the leads and change them one by one.")
