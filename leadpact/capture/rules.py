"""How somebody came to us: the first known touch and its channel.  Pure; the tables below are the whole rule.

Source: docs/reference/numbers.md, "First known touch".
"""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from leadpact.base.text import fold, registrable_domain
from leadpact.capture.types import Channel, Touch
from leadpact.engagement.types import ActRow

_PAID: Final = frozenset({"cpc", "ppc", "cpm", "cpv", "paid", "paidsearch", "paid-search", "paid_search", "sem", "ads"})
_PAID_SOCIAL: Final = frozenset({"paidsocial", "paid-social", "paid_social", "sponsored"})
_BY_MEDIUM: Final[Mapping[str, Channel]] = {
    "display": Channel.DISPLAY,
    "banner": Channel.DISPLAY,
    "retargeting": Channel.DISPLAY,
    "organic": Channel.ORGANIC_SEARCH,
    "social": Channel.SOCIAL,
    "social-media": Channel.SOCIAL,
    "social_media": Channel.SOCIAL,
    "email": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
    "mail": Channel.EMAIL,
    "newsletter": Channel.EMAIL,
    "event": Channel.EVENT,
    "webinar": Channel.WEBINAR,
    "referral": Channel.REFERRAL,
    "affiliate": Channel.REFERRAL,
    "partner": Channel.REFERRAL,
}
_BY_KIND: Final[Mapping[str, Channel]] = {
    "mail.opened": Channel.EMAIL,
    "mail.clicked": Channel.EMAIL,
    "mail.replied": Channel.EMAIL,
    "social.responded": Channel.SOCIAL,
    "event.attended": Channel.EVENT,
    "webinar.registered": Channel.WEBINAR,
    "webinar.attended": Channel.WEBINAR,
}
# What an act must be or carry to tell how somebody came; anything else is a step inside our own pages.
TELLING_KINDS: Final = frozenset({*_BY_KIND, "ad.clicked"})
TELLING_PROPERTIES: Final = ("campaign", "utm_campaign", "utm_source", "utm_medium", "referrer")
_SEARCH: Final = frozenset(
    {"google", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "startpage", "baidu", "yandex", "brave", "naver"}
)
_SOCIAL: Final = frozenset(
    {
        "facebook", "fb", "instagram", "ig", "linkedin", "lnkd", "twitter", "x", "t", "youtube", "youtu", "tiktok",
        "reddit", "pinterest", "xing", "mastodon", "threads", "bsky", "whatsapp", "telegram",
    }
)  # fmt: skip
_MAIL_HOSTS: Final = ("mail.", "outlook.", "webmail.")
_MAIL_SOURCES: Final = frozenset({"newsletter", "email", "e-mail", "mail"})


def first_touch(acts: Iterable[ActRow], campaigns: Mapping[str, tuple[int, str]], own_domains: frozenset[str]) -> Touch:
    """Return the earliest act that tells how they came to us, with its campaign and channel.

    campaigns    folded name -> (number, its own channel or "")
    own_domains  registrable; a referrer there is a click inside our own pages and tells nothing

    Where no act tells, the earliest act of all, as direct; no acts at all: an empty touch.
    """
    in_time = sorted(acts, key=lambda act: (act.happened_at, act.key))
    for act in in_time:
        name, found = campaign_name(act), channel_of(act, own_domains)
        number, own_channel = campaigns.get(fold(name), (None, ""))
        if name or found is not Channel.DIRECT:
            said = Channel.OTHER if found is Channel.DIRECT else found
            return Touch(number, name, own_channel or said.value, act.happened_at)
    return Touch(channel=Channel.DIRECT.value, happened_at=in_time[0].happened_at) if in_time else Touch()


def campaign_name(act: ActRow) -> str:
    """Return the campaign an act names, "" for none; our own word wins over the link's."""
    return _said(act, "campaign") or _said(act, "utm_campaign")


def channel_of(act: ActRow, own_domains: frozenset[str]) -> Channel:
    """Return how one act says that it came: by its UTM words, else its kind, else the page before it."""
    medium, source = _said(act, "utm_medium").casefold(), _said(act, "utm_source").casefold()
    if medium or source:
        return _of_utm(medium, source)
    if act.kind == "ad.clicked":
        return Channel.DISPLAY
    if act.kind in _BY_KIND:
        return _BY_KIND[act.kind]
    return _of_referrer(_said(act, "referrer"), _host(_said(act, "url")), own_domains)


def _of_utm(medium: str, source: str) -> Channel:
    is_social = _name_of(source) in _SOCIAL
    if medium in _PAID_SOCIAL or (medium in _PAID and is_social):
        return Channel.PAID_SOCIAL
    if medium in _PAID:
        return Channel.PAID_SEARCH
    if medium == "organic" and is_social:
        return Channel.SOCIAL
    if medium in _BY_MEDIUM:
        return _BY_MEDIUM[medium]
    if is_social:
        return Channel.SOCIAL
    if source in _MAIL_SOURCES:
        return Channel.EMAIL
    return Channel.ORGANIC_SEARCH if _name_of(source) in _SEARCH else Channel.OTHER


def _of_referrer(referrer: str, own_host: str, own_domains: frozenset[str]) -> Channel:
    host = _host(referrer)
    domain = registrable_domain(host) if host else None
    if domain is None or domain in own_domains or domain == registrable_domain(own_host):
        return Channel.DIRECT
    if host.startswith(_MAIL_HOSTS):
        return Channel.EMAIL
    if _name_of(domain) in _SEARCH:
        return Channel.ORGANIC_SEARCH
    return Channel.SOCIAL if _name_of(domain) in _SOCIAL else Channel.REFERRAL


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as http://[
        return ""


def _name_of(source: str) -> str:
    """Return "google" for "google", "google.co.uk" and "www.google.com"."""
    if "." not in source:
        return source
    return (registrable_domain(source) or source).partition(".")[0]


def _said(act: ActRow, name: str) -> str:
    value = act.properties.get(name)
    return value.replace("\x00", "").strip()[:200] if isinstance(value, str) else ""
