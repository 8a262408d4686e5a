"""What forms of all areas share: errors of the packages beside their fields, texts of several lines as lists."""

from collections.abc import Callable
from typing import Any

from django import forms

from leadpact.base.errors import LeadpactError
from leadpact.web.shell.wording import told


class Lines(forms.CharField):
    """One value a line; empty lines and doubles are left out."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]  # a list of lines, not one text
        lines = (line.strip() for line in str(value or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def run_validators(self, value: Any) -> None:
        """Texts are checked line by line by the package they belong to."""


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def done(form: forms.Form, act: Callable[[], object], *, field: str | None = None) -> bool:
    """Try an action with a valid form; its error goes beside the field it names, else beside `field`."""
    try:
        act()
    except LeadpactError as error:
        named = error.details.get("field")
        where = named if isinstance(named, str) and named in form.fields else field
        form.add_error(where, told(error))
        return False
    return True
