"""Several questions in one statement: each gets its own rows, in its own order, with moments that are moments."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.ledger import by_hand
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry

pytestmark = pytest.mark.django_db

NINE, TEN = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, 0, 0, 500, tzinfo=UTC)


def question(about: str) -> by_hand.Question[list[tuple[datetime, str]]]:
    return by_hand.Question(
        "SELECT happened_at, CAST(facts AS text) FROM ledger_entry WHERE about = %s AND NOT (about = '')",
        (about,), 2, lambda rows: [(by_hand.moment(at), by_hand.document(facts)["n"]) for at, facts in rows],
        order=(0,),
    )  # fmt: skip


def test_each_question_gets_its_own_rows_in_its_own_order() -> None:
    for about, at, said in (("a:1", TEN, "later"), ("a:1", NINE, "first"), ("b:1", TEN, "other")):
        append_one(NewEntry("note.added", at, about=about, facts={"n": said}), by="system", now=TEN)
    first, second, none = question("a:1"), question("b:1"), question("c:1")
    with CaptureQueriesContext(connection) as seen:
        found = by_hand.at_once(first, second, none)
    assert len(seen) == 1
    assert found.to(first) == [(NINE, "first"), (TEN, "later")]
    assert found.to(second) == [(TEN, "other")]
    assert found.to(none) == []
