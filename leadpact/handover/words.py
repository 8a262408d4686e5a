"""What a stage is called inside a sentence, and what became of an offer, for any language."""

from collections.abc import Mapping
from typing import Final

from leadpact.base.wording import Worded, worded
from leadpact.handover.types import Answer, Stage

_STAGES: Final[Mapping[Stage, Worded]] = {
    Stage.ANONYMOUS: worded("anonymous"),
    Stage.CONTACT: worded("contact"),
    Stage.LEAD: worded("lead"),
    Stage.READY: worded("ready"),
    Stage.OFFERED: worded("offered"),
    Stage.WORKING: worded("working"),
    Stage.DEAL: worded("deal"),
    Stage.CUSTOMER: worded("customer"),
    Stage.RECYCLED: worded("recycled"),
    Stage.DISQUALIFIED: worded("disqualified"),
    Stage.LOST: worded("lost"),
    Stage.COOLED: worded("cooled"),
}
ANSWERED: Final[Mapping[Answer, Worded]] = {
    Answer.ACCEPTED: worded("This offer was accepted already."),
    Answer.REJECTED: worded("This offer was rejected already."),
    Answer.WITHDRAWN: worded("This offer was withdrawn already."),
}


def stage_word(stage: str) -> Worded:
    return _STAGES[Stage(stage)]
