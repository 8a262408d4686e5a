"""Points as they are written."""

import pytest

from leadpact.web.shell.thresholds import say_change, say_points


@pytest.mark.parametrize(
    ("milli", "said"), [(78_000, "78"), (12_500, "12.5"), (0, "0"), (-12_000, "\u221212"), (1, "0.001")]
)
def test_points_are_written_without_needless_decimals(milli: int, said: str) -> None:
    assert say_points(milli) == said


def test_a_change_carries_its_sign() -> None:
    assert (say_change(8_000), say_change(-12_000)) == ("+8", "\u221212")
