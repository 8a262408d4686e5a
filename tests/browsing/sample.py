"""The installations that pages are looked at on: a small sample company, and one where nothing is there yet."""

import json
import sqlite3
import time
from typing import Final

import requests

from conftest import Home

PASSWORD: Final = "calibrate-2026"  # of sample logins
LOGINS: Final = tuple(
    f"{name}@truemark.example" for name in ("olga", "priya", "tom", "ines", "jonas", "helen", "mira", "karl")
)
GONE: Final = "gone.soon@erased.example"
LONG: Final = "Wilhelmina-Alexandrina von Hohenzollern-Sigmaringen-Nassau IV"
PAPER: Final = ("audit.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "application/pdf")
LONG_DEALS: Final = (
    "Deal,Name,Email,Company,Amount,Currency,Stage,Created\n"
    f"Enterprise-wide calibration of every gauge in every plant worldwide,{LONG},w.hohenzollern@longnames.example,"
    "The Extraordinarily Long-Named Precision Instruments and Metrology Holding,"
    "987654321012,EUR,Negotiation,2026-10-02\n"
)


def make_sample(home: Home, *, scale: float, days: int | None = None) -> None:
    words = ("--days", str(days)) if days else ()
    home.run("demo", "--no-serve", "--scale", str(scale), *words)
    add_arrivals(home)
    add_erasure(home)


def add_arrivals(home: Home) -> None:
    """Let a page come whose visitor did not agree to be followed, and an event whose time cannot be read."""
    unseen = {"type": "page", "anonymousId": "a1", "context": {"consent": {"web_tracking": False}}}
    events = (unseen, {"type": "track", "event": "Signed Up", "userId": "u1", "timestamp": "09.03.2026 12:00"})
    with sqlite3.connect(home.path / "leadpact.sqlite3") as database:
        ((source,),) = database.execute("SELECT id FROM engagement_source WHERE kind = 'browser' LIMIT 1").fetchall()
    hour = 3_600_000_000
    now = time.time_ns() // 1_000
    with sqlite3.connect(home.path / "inbox.sqlite3") as inbox:
        rows = [(source, now, "http", json.dumps(event).encode()) for event in events]
        inbox.executemany("INSERT INTO arrival (source, received_us, channel, body) VALUES (?, ?, ?, ?)", rows)
        counted = (
            "INSERT INTO received (hour_us, source, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + ?"
        )
        inbox.execute(counted, (now - now % hour, source, len(rows), len(rows)))
    home.run("drain", "--wait")


def add_erasure(home: Home) -> None:
    """Let somebody ask to be forgotten."""
    file = home.path / "gone.csv"
    file.write_text(f"Name,Email\nGone Soon,{GONE}\n", encoding="utf-8")
    home.run("import", str(file), "--kind", "persons")
    file.unlink()
    home.run("person", "erase", "--email", GONE, "--yes")


def add_long_names(home: Home) -> None:
    """Add a person of sixty letters with a deal of twelve digits."""
    file = home.path / "long.csv"
    file.write_text(LONG_DEALS, encoding="utf-8")
    home.run("import", str(file), "--kind", "deals")
    file.unlink()


def make_empty(home: Home) -> None:
    """Make an installation with one user who may see all and nothing else."""
    home.run("init", "--company", "Empty", "--zone", "Europe/Berlin", "--currency", "EUR")
    words = ("--email", "first@empty.example", "--name", "Olga Petrova", "--role", "revenue_operations")
    roles = ("--role", "head_of_sales", "--role", "head_of_marketing", "--role", "executive")
    home.run("user", "create", *words, *roles, "--password-stdin", text=f"{PASSWORD}\n")


def add_by_hand(base: str, session: requests.Session) -> None:
    """Do on the pages what nobody of the sample company has done: a key, a paper, the draft of a mail, a view."""
    send(base, session, "/settings/keys/", "/settings/keys/add/", {"name": "www", "kind": "browser"})
    paper = {"title": "What an audit costs", "slug": "audit-costs", "intro": "Twelve pages."}
    send(base, session, "/campaigns/papers/new/", "/campaigns/papers/new/", paper, {"file": PAPER})
    words = {"subject": "The audit season begins", "body": "Hello {first name|there},\n\nit is time again."}
    send(base, session, "/campaigns/mails/new/", "/campaigns/mails/new/", words)


def send(
    base: str,
    session: requests.Session,
    page: str,
    path: str,
    fields: dict[str, str],
    files: dict[str, tuple[str, bytes, str]] | None = None,
) -> None:
    """Post a form that stands on a page; fails where the page comes back with an error."""
    session.get(f"{base}{page}", timeout=30)
    token = session.cookies.get("csrftoken", "") or ""
    data = {"csrfmiddlewaretoken": token, **fields}
    answer = session.post(f"{base}{path}", data=data, files=files, headers={"Referer": f"{base}{page}"}, timeout=30)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
