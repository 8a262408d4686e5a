"""Sums of money on pages and in spreadsheets; currencies stand side by side and are never added."""

from collections.abc import Iterable

from leadpact.base.money import Money, decimal_text, format_money


def say_sums(sums: Iterable[Money]) -> str:
    """ "£15,900" or "£15,900 + €300"; "–" for nothing at all."""
    return " + ".join(format_money(each) for each in sums) or "–"


def plain_sums(sums: Iterable[Money]) -> str:
    """As a spreadsheet adds it up, with the currency where there are several."""
    known = list(sums)
    if len(known) == 1:
        return decimal_text(known[0])
    return " + ".join(f"{decimal_text(each)} {each.currency}" for each in known)


def currencies(sums: Iterable[Money]) -> str:
    return " ".join(each.currency for each in sums)
