"""Which hosted forms there are from the start, and what a form must have."""

import re
from typing import Final

from leadpact.base.wording import Worded, worded
from leadpact.capture.errors import BadForm
from leadpact.capture.types import FieldType, FormField, NewForm
from leadpact.people.types import Purpose

EMAIL: Final = FormField("email", "Work e-mail", FieldType.EMAIL, is_required=True)
_NAME: Final = FormField("name", "Your name", is_required=True)
_COMPANY: Final = FormField("company", "Company")
_PHONE: Final = FormField("phone", "Phone", FieldType.PHONE)

USUAL_FORMS: Final = (
    NewForm(
        slug="contact",
        key="contact",
        title="Talk to us",
        intro="Tell us what you need and somebody who knows the product will answer.",
        thanks="Thank you. We will be in touch shortly.",
        fields=(_NAME, EMAIL, _COMPANY, _PHONE, FormField("message", "What can we do for you?", FieldType.LONG_TEXT)),
        purposes=(Purpose.MAIL.value,),
    ),
    NewForm(
        slug="demo",
        key="demo",
        title="See it live",
        intro="Half an hour with one of us, on your own questions.",
        thanks="Thank you. We will write to you to find a time.",
        fields=(_NAME, EMAIL, _COMPANY, _PHONE),
        purposes=(Purpose.MAIL.value,),
    ),
)

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


def check_form(form: NewForm) -> None:
    """Raise `BadForm`, which names the field, for a form that could not be shown or would tell us of nobody."""
    if not _SLUG.fullmatch(form.slug) or len(form.slug) > 50:
        raise _bad(
            "slug", worded("{slug} is no address: use small letters, digits and single dashes.", slug=repr(form.slug))
        )
    if not _KEY.fullmatch(form.key) or len(form.key) > 40:
        raise _bad(
            "key", worded("{key} is no name for a form: use small letters, digits and underscores.", key=repr(form.key))
        )
    if not form.title.strip() or len(form.title) > 200:
        raise _bad("title", worded("A form needs a title of at most 200 letters."))
    names = [each.name for each in form.fields]
    if len(set(names)) < len(names):
        raise _bad("fields", worded("A field stands twice."))
    if not any(each.type is FieldType.EMAIL and each.is_required and each.name == "email" for each in form.fields):
        raise _bad("fields", worded("A form needs the required field email, so that we know who asks."))
    for each in form.fields:
        if not _KEY.fullmatch(each.name) or not each.label.strip():
            raise _bad(
                "fields", worded("The field {field} needs a name in small letters and a label.", field=repr(each.name))
            )
        if (each.type is FieldType.CHOICE) != bool(each.choices):
            raise _bad(
                "fields",
                worded("The field {field} has choices if and only if one is to be chosen.", field=repr(each.name)),
            )
    unknown = set(form.purposes) - {purpose.value for purpose in Purpose}
    if unknown:
        raise _bad("purposes", worded("{unknown} is no purpose of consent.", unknown=", ".join(sorted(unknown))))


def _bad(field: str, message: Worded) -> BadForm:
    return BadForm(message, details={"field": field})
