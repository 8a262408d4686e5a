"""Pages written for Mautic: whom they speak of, and the answers that Mautic's script and forms know."""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from leadpact.engagement.rules_mautic import asks_for_privacy
from leadpact.engagement.types import Format, Json
from leadpact.web.collect.answers import Header, Reply, as_json
from leadpact.web.collect.bodies import Sent
from leadpact.web.collect.form_bodies import event_of_form
from leadpact.web.collect.routes import Route

PIXEL: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
THANKS: Final = "Thank you. What you sent has arrived."
_DEVICE: Final = "mautic_device_id"
_NOT_KEPT: Final[tuple[Header, ...]] = ((b"cache-control", b"no-store"),)
_PAGE: Final = "<!doctype html><html lang=en><meta charset=utf-8><title>{0}</title><h1>{0}</h1></html>"
_LETTER: Final = "<!doctype html><title>-</title><script>parent.postMessage({0}, {1})</script>"


@dataclass(frozen=True)
class Visit:
    """What a page sent.

    origin    where the page lives, "" when nothing says so
    device    the visitor's id: the page's own, else a new one; "" for a visitor who asks for privacy
    """

    sent: Sent
    said: Json
    format: Format
    origin: str
    device: str
    is_picture: bool = False
    is_asked_by_script: bool = False
    is_in_frame: bool = False

    def without_device(self) -> "Visit":
        return replace(self, device="")


def read_visit(route: Route, body: bytes, query: bytes, headers: Mapping[bytes, bytes]) -> Visit:
    """Raises `Refused` for a body that is no form."""
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    asked = dict(parse_qsl(query.decode("latin-1")[:10_000]))
    of_query = query.decode("latin-1") if route.fetches else ""
    sent, said = event_of_form(body, content_type, form=route.format, query=of_query)
    if not sent.key and asked.get("key"):
        sent = replace(sent, key=asked["key"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    places = (headers.get(b"referer", b"").decode("latin-1"), said.get("page_url"), said.get("return"))
    device = "" if asks_for_privacy(said) else str(said.get(_DEVICE) or _of_cookie(headers) or secrets.token_hex(16))
    return Visit(
        sent,
        said,
        route.format,
        origin or next(filter(None, map(origin_of, places)), ""),
        device,
        is_picture=route.fetches,
        is_asked_by_script=asked.get("ajax") == "1" or bool(said.get("messenger")),
        is_in_frame=headers.get(b"sec-fetch-dest") == b"iframe",
    )


def reply_to(visit: Visit, origins: Collection[str]) -> Reply:
    """`origins`: where the key's pages live; nobody is sent on to another site, whatever a form asks for."""
    if visit.format is Format.MAUTIC_FORM:
        return _reply_to_form(visit, origins)
    if visit.is_picture:
        return Reply(PIXEL, b"image/gif", headers=_NOT_KEPT)
    return as_json({"success": 1, **_ids(visit.device), "events": []}, _NOT_KEPT)


def device_reply(headers: Mapping[bytes, bytes], *, is_signal_honoured: bool) -> Reply:
    """Return whom the browser's cookie names; a visitor who asks for privacy has no id."""
    asks = headers.get(b"dnt") == b"1" or (is_signal_honoured and headers.get(b"sec-gpc") == b"1")
    return as_json(_ids("" if asks else _of_cookie(headers) or secrets.token_hex(16)), _NOT_KEPT)


def origin_of(address: object) -> str:
    """Return the origin of a page's address, "" where it has none."""
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def _reply_to_form(visit: Visit, origins: Collection[str]) -> Reply:
    if visit.is_asked_by_script:
        said = {"success": 1, "results": {}, "redirect": "", "successMessage": THANKS}
        said["formName"] = visit.said.get("formName") or ""
        return _letter(said, visit.origin) if visit.is_in_frame else as_json(said, _NOT_KEPT)
    back = str(visit.said.get("return") or "")
    if origin_of(back) and origin_of(back) in {visit.origin, *origins}:
        sign = "&" if "?" in back else "?"
        address, mark, fragment = back.partition("#")
        address = quote(address.strip(), safe="%/:=&?~+!$,;'@()*[]") + f"{sign}mauticMessage={quote(THANKS)}"
        location = (address + mark + quote(fragment)).encode()
        return Reply(b"", b"text/html; charset=utf-8", 303, ((b"location", location), *_NOT_KEPT))
    return Reply(_PAGE.format(THANKS).encode(), b"text/html; charset=utf-8", headers=_NOT_KEPT)


def _letter(said: Json, origin: str) -> Reply:
    """Return a page that hands the answer to the page around it: its form was sent into a hidden frame."""
    text, to = (json.dumps(each).replace("<", "\\u003c") for each in (json.dumps(said), origin))
    return Reply(_LETTER.format(text, to).encode(), b"text/html; charset=utf-8", headers=_NOT_KEPT)


def _ids(device: str) -> dict[str, str | None]:
    return {"id": device or None, "sid": device or None, "device_id": device or None}


def _of_cookie(headers: Mapping[bytes, bytes]) -> str:
    try:
        found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(_DEVICE)
    except CookieError:
        return ""
    return found.value[:200] if found else ""
