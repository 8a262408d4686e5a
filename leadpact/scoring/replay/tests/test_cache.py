"""The kept columns say what the tables say, whatever happened, made anew or brought up to date."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from leadpact.engagement import actions as engagement
from leadpact.ledger import actions as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.rules import microseconds
from leadpact.ledger.segments import compacting, sealing
from leadpact.ledger.types import NewEntry
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.people import actions as people
from leadpact.people import linking
from leadpact.people import reads as known
from leadpact.people.fields import Saying, say_of_companies, say_of_persons
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scores
from leadpact.scoring.replay import building, cache
from leadpact.scoring.replay.cache import bring_up_to_date, open_columns
from leadpact.scoring.replay.types import Columns
from leadpact.scoring.rules import judge
from leadpact.scoring.types import Act, FactChange, History, Reset
from leadpact.team.types import SYSTEM
from tests.cast import FOUNDED, act, found, person, utc

pytestmark = pytest.mark.django_db

PACT = """
  - name: fit
    of: profile
    rules:
      - {name: large, points: 10, where: {company.employees: {at_least: 50}}}
      - {name: not at home, points: 5, where: {person.country: {is_not: DE}}}
"""
LATER = utc("2026-06-01 00:00")


def pact_text() -> str:
    """The default pact, with fit, with an account score, and with musts."""
    text = default_pact_text()
    head, rest = text.split("# Who the person and the company are", 1)
    rest = rest.split("# --------------------------------------------------------------- ready for sales", 1)[1]
    return (head.rstrip() + "\n" + PACT + "\n" + rest).replace("scores: [engagement]", "scores: [engagement, fit]")


class PowerCut(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.REPLAY = tmp_path / "replay"


def said(columns: Columns) -> dict[int, Any]:
    """What columns say of each person, in a form in which two can be compared."""
    document: dict[int, Any] = {}
    for place, number in enumerate(columns.persons):
        acts = []
        for run in range(columns.run_offsets[place], columns.run_offsets[place + 1]):
            for row in range(columns.run_starts[run], columns.run_ends[run]):
                shape = columns.known_shapes[columns.shapes[row]]
                is_void = bool(columns.voids[row >> 3] >> (row & 7) & 1)
                recorded = int(columns.recorded[row]) if columns.recorded is not None else 0
                text = json.dumps(dict(shape.properties), sort_keys=True)
                by_account = int(columns.run_by_account[run])
                acts.append((int(columns.times[row]), shape.kind, text, is_void, recorded, by_account))
            times = [int(columns.times[row]) for row in range(columns.run_starts[run], columns.run_ends[run])]
            assert times == sorted(times)
        facts = range(columns.fact_offsets[place], columns.fact_offsets[place + 1])
        resets = range(columns.reset_offsets[place], columns.reset_offsets[place + 1])
        document[int(number)] = (
            sorted(acts),
            [(int(columns.fact_times[n]), dict(columns.states[columns.fact_states[n]])) for n in facts],
            [(int(columns.reset_times[n]), columns.whys[columns.reset_whys[n]]) for n in resets],
        )
    return document


def history_in(columns: Columns, whom: int) -> History:
    """The history the columns tell of a person, as the judge reads one."""
    acts, facts, resets = said(columns)[whom]
    names = {name for _, state in facts for name in state} or {"person.nothing"}
    return History(
        acts=tuple(
            Act(n, f"{n:05}", kind, moment(at), json.loads(text), by_account=bool(by_account))
            for n, (at, kind, text, is_void, _, by_account) in enumerate(acts)
            if not is_void
        ),
        facts=tuple(FactChange(name, state.get(name), moment(at)) for at, state in facts for name in sorted(names)),
        resets=tuple(Reset(moment(at), why) for at, why in resets),
    )


def moment(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def anew(tmp_path: Path, **asked: Any) -> Columns:
    return open_columns(now=LATER, folder=tmp_path / f"anew-{Random().random()}", **asked)


class Life:
    """Random entries of every sort, each through the actions of its package."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random, self.folder, self.at = Random(seed), folder, FOUNDED + timedelta(days=1)
        self.emails = [f"{name}@firm{n % 2}.example" for n, name in enumerate("abcde")]
        self.acts: list[int] = []
        self.voided: list[int] = []
        self.merged: list[int] = []
        self.persons = [person(email, at=FOUNDED) for email in self.emails[:4]]

    def step(self) -> None:
        self.at += timedelta(hours=self.random.randrange(1, 40))
        deeds = [self.act] * 6 + [self.late, self.raw, self.void, self.restore, self.merge, self.unmerge, self.reset]
        self.random.choice([*deeds, self.fact, self.fact, self.company_fact, self.visit, self.seal])()

    def act(self, at: datetime | None = None) -> None:
        kind, properties = self.random.choice(
            [("page.viewed", {"path": "/pricing"}), ("page.viewed", {"path": "/", "title": f"{self.at}"}),
             ("webinar.attended", {"webinar": "w"}), ("form.submitted", {"form": "contact"}), ("asset.downloaded", {})]
        )  # fmt: skip
        self.acts.append(act(self.random.choice(self.emails), kind, at or self.at, **properties))

    def late(self) -> None:
        self.act(self.at - timedelta(days=self.random.randrange(1, 20)))

    def raw(self) -> None:
        """An opened mail of which the client says that a machine did it: that is no standard property."""
        seen = people.recognise(
            [Identifier(IdentityKind.EMAIL, self.random.choice(self.emails))],
            happened_at=self.at, trusted=True, by=SYSTEM, now=self.at,
        )  # fmt: skip
        personal = {"raw": {"properties": {"machine": self.random.choice([True, False]), "message": ""}}}
        entry = NewEntry("mail.opened", self.at, seen.identity, facts={"message": "m"}, personal=personal)
        self.acts.append(append_one(entry, by=SYSTEM, now=self.at))

    def void(self) -> None:
        if self.acts:
            self.voided.append(self.random.choice(self.acts))
            engagement.void(self.voided[-1], "bot", by=SYSTEM, now=self.at)

    def restore(self) -> None:
        if self.voided:
            engagement.restore(self.voided.pop(), "no bot", by=SYSTEM, now=self.at)

    def merge(self) -> None:
        alive = sorted({known.survivor(one) for one in self.persons})
        if len(alive) > 2:
            kept, other = self.random.sample(alive, 2)
            linking.merge(kept, other, happened_at=self.at, by=SYSTEM, now=self.at)
            self.merged.append(other)

    def unmerge(self) -> None:
        if self.merged:
            linking.unmerge(self.merged.pop(), happened_at=self.at, by=SYSTEM, now=self.at)

    def reset(self) -> None:
        whom = known.survivor(self.random.choice(self.persons))
        entry = append_one(NewEntry("lead.recycled", self.at), by=SYSTEM, now=self.at)
        scoring.reset(whom, why="recycled", happened_at=self.at, entry=entry, now=self.at)

    def fact(self) -> None:
        whom, country = known.survivor(self.random.choice(self.persons)), self.random.choice(["DE", "AT", None])
        say_of_persons([Saying(whom, "country", country, self.at)], by=SYSTEM, now=self.at)

    def company_fact(self) -> None:
        company = known.person(self.random.choice(self.persons)).company
        if company is not None:
            size = self.random.choice([10, 50, 500])
            say_of_companies([Saying(company, "employees", size, self.at)], by=SYSTEM, now=self.at)

    def visit(self) -> None:
        """A visitor, known later by the form they send: their visits become somebody's."""
        device = Identifier(IdentityKind.ANONYMOUS, f"device-{self.random.randrange(4)}")
        whom = [device]
        if self.random.random() < 0.5:
            whom.append(Identifier(IdentityKind.EMAIL, self.random.choice(self.emails)))
        seen = people.recognise(whom, happened_at=self.at, trusted=True, by=SYSTEM, now=self.at)
        entry = NewEntry("page.viewed", self.at, identity=seen.identity, facts={"path": "/"})
        self.acts.append(append_one(entry, by=SYSTEM, now=self.at))

    def seal(self) -> None:
        ledger.sequence()
        sealing.seal(now=self.at, min_rows=1, folder=self.folder)
        compacting.compact(now=self.at, folder=self.folder, fanout=2)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 40))])
