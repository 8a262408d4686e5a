"""The page of notices, and how each member chooses to be told."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.flow import clock
from leadpact.team import actions, reads
from leadpact.team.choices import notice_choices
from leadpact.team.notice_kinds import KINDS
from leadpact.team.types import ByMail, Choice, QuietHours
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return cast.found()


def tell(user: int, *numbers: int) -> None:
    for number in numbers:
        actions.notify(
            user, f"offer:{number}", "offer", f"Lead {number} waits", "/tokens/", now=NOW + timedelta(minutes=number)
        )


def test_without_a_notice_the_page_says_what_comes_here(company: Cast) -> None:
    page = browser_of(company.ann).get("/notices/")
    assert 'class="empty"' in page.content.decode()
    assert "You have read everything you were told." in words_of(page)
    assert reads_well(page)


def test_what_is_new_stands_above_what_was_read_and_can_be_marked_either_way(company: Cast) -> None:
    tell(company.ann, 1, 2)
    client = browser_of(company.ann)
    newest = reads.notices(company.ann)[0].id
    client.post(f"/notices/{newest}/read/")
    text = words_of(client.get("/notices/"))
    assert "1 notice you have not read yet." in text
    assert text.index("Lead 1 waits") < text.index("Lead 2 waits")  # 2 is the newer one, but read
    client.post(f"/notices/{newest}/unread/")
    text = words_of(client.get("/notices/"))
    assert text.index("Lead 2 waits") < text.index("Lead 1 waits")
    assert reads_well(client.get("/notices/"))


def test_marking_all_as_read_can_be_undone(company: Cast) -> None:
    tell(company.ann, 1, 2, 3)
    client = browser_of(company.ann)
    page = client.post("/notices/", follow=True).content.decode()
    assert "3 notices marked as read." in page
    assert reads.unread_count(company.ann) == 0
    undo = page.partition('action="/notices/unread/')[2].partition('"')[0].replace("&amp;", "&")
    client.post(f"/notices/unread/{undo}")
    assert reads.unread_count(company.ann) == 3


def test_anothers_notice_is_not_there(company: Cast) -> None:
    tell(company.ben, 1)
    theirs = reads.notices(company.ben)[0].id
    client = browser_of(company.ann)
    assert client.get(f"/notices/{theirs}/").status_code == 404
    assert client.post(f"/notices/{theirs}/read/").status_code == 404
    assert client.post(f"/notices/{theirs}/unread/").status_code == 404
    assert reads.unread_count(company.ben) == 1


def test_what_was_read_comes_page_by_page(company: Cast) -> None:
    tell(company.ann, *range(60))
    actions.mark_read(company.ann, now=NOW)
    client = browser_of(company.ann)
    first = client.get("/notices/").content.decode()
    assert first.count("waits</bdi>") == 50
    following = first.partition("?after=")[2].partition('"')[0]
    assert client.get(f"/notices/?after={following}").content.decode().count("waits</bdi>") == 10
    for wrong in ("-1", "x", "9" * 30, "%00"):
        assert client.get(f"/notices/?after={wrong}").status_code == 200


def test_the_page_asks_as_often_for_many_notices_as_for_few(company: Cast) -> None:
    def queries() -> int:
        client = browser_of(company.ann)
        client.get("/notices/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/notices/")
        return len(seen)

    tell(company.ann, *range(3))
    few = queries()
    tell(company.ann, *range(3, 40))
    assert queries() == few <= 12


def sent(**changed: str) -> dict[str, str]:
    """What the form sends when nothing but `changed` is touched."""
    fields = {"quiet_since": "", "quiet_until": "", "zone": ""}
    for key, kind in KINDS.items():
        fields |= {f"app_{key}": "on", f"mail_{key}": kind.usual.mail.value}
    return fields | changed


def test_preferences_are_kept_and_shown_again(company: Cast) -> None:
    client = browser_of(company.ann)
    assert reads_well(client.get("/notices/preferences/"))
    fields = sent(quiet_since="20:00", quiet_until="07:00", zone="Europe/Berlin", mail_joined="daily")
    del fields["app_offer"]
    page = client.post("/notices/preferences/", fields, follow=True)
    assert "From now on you are told that way." in words_of(page)
    assert 'value="20:00"' in page.content.decode()
    chosen = notice_choices(company.ann)
    assert chosen.quiet == QuietHours(time(20), time(7))
    assert chosen.zone is not None
    assert chosen.zone.key == "Europe/Berlin"
    assert chosen.by_kind["offer"] == Choice(in_app=False, mail=ByMail.AT_ONCE)
    assert chosen.by_kind["joined"] == Choice(in_app=True, mail=ByMail.DAILY)
    assert notice_choices(company.ben).quiet is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quiet_since": "20:00"}, "Give both times, or none."),
        ({"quiet_since": "20:00", "quiet_until": "20:00"}, "need an end other than their beginning"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"mail_offer": "by pigeon"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_kept(
    company: Cast, wrong: dict[str, str], says: str
) -> None:
    page = browser_of(company.ann).post("/notices/preferences/", sent(**wrong))
    assert page.status_code == 400
    assert says in words_of(page)
    assert notice_choices(company.ann).quiet is None


def test_all_notices_of_ones_own_go_into_a_spreadsheet(company: Cast) -> None:
    tell(company.hanna, 1, 2)
    tell(company.ann, 3)
    actions.mark_read(company.hanna, [reads.notices(company.hanna)[-1].id], now=NOW)
    answer = browser_of(company.hanna).get("/notices.csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert [line.split(",")[2::2] for line in lines] == [
        ["Notice", "Read"],
        ["Lead 2 waits", "no"],
        ["Lead 1 waits", "yes"],
    ]
