"""What can go wrong on our own side, one class per cause."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class NoSuchUser(BadInput):
    code = "no_such_user"
    what_to_do = worded("List the users with: leadpact user list.")


class NoSuchTeam(BadInput):
    code = "no_such_team"
    what_to_do = worded("Use the name of a team listed in the settings.")


class NoSuchCalendar(BadInput):
    code = "no_such_calendar"
    what_to_do = worded("Use the name of a calendar listed in the settings.")


class NoSuchRole(BadInput):
    code = "no_such_role"
    what_to_do = worded(
        "Use marketer, sales_rep, head_of_marketing, head_of_sales, partner, revenue_operations or executive."
    )


class WeakPassword(BadInput):
    code = "weak_password"
    what_to_do = worded("Choose a password of at least 10 characters that is not a common one.")


class BadSettings(BadInput):
    code = "bad_settings"
    what_to_do = worded("Correct the value that is named.")


class BadChoices(BadInput):
    """How somebody wants to be told makes no sense."""

    code = "bad_choices"
    what_to_do = worded("Choose among the notices and hours shown.")


class NameTaken(BadInput):
    code = "name_taken"
    what_to_do = worded("Choose another name.")


class BadAbsence(BadInput):
    code = "bad_absence"
    what_to_do = worded("Give an end after the beginning, both with their offset.")


class UserExists(BadState):
    code = "user_exists"
    what_to_do = worded("Change that user instead, or use another address.")


class NoSuchToken(BadInput):
    code = "no_such_token"
    what_to_do = worded("List the tokens in the settings.")


class BadScope(BadInput):
    code = "bad_scope"
    what_to_do = worded("Use read, write, or verbs of docs/reference/who-may.md.")


class BadKey(BadInput):
    """An `Idempotency-Key` that cannot be kept."""

    code = "bad_idempotency_key"
    what_to_do = worded("Send 1 to 200 printable characters without spaces at the ends, such as a UUID.")


class KeyReused(BadState):
    """Another call was sent with the same `Idempotency-Key`."""

    code = "idempotency_key_reused"
    what_to_do = worded("Send a new key with every new call; the same one only to repeat a call.")


class LastAdmin(BadState):
    """Nobody could manage users any more."""

    code = "last_admin"
    what_to_do = worded("Give the role revenue_operations to another active user first.")
