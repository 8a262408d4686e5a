"""The last act of a line as a sentence."""

import re
from typing import Final

from leadpact.web.leads.sentences import SENTENCES
from leadpact.worklist.types import Line

_SLOT: Final = re.compile(r"\{(\w+)\}")
# What the detail of a line may be: the thing an act was about.
_THINGS: Final = frozenset({"page", "form", "asset", "message", "webinar", "event"})


def say_act(line: Line) -> str:
    """Return what a person did last and with what; the plain label where no sentence has one place for that."""
    for sentence in SENTENCES.get(line.last_act_kind, ()):
        slots = _SLOT.findall(str(sentence))
        if line.last_act_detail and len(slots) == 1 and slots[0] in _THINGS:
            return _SLOT.sub(lambda _slot: line.last_act_detail, str(sentence))
    return line.last_act
