"""When a pact is looked at again, and how long the answer to a dispute may take."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from leadpact.pact.document import default_pact_text, pact_digest, parse_pact
from leadpact.pact.errors import BadPact
from leadpact.pact.reviews import dispute_term, review_day
from leadpact.pact.rules import lint
from leadpact.pact.sentences import plain, sentences
from leadpact.pact.types import Pact, PactInForce, PromiseKind, PromiseTerm, Side

REVIEW = "review: every 3 months"
DISPUTE = "    - {promise: dispute, within: 2wd}"


def pact_with(review: str, *, zone: str = "UTC") -> Pact:
    return parse_pact(default_pact_text(zone).replace(REVIEW, f"review: {review}"))


def day_of(review: str, since: datetime, *, zone: str = "UTC") -> date:
    return review_day(PactInForce(1, pact_with(review, zone=zone), since))


@pytest.mark.parametrize(
    ("review", "since", "day"),
    [
        ("every 3 months", datetime(2026, 1, 5, 9, tzinfo=UTC), date(2026, 4, 5)),
        ("every month", datetime(2026, 12, 5, 9, tzinfo=UTC), date(2027, 1, 5)),  # over the year's end
        ("every 3 months", datetime(2025, 11, 30, 9, tzinfo=UTC), date(2026, 2, 28)),  # no 30 February
        ("every month", datetime(2028, 1, 31, 9, tzinfo=UTC), date(2028, 2, 29)),  # a leap year
        ("every 12 months", datetime(2026, 3, 1, 9, tzinfo=UTC), date(2027, 3, 1)),
        ("2027-03-01", datetime(2026, 1, 5, 9, tzinfo=UTC), date(2027, 3, 1)),  # a day is that day, whenever it began
    ],
)
def test_a_pact_is_looked_at_again_so_many_months_after_it_came_in_force(
    review: str, since: datetime, day: date
) -> None:
    assert day_of(review, since) == day


def test_a_pact_that_holds_from_before_anybody_agreed_to_it_is_counted_from_then() -> None:
    always, agreed = datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 1, 5, 9, tzinfo=UTC)
    held = PactInForce(1, pact_with("every 3 months"), always, agreed)
    assert review_day(held) == date(2026, 4, 5)
    ahead = datetime(2026, 2, 1, 9, tzinfo=UTC)  # agreed to in January, in force from February
    assert review_day(replace(held, since=ahead)) == date(2026, 5, 1)


def test_the_day_is_that_of_the_pacts_zone() -> None:
    # 23:30 in London on 5 January is half past eight on the 6th in Tokyo.
    late = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert day_of("every month", late, zone="Asia/Tokyo") == date(2026, 2, 6)


def test_a_document_from_before_these_words_says_the_same_and_keeps_its_digest() -> None:
    text = default_pact_text()
    older = parse_pact(text.replace(f"{REVIEW} ", "# ").replace(f"{DISPUTE} ", "    # "))
    assert [term.kind for term in older.promises] == ["offer", "answer", "attempts", "feedback"]
    assert older.review == "every 3 months"
    assert dispute_term(older) == PromiseTerm(PromiseKind.DISPUTE, Side.SALES, "2wd")
    assert plain(sentences(older)) == plain(sentences(parse_pact(text)))
    assert older.digest == pact_digest(replace(older, review="every 3 months"))
    assert older.digest != pact_digest(replace(older, review="every 4 months"))


def test_the_sentences_say_both() -> None:
    said = plain(sentences(pact_with("2027-03-01")))
    assert "Both heads look at the pact again on 2027-03-01." in said
    assert "The head of sales answers within 2 working days when marketing contests what became of a lead." in said
    assert "Both heads look at the pact again 1 month after it came in force." in plain(
        sentences(pact_with("every month"))
    )


@pytest.mark.parametrize("review", ["soon", "every 61 months", "every 0 months", "every 1 months", "1 March 2027"])
def test_what_is_no_review_is_a_fault_of_form(review: str) -> None:
    with pytest.raises(BadPact):
        pact_with(review)


def test_a_day_that_is_not_in_the_calendar_stops_the_pact() -> None:
    assert [found.code for found in lint(pact_with("2027-02-30"))] == ["bad_review"]


def test_a_partner_answers_no_dispute() -> None:
    text = default_pact_text().replace(f"{DISPUTE} ", "  partner:\n    - {promise: dispute, within: 1wd}  ")
    assert [found.code for found in lint(parse_pact(text))] == ["dispute_of_partner"]
