"""Moments as people say them, with the exact one on hover, and deadlines that stay fresh."""

from datetime import date, datetime, timedelta

from django import template
from django.template.context import Context
from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from leadpact.web.shell import moments
from leadpact.web.shell.context import Shell
from leadpact.web.shell.templatetags.look import icon

register = template.Library()
register.filter("worked", moments.say_worked)
register.filter("span", moments.say_span)
register.filter("amount", moments.say_amount)

SOON = timedelta(hours=2)

# What is due -> the sentence before and after the deadline; `{span}` is filled in here and by due.js.
_SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "": (_("due in {span}"), _("past due by {span}")),
    "offer": (_("offer due in {span}"), _("offer past due by {span}")),
    "answer": (_("answer due in {span}"), _("answer past due by {span}")),
    "attempts": (_("attempts due in {span}"), _("attempts past due by {span}")),
    "feedback": (_("feedback due in {span}"), _("feedback past due by {span}")),
    "dispute": (_("answer due in {span}"), _("answer past due by {span}")),
}


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, *, empty: str = "") -> SafeString:
    """A moment as said today; `empty` when there is none."""
    if value is None:
        return format_html("{}", empty)
    shell: Shell = context["shell"]
    zone = shell.settings.zone
    said, exact = moments.say_moment(value, shell.now, zone), moments.say_exactly(value, zone)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, said)


@register.simple_tag(takes_context=True)
def clock_time(context: Context, value: datetime) -> SafeString:
    """The time of day alone, for lists that are grouped by day."""
    zone = context["shell"].settings.zone
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(), moments.say_exactly(value, zone), moments.say_time(value, zone),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def day_of_month(context: Context, value: datetime) -> SafeString:
    """ "28 Oct", for lists that are grouped by month."""
    zone = context["shell"].settings.zone
    said, exact = format_date(value.astimezone(zone), "j M"), moments.say_exactly(value, zone)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, said)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None, *, empty: str = "") -> SafeString:
    if value is None:
        return format_html("{}", empty)
    shell: Shell = context["shell"]
    today = shell.now.astimezone(shell.settings.zone).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), moments.say_day(value, today))


@register.simple_tag(takes_context=True)
def due(context: Context, at: datetime, what: str = "") -> SafeString:
    """A deadline: how long it is to it or past it, and when it is; refreshed in the browser."""
    shell: Shell = context["shell"]
    zone, left = shell.settings.zone, at - shell.now
    before, after = _SENTENCES.get(what, _SENTENCES[""])
    sentence = str(before if left >= timedelta(0) else after)
    state = "past" if left < timedelta(0) else "soon" if left <= SOON else ""
    return format_html(
        '<time class="promise {}" datetime="{}" title="{}" data-before="{}" data-after="{}">{}{}'
        '<span><span class="due-words">{}</span> <span class="when">({})</span></span></time>',
        state, at.isoformat(), moments.say_exactly(at, zone), before, after,
        icon("clock", "if-open"), icon("alert", "if-past"), sentence.replace("{span}", moments.say_span(left)),
        moments.say_due_moment(at, shell.now, zone),
    )  # fmt: skip
