"""What can be wrong with mails to many."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class UnknownMailing(BadInput):
    code = "unknown_mailing"
    what_to_do = worded("Open the list of mails and choose one of them.")


class BadLetter(BadInput):
    """The subject or the text of a mail cannot be sent as it is."""

    code = "bad_letter"
    what_to_do = worded("Correct it and try again.")


class MailingNotDraft(BadState):
    """Sending has begun, so the words and the persons stay."""

    code = "mailing_not_draft"
    what_to_do = worded("Write another mail.")


class NobodyChosen(BadState):
    code = "nobody_chosen"
    what_to_do = worded("Choose persons first.")


class NoPostalAddress(BadState):
    """A mail to many must say from where it comes."""

    code = "no_postal_address"
    what_to_do = worded("Write the company's postal address under Settings, Company.")


class MailServerAway(BadState):
    code = "mail_server_away"
    what_to_do = worded("Check the mail server of this installation (LEADPACT_SMTP_HOST) and try again.")


class BadMailLink(BadInput):
    """A link of a mail that is not complete or not ours."""

    code = "bad_mail_link"
    what_to_do = worded("Open the link from the mail again.")
