"""Hosted forms and the wordings of consent that stand on them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.capture import actions, reads
from leadpact.capture.types import FieldType, FormField, NewForm
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Purpose
from leadpact.web.settings.forms import PURPOSE_NAMES, FormForm, WordingForm
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done

OPTIONAL = {
    "name": FormField("name", "Your name"),
    "company": FormField("company", "Company"),
    "title": FormField("title", "Job title"),
    "phone": FormField("phone", "Phone", FieldType.PHONE),
    "message": FormField("message", "What can we do for you?", FieldType.LONG_TEXT),
}


@require_GET
@needs("settings.see")
def forms(request: HttpRequest) -> HttpResponse:
    return _page(request, FormForm(), WordingForm())


@require_POST
@needs("settings.edit")
def add_form(request: HttpRequest) -> HttpResponse:
    form = FormForm(request.POST)

    def act() -> None:
        actions.create_form(_wanted(form), by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="slug"):
        messages.success(request, _("The form is there. Put its address wherever people look for you."))
        return HttpResponseRedirect(reverse("settings_forms"))
    return _page(request, form, WordingForm(), status=400)


@require_POST
@needs("settings.edit")
def close_form(request: HttpRequest, slug: str) -> HttpResponse:
    actions.close_form(slug, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The form is closed. What came by it stays."))
    return HttpResponseRedirect(reverse("settings_forms"))


@require_POST
@needs("settings.edit")
def add_wording(request: HttpRequest) -> HttpResponse:
    form = WordingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        version = people.add_consent_text(
            Purpose(said["purpose"]), said["text"], names_partners=said["names_partners"],
            by=actor_of(request), now=now_of(request),
        )  # fmt: skip
        messages.success(request, _("This is version %(version)s. Earlier ones are kept.") % {"version": version})
        return HttpResponseRedirect(reverse("settings_forms"))
    return _page(request, FormForm(), form, status=400)


def _wanted(form: FormForm) -> NewForm:
    said = form.cleaned_data
    email = FormField("email", "Work e-mail", FieldType.EMAIL, is_required=True)
    fields = (email, *(OPTIONAL[name] for name in said["fields_asked"]))
    return NewForm(
        said["slug"], said["key"], said["title"], said["intro"], said["thanks"], fields, tuple(said["purposes"])
    )


def _page(request: HttpRequest, form: FormForm, wording: WordingForm, status: int = 200) -> HttpResponse:
    texts = [(name, known.consent_text(purpose)) for purpose, name in PURPOSE_NAMES.items()]
    forms = [(each, [PURPOSE_NAMES[Purpose(purpose)] for purpose in each.purposes]) for each in reads.forms()]
    context = {"forms": forms, "form": form, "wording": wording, "texts": texts}
    return render(request, "settings/forms.html", context, status=status)
