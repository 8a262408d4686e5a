"""Parts of pages: fields, empty places, links to a spreadsheet, pagers, how a number is counted."""

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.context import Context
from django.template.defaulttags import querystring

register = template.Library()

_CHOICES = (CheckboxSelectMultiple, RadioSelect)


@register.inclusion_tag("shell/parts/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, object]:
    """A form field: label above, help under, errors beside; wires all three together for screen readers."""
    widget = bound.field.widget
    kind = "check" if isinstance(widget, CheckboxInput) else "choices" if isinstance(widget, _CHOICES) else "input"
    attrs: dict[str, str | bool] = {"class": "input"} if kind == "input" else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    # A choice that may be left open says so by itself: "No team".
    is_optional = not bound.field.required and not isinstance(widget, Select)
    control = bound.as_widget(attrs=attrs)
    return {"field": bound, "kind": kind, "css": css, "control": control, "is_optional": is_optional}


@register.inclusion_tag("shell/parts/errors.html")
def error_summary(form: object) -> dict[str, object]:
    """All errors of a form together, each a link to its field; nothing when there are none."""
    return {"form": form}


@register.inclusion_tag("shell/parts/empty.html")
def empty(title: str, text: str, *, picture: str = "leads", url: str = "", action: str = "") -> dict[str, str]:
    """An empty place: what it is for and the button that fills it."""
    return {"title": title, "text": text, "picture": picture, "url": url, "action": action}


@register.inclusion_tag("shell/parts/counted.html")
def counted(text: str) -> dict[str, str]:
    """How a number is counted, folded."""
    return {"text": text}


@register.inclusion_tag("shell/parts/csv.html", takes_context=True)
def csv_link(context: Context, url: str) -> dict[str, object]:
    """The same list as a spreadsheet: `url` with the filters of this page."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    return {"url": f"{url}?{query.urlencode()}" if query else url}


@register.inclusion_tag("shell/parts/pager.html", takes_context=True)
def pager(context: Context, *, following: str, text: str) -> dict[str, object]:
    """The foot of a list that is paged by key: back to the first page, on to the next one.

    following   the key after which the next page begins; "" on the last page
    text        what is shown here, in words
    """
    is_first = not context["request"].GET.get("after")
    return {
        "text": text,
        "is_first": is_first,
        "first_url": "" if is_first else querystring(context, after=None) or "?",
        "next_url": querystring(context, after=following) if following else "",
    }


@register.simple_tag(takes_context=True)
def switched(context: Context, name: str, value: str) -> str:
    """The query of this page with one filter set, or left out where it was set to that already."""
    is_set = context["request"].GET.get(name, "") == value
    query = context["request"].GET.copy()
    query.pop("after", None)
    query.pop(name, None)
    if not is_set:
        query[name] = value
    return f"?{query.urlencode()}"
