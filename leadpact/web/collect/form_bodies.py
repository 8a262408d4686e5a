"""Bodies and queries of Mautic's pages: fields of a form, made into one event."""

import re
from collections.abc import Iterable, Iterator
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import msgspec

from leadpact.engagement.types import Format, Json
from leadpact.web.collect.answers import bad_json, too_large
from leadpact.web.collect.bodies import Sent

MAX_BYTES = 1024 * 1024
MAX_FIELDS = 500
_OF_FORM = re.compile(r"mauticform\[([^\]]{1,200})\](\[\d*\])?")
_OF_OURS = {"formid": "formId", "formname": "formName", "return": "return", "messenger": "messenger"}
_NOT_KEPT = ("submit",)  # the button

type Field = tuple[str, str]


def event_of_form(body: bytes, content_type: str, *, form: Format, query: str = "") -> tuple[Sent, Json]:
    """Return what was sent, and the same as an object; raises `Refused` for a body that is no form."""
    if len(body) > MAX_BYTES:
        raise too_large(f"The form is larger than {MAX_BYTES} bytes.")
    fields = [*_query(query), *_fields(body, content_type)]
    said: Json = _submitted(fields) if form is Format.MAUTIC_FORM else {**dict(fields)}
    key = said.pop("key", "")
    said.pop("ajax", None)
    return Sent([msgspec.json.encode(said)], key if isinstance(key, str) else ""), said


def _fields(body: bytes, content_type: str) -> Iterable[Field]:
    if not content_type.lower().startswith("multipart/"):
        return _query(body.decode("utf-8", "replace"))
    return list(_parts(body, content_type))


def _query(text: str) -> list[Field]:
    try:
        return parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise too_large(f"The form has more than {MAX_FIELDS} fields.") from error


def _parts(body: bytes, content_type: str) -> Iterator[Field]:
    """Yield the fields of a multipart body; files are left out."""
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise bad_json("The body is not the multipart form that its content type says.")
    for number, part in enumerate(message.iter_parts()):
        if number == MAX_FIELDS:
            raise too_large(f"The form has more than {MAX_FIELDS} fields.")
        disposition = part["content-disposition"]
        name = disposition.params.get("name", "") if disposition else ""
        if name and "filename" not in disposition.params:
            value = part.get_payload(decode=True)
            yield name, value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _submitted(sent: Iterable[Field]) -> Json:
    """Return the form's own words by their names, what was filled in under `fields`, the rest as it stands."""
    said: Json = {}
    fields: dict[str, object] = {}
    for name, value in sent:
        found = _OF_FORM.fullmatch(name)
        if not found:
            said[name] = value
        elif found[1].lower() in _OF_OURS:
            said[_OF_OURS[found[1].lower()]] = value
        elif found[1] in ("mautic_device_id", "mtc_id"):
            said[found[1]] = value
        elif found[2]:
            several = fields.setdefault(found[1], [])
            if isinstance(several, list):
                several.append(value)
        elif found[1] not in _NOT_KEPT:
            fields[found[1]] = value
    return {**said, "fields": fields}
