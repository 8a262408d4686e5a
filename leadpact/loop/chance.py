"""How far a share may lie from the true one when few rows are behind it.  Pure, in decimals: no floats."""

from decimal import Decimal
from typing import Final

FEW: Final = 200  # from so many on, the interval is narrow enough to leave out
Z_80: Final = Decimal("1.2815515655")  # the standard normal's 90 % point: 80 % lie between it and its negative


def wilson(hits: int, n: int, *, z: Decimal = Z_80) -> tuple[Decimal, Decimal] | None:
    """Return the Wilson score interval of the share hits ÷ n, four decimals; None where n is 0.

    z   how sure: 1.2816 for 80 %, 1.96 for 95 %

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927) 209-212; recommended for few cases by Brown, Cai and DasGupta,
    "Interval estimation for a binomial proportion", Statistical Science 16 (2001) 101-133.
    """
    if n == 0:
        return None
    share, size, squared = Decimal(hits) / n, Decimal(n), z * z
    middle = share + squared / (2 * size)
    reach = z * (share * (1 - share) / size + squared / (4 * size * size)).sqrt()
    whole = 1 + squared / size
    low, high = (middle - reach) / whole, (middle + reach) / whole
    return _four(max(low, Decimal(0))), _four(min(high, Decimal(1)))


def _four(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.0001"))
