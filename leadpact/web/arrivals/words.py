"""What is wrong with an event and what to do about it, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.engagement.types import Away, Held, Outcome, Why


@dataclass(frozen=True)
class Said:
    """`name`: the reason in a few words; `wrong`, `to_do`: a sentence each."""

    name: str | Promise
    wrong: str | Promise
    to_do: str | Promise


_AT_THE_SENDER = _("Mend it at the sender; what is here can be mended by hand or discarded.")
_UNREADABLE = Said(
    _("Cannot be read"), _("This is not JSON, or holds a number longer than 300 digits."),
    _("Mend the text below where it is marked, then release it. If many come so, the sender writes JSON by hand."),
)  # fmt: skip

SAID: Final[Mapping[Why, Said]] = {
    Why.BAD_JSON: _UNREADABLE,
    Why.NOT_AN_OBJECT: Said(
        _("No event"), _("An event is an object in braces; this is a single value."),
        _("Discard it: there is nothing in it that could be recorded."),
    ),
    Why.TOO_DEEP: Said(_("Nested too deep"), _("It is nested deeper than 40 levels."), _AT_THE_SENDER),
    Why.TOO_LARGE_EVENT: Said(_("Too large"), _("It is larger than 1 MB."), _AT_THE_SENDER),
    Why.UNKNOWN_TYPE: Said(
        _("Unknown type"), _("Its type is none of track, identify, page, screen, group and alias."),
        _("Write the type it was meant to have; most often that is track."),
    ),
    Why.UNKNOWN_SOURCE: Said(
        _("Unknown source"), _("Its write key is not in the database any more."),
        _("Discard it, or bring the key back."),
    ),
    Why.NO_IDENTITY: Said(
        _("Says not who it was"), _("It carries no user id, no anonymous id and no mail address."),
        _("Add a userId or an anonymousId if you know it; without one it could hang on nobody."),
    ),
    Why.BAD_IDENTITY: Said(
        _("Names nobody in particular"), _("An id is no text, too long, or a placeholder such as null."),
        _("Take the placeholder out or write the right id. If many come so, the sender fills in ids it does not have."),
    ),
    Why.BAD_MESSAGE_ID: Said(
        _("Bad message id"), _("Its messageId is no text of up to 100 characters."),
        _("Shorten it, or take it out: then the same content counts once."),
    ),
    Why.BAD_TIME: Said(
        _("Bad time"), _("A time cannot be read, has no offset from UTC, or lies before 1990."),
        _("Write it as 2026-03-09T12:00:00Z, or take it out: then it happened when it came in."),
    ),
    Why.BAD_EVENT_NAME: Said(
        _("Bad name"), _("It has no name, or one that is too long or not printable."),
        _("Write a name, or map the client’s name to one of our kinds for all that come so."),
    ),
    Why.RESERVED_KIND: Said(
        _("Reserved name"), _("Only Leadpact writes events of this name; a key in pages may send none of our kinds."),
        _("If the sender means one of the prospect’s acts, map its name; else mend the name or discard it."),
    ),
    Why.NOT_FOR_BROWSER_KEYS: Said(
        _("Not for keys in pages"), _("A key in pages sends page, track and identify only: anybody can read it."),
        _("Send it with a server key. What is here can be mended into a track, or discarded."),
    ),
    Why.SAME_ID_OTHER_CONTENT: Said(
        _("Same id, other content"), _("Another event with this message id is recorded, and says something else."),
        _("If both are true, give this one a messageId of its own and release it; if it is the same one told twice, "
          "discard it."),
    ),
}  # fmt: skip
REASONS: Final[Mapping[Why, str | Promise]] = {
    **{why: said.name for why, said in SAID.items()},
    Why.SWITCHED_OFF: _("Switched off by the sender"),
    Why.ROBOT: _("Filled in by a robot"),
    Why.DISCARDED: _("Discarded by hand"),
    Why.NO_CONSENT: _("No consent to be followed"),
    Why.PRIVACY_SIGNAL: _("The browser asked for privacy"),
}
OUTCOMES: Final[Mapping[Outcome, str | Promise]] = {
    Outcome.RECORDED: _("Recorded"),
    Outcome.DUPLICATE: _("Came twice"),
    Outcome.CONFLICT: _("Same id, other content"),
    Outcome.QUARANTINED: _("Held back"),
    Outcome.DROPPED: _("Not wanted"),
    Outcome.COUNTED: _("Counted only"),
}
AWAY: Final[Mapping[Away, str | Promise]] = {
    Away.TOO_FAST: _("This key sent faster than it may"),
    Away.BUSY: _("More came in than could be written"),
    Away.UNAVAILABLE: _("The disk or the database could not be reached"),
}


def said_of(event: Held) -> Said:
    return SAID.get(event.why, _UNREADABLE)


def reason_of(why: Why) -> str | Promise:
    return REASONS.get(why, why.value)
