"""The page on numbers says what the query files say."""

from pathlib import Path

from leadpact.loop.reference import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "numbers.md"


def test_the_page_on_numbers_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run python -m leadpact.loop.reference > docs/reference/numbers.md"
    )
