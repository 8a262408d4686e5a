"""What marketing does at the sample company beside its campaigns: a paper, mails to those who agreed, and their echo.

And what comes in that is nobody's act: programs that look through mails and pages, and events that cannot be read.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from django.conf import settings

from leadpact.base.errors import LeadpactError
from leadpact.capture import files, papers
from leadpact.capture.errors import UnknownPaper
from leadpact.capture.types import NewPaper, PaperView
from leadpact.engagement.types import Json
from leadpact.flow import arrival, downloading, sending, unsubscribing
from leadpact.flow.capturing import Submission
from leadpact.flow.simulating.campaigns import CAMPAIGNS
from leadpact.flow.simulating.heads import MARKETER
from leadpact.flow.simulating.prospects import ZONE, World
from leadpact.handover.types import Stage
from leadpact.nurture import actions as mails
from leadpact.nurture import reads as mailed
from leadpact.nurture import tokens
from leadpact.nurture.types import Audience, Draft, SendState
from leadpact.people.types import Purpose
from leadpact.team.types import user_actor
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter, Line, Sort

PAPER: Final = NewPaper(
    "buyers-guide", "Buyer's guide to calibration software", "Twelve questions to ask before you choose, on 14 pages.",
    purposes=(Purpose.MAIL.value,),
)  # fmt: skip
PDF: Final = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
DOWNLOADS: Final = 3.0  # a week, at scale 1
# So many days before the founding each mail goes out.
LETTERS: Final = (
    (236, "Ready for the spring audits?",
     "Hello {first name|there},\n\nthe spring audits are near. Our [audit checklist](https://www.truemark.example/"
     "blog/iso-17025-checklist) has what auditors ask for first.\n\nJonas Lind"),
    (8, "What an audit without paper looks like",
     "Hello {first name|there},\n\nthree laboratories tell [how their last audit went](https://www.truemark.example/"
     "blog/what-an-audit-costs) once the paper was gone.\n\nJonas Lind"),
)  # fmt: skip
ASKED: Final = 160  # persons that a mail is meant for, at scale 1
ECHO: Final = timedelta(days=4)
TUESDAY, WEDNESDAY, AFTER_LUNCH = 1, 2, 14
CLICKED, LEFT = 0.34, 0.03
SCANNER: Final = "Mozilla/5.0 (compatible; BarracudaCentral; +https://www.barracudacentral.org)"
UNREADABLE: Final = "09.03. around noon"


@dataclass(frozen=True)
class Marketers:
    people: dict[str, int]
    world: World

    def work(self, now: datetime) -> None:
        local = now.astimezone(ZONE)
        if local.weekday() > 4 or not time(9) <= local.time() <= time(17):
            return
        self._write(now, local.date())
        if local.weekday() == TUESDAY and local.hour == AFTER_LUNCH:
            self._lend(now, local.date())
        elif local.weekday() == WEDNESDAY and local.hour == AFTER_LUNCH:
            arrival.accept(self._noise(local.date()), channel="sample", now=now)

    def found(self, now: datetime) -> PaperView:
        """Return the paper, offered since `now` where it was not there yet."""
        with suppress(UnknownPaper):
            return papers.paper_at(PAPER.slug)
        kept = files.keep([PDF], f"{PAPER.slug}.pdf", folder=Path(settings.PAPERS))
        return papers.create_paper(PAPER, kept, by=user_actor(self.people[MARKETER]), now=now)

    def _lend(self, now: datetime, day: date) -> None:
        """A few of those we know fetch the paper."""
        luck, paper = self._luck(f"paper:{day}"), self.found(now)
        known = _reachable(100)
        for line in luck.sample(known, min(len(known), max(1, round(DOWNLOADS * self.world.scale)))):
            said = {"name": line.name or "Nobody", "email": line.email, "company": line.company_name}
            sent = Submission(values=said, message_id=f"sample-paper-{day}-{line.person}")
            with suppress(LeadpactError):
                downloading.fetch(downloading.ask(paper, sent, now=now), may_follow=True, now=now)

    def _write(self, now: datetime, day: date) -> None:
        for before, subject, body in LETTERS:
            since = self.world.first_day + timedelta(days=max(1, self.world.days - before))
            if since <= day <= since + ECHO:
                sent = next((each for each in mailed.mailings()[0] if each.subject == subject), None)
                if sent is None:
                    self._send(Draft(subject, body, None), now)
                while sending.step(now):
                    pass
                if sent is not None:
                    self._echo(sent.id, now)

    def _send(self, letter: Draft, now: datetime) -> None:
        by = user_actor(self.people[MARKETER])
        wanted = [line.person for line in _reachable(max(12, round(ASKED * self.world.scale)))]
        if wanted:
            draft = mails.draft(letter, audience=Audience(persons=tuple(wanted)), by=by, now=now)
            sending.start(draft.id, by=by, now=now)

    def _echo(self, mailing: int, now: datetime) -> None:
        """Some follow the link within two days, a few want no more mails."""
        for each in mailed.recipients(mailing, state=SendState.SENT, limit=500)[0]:
            luck = self._luck(f"mail:{each.id}")
            fate, after = luck.random(), timedelta(hours=luck.uniform(0.5, 60))
            if each.sent_at is None or now < each.sent_at + after:
                continue
            if fate < CLICKED and each.clicked_at is None:
                sending.note_click(sending.destination(tokens.click_token(each.id, 0)), now=now)
            elif fate > 1 - LEFT and each.unsubscribed_at is None:
                unsubscribing.unsubscribe(tokens.unsubscribe_token(each.id), now=now)

    def _noise(self, day: date) -> Iterator[Json]:
        """Yield a scanner's hits, and sometimes an event whose time nobody can read."""
        for place in range(2):
            yield {
                "type": "page",
                "messageId": f"sample-scanner-{day}-{place}",
                "anonymousId": "sample-scanner",
                "properties": {"path": "/pricing", "url": "https://www.truemark.example/pricing"},
                "context": {"userAgent": SCANNER},
            }
        if self._luck(f"noise:{day}").random() < 0.3:
            yield unreadable(day)

    def _luck(self, about: str) -> Random:
        return Random(f"{self.world.seed}:marketing:{about}")  # noqa: S311  # a sample company, not a secret


def unreadable(day: date) -> Json:
    """Return an event that has to be held back, as a badly set-up tool sends it."""
    return {
        "type": "track",
        "event": "webinar.attended",
        "messageId": f"sample-unreadable-{day}",
        "userId": "webinar-tool-17",
        "timestamp": UNREADABLE,
        "properties": {"webinar": CAMPAIGNS[3].name},
    }


def _reachable(limit: int) -> list[Line]:
    """Return some of those we know and do not work, who did something last first."""
    found = [
        line
        for stage in (Stage.LEAD, Stage.CONTACT)
        for line in worklist.lines(LeadFilter(stage=stage), sort=Sort.LAST_ACT, limit=limit).lines
        if line.email
    ]
    return found[:limit]
