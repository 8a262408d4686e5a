"""A customer's site: pages with a client's library, served from this machine."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.clients.modules import HERE, node_modules

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = _file_of(urlsplit(self.path).path)
        body = found.read_bytes() if found else b"<!doctype html><title>Thanks</title><h1>Thanks</h1>"
        self.send_response(200)
        self.send_header("Content-Type", _TYPES.get(found.suffix if found else ".html", "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing: a test has its own words."""


def _file_of(path: str) -> Path | None:
    folder = HERE / "node_modules" if path.startswith("/modules/") else HERE / "pages"
    found = folder / path.removeprefix("/modules/").removeprefix("/pages/").lstrip("/")
    return found if found.is_file() else None


@contextmanager
def site() -> Iterator[str]:
    """Yield the origin of the site."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    # Another site than the collector's also by name: what a browser keeps from one it does not send to the other.
    yield f"http://localhost:{serving.server_address[1]}"
    serving.shutdown()
    serving.server_close()


@contextmanager
def page_of(origin: str, name: str, url: str, key: str, *, needs_modules: bool = True) -> Iterator[Page]:
    """Yield a page with the library, opened in a real browser."""
    if needs_modules:
        node_modules()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(f"{origin}/{name}.html?url={url}&key={key}")
        page.wait_for_function("() => Boolean(window.send)")
        yield page
        browser.close()
