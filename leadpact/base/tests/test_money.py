"""Money: read from messy text without loss, shown for people, never mixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadpact.base.currencies import exponent_of
from leadpact.base.money import (
    LARGEST_MINOR,
    BadMoney,
    MixedCurrencies,
    Money,
    UnknownCurrency,
    decimal_text,
    format_money,
    parse_money,
    total,
    total_by_currency,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor", "named"),
    [
        ("776,233.53", "AED", 77_623_353, "AED"),
        ("1.234,56 €", "", 123_456, "EUR"),
        ("£48,000", "", 4_800_000, "GBP"),
        ("AED 2,353,000.0", "", 235_300_000, "AED"),
        ("2353000.0", "AED", 235_300_000, "AED"),  # as pandas writes it
        ("166.48", "AED", 16_648, "AED"),
        ("48.000", "EUR", 4_800_000, "EUR"),  # three digits after one sign: thousands
        ("48,000", "EUR", 4_800_000, "EUR"),
        ("48,5", "EUR", 4_850, "EUR"),
        ("0.125", "KWD", 125, "KWD"),  # nothing but decimals can follow a lone 0
        ("0,500", "EUR", 50, "EUR"),
        ("12345.500", "EUR", 1_234_550, "EUR"),  # five digits are no group, so the point is decimal
        ("1.250,125", "KWD", 1_250_125, "KWD"),
        ("1,234,567", "KWD", 1_234_567_000, "KWD"),
        ("¥12,500", "", 12_500, "JPY"),
        ("¥12,500", "CNY", 1_250_000, "CNY"),  # the symbol fits what is expected
        ("$5", "CAD", 500, "CAD"),
        ("12,34,567.00", "INR", 123_456_700, "INR"),  # grouped as in India
        ("1'234.50", "CHF", 123_450, "CHF"),
        ("CHF 1’234.50", "", 123_450, "CHF"),
        ("1 234,56 kr", "NOK", 123_456, "NOK"),
        ("1\u202f234,56\u00a0€", "EUR", 123_456, "EUR"),  # thin and fixed spaces
        ("eur 7", "", 700, "EUR"),
        ("7 EUR", "EUR", 700, "EUR"),
        ("-5", "EUR", -500, "EUR"),
        ("\u22125", "EUR", -500, "EUR"),  # the typographic minus
        ("-£5.10", "", -510, "GBP"),
        ("£-5.10", "", -510, "GBP"),
        ("(5.10)", "EUR", -510, "EUR"),  # as accountants write it
        ("+5", "EUR", 500, "EUR"),
        (".5", "EUR", 50, "EUR"),
        ("5.", "EUR", 500, "EUR"),
        ("0", "EUR", 0, "EUR"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, currency: str, minor: int, named: str) -> None:
    assert parse_money(text, currency) == Money(minor, named)


@pytest.mark.parametrize(
    ("text", "sign", "minor"),
    [("1.234", ".", 1_234), ("1.234", ",", 1_234_000), ("1,234", ",", 1_234), ("1,234.5", ".", 1_234_500)],
)
def test_a_known_decimal_sign_ends_the_guessing(text: str, sign: str, minor: int) -> None:
    assert parse_money(text, "KWD", decimal_sign=sign) == Money(minor, "KWD")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("-", "EUR"),
        ("n/a", "EUR"),
        ("48k", "EUR"),
        ("5", ""),  # no currency anywhere
        ("£5", "EUR"),  # another one than expected
        ("€ 5 EUR", "EUR"),
        ("1,23,4", "EUR"),
        ("1.234.56", "EUR"),
        ("1,234.567.890", "EUR"),
        ("1.2,3.4", "EUR"),
        ("1,234", "KWD"),  # 1,234 dinars or 1.234
        ("1.255,555", "EUR"),  # half a cent
        ("12.5", "JPY"),
        ("--5", "EUR"),
        ("-(5)", "EUR"),
        ("-£-5", "GBP"),
        ("5-6", "EUR"),
        ("٥", "EUR"),  # digits of another script are not guessed
        ("1e5", "EUR"),
        ("nan", "EUR"),
        ("9999999999999999999", "EUR"),
    ],
)
def test_text_that_is_no_clear_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(BadMoney) as caught:
        parse_money(text, currency)
    assert caught.value.what_to_do
    assert caught.value.details["text"] == text


@pytest.mark.parametrize(("text", "currency"), [("ABC 5", ""), ("5", "XXX"), ("5", "eur")])
def test_a_currency_nobody_knows_is_named(text: str, currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        parse_money(text, currency)
    with pytest.raises(UnknownCurrency):
        Money(1, "ABC")


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(4_800_000, "GBP"), "£48,000"),
        (Money(77_623_353, "AED"), "AED 776,233.53"),
        (Money(123_450, "EUR"), "€1,234.50"),
        (Money(5, "EUR"), "€0.05"),
        (Money(-4_800_000, "GBP"), "-£48,000"),
        (Money(-5, "AED"), "-AED 0.05"),
        (Money(12_500, "JPY"), "¥12,500"),
        (Money(1_250, "KWD"), "KWD 1.250"),
        (Money(1_005, "KWD"), "KWD 1.005"),
        (Money(0, "USD"), "$0"),
        (Money(222_554_400_000, "AED"), "AED 2,225,544,000"),
    ],
)
def test_an_amount_is_shown_with_decimals_only_if_it_has_any(money: Money, shown: str) -> None:
    assert format_money(money) == shown


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(["EUR", "GBP", "JPY", "KWD", "AED", "USD", "CLP"]))
def test_what_is_shown_or_written_reads_back_as_the_same_amount(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    sign = "." if exponent_of(currency) == 3 else ""
    assert parse_money(format_money(money), currency, decimal_sign=sign) == money
    assert parse_money(decimal_text(money), currency, decimal_sign=sign) == money


@given(st.text("0123456789.,-+()€$ EURk\u202f'", max_size=10))
def test_any_text_reads_or_is_refused_with_a_code(text: str) -> None:
    try:
        money = parse_money(text, "EUR")
    except (BadMoney, UnknownCurrency):
        return
    assert parse_money(decimal_text(money), "EUR") == money


def test_one_currency_adds_up() -> None:
    ten, four = Money(1_000, "EUR"), Money(400, "EUR")
    assert ten + four == Money(1_400, "EUR")
    assert four - ten == Money(-600, "EUR")
    assert total([ten, four, four], "EUR") == Money(1_800, "EUR")
    assert total([], "EUR") == Money(0, "EUR")


def test_two_currencies_never_meet_in_one_sum() -> None:
    with pytest.raises(MixedCurrencies) as caught:
        Money(1, "EUR") + Money(1, "USD")
    assert caught.value.details == {"currencies": ["EUR", "USD"]}
    with pytest.raises(MixedCurrencies):
        Money(1, "EUR") - Money(1, "USD")
    with pytest.raises(MixedCurrencies):
        total([Money(1, "USD")], "EUR")
    sums = total_by_currency([Money(1, "USD"), Money(2, "EUR"), Money(3, "USD")])
    assert sums == (Money(2, "EUR"), Money(4, "USD"))
