"""What can be wrong with a deal."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class UnknownDeal(BadInput):
    code = "unknown_deal"
    what_to_do = worded("Open the list of deals and choose one of them.")


class UnknownStage(BadInput):
    """The company's settings do not name the stage."""

    code = "unknown_stage"
    what_to_do = worded("Choose one of the stages in the settings.")


class ReasonMissing(BadInput):
    """A deal is lost for one of the reasons there are."""

    code = "reason_missing"
    what_to_do = worded("Choose why the deal was lost.")


class BadDeal(BadInput):
    """A deal without a title, or with an amount below nothing."""

    code = "bad_deal"
    what_to_do = worded("Correct the field and try again.")


class BadMoment(BadInput):
    """Before the deal's last change, or in the future."""

    code = "bad_moment"
    what_to_do = worded("Choose a moment between the last change of the deal and now.")


class AmountMissing(BadState):
    """What is won has an amount."""

    code = "amount_missing"
    what_to_do = worded("Say what the deal was sold for.")


class DealClosed(BadState):
    """The deal is won or lost."""

    code = "deal_closed"
    what_to_do = worded("Reopen the deal first.")


class MovedSince(BadState):
    """Only the last change of a deal can be undone, and only if it was that move."""

    code = "moved_since"
    what_to_do = worded("Look at the deal as it stands now and move it by hand.")
