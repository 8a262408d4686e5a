"""Places in a list: what goes in comes out, and what was not made here is refused."""

from datetime import UTC, date, datetime

import pytest

from leadpact.base import cursor


def test_a_place_comes_back_as_it_was_put_in() -> None:
    text = cursor.encode("Zoë", 7, date(2026, 3, 9), datetime(2026, 3, 9, 8, tzinfo=UTC))
    assert text.replace("-", "").replace("_", "").isalnum()  # safe in a URL
    assert cursor.decode(text, str, int, str, str) == ("Zoë", 7, "2026-03-09", "2026-03-09T08:00:00+00:00")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", (int,)),
        ("é", (int,)),
        ("!!!", (int,)),
        (cursor.encode(1, 2), (int,)),  # of another list
        (cursor.encode("1"), (int,)),
        (cursor.encode(1), (str,)),
        ("W3RydWVd", (int,)),  # [true]
        ("W251bGxd", (int,)),  # [null]
        ("eyJhIjoxfQ", (int,)),  # an object
        (cursor.encode(2**63), (int,)),  # neither database holds it
        ("W1tbW1tbW1tb" * 150, (int,)),
        ("A" * 3_000, (int,)),
    ],
)
def test_what_is_no_place_is_refused(text: str, kinds: tuple[type[int] | type[str], ...]) -> None:
    with pytest.raises(cursor.BadCursor):
        cursor.decode(text, *kinds)
