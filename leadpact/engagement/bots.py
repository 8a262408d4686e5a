"""Which hits were made by machines.  Pure: hits in, verdicts out, by the rules of a version.

What each version judges, in words: docs/reference/bots.md.  A version that was in use never changes; other rules
are the next version.  With a mail's sending at hand, more hits can only mean more verdicts: looking at a part of them
never accuses wrongly, and whoever looks again with more at hand finds what was overlooked.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

REASON: Final = "bot:"  # what the reason of a verdict begins with; the rule follows
TRAP: Final = "leadpact:trap"  # where the hidden link of a mail leads, as a hit names it
CLICKED, OPENED, VIEWED = "mail.clicked", "mail.opened", "page.viewed"
SENDINGS: Final = frozenset({"mail.sent", "mail.delivered"})


class Rule(StrEnum):
    """Why a hit was judged a machine's, the surest first: of several the first is named."""

    TRAP = "trap"
    SCANNER = "scanner"
    DATACENTRE = "datacentre"
    SOON = "soon"
    ALL_LINKS = "all_links"
    SPEED = "speed"
    MAIL_PRIVACY = "mail_privacy"


@dataclass(frozen=True)
class Hit:
    """One act as it can be judged; `sent_at`-like entries (mail.sent, mail.delivered) are hits too, never judged.

    agent, ip  "" where they are not known, or not any more
    message    the mail it belongs to, "" for none
    links      of a mail that was sent: how many links it has; 0: not known
    """

    entry: int
    identity: int
    kind: str
    happened_at: datetime
    agent: str = ""
    ip: str = ""
    message: str = ""
    link: str = ""
    links: int = 0


@dataclass(frozen=True)
class BotRules:
    """The rules of one version.

    scanners     programs that follow what stands in mails and on pages, as words of the agent
    datacentres  networks nobody reads mail from
    soon         a click that follows the mail sooner is a machine's
    together     all links of a mail within this are one machine's
    unknown      of a mail whose number of links is not known, so many different ones are "all"
    trap_around  clicks this close to one on the hidden link are the same machine's
    views        so many page views of one identity within `burst` no human makes
    privacy      whether opens by a mail program that opens everything beforehand are judged
    """

    version: int
    scanners: tuple[str, ...]
    datacentres: tuple[str, ...]
    soon: timedelta
    together: timedelta = timedelta(seconds=1)
    unknown: int = 3
    trap_around: timedelta = timedelta(seconds=60)
    views: int = 15
    burst: timedelta = timedelta(seconds=2)
    privacy: bool = True

    @property
    def looks_around(self) -> timedelta:
        """How far from a hit others can lie that decide on it."""
        return max(self.soon, self.together, self.trap_around, self.burst)


_SCANNERS: Final = (
    "barracuda", "proofpoint", "mimecast", "bitdefender", "symantec", "forcepoint", "fireeye", "trendmicro",
    "urldefense", "safelinks", "zscaler", "ironport", "cloudmark", "virustotal", "urlscan", "headlesschrome",
    "phantomjs", "googlebot", "bingbot", "yandexbot", "baiduspider", "duckduckbot", "applebot", "ahrefsbot",
    "semrushbot", "mj12bot", "dotbot", "petalbot", "gptbot", "claudebot", "ccbot", "bytespider", "slackbot",
    "facebookexternalhit", "linkedinbot", "twitterbot", "skypeuripreview", "whatsapp", "telegrambot", "discordbot",
)  # fmt: skip
_PROGRAMS: Final = (
    "python-requests", "python-urllib", "python-httpx", "aiohttp", "curl/", "wget/", "libwww-perl", "go-http-client",
    "scrapy", "java/", "apache-httpclient", "okhttp/", "node-fetch", "axios/",
)  # fmt: skip
# Microsoft's and Google's link scanning, Amazon's and Hetzner's, OVH's and DigitalOcean's rented machines: the large
# blocks alone.  Nobody's office or telephone is in them.
_DATACENTRES: Final = (
    "40.94.0.0/16", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17", "66.249.64.0/19", "3.208.0.0/12",
    "54.144.0.0/12", "34.64.0.0/10", "5.9.0.0/16", "88.198.0.0/16", "51.68.0.0/16", "54.36.0.0/16",
    "104.236.0.0/16", "159.89.0.0/16", "2a01:4f8::/29", "2001:41d0::/32",
)  # fmt: skip
_PROVIDERS: Final = ("google", "gmail", "yahoo", "aol", "apple", "icloud", "microsoft", "outlook", "fastmail", "proton")
_APPLE: Final = ip_network("17.0.0.0/8")
_APPLE_AGENT: Final = "Mozilla/5.0"

