"""An import step by step: the file, a look at it, the run, what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadpact.base.errors import LeadpactError
from leadpact.flow import importing
from leadpact.flow.importing.running import MOST_OFFERS
from leadpact.flow.importing.types import Options, Preview, Report
from leadpact.web.importing import uploads
from leadpact.web.importing.forms import KIND_NAMES, FileForm, OptionsForm, field_choices, maps_of
from leadpact.web.importing.uploads import Upload
from leadpact.web.shell.access import actor_of, member_of, needs, now_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.wording import translated

SHOWN_ERRORS = 50
# What to do here, where the command line would be told of its options.
WHAT_TO_DO = {
    "bad_encoding": gettext_lazy("Name the file's encoding under “More about the file”, for example utf-8 or cp1252."),
    "wrong_delimiter": gettext_lazy("Name the character between two columns under “More about the file”."),
    "unknown_columns": gettext_lazy("Say what a row is about."),
    "missing_column": gettext_lazy("Say which column holds it, or what a row is about."),
    "bad_mapping": gettext_lazy("Choose something else for the column."),
    "bad_option": gettext_lazy("Correct it under “More about the file”."),
    "needs_confirmation": gettext_lazy("Tick the box below, or take the file in as history."),
}


@dataclass(frozen=True)
class Column:
    """A column of the file, how it is understood, what its first rows say."""

    place: int
    header: str
    field: str
    choices: list[tuple[str, str]]
    examples: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import.run")
def start(request: HttpRequest) -> HttpResponse:
    """Take a file; nothing is read into the product yet."""
    if request.method != "POST":
        return render(request, "importing/start.html", {"form": FileForm()})
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "importing/start.html", {"form": form}, status=400)
    file = form.cleaned_data["file"]
    upload = uploads.keep(file.chunks(), file.name or "", user=member_of(request).id, now=now_of(request))
    return HttpResponseRedirect(reverse("import_look", args=[upload.token]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import.run")
def look(request: HttpRequest, token: str) -> HttpResponse:
    """Say how the file is understood and what an import would come to; nothing is written."""
    upload = _file_of(request, token)
    data = request.POST if request.method == "POST" else {"kind": "", "kind_was": ""}
    form = OptionsForm(data)
    if not form.is_valid():
        return _show(request, upload, form, None, status=400)
    return _look(request, upload, form, form.options(maps_of(data)))


@require_POST
@needs("import.run")
def run(request: HttpRequest, token: str) -> HttpResponse:
    upload, form = _file_of(request, token), OptionsForm(request.POST)
    if not form.is_valid():
        return _show(request, upload, form, None, status=400)
    options = form.options(maps_of(request.POST))
    try:
        report = importing.run(upload.file, options, by=actor_of(request), now=now_of(request))
    except LeadpactError as error:
        return _look(request, upload, form, options, error=error)
    uploads.write_report(upload, report)
    uploads.drop_file(upload)
    messages.success(request, _("Imported. The same file again would change nothing."))
    return HttpResponseRedirect(reverse("import_result", args=[upload.token]))


@require_GET
@needs("import.run")
def result(request: HttpRequest, token: str) -> HttpResponse:
    upload, report = _report_of(request, token)
    if report.is_rehearsal:
        raise Http404
    return render(request, "importing/result.html", {"upload": upload, **_told(report)})


@require_GET
@needs("import.run")
def errors_csv(request: HttpRequest, token: str) -> HttpResponseBase:
    """Every row that was refused, with its number as a spreadsheet shows it and the reason."""
    _upload, report = _report_of(request, token)

    def rows() -> Iterator[tuple[object, ...]]:
        for error in report.errors:
            yield error.row, error.field, error.code, error.message

    return csv_response("refused-rows", (_("Row"), _("Column"), _("Code"), _("Why it was refused")), rows())


def _look(
    request: HttpRequest, upload: Upload, form: OptionsForm, options: Options, *, error: LeadpactError | None = None
) -> HttpResponse:
    """Look at the file as it is to be understood; where that does not work, as it would be by itself."""
    found: Preview | None = None
    for tried in (options, Options(kind=options.kind), Options()):
        try:
            found = importing.look(upload.file, tried, by=actor_of(request), now=now_of(request))
        except LeadpactError as wrong:
            error = error or wrong
            continue
        break
    if found is not None:
        uploads.write_report(upload, found.report)
        form = form.understood(found.layout.kind)
    return _show(request, upload, form, found, error=error, status=200 if error is None else 400)


def _show(
    request: HttpRequest,
    upload: Upload,
    form: OptionsForm,
    found: Preview | None,
    *,
    error: LeadpactError | None = None,
    status: int,
) -> HttpResponse:
    context: dict[str, object] = {"upload": upload, "form": form, "found": found, "error": error}
    if error is not None:
        context["what_to_do"] = WHAT_TO_DO.get(error.code, translated(error.what_to_do))
    if found is not None:
        report = found.report
        context |= _told(report)
        context["columns"] = _columns(found)
        context["needs_confirmation"] = report.would_offer > MOST_OFFERS
    return render(request, "importing/look.html", context, status=status)


def _told(report: Report) -> dict[str, object]:
    return {
        "report": report,
        "kind_name": KIND_NAMES[report.kind],
        "shown_errors": report.errors[:SHOWN_ERRORS],
        "more_errors": len(report.errors) - len(report.errors[:SHOWN_ERRORS]),
    }


def _columns(found: Preview) -> list[Column]:
    layout = found.layout
    return [
        Column(
            place,
            header,
            layout.mapping.get(header, ""),
            field_choices(layout, header),
            tuple(row.cells[place] for row in found.first_rows if place < len(row.cells) and row.cells[place])[:3],
        )
        for place, header in enumerate(layout.headers)
    ]


def _file_of(request: HttpRequest, token: str) -> Upload:
    """An upload whose file is still there, of whoever asks."""
    upload = uploads.find(token, user=member_of(request).id)
    if upload is None or not upload.is_there:
        raise Http404
    return upload


def _report_of(request: HttpRequest, token: str) -> tuple[Upload, Report]:
    upload = uploads.find(token, user=member_of(request).id)
    report = uploads.report_of(upload) if upload else None
    if upload is None or report is None:
        raise Http404
    return upload, report
