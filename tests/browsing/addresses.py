"""Every page of an installation that links lead to, found by following them as each of its people would."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests

from tests.access.listing import Listed, listed

MOST_OF_ONE: Final = {"/loop/<slug:key>/": 12}
NO_PAGE: Final = re.compile(r"\.(csv|yaml|json|js|css|ics|gif)$|^/(api|v1|healthz|static|o/|logout|mtc|array/)")
KNOWN_TWICE: Final = "/leads/?view=all&q=gillian+webb"  # the sample company's one who may be two
EASIER: Final = "/pact/versions/1/replay/?up=10&down=5"  # a pact that would have handed over more leads


@dataclass(frozen=True)
class Page:
    """One page: whose eyes see it, where it is, which address of the list that is, and how it answers."""

    login: str
    url: str
    address: str
    status: int = 200

    @property
    def leads_on(self) -> bool:
        return self.status in {301, 302}

    @property
    def name(self) -> str:
        """A name for files: whose, and where."""
        words = re.sub(r"[^a-z0-9]+", "-", self.url.lower().partition("?")[0]).strip("-")
        return f"{self.login.partition('@')[0]}-{words or 'today'}"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_search = tag == "form" and (said.get("method") or "get").lower() == "get"
        link = said.get("href") if tag == "a" else said.get("action") if is_search else None
        if link:
            self.found.append(link)


def log_in(base: str, login: str, password: str) -> requests.Session:
    """Return a session that is logged in."""
    session = requests.Session()
    page = session.get(f"{base}/login/", timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    sent = {"csrfmiddlewaretoken": token[1], "login": login, "password": password}
    answer = session.post(f"{base}/login/", data=sent, headers={"Referer": f"{base}/login/"}, timeout=30)
    assert 'name="password"' not in answer.text, f"{login} cannot log in"
    return session


def pages() -> list[Listed]:
    """Return the addresses of the list that are pages for people."""
    return [each for each in listed() if each.method == "GET" and not NO_PAGE.search(each.address)]


def _pattern(address: str) -> re.Pattern[str]:
    parts = re.split(r"<(\w+):\w+>", address)
    kinds = {"int": r"\d+", "row": r"\d+", "slug": r"[-\w]+", "str": r"[^/]+", "path": r".+"}
    said = [re.escape(part) if place % 2 == 0 else kinds[part] for place, part in enumerate(parts)]
    return re.compile("".join(said) + "$")


def walked(base: str, sessions: dict[str, requests.Session], starts: Iterable[str] = ("/",)) -> list[Page]:
    """Follow links from where each person lands; return a page for each address that is reached, by who came first.

    An address with several pages of different making (MOST_OF_ONE) gives more of them.
    """
    patterns = [(each.address, _pattern(each.address)) for each in pages()]
    found: dict[str, list[Page]] = {}
    for login, session in sessions.items():
        for page in _walk(base, login, session, patterns, found, starts):
            found.setdefault(page.address, []).append(page)
    return [page for some in found.values() for page in some]


def everywhere(base: str, sessions: dict[str, requests.Session]) -> list[Page]:
    """Do as `walked`, and find what links lead to only from somebody known twice, or from an easier pact's replay."""
    found = walked(base, sessions)
    login, session = next(iter(sessions.items()))
    known = {page.address for page in found}
    beside = walked(base, {login: session}, (KNOWN_TWICE, EASIER))
    return found + [page for page in beside if page.address not in known]


def _walk(
    base: str,
    login: str,
    session: requests.Session,
    patterns: list[tuple[str, re.Pattern[str]]],
    found: dict[str, list[Page]],
    starts: Iterable[str],
) -> Iterator[Page]:
    waiting, met = list(starts), set(starts)
    own_count: dict[str, int] = {}
    while waiting:
        url = waiting.pop(0)
        path = urlsplit(url).path
        address = next((name for name, pattern in patterns if pattern.match(path)), None)
        if address is None:
            continue
        most = MOST_OF_ONE.get(address, 1)
        if own_count.get(address, 0) >= most:
            continue
        own_count[address] = own_count.get(address, 0) + 1
        if "<" in address and len(found.get(address, [])) >= most:
            continue  # a record somebody else has looked at: what leads on from there has been followed
        answer = session.get(f"{base}{url}", timeout=60, allow_redirects=False)
        if answer.status_code in {301, 302}:
            links = [answer.headers["Location"]]
            own_count[address] -= 1
            yield Page(login, url, address, answer.status_code)
        else:
            reader = _Links()
            reader.feed(answer.text)
            links = reader.found
            if len(found.get(address, [])) < most or address == "/" or answer.status_code != 200:
                yield Page(login, url, address, answer.status_code)
        for link in links:
            whole = urlsplit(urljoin(f"{base}{url}", link))
            local = whole.path + (f"?{whole.query}" if whole.query else "")
            if f"{whole.scheme}://{whole.netloc}" == base and whole.path not in met and not NO_PAGE.search(whole.path):
                met.add(whole.path)
                waiting.append(local)
