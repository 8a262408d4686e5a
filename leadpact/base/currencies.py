"""The currencies of ISO 4217: which exist, how many decimals they have, how they are marked."""

from typing import Final

# ISO 4217, list one, as amended to 2025, without funds, metals and codes for testing.
_LISTED: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
    PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CODES: Final = frozenset(_LISTED.split())
_LISTED_WITHOUT: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITHOUT_DECIMALS: Final = frozenset(_LISTED_WITHOUT.split())
_WITH_THREE: Final = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))

# Casefolded; the first is meant when nothing else is known, the others when they are expected.
SYMBOLS: Final = {
    "€": ("EUR",),
    "£": ("GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP"),
    "$": (
        *("USD", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "FJD", "GYD", "HKD", "JMD", "KYD", "LRD"),
        *("MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "XCD", "ARS", "CLP", "COP", "UYU", "DOP"),
    ),
    "us$": ("USD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "r$": ("BRL",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₪": ("ILS",),
    "₴": ("UAH",),
    "₽": ("RUB",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "fr.": ("CHF",),
    "sfr.": ("CHF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "dhs": ("AED",),
}
SYMBOL_OF: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩"}


def is_currency(code: str) -> bool:
    """Return whether `code`, in capitals, is a currency in use."""
    return code in _CODES


def exponent_of(code: str) -> int:
    """Return the number of decimals of a currency: 2 for most, 0 for JPY, 3 for KWD."""
    return 0 if code in _WITHOUT_DECIMALS else 3 if code in _WITH_THREE else 2
