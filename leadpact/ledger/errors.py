"""What can go wrong in the ledger, one class per cause."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class Unstorable(BadInput):
    """An entry whose content neither database could give back as it was.  Permanent."""

    code = "unstorable"
    what_to_do = worded("Send plain JSON: finite numbers, at most 64 levels deep.")


class MessageKnown(BadState):
    """Another writer recorded one of these messages first.  Try again: the messages are known by then."""

    code = "message_known"
    what_to_do = worded("Look the messages up again and leave out those that are known.")


class InboxUnavailable(BadState):
    """The inbox could not take the arrivals; nothing may be answered with 200.  Try again."""

    code = "inbox_unavailable"
    what_to_do = worded("Try again in a few seconds; if it lasts, look at the disk and at the database.")


class SegmentFault(BadState):
    """A segment just written does not hold what was handed over."""

    code = "segment_fault"
    what_to_do = worded("Look at the disk; nothing was sealed, and the next run tries again.")
