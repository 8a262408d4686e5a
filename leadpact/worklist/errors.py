"""What can be wrong with a view that somebody wants to keep."""

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded


class UnknownView(BadInput):
    code = "unknown_view"
    what_to_do = worded("Choose one of the views beside the list.")


class BadView(BadInput):
    """A view without a name, or one that says too much."""

    code = "bad_view"
    what_to_do = worded("Give it a short name, and fewer filters.")


class ViewNameTaken(BadInput):
    code = "view_name_taken"
    what_to_do = worded("Choose another name, or change the view that has it.")


class NotYourView(BadInput):
    code = "not_your_view"
    what_to_do = worded("Keep a copy of it under a name of your own.")
