"""Half-life without floats: a table of whole numbers, the same on every machine."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

ONE = 1_000_000_000
POINT = 1000
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=64)
def table(half_life_days: int, ages: int) -> tuple[int, ...]:
    """Return what is left of `ONE` at each age below `ages` days: `ONE` x 2^(-age / half-life), half to even.

    Counted with 60 decimal digits, so no entry is off by one.
    """
    left = []
    for age in range(ages):
        exponent = EXACT.divide(Decimal(-age), Decimal(half_life_days))
        exact = EXACT.multiply(EXACT.power(Decimal(2), exponent), Decimal(ONE))
        left.append(int(exact.to_integral_value(rounding=ROUND_HALF_EVEN, context=EXACT)))
    return tuple(left)


@lru_cache(maxsize=4096)
def values(credit: int, half_life_days: int) -> tuple[int, ...]:
    """Return what a credit in milli-points is worth at each age in days, as long as it is at least one point."""
    # 2^k > |credit| / POINT halvings bring any credit under a point.
    ages = half_life_days * (abs(credit) // POINT).bit_length() + 1
    worth = []
    for left in table(half_life_days, ages):
        value = rounded_half_even(credit * left, ONE)
        if abs(value) < POINT:
            break
        worth.append(value)
    return tuple(worth)


def rounded_half_even(number: int, divisor: int) -> int:
    """Return number / divisor as the nearest whole number, the even one when both are as near."""
    whole, rest = divmod(number, divisor)
    if rest * 2 > divisor or (rest * 2 == divisor and whole % 2):
        return whole + 1
    return whole