def test_brought_up_to_date_is_made_anew_is_what_the_judge_reads(seed: int, settings: Any, tmp_path: Path) -> None:
    found(pact=pact_text())
    life, pact = Life(seed, Path(settings.SEGMENTS)), parse_pact(pact_text())
    open_columns(now=life.at)
    for _ in range(6):
        for _ in range(8):
            life.step()
        kept = open_columns(now=life.at)
        assert said(kept) == said(anew(tmp_path))
    accounts = open_columns(now=life.at, accounts=True)
    histories = scores.histories(known.person_ids(), counts_accounts=True)
    assert set(histories) == set(said(accounts))
    for whom, history in histories.items():
        told = judge(pact, history_in(accounts, whom), LATER, trace=True)
        live = judge(pact, history, LATER, trace=True)
        assert (told.intervals, told.course, told.scores) == (live.intervals, live.course, live.scores)


def test_bringing_up_to_date_does_not_read_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found()
    person("a@firm.example")
    act("a@firm.example", "page.viewed", utc("2026-02-01 10:00"), path="/")
    assert bring_up_to_date(now=LATER).anew == "there are none"
    monkeypatch.setattr(cache, "build", None)  # whoever calls it fails
    act("a@firm.example", "page.viewed", utc("2026-02-01 11:00"), path="/b")
    fresh = bring_up_to_date(now=LATER)
    assert (fresh.acts, fresh.added, fresh.anew) == (2, 1, "")
    assert bring_up_to_date(now=LATER).added == 0


