"""How each user is told is theirs to choose; mail keeps to their quiet hours, the app does not."""

import ast
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

import leadpact
from leadpact.ledger import reads as ledger
from leadpact.team import actions, reads
from leadpact.team.choices import notice_choices
from leadpact.team.errors import BadChoices
from leadpact.team.models import Notice
from leadpact.team.notice_kinds import KINDS
from leadpact.team.types import SYSTEM, ByMail, Choice, MailReport, NoticeChoices, QuietHours, user_actor

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)  # the company is in London: 12:00 there
EVENING = datetime(2026, 3, 3, 21, tzinfo=UTC)
NIGHT = QuietHours(time(20), time(7))


@pytest.fixture
def rep() -> int:
    return actions.create_user("rep@acme.test", "a long and odd sentence", by=SYSTEM, now=NOW)


def choose(user: int, *, quiet: QuietHours | None = None, zone: ZoneInfo | None = None, **kinds: Choice) -> None:
    actions.choose_notices(user, NoticeChoices(kinds, quiet, zone), by=user_actor(user), now=NOW)


def tell(user: int, key: str, kind: str = "offer", now: datetime = NOW) -> None:
    actions.notify(user, key, kind, f"Acme waits ({key}).", "/leads/1/", now=now)


def due_moments() -> list[datetime | None]:
    return list(Notice.objects.order_by("pk").values_list("mail_due_at", flat=True))


def test_every_kind_that_is_told_anywhere_is_in_the_catalogue_and_the_other_way_round() -> None:
    told: set[str] = set()
    for path in Path(leadpact.__path__[0]).rglob("*.py"):
        if "tests" not in path.parts:
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
            for call in calls:
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                kind = call.args[2] if name in {"_tell", "notify"} and len(call.args) > 2 else None
                told |= {kind.value} if isinstance(kind, ast.Constant) and isinstance(kind.value, str) else set()
    assert {"offer", "queue", "missed"} < told  # the walk found them
    assert told <= set(KINDS)


def test_without_a_choice_offers_come_by_mail_at_once_and_the_rest_stays_in_the_app(rep: int) -> None:
    tell(rep, "offer:1")
    tell(rep, "joined:1", "joined")
    assert due_moments() == [NOW, None]
    assert reads.unread_count(rep) == 2


def test_what_somebody_wants_by_mail_alone_is_not_shown_in_the_app(rep: int) -> None:
    choose(rep, offer=Choice(in_app=False, mail=ByMail.AT_ONCE))
    tell(rep, "offer:1")
    assert (reads.unread_count(rep), reads.notices(rep), reads.unread(rep)) == (0, [], [])
    assert due_moments() == [NOW]


def test_what_somebody_wants_in_the_app_alone_sends_no_mail(rep: int) -> None:
    choose(rep, offer=Choice(in_app=True, mail=ByMail.NEVER))
    tell(rep, "offer:1")
    assert actions.send_due_mail(NOW) == MailReport()
    assert reads.unread_count(rep) == 1


def test_a_kind_that_usually_sends_no_mail_says_what_the_app_says_with_a_link(rep: int) -> None:
    choose(rep, joined=Choice(in_app=True, mail=ByMail.AT_ONCE))
    tell(rep, "joined:1", "joined")
    actions.send_due_mail(NOW)
    (sent,) = mail.outbox
    assert sent.subject == "Acme waits (joined:1)."
    assert sent.body.endswith("/leads/1/")


def test_in_quiet_hours_mail_waits_and_the_app_does_not(rep: int) -> None:
    choose(rep, quiet=NIGHT)
    tell(rep, "offer:1", now=EVENING)
    assert reads.unread_count(rep) == 1
    assert actions.send_due_mail(EVENING) == MailReport()
    assert actions.send_due_mail(datetime(2026, 3, 4, 6, 59, tzinfo=UTC)) == MailReport()
    assert actions.send_due_mail(datetime(2026, 3, 4, 7, tzinfo=UTC)) == MailReport(sent=1)


def test_quiet_hours_are_those_of_the_users_own_zone(rep: int) -> None:
    choose(rep, quiet=NIGHT, zone=ZoneInfo("Asia/Tokyo"))  # nine hours ahead: at 12:00 in London it is 21:00
    tell(rep, "offer:1")
    assert due_moments() == [datetime(2026, 3, 3, 22, tzinfo=UTC)]  # 07:00 on 4 March in Tokyo


def test_quiet_hours_chosen_after_a_mail_came_due_hold_for_it_too(rep: int) -> None:
    tell(rep, "offer:1", now=EVENING)
    choose(rep, quiet=NIGHT)
    assert actions.send_due_mail(EVENING) == MailReport()
    assert due_moments() == [datetime(2026, 3, 4, 7, tzinfo=UTC)]


def test_what_is_gathered_goes_in_one_mail_the_next_morning_without_what_was_read(rep: int) -> None:
    choose(rep, joined=Choice(in_app=True, mail=ByMail.DAILY), again=Choice(in_app=True, mail=ByMail.DAILY))
    tell(rep, "joined:1", "joined")
    tell(rep, "again:1", "again")
    tell(rep, "again:2", "again")
    read = reads.unread(rep)[0]  # the newest: again:2
    actions.mark_read(rep, [read.id], now=NOW)
    morning = datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert actions.send_due_mail(NOW) == MailReport()
    assert actions.send_due_mail(morning) == MailReport(sent=1)
    (sent,) = mail.outbox
    assert sent.subject == "2 notices"
    assert "joined:1" in sent.body
    assert "again:1" in sent.body
    assert "again:2" not in sent.body
    assert actions.send_due_mail(morning) == MailReport()


def test_reading_can_be_taken_back_one_by_one_or_all_that_were_read_at_once(rep: int) -> None:
    for number in range(3):
        tell(rep, f"offer:{number}")
    actions.mark_read(rep, now=NOW)
    assert actions.mark_unread(rep, read_at=NOW) == 3
    assert reads.unread_count(rep) == 3
    actions.mark_read(rep, now=NOW)
    newest = reads.notices(rep)[0].id
    assert actions.mark_unread(rep, notice_id=newest) == 1
    assert [each.id for each in reads.unread(rep)] == [newest]


def test_a_choice_is_kept_and_written_to_the_ledger(rep: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    choose(rep, quiet=NIGHT, zone=zone, offer=Choice(in_app=True, mail=ByMail.DAILY), again=KINDS["again"].usual)
    chosen = notice_choices(rep)
    assert (chosen.quiet, chosen.zone) == (NIGHT, zone)
    assert chosen.by_kind["offer"] == Choice(in_app=True, mail=ByMail.DAILY)
    assert set(chosen.by_kind) == set(KINDS)
    entry = max(ledger.entries_about(f"user:{rep}"), key=lambda each: each.id)
    assert (entry.by, entry.facts["notices"]) == (f"user:{rep}", {"offer": [True, "daily"]})


def test_hours_that_end_as_they_begin_and_kinds_nobody_knows_are_refused(rep: int) -> None:
    with pytest.raises(BadChoices):
        choose(rep, quiet=QuietHours(time(9), time(9)))
    with pytest.raises(BadChoices):
        choose(rep, gossip=Choice(in_app=True, mail=ByMail.NEVER))
