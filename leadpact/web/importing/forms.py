"""The forms of an import: a file, and how it is to be understood."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.flow.importing.fields import FACT, FIELDS, PROPERTY, STAGE, flat
from leadpact.flow.importing.types import Intent, Kind, Layout, Options

LARGEST = 200 * 1024 * 1024
KIND_NAMES: dict[Kind, str | Promise] = {
    Kind.PERSONS: _("People"),
    Kind.COMPANIES: _("Companies"),
    Kind.LEADS: _("Leads"),
    Kind.DEALS: _("Deals"),
    Kind.COSTS: _("Costs of campaigns"),
    Kind.ATTENDANCE: _("Attendance of a webinar or event"),
    Kind.EVENTS: _("Acts of prospects"),
    Kind.UNSUBSCRIBES: _("Unsubscribes"),
}
INTENTS: tuple[tuple[str, str | Promise], ...] = (
    ("", _("By age: what is older than 14 days is history")),
    (Intent.HISTORY.value, _("All of it is history: no offers, no notices")),
    (Intent.NEW.value, _("All of it is new: offers and clocks")),
)
DATES = (("", _("As the file suggests")), ("dmy", _("Day first: 31/12/2026")), ("mdy", _("Month first: 12/31/2026")))
LEAVE_OUT = ""


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("CSV, Excel (.xlsx) or OpenDocument (.ods); nothing is written yet."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.ods"}),
    )  # fmt: skip

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 200 MB. Split it, or import it on the command line.")
            )
        return file


class OptionsForm(forms.Form):
    """How the file is read; every field may be left open."""

    kind = forms.ChoiceField(
        required=False,
        label=_("A row is about"),
        choices=[("", _("Find out")), *((k.value, n) for k, n in KIND_NAMES.items())],
    )
    intent = forms.ChoiceField(required=False, label=_("What it means"), choices=INTENTS, widget=forms.RadioSelect)
    source = forms.SlugField(
        required=False, max_length=60, label=_("System it comes from"),
        help_text=_("Numbers of people and deals in the file are that system's own; the same name each time."),
    )  # fmt: skip
    dates = forms.ChoiceField(required=False, label=_("Dates such as 03/04/2026"), choices=DATES)
    zone = forms.CharField(required=False, max_length=60, label=_("Time zone of times without one"))
    currency = forms.CharField(required=False, max_length=3, label=_("Currency of amounts without one"))
    about = forms.CharField(required=False, max_length=200, label=_("Webinar or event, where the file names none"))
    sheet = forms.CharField(required=False, max_length=100, label=_("Sheet of a workbook"))
    encoding = forms.CharField(required=False, max_length=40, label=_("Encoding"))
    delimiter = forms.CharField(required=False, max_length=4, label=_("Character between two columns"), strip=False)
    confirmed = forms.BooleanField(required=False)

    @property
    def rare(self) -> list[forms.BoundField]:
        """What hardly ever has to be said."""
        return [
            self[name] for name in ("source", "dates", "zone", "currency", "about", "sheet", "encoding", "delimiter")
        ]

    def understood(self, kind: Kind) -> "OptionsForm":
        """The same form with the kind that was found out: choosing columns must not change it."""
        form = OptionsForm({**{name: self.data.get(name, "") for name in self.fields}, "kind": kind.value})
        form.is_valid()
        return form

    def options(self, maps: tuple[tuple[str, str], ...]) -> Options:
        said = self.cleaned_data
        return Options(
            kind=Kind(said["kind"]) if said["kind"] else None,
            intent=Intent(said["intent"]) if said["intent"] else None,
            maps=maps,
            source=said["source"] or "import",
            encoding=said["encoding"],
            delimiter={"\\t": "\t"}.get(said["delimiter"], said["delimiter"]),
            sheet=said["sheet"],
            zone=said["zone"],
            currency=said["currency"].upper(),
            dates=said["dates"],
            about=said["about"],
            confirmed=said["confirmed"],
        )


def maps_of(data: Any) -> tuple[tuple[str, str], ...]:
    """Read the columns as the form sends them: `header_3` and `field_3`; not when the kind was changed."""
    if data.get("kind", "") != data.get("kind_was", ""):
        return ()
    places = sorted(int(name[7:]) for name in data if name.startswith("header_") and name[7:].isdigit())
    return tuple((str(data[f"header_{place}"]), str(data.get(f"field_{place}", LEAVE_OUT))) for place in places)


def field_choices(layout: Layout, header: str) -> list[tuple[str, str]]:
    """Return what a column of the file may be, the present choice among them."""
    now = layout.mapping.get(header, "")
    own = [(name, say_field(name)) for name in FIELDS[layout.kind]]
    word = flat(header)[:60]
    if layout.kind in {Kind.PERSONS, Kind.LEADS, Kind.COMPANIES, Kind.ATTENDANCE}:
        own.append((f"{FACT}{word.replace(' ', '_')}", str(_("A fact of its own"))))
    if layout.kind in {Kind.LEADS, Kind.DEALS}:
        own.append((f"{STAGE}{word}", str(_("Day of a stage"))))
    if layout.kind in {Kind.EVENTS, Kind.ATTENDANCE, Kind.LEADS}:
        own.append((f"{PROPERTY}{word.replace(' ', '_')}", str(_("A property of the act"))))
    if now and now not in dict(own):
        own.append((now, say_field(now)))
    return [(LEAVE_OUT, str(_("Leave out"))), *own]


def say_field(name: str) -> str:
    """Return "lead_date" as "Lead date", "stage:site visit" as "Day of the stage site visit"."""
    for prefix, says in (
        (FACT, _("Fact: %(name)s")),
        (STAGE, _("Day of the stage %(name)s")),
        (PROPERTY, _("Property %(name)s")),
    ):
        if name.startswith(prefix):
            return str(says) % {"name": name.removeprefix(prefix).replace("_", " ")}
    return name.replace("_id", " number").replace("_", " ").capitalize()