VERSIONS: Final[Mapping[int, BotRules]] = {
    rules.version: rules
    for rules in (
        BotRules(1, _SCANNERS, _DATACENTRES, soon=timedelta(seconds=3)),
        BotRules(2, (*_SCANNERS, *_PROGRAMS), _DATACENTRES, soon=timedelta(seconds=10), views=8),
    )
}
FIRST: Final = 1


def judge(hits: Iterable[Hit], rules: BotRules) -> dict[int, Rule]:
    """Return which of the hits, by entry, were made by machines, and by which rule."""
    found: dict[int, list[Rule]] = defaultdict(list)
    clicks: dict[tuple[int, str], list[Hit]] = defaultdict(list)
    sendings: dict[tuple[int, str], list[Hit]] = defaultdict(list)
    views: dict[int, list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=lambda each: (each.happened_at, each.entry)):
        if hit.kind in SENDINGS:
            sendings[hit.identity, hit.message].append(hit)
            continue
        if rule := alone(hit, rules):
            found[hit.entry].append(rule)
        if hit.kind == CLICKED and hit.message:
            clicks[hit.identity, hit.message].append(hit)
        elif hit.kind == VIEWED:
            views[hit.identity].append(hit)
    for mail, followed in clicks.items():
        for entry, rule in _of_mail(followed, sendings[mail], rules):
            found[entry].append(rule)
    for seen in views.values():
        for entry in _bursts(seen, rules):
            found[entry].append(Rule.SPEED)
    order = list(Rule)
    return {entry: min(said, key=order.index) for entry, said in found.items()}


def alone(hit: Hit, rules: BotRules) -> Rule | None:
    """Judge a hit by what it says of itself."""
    if hit.kind == CLICKED and hit.link == TRAP:
        return Rule.TRAP
    if is_scanner(hit.agent, rules):
        return Rule.SCANNER
    if hit.kind != OPENED and is_datacentre(hit.ip, rules):
        return Rule.DATACENTRE  # not opens: the large mail providers fetch pictures for their readers from there
    if hit.kind == OPENED and rules.privacy and (hit.agent.strip() == _APPLE_AGENT or is_apple(hit.ip)):
        return Rule.MAIL_PRIVACY
    return None


def is_scanner(agent: str, rules: BotRules) -> bool:
    return bool(agent) and _pattern(rules.scanners).search(agent.casefold()) is not None


def is_provider(agent: str) -> bool:
    """Say whether a mail provider's own machine says so; only of a button that the provider presses for its reader."""
    return bool(agent) and _pattern(_PROVIDERS).search(agent.casefold()) is not None


def is_datacentre(ip: str, rules: BotRules) -> bool:
    return _is_within(ip, _networks(rules.datacentres))


def is_apple(ip: str) -> bool:
    return _is_within(ip, (_APPLE,))


def _is_within(ip: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address.version == network.version and address in network for network in networks)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """At the beginning of a word, so that a telephone called Cubot is none of the bots."""
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, words))})")


@cache
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)


def _of_mail(clicks: Sequence[Hit], sendings: Sequence[Hit], rules: BotRules) -> Iterable[tuple[int, Rule]]:
    traps = [hit.happened_at for hit in clicks if hit.link == TRAP]
    sent = [hit.happened_at for hit in sendings]
    for hit in clicks:
        if any(abs(hit.happened_at - trap) <= rules.trap_around for trap in traps):
            yield hit.entry, Rule.TRAP
        before = bisect_right(sent, hit.happened_at)
        if before and hit.happened_at - sent[before - 1] < rules.soon:
            yield hit.entry, Rule.SOON
    links = max((hit.links for hit in sendings), default=0)
    for entry in _all_at_once([hit for hit in clicks if hit.link != TRAP], links, rules):
        yield entry, Rule.ALL_LINKS


def _all_at_once(clicks: Sequence[Hit], links: int, rules: BotRules) -> set[int]:
    """Of a mail with one link nothing can be said: a human follows "all" of them too."""
    enough = links if links >= 2 else rules.unknown if not links else 0
    found: set[int] = set()
    moments = [hit.happened_at for hit in clicks]
    for place, hit in enumerate(clicks):
        end = bisect_right(moments, hit.happened_at + rules.together)
        some = clicks[place:end]
        if enough and len({each.link for each in some}) >= enough:
            found |= {each.entry for each in some}
    return found


def _bursts(views: Sequence[Hit], rules: BotRules) -> set[int]:
    moments = [hit.happened_at for hit in views]
    found: set[int] = set()
    for place, moment in enumerate(moments):
        end = bisect_left(moments, moment + rules.burst, lo=place)
        if end - place >= rules.views:
            found |= {hit.entry for hit in views[place:end]}
    return found
