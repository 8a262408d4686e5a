"""A history that is too long for a page is read by the worker, which says how far it is."""

import json
from pathlib import Path

import pytest
from django.conf import LazySettings

from leadpact.flow.replaying import looking, preparing
from leadpact.flow.replaying.preparing import NotReadYet
from leadpact.flow.worker import run_once
from leadpact.ledger import actions as ledger
from leadpact.pact import reads as pacts
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.scoring.replay import cache
from leadpact.scoring.replay.wanted import Wanted
from leadpact.web.tests.acting import browser_of, words_of
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db
NOW = utc("2026-04-20 12:00")
PAGE = "/pact/versions/1/replay/?since=2026-03-01&as_of=2026-04-20"
ASKS_MORE = default_pact_text().replace("{starts_with: /pricing}}", "{starts_with: /pricing}, utm_term: plans}")


@pytest.fixture
def company(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Ada read a paper and asked to be called; three entries are too many to be read at once here."""
    settings.REPLAY = tmp_path / "replay"
    monkeypatch.setattr(preparing, "AT_ONCE", 3)
    company = cast.found()
    cast.person("ada@ada.example")
    cast.act("ada@ada.example", "asset.downloaded", utc("2026-04-01 09:00"), asset="guide")
    cast.ask("ada@ada.example", utc("2026-04-02 10:00"))
    cast.sweep(NOW)
    sequence()
    return company


def sequence() -> None:
    """Give every entry its position, as the worker does all the time."""
    while ledger.sequence():
        pass


def test_the_page_has_the_worker_read_a_long_history_and_looks_again_by_itself(company: Cast) -> None:
    client = browser_of(company.mia)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "There is no replay yet." in words_of(page)
    assert "entries of the ledger must be read for this first. The worker reads it" in words_of(page)
    text = page.content.decode()
    assert '<progress max="100" value="0"' in text
    assert 'hx-trigger="every 2s"' in text
    assert run_once(now=NOW)
    page = client.get(PAGE, headers={"HX-Request": "true"})
    assert "Version 1 would have handed over 1 lead" in words_of(page)
    assert 'hx-trigger="every 2s"' not in page.content.decode()
    assert not preparing.is_asked(NOW)


def test_the_worker_says_how_far_it_is_and_it_only_ever_grows(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pact = pacts.in_force(NOW).pact
    with pytest.raises(NotReadYet):
        looking.opened([pact], now=NOW)
    shares, write = list[int](), preparing._write

    def written(wanted: Wanted, share: int) -> None:
        shares.append(share)
        write(wanted, share)

    monkeypatch.setattr(preparing, "_write", written)
    assert preparing.step(NOW)
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 100


def test_a_page_that_asks_meanwhile_is_told_how_far_the_worker_is(company: Cast) -> None:
    pact = pacts.in_force(NOW).pact
    with pytest.raises(NotReadYet):
        preparing.demand([pact])
    preparing._write(cache.wanted([pact]), 42)
    with pytest.raises(NotReadYet) as raised:
        preparing.demand([pact])
    assert raised.value.share == 42


def test_what_came_since_is_read_at_once_where_it_is_little_and_by_the_worker_where_it_is_much(company: Cast) -> None:
    pact = pacts.in_force(NOW).pact
    cache.bring_up_to_date(now=NOW)
    cast.act("ada@ada.example", "asset.downloaded", utc("2026-04-19 09:00"), asset="prices")
    sequence()
    preparing.demand([pact])  # one entry
    for hour in range(4):
        cast.act("ada@ada.example", "asset.downloaded", utc(f"2026-04-20 0{hour}:00"), asset="prices")
    sequence()
    with pytest.raises(NotReadYet) as raised:
        preparing.demand([pact])
    assert raised.value.details["entries"] == 5
    assert preparing.step(NOW)
    preparing.demand([pact])


def test_two_drafts_that_ask_for_different_things_are_read_for_together(company: Cast) -> None:
    pact, draft = pacts.in_force(NOW).pact, parse_pact(ASKS_MORE)
    assert not cache.wanted([pact]).covers(cache.wanted([draft])), "the draft asks for more"
    for one in (pact, draft):
        with pytest.raises(NotReadYet):
            preparing.demand([one])
    assert preparing.step(NOW)
    preparing.demand([pact])
    preparing.demand([draft])
    assert not preparing.is_asked(NOW)


def test_what_is_asked_for_while_the_worker_reads_something_else_is_read_next(
    company: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pact, draft = pacts.in_force(NOW).pact, parse_pact(ASKS_MORE)
    with pytest.raises(NotReadYet):
        preparing.demand([pact])
    bring = cache.bring_up_to_date

    def asked_meanwhile(**given: object) -> cache.Freshness:
        found = bring(**given)  # type: ignore[arg-type]  # handed on as it came
        with pytest.raises(NotReadYet):
            preparing.demand([draft])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(cache, "bring_up_to_date", asked_meanwhile)
        assert preparing.step(NOW)
    assert preparing.is_asked(NOW)
    assert preparing.step(NOW)
    assert not preparing.is_asked(NOW)
    preparing.demand([draft])


def test_what_lies_in_the_folder_tells_nothing_of_anybody(company: Cast, settings: LazySettings) -> None:
    with pytest.raises(NotReadYet):
        preparing.demand([pacts.in_force(NOW).pact])
    found = json.loads((Path(settings.REPLAY) / "asked.json").read_text(encoding="utf-8"))
    assert found.keys() == {"wanted", "share"}
    assert "ada" not in json.dumps(found)
