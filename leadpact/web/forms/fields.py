"""A hosted form as Django shows and checks it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadpact.capture.types import FieldType, FormField, FormView
from leadpact.people import reads as people
from leadpact.people.types import ConsentTextView, Purpose

TRAP = "website"  # hidden from people; a robot fills it in
LONGEST = {FieldType.TEXT: 300, FieldType.EMAIL: 254, FieldType.PHONE: 60, FieldType.LONG_TEXT: 8000}
_FILLS_IN = {"name": "name", "email": "email", "phone": "tel", "company": "organization", "title": "organization-title"}


class HostedForm(forms.Form):
    """The form's own fields, a box for each consent it asks for with the wording beside it, and the trap."""

    def __init__(self, form: FormView, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [each.name for each in form.fields]
        for each in form.fields:
            self.fields[each.name] = _field(each)
        self.texts = _texts(form)
        for text in self.texts:
            self.fields[_box(text)] = forms.BooleanField(required=False, label=text.text)
            self.fields[_version(text)] = forms.IntegerField(
                required=False, initial=text.version, widget=forms.HiddenInput
            )
        self.fields[TRAP] = forms.CharField(
            required=False, label=_("Leave this empty"),
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        )  # fmt: skip

    @property
    def is_by_robot(self) -> bool:
        return bool(self.data.get(TRAP, "").strip())

    def values(self) -> Mapping[str, str]:
        return {name: str(self.cleaned_data.get(name) or "").strip() for name in self.names}

    def agreed(self) -> Mapping[Purpose, int]:
        """What was ticked, with the version that stood on the page, which may be older than today's."""
        return {
            text.purpose: self.cleaned_data.get(_version(text)) or text.version
            for text in self.texts
            if self.cleaned_data.get(_box(text))
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for text in self.texts:
            version = said.get(_version(text))
            if version is not None and people.consent_text(text.purpose, version) is None:
                self.add_error(_box(text), _("The wording has changed. Please read it again."))
        return said

    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def boxes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[_box(text)], self[_version(text)]) for text in self.texts]


def _texts(form: FormView) -> list[ConsentTextView]:
    """The wordings in force; a purpose nobody has worded yet is not asked for."""
    found = (people.consent_text(Purpose(purpose)) for purpose in form.purposes)
    return [text for text in found if text is not None]


def _box(text: ConsentTextView) -> str:
    return f"agree_{text.purpose}"


def _version(text: ConsentTextView) -> str:
    return f"agree_{text.purpose}_version"


def _field(each: FormField) -> forms.Field:
    if each.type is FieldType.CHOICE:
        choices = [("", ""), *((choice, choice) for choice in each.choices)]
        return forms.ChoiceField(choices=choices, required=each.is_required, label=each.label)
    longest, widget = LONGEST[each.type], _widget(each)
    if each.type is FieldType.EMAIL:
        return forms.EmailField(max_length=longest, widget=widget, required=each.is_required, label=each.label)
    return forms.CharField(max_length=longest, widget=widget, required=each.is_required, label=each.label)


def _widget(each: FormField) -> forms.Widget:
    hint = {"autocomplete": _FILLS_IN[each.name]} if each.name in _FILLS_IN else {}
    if each.type is FieldType.LONG_TEXT:
        return forms.Textarea(attrs=hint)
    if each.type is FieldType.EMAIL:
        return forms.EmailInput(attrs=hint)
    return forms.TextInput(attrs={**hint, "type": "tel"} if each.type is FieldType.PHONE else hint)
