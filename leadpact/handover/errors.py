"""What can be wrong with a hand-over."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class UnknownPursuit(BadInput):
    code = "unknown_pursuit"
    what_to_do = worded("Open the list of leads and choose one of them.")


class UnknownOffer(BadInput):
    code = "unknown_offer"
    what_to_do = worded("Open the list of leads and choose one of them.")


class OfferAnswered(BadState):
    """Somebody was faster, or the offer was taken back."""

    code = "offer_answered"
    what_to_do = worded("Open the lead to see who has it now.")


class NotYours(BadState):
    """The offer is somebody else's."""

    code = "not_yours"
    what_to_do = worded("Ask the person it was offered to, or their head.")


class WrongStage(BadState):
    """The verb does not fit where the lead stands."""

    code = "wrong_stage"
    what_to_do = worded("Open the lead to see where it stands now.")


class UnknownReason(BadInput):
    """The pact does not know the reason."""

    code = "unknown_reason"
    what_to_do = worded("Choose one of the reasons the pact names.")


class ReasonNeeds(BadInput):
    """The reason must come with a date or a note."""

    code = "reason_needs"
    what_to_do = worded("Add what the reason needs.")


class BadMoment(BadInput):
    """A moment that must lie ahead lies behind, or the other way round."""

    code = "bad_moment"


class BadLink(BadInput):
    """A signed link that was changed, cut off or made by another installation."""

    code = "bad_link"
    what_to_do = worded("Open the newest mail about this lead, or log in and answer there.")


class LinkExpired(BadInput):
    code = "link_expired"
    what_to_do = worded("Log in and answer there.")


class UnknownDispute(BadInput):
    code = "unknown_dispute"
    what_to_do = worded("Open the list of disputes and choose one of them.")


class NothingToContest(BadState):
    """Only a rejection or a disqualification that stands can be contested."""

    code = "nothing_to_contest"
    what_to_do = worded("Open the lead to see where it stands now.")


class AlreadyContested(BadState):
    """An outcome is contested once, and a dispute answered once."""

    code = "already_contested"
    what_to_do = worded("Open the dispute to read what was said.")


class WordsMissing(BadInput):
    """Both sides give their reasons in words, so that the other can follow them."""

    code = "words_missing"
    what_to_do = worded("Say in a few words why.")


class UnknownComment(BadInput):
    code = "unknown_comment"
    what_to_do = worded("Open the lead to see its comments.")


class NotTheirComment(BadState):
    """A comment is its writer's."""

    code = "not_their_comment"
    what_to_do = worded("Write a comment of your own.")
