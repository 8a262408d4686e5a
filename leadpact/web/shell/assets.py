"""Addresses of static files with a hash of their content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

STYLES = (
    "tokens", "base", "shell", "page", "controls", "teams", "lists", "score", "story",
    "clauses", "charts", "feedback", "layouts", "commands", "product", "screens",
)  # fmt: skip


@cache
def asset(name: str) -> str:
    """Return the address of a static file; raises `FileNotFoundError` for one that is not there."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    digest = hashlib.blake2b(Path(str(path)).read_bytes(), digest_size=5).hexdigest()
    return f"{static(name)}?v={digest}"


@cache
def styles() -> tuple[str, ...]:
    """The stylesheets of every page, in cascade order."""
    return tuple(asset(f"css/{name}.css") for name in STYLES)
