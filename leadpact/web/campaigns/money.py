"""Sums of money on pages and in spreadsheets; currencies stand side by side and are never added."""

from collections.abc import Iterable

from leadpact.base.currencies import exponent_of
from leadpact.base.money import Money, decimal_text, format_money


def say_sums(sums: Iterable[Money]) -> str:
    """ "£15,900" or "£15,900 + €300"; "–" for nothing at all."""
    return " + ".join(format_money(each) for each in sums) or "–"


def say_about(sums: Iterable[Money]) -> str:
    """The same for a glance: without the pence of what is a hundred or more.  The rows behind it are exact."""
    return say_sums(rounded(each) for each in sums)


def rounded(amount: Money) -> Money:
    """Return the amount for a glance: without the pence of what is a hundred or more."""
    unit = 10 ** exponent_of(amount.currency)
    if abs(amount.minor) < 100 * unit:
        return amount
    return Money((amount.minor + unit // 2) // unit * unit, amount.currency)


def plain_sums(sums: Iterable[Money]) -> str:
    """As a spreadsheet adds it up, with the currency where there are several."""
    known = list(sums)
    if len(known) == 1:
        return decimal_text(known[0])
    return " + ".join(f"{decimal_text(each)} {each.currency}" for each in known)


def currencies(sums: Iterable[Money]) -> str:
    return " ".join(each.currency for each in sums)
