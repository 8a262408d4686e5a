"""How many mails a second one worker renders and hands to a local mail server.

    python benchmarks/mails.py [mails]      default 2,000

The whole way of a mail that was started: claim, look at the basis again, render, sign the links, hand over, note with
an entry each.  The server is aiosmtpd in a process of its own on the same machine; it takes what comes and keeps
nothing.  Choosing the persons is measured apart.  Works in a folder of its own, or in a new database of the server
that DATABASE_URL names.  `ratio` compares the value with the bar: above 1 is faster.
"""

import json
import multiprocessing
import os
import socket
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation

LIMIT: Final = 300
NOON: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
BODY: Final = (
    "Hello {first name|there},\n\n"
    + "Some words that say what is new. " * 30
    + "\n\n"
    + "".join(f"- [Point {number}](https://ours.example/news/{number})\n" for number in range(5))
)


def serve(port: int, ready: Event) -> None:
    """Take every mail that comes, until the process is ended."""
    import asyncio

    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Taker:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
            return "250 OK"

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Taker(), enable_SMTPUTF8=True), "127.0.0.1", port)
        ready.set()
        await server.serve_forever()

    asyncio.run(run())


def people_of(n: int) -> list[int]:
    """Make so many persons who agreed to mails, every second one also to being followed."""
    from leadpact.people.models import Consent, Identity, Person

    persons = Person.objects.bulk_create(
        Person(name=f"Person {number}", email=f"p{number}@firm.example", created_at=NOON) for number in range(n)
    )
    Identity.objects.bulk_create(
        Identity(kind="email", value=person.email, person=person, created_at=NOON) for person in persons
    )
    for purpose, some in (("mail", persons), ("mail_tracking", persons[::2])):
        Consent.objects.bulk_create(
            Consent(person=person, purpose=purpose, given=True, happened_at=NOON, source="benchmark", entry=0)
            for person in some
        )
    return [person.pk for person in persons]


def run(n: int, kind: str) -> None:
    from leadpact.flow import sending
    from leadpact.nurture import actions, reads
    from leadpact.nurture.types import Audience, Draft
    from leadpact.team import actions as team
    from leadpact.team import reads as teams
    from leadpact.team.types import SYSTEM, user_actor

    team.ensure_defaults(by=SYSTEM, now=NOON)
    team.change_settings(replace(teams.settings(), postal_address="1 Gauge Lane"), by=SYSTEM, now=NOON)
    by = user_actor(team.create_user("mia@ours.example", None, by=SYSTEM, now=NOON))
    persons = tuple(people_of(n))
    mailing = actions.draft(Draft("News for {name}", BODY), audience=Audience(persons=persons), by=by, now=NOON)
    sending.start(mailing.id, by=by, now=NOON)
    later = NOON + timedelta(minutes=1)
    before = time.perf_counter()
    sending.step(later)
    chosen = n / (time.perf_counter() - before)
    before, cpu = time.perf_counter(), time.process_time()
    while sending.step(later):
        pass
    rate, cpu_s = n / (time.perf_counter() - before), time.process_time() - cpu
    assert reads.tallies([mailing.id])[mailing.id].sent == n
    import sqlite3  # by now the one the settings put in place

    said = {
        "name": "mails_handed_over", "n": n, "value": round(rate), "unit": "mails/s", "limit_value": LIMIT,
        "ratio": round(rate / LIMIT, 2), "runs": 1, "db": kind, "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(cpu_s, 2), "chosen_per_s": round(chosen), "batch": sending.AT_ONCE,
    }  # fmt: skip
    print(json.dumps(said))


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(port, ready), daemon=True)
    server.start()
    ready.wait(20)
    os.environ["LEADPACT_SMTP_HOST"], os.environ["LEADPACT_SMTP_PORT"] = "127.0.0.1", str(port)
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        run(n, kind)
    server.terminate()


if __name__ == "__main__":
    main()
