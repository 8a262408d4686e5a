"""An import step by step, as on its pages: the file, a look at it, the run, what came of it."""

from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Field, File, Query, Router, Schema, UploadedFile

from leadpact.base.wording import worded
from leadpact.flow import importing
from leadpact.flow.importing.types import Intent, Kind, Options, Report
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.importing import uploads
from leadpact.web.importing.forms import LARGEST
from leadpact.web.importing.uploads import Upload
from leadpact.web.shell.access import actor_of, member_of, now_of

router = Router()

Short = Annotated[str, Field(max_length=60)]


class Uploaded(Schema):
    """The file lies ready for a day; `token` names it."""

    token: str
    name: str


class HowToRead(Body):
    """Every field may be left out: then it is found out.

    maps       header -> field; an empty field leaves the column out
    source     the system the file comes from: numbers of people and deals are its own
    dates      "dmy" or "mdy", for dates such as 03/04/2026
    about      the webinar or event, where the file names none
    confirmed  more than fifty offers are meant
    """

    kind: Kind | None = None
    intent: Intent | None = None
    maps: Annotated[dict[str, str], Field(max_length=500)] = {}
    source: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,60}$")] = "import"
    dates: Annotated[str, Field(pattern="^(|dmy|mdy)$")] = ""
    zone: Short = ""
    currency: Annotated[str, Field(max_length=3)] = ""
    about: Annotated[str, Field(max_length=200)] = ""
    sheet: Annotated[str, Field(max_length=100)] = ""
    encoding: Annotated[str, Field(max_length=40)] = ""
    delimiter: Annotated[str, Field(max_length=4)] = ""
    confirmed: bool = False


class Warned(Schema):
    code: str
    message: str
    count: int
    row: int


class Imported(Schema):
    """rows = created + updated + unchanged + refused; `is_rehearsal`: nothing was written.

    `/imports/{token}/refused` says of each row that was refused why.
    """

    token: str
    file: str
    kind: str
    intent: str
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    would_offer: int
    mapping: dict[str, str]
    ignored: list[str]
    warnings: list[Warned]
    is_rehearsal: bool


class RefusedRow(Schema):
    """`row` as a spreadsheet shows it; `field`: the header of the column, empty for the row as a whole."""

    row: int
    field: str
    code: str
    message: str


class RefusedPage(Schema):
    items: list[RefusedRow]
    next: str | None


@router.post("/imports", auth=Bearer("import.run"), response=Uploaded, summary="Bring a file; nothing is read yet")
def add_import(request: HttpRequest, file: File[UploadedFile]) -> Uploaded:
    """CSV, Excel or OpenDocument, as multipart/form-data; at most 200 MB."""
    if (file.size or 0) > LARGEST:
        wrong = {"field": "file", "message": "The file is larger than 200 MB."}
        raise FieldsWrong(worded("file: The file is larger than 200 MB."), details={"fields": [wrong]})
    upload = uploads.keep(file.chunks(), file.name or "", user=member_of(request).id, now=now_of(request))
    return Uploaded(token=upload.token, name=upload.name)


@router.post(
    "/imports/{slug:token}/look", auth=Bearer("import.run"), response=Imported, summary="What it would come to"
)
def look_at_import(request: HttpRequest, token: str, body: HowToRead | None = None) -> Imported:
    """How the file is understood; nothing is written."""
    upload = _file_of(request, token)
    found = importing.look(upload.file, _options(body), by=actor_of(request), now=now_of(request))
    uploads.write_report(upload, found.report)
    return _told(upload, found.report)


@router.post("/imports/{slug:token}/run", auth=Bearer("import.run"), response=Imported, summary="Take the file in")
def run_import(request: HttpRequest, token: str, body: HowToRead | None = None) -> Imported:
    """The file goes; the same one again would change nothing."""
    upload = _file_of(request, token)
    report = importing.run(upload.file, _options(body), by=actor_of(request), now=now_of(request))
    uploads.write_report(upload, report)
    uploads.drop_file(upload)
    return _told(upload, report)


@router.get(
    "/imports/{slug:token}", auth=Bearer("import.run"), response=Imported, summary="What the last look or run came to"
)
def import_result(request: HttpRequest, token: str) -> Imported:
    return _told(*_report_of(request, token))


@router.get(
    "/imports/{slug:token}/refused", auth=Bearer("import.run"), response=RefusedPage, summary="Rows that were refused"
)
def refused_rows(request: HttpRequest, token: str, wanted: Query[Paged]) -> RefusedPage:
    _upload, report = _report_of(request, token)
    page = some_of(list(enumerate(report.errors)), lambda each: (each[0],), int, asked=wanted)
    items = [
        RefusedRow(row=each.row, field=each.field, code=each.code, message=each.message) for _place, each in page.items
    ]
    return RefusedPage(items=items, next=page.next)


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


def _options(body: HowToRead | None) -> Options:
    said = body or HowToRead()
    return Options(
        kind=said.kind, intent=said.intent, maps=tuple(said.maps.items()), source=said.source, encoding=said.encoding,
        delimiter={"\\t": "\t"}.get(said.delimiter, said.delimiter), sheet=said.sheet, zone=said.zone,
        currency=said.currency.upper(), dates=said.dates, about=said.about, confirmed=said.confirmed,
    )  # fmt: skip


def _told(upload: Upload, report: Report) -> Imported:
    return Imported(
        token=upload.token, file=report.file, kind=report.kind.value, intent=report.intent.value, rows=report.rows,
        created=report.created, updated=report.updated, unchanged=report.unchanged, refused=report.refused,
        would_offer=report.would_offer, mapping=dict(report.mapping), ignored=list(report.ignored),
        warnings=[Warned(code=w.code, message=w.message, count=w.count, row=w.row) for w in report.warnings],
        is_rehearsal=report.is_rehearsal,
    )  # fmt: skip
