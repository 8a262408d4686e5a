"""Dates and spans as people say them, in the company's zone.

Every sentence is a whole template with slots, so that a translation may turn
it round.  `now` is passed in; nothing here reads the clock.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def say_day(day: date, today: date) -> str:
    """Return "today", "Tue 17 Nov", or with the year when it is another one."""
    apart = (day - today).days
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if apart in near:
        return near[apart]
    return format_date(day, "D j M" if day.year == today.year else "j M Y")


def say_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return "today 08:52", "yesterday 15:30", and for days further off the day alone."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    day = say_day(local.date(), today)
    if abs((local.date() - today).days) > 1:
        return day
    return _("%(day)s %(time)s") % {"day": day, "time": say_time(local, zone)}


def say_due_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As `say_moment`, always with the time of day: a deadline without one is none."""
    local = moment.astimezone(zone)
    day = say_day(local.date(), now.astimezone(zone).date())
    return _("%(day)s %(time)s") % {"day": day, "time": say_time(local, zone)}


def say_exactly(moment: datetime, zone: ZoneInfo) -> str:
    """Return "Thursday 19 November 2026, 08:52 (Europe/London)"."""
    local = moment.astimezone(zone)
    words = {"date": format_date(local, "l j F Y"), "time": f"{local:%H:%M}", "zone": zone.key}
    return _("%(date)s, %(time)s (%(zone)s)") % words


def say_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def say_span(span: timedelta) -> str:
    """Return the two largest parts of a span: "2 days 4 h", "1 h 40 min", "12 min"."""
    span = abs(span)
    if span < MINUTE:
        return _("less than a minute")
    days, rest = divmod(span, DAY)
    hours, minutes = divmod(rest, HOUR)
    words = {"days": days, "h": hours, "min": minutes // MINUTE}
    if days >= 3 or (days and not hours):
        return ngettext("%(days)s day", "%(days)s days", days) % words
    if days:
        return ngettext("%(days)s day %(h)s h", "%(days)s days %(h)s h", days) % words
    if hours and words["min"]:
        return _("%(h)s h %(min)s min") % words
    return _("%(h)s h") % words if hours else _("%(min)s min") % words


def say_worked(seconds: int) -> str:
    """Return working time used, in hours and minutes; days would be ambiguous here."""
    hours, minutes = divmod(seconds // 60, 60)
    words = {"h": hours, "min": minutes}
    if hours and minutes:
        return _("%(h)s h %(min)s min") % words
    return _("%(h)s h") % words if hours else _("%(min)s min") % words


def say_amount(amount: str) -> str:
    """Return an amount of time as a pact writes it in words: 4h, 90m and 2wd are working time, 10d are days."""
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?|(\d+)(wd|d)", amount)
    if not amount or found is None:
        return amount
    hours, minutes, days, unit = found.groups()
    if unit == "wd":
        return ngettext("%(n)s working day", "%(n)s working days", int(days)) % {"n": days}
    if unit == "d":
        return ngettext("%(n)s day", "%(n)s days", int(days)) % {"n": days}
    if hours and minutes:
        return _("%(h)s h %(min)s min of working time") % {"h": hours, "min": minutes}
    if hours:
        return ngettext("%(n)s working hour", "%(n)s working hours", int(hours)) % {"n": hours}
    return ngettext("%(n)s minute of working time", "%(n)s minutes of working time", int(minutes)) % {"n": minutes}
