"""What can be wrong with a promise."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class UnknownPromise(BadInput):
    """There is no promise with that id or key."""

    code = "unknown_promise"
    what_to_do = worded("Open the list of promises and choose one of them.")


class PromiseSettled(BadState):
    """The promise is kept, waived or withdrawn: nothing more can be done to it."""

    code = "promise_settled"
    what_to_do = worded("Nothing needs doing: the promise counts as its page says.")


class ReasonMissing(BadInput):
    """A waiver without a reason."""

    code = "reason_missing"
    what_to_do = worded("Write in a few words why the promise need not be kept.")
