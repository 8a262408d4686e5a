"""Money in whole minor units, and the messy text in which companies write it.

No floats: an amount is a number of cents (yen, fils) and a currency.  Amounts
of two currencies never meet without a dated rate, so adding them is an error.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leadpact.base.currencies import SYMBOL_OF, SYMBOLS, exponent_of, is_currency
from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded

LARGEST_MINOR: Final = 10**18 - 1  # both databases hold it in eight bytes, and sums of several still
_SPACES: Final = re.compile(r"[\s_'’`]+")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}")


class BadMoney(BadInput):
    """Text that is no amount of money, or one that could mean two."""

    code = "bad_money"
    what_to_do = worded("Write digits with a point or a comma for the decimals and at most one currency: 1,234.56 EUR.")


class UnknownCurrency(BadInput):
    """A currency code that ISO 4217 does not list."""

    code = "unknown_currency"
    what_to_do = worded("Use the three letters of ISO 4217, such as EUR, GBP or AED.")


class MixedCurrencies(BadState):
    """Two currencies in one sum."""

    code = "mixed_currencies"
    what_to_do = worded("Show one sum for each currency.")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: 48,000 pounds are Money(4_800_000, "GBP")."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise UnknownCurrency(
                worded("{currency} is not a currency.", currency=repr(self.currency)),
                details={"currency": self.currency},
            )

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise MixedCurrencies(
                worded("{one} and {other} cannot be added.", one=self.currency, other=other.currency),
                details={"currencies": sorted((self.currency, other.currency))},
            )
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum, nothing in `currency` for no amounts; raises `MixedCurrencies`."""
    return sum(amounts, start=Money(0, currency))


def total_by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return one sum for each currency that occurs, in the order of their codes."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums))


def parse_money(text: str, currency: str = "", *, decimal_sign: str = "") -> Money:
    """Read an amount as people and spreadsheets write it: "1.234,56 €", "£48,000", "AED 776,233.53".

    currency      used when the text names none; "$", "¥" and "kr" then mean it too.
                  A text that names another one is refused.
    decimal_sign  "." or "," where the file's custom is known; guessed otherwise

    With both signs in the text the last one begins the decimals.  One sign alone that is followed by
    exactly three digits separates thousands, unless a lone 0 stands before it; where the currency has
    three decimals such a text could mean two amounts and is refused.  Nothing is rounded: digits
    below the smallest unit must be zero.  Raises `BadMoney` and `UnknownCurrency`.
    """
    if currency and not is_currency(currency):
        raise UnknownCurrency(
            worded("{currency} is not a currency.", currency=repr(currency)), details={"currency": currency}
        )
    written = unicodedata.normalize("NFC", text).replace("\u2212", "-").strip()
    negative, written = _without_sign(written)
    named, number = _split_currency(written, currency, text)
    inner_sign, number = _without_sign(number)
    number = _SPACES.sub("", number)
    if not re.fullmatch(r"[0-9][0-9.,]*|[.,][0-9]+", number) or (negative and inner_sign):
        raise _unreadable(text)
    whole, decimals = _split_decimals(number, exponent_of(named), decimal_sign, text)
    minor = _minor(whole, decimals, exponent_of(named), text)
    return Money(-minor if negative or inner_sign else minor, named)


def _unreadable(text: str) -> BadMoney:
    return BadMoney(worded("{text} is not an amount of money.", text=repr(text)), details={"text": text})


def _without_sign(text: str) -> tuple[bool, str]:
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.startswith("-"):
        return True, text[1:].strip()
    return False, text.removeprefix("+").strip()


def _split_currency(written: str, currency: str, text: str) -> tuple[str, str]:
    """Return the currency and the rest, from a code or symbol at one end."""
    found = re.fullmatch(r"([^0-9.,()\-]*)(-?\s*[0-9.,][0-9.,\s_'’`]*)([^0-9.,()\-]*)", written)
    marks = [mark for mark in (found[1].strip(), found[3].strip()) if mark] if found else []
    if found is None or len(marks) > 1:
        raise _unreadable(text)
    named = _currency_of(marks[0], currency, text) if marks else currency
    if not named:
        raise BadMoney(worded("{text} names no currency.", text=repr(text)), details={"text": text})
    if currency and named != currency:
        message = worded(
            "{text} is in {named}, but {currency} is expected.", text=repr(text), named=named, currency=currency
        )
        raise BadMoney(message, details={"text": text, "currency": named})
    return named, found[2]


def _currency_of(mark: str, expected: str, text: str) -> str:
    folded = mark.casefold()
    if is_currency(mark.upper()):
        return mark.upper()
    if expected in SYMBOLS.get(folded, ()):
        return expected
    if folded in SYMBOLS:
        return SYMBOLS[folded][0]
    if re.fullmatch(r"[A-Za-z]{3}", mark):
        raise UnknownCurrency(
            worded("{text}: {mark} is not a currency.", text=repr(text), mark=repr(mark)), details={"currency": mark}
        )
    raise _unreadable(text)


def _split_decimals(number: str, exponent: int, decimal_sign: str, text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal sign, the first still with their separators."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number, ""
    sign, before, after = number[last], number[:last], number[last + 1 :]
    if decimal_sign:
        whole, _, decimals = number.partition(decimal_sign)
        return whole, decimals
    if sign in before:
        return number, ""  # 1,234,567
    if {".", ","} <= set(number):
        return before, after  # 1.234,56
    if len(after) != 3 or not re.fullmatch(r"[1-9][0-9]{0,2}", before):
        return before, after  # 48.5, 0.125 or 12345.678
    if exponent == 3:
        raise BadMoney(worded("{text} could mean thousands or decimals.", text=repr(text)), details={"text": text})
    return number, ""


def _minor(whole: str, decimals: str, exponent: int, text: str) -> int:
    separators = set(whole) & {".", ","}
    if len(separators) == 2 or (separators and not _GROUPED.fullmatch(whole.replace(".", ","))):
        raise _unreadable(text)
    digits = re.sub(r"[.,]", "", whole)
    if decimals and not decimals.isdigit():
        raise _unreadable(text)
    if decimals[exponent:].strip("0"):
        message = worded("{text} is finer than the smallest unit of its currency.", text=repr(text))
        raise BadMoney(message, details={"text": text, "decimals": exponent})
    minor = int(digits + decimals[:exponent].ljust(exponent, "0") or "0")
    if minor > LARGEST_MINOR:
        raise BadMoney(worded("{text} is larger than any amount kept here.", text=repr(text)), details={"text": text})
    return minor


def format_money(money: Money) -> str:
    """Return the amount for a page: "£48,000", "AED 776,233.53"; decimals only if there are any."""
    exponent = exponent_of(money.currency)
    whole, rest = divmod(abs(money.minor), 10**exponent)
    number = f"{whole:,}" + (f".{rest:0{exponent}}" if rest else "")
    mark = SYMBOL_OF.get(money.currency, f"{money.currency} ")
    return f"{'-' if money.minor < 0 else ''}{mark}{number}"


def decimal_text(money: Money) -> str:
    """Return the amount for a file, with all decimals of its currency: "776233.53"."""
    exponent = exponent_of(money.currency)
    digits = str(abs(money.minor)).rjust(exponent + 1, "0")
    number = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    return f"-{number}" if money.minor < 0 else number
