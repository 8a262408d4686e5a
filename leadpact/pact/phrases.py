"""The parts of a pact that fill the slots of its sentences: points, times, acts, conditions, lists."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from leadpact.base.criteria import Condition, Operator, Scalar
from leadpact.pact.rules import CLIENT_PREFIX, shown_points
from leadpact.pact.types import POINT, ActClause, Caps

_ACTS: Final = {
    "page.viewed": gettext_noop("a page viewed"),
    "form.submitted": gettext_noop("a form submitted"),
    "asset.downloaded": gettext_noop("a paper downloaded"),
    "video.watched": gettext_noop("a video watched"),
    "mail.opened": gettext_noop("a mail opened"),
    "mail.clicked": gettext_noop("a click in a mail"),
    "mail.replied": gettext_noop("a reply to a mail"),
    "webinar.registered": gettext_noop("a registration for a webinar"),
    "webinar.attended": gettext_noop("a webinar attended"),
    "event.attended": gettext_noop("a visit to our stand at an event"),
    "ad.clicked": gettext_noop("a click on an advertisement"),
    "social.responded": gettext_noop("a response on social media"),
    "enquiry.received": gettext_noop("an enquiry"),
    "meeting.booked": gettext_noop("a meeting booked"),
    "call.received": gettext_noop("a call to us"),
}
_HOURS: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?")
_DAYS: Final = re.compile(r"(\d+)(wd|d)")


def all_of(items: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return _listed(items, lambda first, last: _("{first} and {last}").format(first=first, last=last))


def one_of(items: Sequence[str]) -> str:
    """Return "a, b or c"."""
    return _listed(items, lambda first, last: _("{first} or {last}").format(first=first, last=last))


def _listed(items: Sequence[str], join_last: Callable[[str, str], str]) -> str:
    if len(items) < 2:
        return "".join(items)
    first = items[0]
    for item in items[1:-1]:
        first = _("{first}, {next}").format(first=first, next=item)
    return join_last(first, items[-1])


def points(milli: int) -> str:
    """Return "1 point", "5 points", "1.5 points"; the sign is left to the sentence."""
    amount = abs(milli)
    return ngettext("{points} point", "{points} points", 1 if amount == POINT else 2).format(
        points=shown_points(amount)
    )


def days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)


def caps(most: Caps) -> str:
    """Return "3 a day and 40 in all"; empty when there is no cap."""
    templates = (
        (most.day, _("{points} a day")),
        (most.week, _("{points} a week")),
        (most.month, _("{points} a month")),
        (most.lifetime, _("{points} in all")),
    )
    return all_of([template.format(points=shown_points(cap)) for cap, template in templates if cap is not None])


def amount(written: str) -> str:
    """Return an amount of time in words: "4 working hours", "10 days".  What cannot be read is shown as it is."""
    if found := _DAYS.fullmatch(written):
        count = int(found[1])
        if found[2] == "d":
            return days(count)
        return ngettext("{count} working day", "{count} working days", count).format(count=count)
    found = _HOURS.fullmatch(written)
    if found is None or not written:
        return written
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    if not minutes:
        return ngettext("{hours} working hour", "{hours} working hours", hours).format(hours=hours)
    if not hours:
        return ngettext("{minutes} working minute", "{minutes} working minutes", minutes).format(minutes=minutes)
    return _("{hours} h {minutes} min of working time").format(hours=hours, minutes=minutes)


def stretch(time: timedelta) -> str:
    """Return a stretch of time on the clock: "3 days", "36 hours", "90 minutes"."""
    minutes = time // timedelta(minutes=1)
    if minutes % (24 * 60) == 0:
        return days(minutes // (24 * 60))
    if minutes % 60 == 0:
        return ngettext("{count} hour", "{count} hours", minutes // 60).format(count=minutes // 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def quoted(name: str) -> str:
    return _("“{name}”").format(name=name)


def act(clause: ActClause) -> str:
    """Return "a page viewed (path starts with “/pricing”)"."""
    named = _(_ACTS[clause.kind]) if clause.kind in _ACTS else quoted(clause.kind.removeprefix(CLIENT_PREFIX))
    if not clause.where:
        return named
    return _("{act} ({conditions})").format(act=named, conditions=conditions(clause.where))


def conditions(where: Sequence[Condition]) -> str:
    return all_of([condition_sentence(condition) for condition in where])


def condition_sentence(condition: Condition) -> str:
    """Return a condition in words: "path starts with “/pricing”", "the company’s size is 50 or more"."""
    subject, value = _subject(condition.name), condition.value
    if condition.operator is Operator.KNOWN:
        known = _("{subject} is known") if value else _("{subject} is not known")
        return known.format(subject=subject)
    if isinstance(value, bool) and condition.operator in (Operator.IS, Operator.IS_NOT):
        is_so = value == (condition.operator is Operator.IS)
        return (_("{subject}: yes") if is_so else _("{subject}: no")).format(subject=subject)
    values = value if isinstance(value, tuple) else (value,)
    return _template(condition.operator).format(subject=subject, value=one_of([_value(one) for one in values]))


def _template(operator: Operator) -> str:
    return {
        Operator.IS: _("{subject} is {value}"),
        Operator.IN: _("{subject} is {value}"),
        Operator.IS_NOT: _("{subject} is not {value}"),
        Operator.NOT_IN: _("{subject} is not {value}"),
        Operator.CONTAINS: _("{subject} contains {value}"),
        Operator.STARTS_WITH: _("{subject} starts with {value}"),
        Operator.AT_LEAST: _("{subject} is {value} or more"),
        Operator.AT_MOST: _("{subject} is {value} or less"),
    }[operator]


def _subject(name: str) -> str:
    whose, _dot, fact = name.partition(".")
    shown = fact.replace("_", " ")
    if whose == "person" and fact:
        return _("the person’s {fact}").format(fact=shown)
    if whose == "company" and fact:
        return _("the company’s {fact}").format(fact=shown)
    return name.replace("_", " ")


def _value(value: Scalar) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if isinstance(value, int) else quoted(value)
