"""Small parts of the look: icons, dots, avatars, scores, money."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leadpact.base.money import Money, format_money
from leadpact.team.types import Member, Side
from leadpact.web.shell.assets import asset, stylesheet
from leadpact.web.shell.thresholds import Thresholds, say_change, say_points
from leadpact.web.shell.wording import translated

register = template.Library()
register.simple_tag(asset)
register.simple_tag(stylesheet)
register.filter("points", say_points)
register.filter("change", say_change)
register.filter("translated", translated)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, for the eye only: say the same in words beside it."""
    sprite = asset("icons/icons.svg")
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite, name)


@register.simple_tag
def dot(side: str) -> SafeString:
    """Whose act it was: prospect, marketing, sales or both; by shape as well as colour."""
    names = {"prospect": _("Prospect"), "marketing": _("Marketing"), "sales": _("Sales"), "both": _("Pact")}
    name = names[side]
    return format_html('<span class="dot {}" role="img" aria-label="{}" title="{}"></span>', side, name, name)


@register.simple_tag
def avatar(member: Member | None, css: str = "") -> SafeString:
    """Somebody of ours, ringed in their team's colour; None: nobody yet."""
    if member is None:
        name = _("Nobody yet")
        return format_html(
            '<span class="avatar nobody {}" role="img" aria-label="{}" title="{}">\u2013</span>', css, name, name
        )
    side = member.side.value if member.side else ""
    says = {Side.MARKETING: _("marketing"), Side.SALES: _("sales"), Side.PARTNER: _("partner")}
    name = f"{member.name}, {says[member.side]}" if member.side else member.name
    return format_html(
        '<span class="avatar {} {}" role="img" aria-label="{}" title="{}">{}</span>',
        side, css, name, name, initials(member.name),
    )  # fmt: skip


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def money(amount: Money | None) -> str:
    return _("not known yet") if amount is None else format_money(amount)


@register.filter
def grouped(number: int | None) -> str:
    """A count with its thousands apart: 1,731."""
    return "" if number is None else f"{number:,}"


@register.simple_tag(takes_context=True)
def score_bar(context: Context, score: int, css: str = "") -> SafeString:
    """The bar of a score with both thresholds marked; words for those who cannot see it."""
    marks: Thresholds = context["shell"].thresholds
    words = {"score": say_points(score), "up": say_points(marks.up), "down": say_points(marks.down)}
    return format_html(
        '<svg class="score-bar {} {}" viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" y="5" width="100" height="4"/><rect class="fill" y="5" width="{}" height="4"/>'
        '<path class="mark" d="M{} 1v12M{} 1v12"/></svg>',
        css,
        "ready" if score >= marks.up else "",
        _("%(score)s points: ready at %(up)s, back to marketing under %(down)s") % words,
        *(_share(points, marks.scale) for points in (score, marks.down, marks.up)),
    )


@register.simple_tag(takes_context=True)
def points_to_go(context: Context, score: int) -> str:
    """How many points are missing to the upper mark; nothing once it is reached."""
    marks: Thresholds = context["shell"].thresholds
    return say_points(marks.up - score) if score < marks.up else ""


def _share(points: int, scale: int) -> str:
    """Per cent of the bar, never with a decimal comma whatever the language."""
    return f"{min(max(points, 0), scale) * 1000 // scale / 10:g}"


@register.simple_tag
def score_move(change: int) -> SafeString:
    """The change over the last seven days, with an arrow and words."""
    if change == 0:
        return format_html('<span class="move flat" title="{}">{}</span>', _("No change in 7 days"), "\u2013")
    words = _("Up %(points)s in 7 days") if change > 0 else _("Down %(points)s in 7 days")
    said = words % {"points": say_points(abs(change))}
    arrow = icon("up" if change > 0 else "down")
    return format_html(
        '<span class="move" title="{}">{}<span aria-hidden="true">{}</span><span class="hidden">{}</span></span>',
        said, arrow, say_points(abs(change)), said,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def score_scale(context: Context) -> SafeString:
    """The words under a wide bar, each under its mark."""
    marks: Thresholds = context["shell"].thresholds
    return format_html(
        '<svg class="scale" aria-hidden="true"><text x="{}%" y="12" text-anchor="middle">{}</text>'
        '<text x="{}%" y="12" text-anchor="middle">{}</text></svg>',
        _share(marks.down, marks.scale), _("%(points)s back") % {"points": say_points(marks.down)},
        _share(marks.up, marks.scale), _("%(points)s ready") % {"points": say_points(marks.up)},
    )  # fmt: skip
