"""Wilson's interval against published values, and one worked by hand."""

from decimal import Decimal

import pytest

from leadpact.loop.chance import Z_80, wilson

Z_95 = Decimal("1.959964")


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_the_interval_is_the_published_one(hits: int, n: int, low: str, high: str) -> None:
    assert wilson(hits, n, z=Z_95) == (Decimal(low), Decimal(high))


def test_the_usual_interval_is_worked_by_hand() -> None:
    # 5 of 10: z² = 1.642374, so the whole is 1 + 0.1642374; the middle stays 0.5.
    # Reach: 1.2815516 × sqrt(0.25 / 10 + 1.642374 / 400) ÷ 1.1642374 = 1.2815516 × 0.1705993 ÷ 1.1642374 = 0.187788.
    assert wilson(5, 10) == (Decimal("0.3122"), Decimal("0.6878"))
    assert pytest.approx(Decimal("1.6423744"), abs=Decimal("0.0000001")) == Z_80 * Z_80


def test_all_and_none_are_never_sure() -> None:
    none, everything = wilson(0, 3), wilson(3, 3)
    assert none is not None
    assert everything is not None
    assert none[0] == 0 < none[1] < 1
    assert everything == (1 - none[1], 1 - none[0])
    assert wilson(0, 0) is None
