"""The form in which a paper is offered."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.capture import reads
from leadpact.capture.files import LARGEST
from leadpact.capture.types import NewPaper, PaperView
from leadpact.people.types import Purpose


def campaign_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("No campaign")), *((str(each.id), each.name) for each in reads.campaigns())]


class PaperForm(forms.Form):
    title = forms.CharField(max_length=200, label=_("Title"))
    slug = forms.SlugField(
        max_length=44, label=_("Address"), help_text=_("Small letters, digits and dashes: it becomes /d/….")
    )
    intro = forms.CharField(
        required=False, max_length=4_000, widget=forms.Textarea, label=_("What is in it"),
        help_text=_("Why it is worth the minute the form takes."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("PDF file"), widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=_("At most %(most)s MB.") % {"most": LARGEST // 1024 // 1024},
    )  # fmt: skip
    campaign = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=campaign_choices, label=_("Campaign"),
        help_text=_("Downloads count for it."),
    )  # fmt: skip
    asks_consent = forms.BooleanField(
        required=False, initial=True, label=_("Ask whether we may write to them"),
        help_text=_("Shows the wording of the consent to mails, where there is one."),
    )  # fmt: skip

    def __init__(self, *args: Any, paper: PaperView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if paper is not None:
            del self.fields["slug"]
            self.fields["file"].required = False
            self.fields["file"].label = _("Another PDF file")
        self.paper = paper

    def wanted(self) -> NewPaper:
        said = self.cleaned_data
        purposes = (Purpose.MAIL.value, Purpose.MAIL_TRACKING.value) if said["asks_consent"] else ()
        slug = self.paper.slug if self.paper else said["slug"]
        return NewPaper(slug, said["title"], said["intro"], said["campaign"], purposes)
