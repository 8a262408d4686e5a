"""Addresses of static files with a hash of their content, so that browsers may keep them.

The stylesheets that every page needs are one file to a browser: sixteen would be asked for one after the other.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

A_YEAR = 365 * 86_400
STYLES = (  # in cascade order
    "tokens", "base", "shell", "page", "controls", "teams", "lists", "score", "story",
    "clauses", "charts", "feedback", "layouts", "commands", "product", "screens",
)  # fmt: skip


@dataclass(frozen=True)
class Styles:
    """The stylesheets of every page in one, as they are and compressed."""

    plain: bytes
    packed: bytes
    digest: str


@cache
def asset(name: str) -> str:
    """Return the address of a static file; raises `FileNotFoundError` for one that is not there."""
    return f"{static(name)}?v={_digest(_content(name))}"


@cache
def styles() -> Styles:
    """Return the stylesheets of every page; as long as the process lives the same."""
    plain = b"\n".join(_content(f"css/{name}.css") for name in STYLES)
    return Styles(plain, gzip.compress(plain, mtime=0), _digest(plain))


def stylesheet() -> str:
    """Return the address of the stylesheets of every page."""
    return f"{reverse('styles')}?v={styles().digest}"


@require_safe
def serve_styles(request: HttpRequest) -> HttpResponse:
    """Answer with the stylesheets of every page; who asks for another version gets today's, and may not keep it."""
    found, is_packed = styles(), "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(found.packed if is_packed else found.plain, content_type="text/css; charset=utf-8")
    if is_packed:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    is_todays = request.GET.get("v") == found.digest
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_todays else "no-cache"
    return answer


def _content(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(str(path)).read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=5).hexdigest()