def test_a_draft_that_asks_for_another_property_or_fact_gets_it() -> None:
    found()
    whom = person("a@firm.example")
    act("a@firm.example", "page.viewed", utc("2026-02-01 10:00"), path="/", title="Prices")
    say_of_persons([Saying(whom, "country", "AT", LATER)], by=SYSTEM, now=LATER)
    before = open_columns(now=LATER)
    assert "title" not in before.known_shapes[0].properties
    assert not any("person.country" in state for state in before.states)
    text = pact_text().replace("{path: {starts_with: /pricing}}", "{title: {contains: prices}}")
    asked = open_columns(now=LATER, pacts=[parse_pact(text)])
    again = open_columns(now=LATER)  # a draft that is being tried must not make them twice for the next look
    for columns in (asked, again):
        assert columns.known_shapes[0].properties["title"] == "Prices"
        assert any(state.get("person.country") == "AT" for state in columns.states)


@pytest.mark.long
@pytest.mark.parametrize("point", ["append", "files", "before-mark", "after-mark"])
def test_cut_off_at_any_step_the_columns_are_the_old_ones_or_the_new_ones(
    point: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:

    def die(*_: object) -> None:
        raise PowerCut

    found()
    whom = person("a@firm.example")
    act("a@firm.example", "page.viewed", utc("2026-02-01 10:00"), path="/")
    before = said(open_columns(now=LATER))
    entry = act("a@firm.example", "page.viewed", utc("2026-02-01 11:00"), path="/b")
    engagement.void(entry, "bot", by=SYSTEM, now=LATER)
    person("b@firm.example")
    monkeypatch.setenv("LEADPACT_FAULT", f"cache:{point}" if point.endswith("mark") else f"cache:after-{point}")
    monkeypatch.setattr(os, "kill", die)
    with pytest.raises(PowerCut):
        bring_up_to_date(now=LATER)
    monkeypatch.delenv("LEADPACT_FAULT")
    kept, after = said(open_columns(now=LATER, fresh=False)), said(anew(tmp_path))
    assert kept == (after if point == "after-mark" else before)
    assert len(after[whom][0]) == 2
    assert said(open_columns(now=LATER)) == after


def test_columns_that_are_damaged_or_of_another_ledger_are_made_anew(settings: Any) -> None:
    found()
    person("a@firm.example")
    act("a@firm.example", "page.viewed", utc("2026-02-01 10:00"), path="/")
    whole = said(open_columns(now=LATER))
    for file in sorted(Path(settings.REPLAY).glob("*/times.column")):
        file.write_bytes(b"")
    assert said(open_columns(now=LATER)) == whole
    mark = Path(settings.REPLAY) / "mark.json"
    mark.write_text(mark.read_text().replace('"chain": "', '"chain": "00'))
    assert bring_up_to_date(now=LATER).anew == "they are of another ledger"


def test_too_many_shapes_leave_out_what_no_pact_names(monkeypatch: pytest.MonkeyPatch) -> None:
    found()
    person("a@firm.example")
    for number in range(6):
        at = utc("2026-02-01 10:00") + timedelta(minutes=number)
        act("a@firm.example", "webinar.attended", at, webinar="w", minutes=number)
        act("a@firm.example", "page.viewed", at, path=f"/{number}")
    assert len(open_columns(now=LATER).known_shapes) == 12
    monkeypatch.setattr("leadpact.scoring.replay.acts.MOST_SHAPES", 8)
    monkeypatch.setattr(building, "MOST_SHAPES", 8)
    bring_up_to_date(now=LATER, anew=True)
    shapes = open_columns(now=LATER).known_shapes
    assert [shape.properties for shape in shapes if shape.kind == "webinar.attended"] == [{"webinar": "w"}]
    assert len(shapes) == 7  # the pact asks about paths, however many there are


def test_recorded_tells_when_an_act_was_known() -> None:
    found()
    person("a@firm.example")
    act("a@firm.example", "page.viewed", utc("2026-02-01 10:00"), path="/")
    columns = open_columns(now=LATER)
    assert columns.recorded is not None
    assert [int(one) for one in columns.recorded] == [microseconds(utc("2026-02-01 10:00"))]
