"""What somebody is interested in, and how far they are in buying, told by the content they saw.  No Django, no clock.

The words below are guesses that fit most sites of companies that sell to companies;
docs/reference/buying-stage.md lists them all and says how they are counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from leadpact.engagement.types import ActRow

WINDOW: Final = timedelta(days=90)
SHOWN: Final = 3  # acts that a stage is shown with
OWN_ACCORD: Final = 3  # what an act counts by which somebody asked us for something
ENOUGH_TO_DECIDE: Final = 3
ENOUGH_TO_COMPARE: Final = 2


class BuyingStage(StrEnum):
    LEARNING = "learning"
    COMPARING = "comparing"
    DECIDING = "deciding"


SECTIONS: Final[Mapping[BuyingStage, frozenset[str]]] = {
    # the first folder of a path that stands here says how far the page is from an order
    BuyingStage.DECIDING: frozenset(
        {"contact", "contact us", "demo", "implementation", "legal", "onboarding", "order", "plans", "price",
         "price list", "prices", "pricing", "procurement", "quote", "roi", "security", "sla", "terms", "trial"}
    ),
    BuyingStage.COMPARING: frozenset(
        {"alternatives", "case studies", "case study", "compare", "comparison", "customers", "feature", "features",
         "industries", "integrations", "product", "products", "references", "reviews", "solution", "solutions",
         "tour", "vs"}
    ),
    BuyingStage.LEARNING: frozenset(
        {"academy", "blog", "events", "faq", "glossary", "guide", "guides", "learn", "library", "news", "papers",
         "resources", "webinar", "webinars", "whitepapers"}
    ),
}  # fmt: skip
BESIDE: Final = frozenset(
    {"about", "careers", "cookies", "imprint", "jobs", "login", "press", "privacy", "signin", "unsubscribe"}
)
# Titles of papers, videos and webinars, where there is no path: the first word of these that they hold.
TITLE_WORDS: Final[Mapping[BuyingStage, frozenset[str]]] = {
    BuyingStage.DECIDING: frozenset(
        {"contract", "implementation", "onboarding", "price", "prices", "pricing", "quote", "roi", "security"}
    ),
    BuyingStage.COMPARING: frozenset(
        {"buyer", "buyers", "case", "compare", "compared", "comparison", "customer", "datasheet", "demo", "feature",
         "integration", "product", "tour", "vs"}
    ),
}  # fmt: skip
ASKING: Final = frozenset({"enquiry.received", "meeting.booked", "call.received"})
ASKING_FORMS: Final = frozenset({"contact", "demo", "price list", "prices", "pricing", "quote", "trial"})
NAMED_BY: Final[Mapping[str, str]] = {
    "asset.downloaded": "asset",
    "video.watched": "asset",
    "webinar.registered": "webinar",
    "webinar.attended": "webinar",
}
# Folders that only hold pages: the page itself is the topic.
_SHELVES: Final = (
    SECTIONS[BuyingStage.LEARNING] | SECTIONS[BuyingStage.COMPARING]
) - {"tour", "reviews", "references"}  # fmt: skip
_SHORT: Final = frozenset(
    {"ai", "api", "b2b", "crm", "csv", "erp", "eu", "faq", "gdpr", "hr", "iec", "iso", "lims", "mes", "pdf", "qm",
     "roi", "saas", "sap", "sla", "sso", "uk"}
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """What an act was about.

    topic   in words; "": none that says anything
    name    tells one piece of content from another
    stage   how far from an order somebody is who looks at it; None: it does not say
    """

    topic: str
    name: str
    stage: BuyingStage | None
    weight: int = 1


@dataclass(frozen=True)
class Interest:
    """A topic with how often they did something about it and the milli-points that earns now."""

    topic: str
    acts: int
    points: int
    last_at: datetime
    entry: int


@dataclass(frozen=True)
class Buying:
    """How far somebody is, and the acts that say so, those that say most first."""

    stage: BuyingStage
    because: tuple[ActRow, ...]


def content_of(act: ActRow) -> Content:
    """Return what an act was about; a property `topic` of the client's wins over what we would guess."""
    found = _content_of(act)
    said = act.properties.get("topic")
    return Content(said.strip(), found.name, found.stage, found.weight) if isinstance(said, str) and said else found


def _content_of(act: ActRow) -> Content:
    if act.kind in ASKING:
        return Content("", act.kind, BuyingStage.DECIDING, OWN_ACCORD)
    if act.kind == "form.submitted":
        return _form(_text(act, "form"))
    if act.kind in NAMED_BY:
        return _titled(_text(act, NAMED_BY[act.kind]))
    if act.kind == "page.viewed":
        return _page(_text(act, "path") or _text(act, "url"))
    if act.kind == "mail.clicked":
        return _page(_text(act, "link"))
    if act.kind == "event.attended":
        return Content("", _text(act, "event"), BuyingStage.LEARNING)
    return Content("", "", None)


def _form(name: str) -> Content:
    words = _words(name)
    if words not in ASKING_FORMS:
        return Content("", words, None)
    topic = "" if words in {"contact", "demo", "trial"} else _said("pricing")
    return Content(topic, f"form {words}", BuyingStage.DECIDING, OWN_ACCORD)


def _titled(title: str) -> Content:
    if not title:
        return Content("", "", None)
    words = _words(title)
    heard = set(words.split())
    named = next((stage for stage, telling in TITLE_WORDS.items() if heard & telling), BuyingStage.LEARNING)
    is_file_name = " " not in title.strip()
    return Content(_said(words) if is_file_name else title.strip(), words, named)


@lru_cache(maxsize=4096)
def _page(address: str) -> Content:
    path = urlsplit(address).path if "://" in address else address.partition("?")[0].partition("#")[0]
    folders = [words for part in path.split("/") if (words := _words(part.removesuffix(".html")))]
    for place, folder in enumerate(folders):
        if folder in BESIDE:
            return Content("", "", None)
        stage = next((stage for stage, names in SECTIONS.items() if folder in names), None)
        if stage is not None:
            is_shelf = folder in _SHELVES and place + 1 < len(folders)
            return Content(_said(folders[place + 1] if is_shelf else folder), "/".join(folders), stage)
    return Content(_said(folders[-1]) if folders else "", "/".join(folders), None)


def interests(acts: Iterable[ActRow], points: Mapping[int, int], *, now: datetime) -> list[Interest]:
    """Return the topics of the last 90 days, those that earn most points first, then the most frequent.

    points  milli-points by entry
    """
    found: dict[str, list[ActRow]] = {}
    for act in _recent(acts, now):
        if topic := content_of(act).topic:
            found.setdefault(topic.casefold(), []).append(act)
    told = [_interest(some, points) for some in found.values()]
    return sorted(told, key=lambda each: (-each.points, -each.acts, -each.last_at.timestamp(), each.topic))


def _interest(some: Sequence[ActRow], points: Mapping[int, int]) -> Interest:
    newest = max(some, key=lambda act: (act.happened_at, act.key))
    earned = sum(points.get(act.entry, 0) for act in some)
    return Interest(content_of(newest).topic, len(some), earned, newest.happened_at, newest.entry)


def buying_stage(acts: Iterable[ActRow], *, now: datetime, zone: tzinfo) -> Buying | None:
    """Return how far somebody is by what they looked at in the last 90 days; None: nothing they saw says.

    One piece of content counts once a day in `zone`, however often it was opened.
    """
    votes: dict[tuple[str, object], tuple[BuyingStage, int, ActRow]] = {}
    for act in sorted(_recent(acts, now), key=lambda act: (act.happened_at, act.key)):
        content = content_of(act)
        if content.stage is not None:
            day = act.happened_at.astimezone(zone).date()
            votes[content.name, day] = (content.stage, content.weight, act)
    weight = {stage: sum(heavy for said, heavy, _act in votes.values() if said is stage) for stage in BuyingStage}
    stage, speaks = _decide(weight)
    heard = [(heavy, act) for said, heavy, act in votes.values() if said in speaks]
    heard.sort(key=lambda vote: (vote[0], vote[1].happened_at, vote[1].key), reverse=True)
    return Buying(stage, tuple(act for _heavy, act in heard[:SHOWN])) if heard else None


def _decide(weight: Mapping[BuyingStage, int]) -> tuple[BuyingStage, frozenset[BuyingStage]]:
    """Return the stage and the votes that speak for it."""
    late = frozenset({BuyingStage.COMPARING, BuyingStage.DECIDING})
    if weight[BuyingStage.DECIDING] >= ENOUGH_TO_DECIDE:
        return BuyingStage.DECIDING, frozenset({BuyingStage.DECIDING})
    if weight[BuyingStage.COMPARING] + weight[BuyingStage.DECIDING] >= ENOUGH_TO_COMPARE:
        return BuyingStage.COMPARING, late
    return BuyingStage.LEARNING, frozenset(BuyingStage)


def _recent(acts: Iterable[ActRow], now: datetime) -> list[ActRow]:
    return [act for act in acts if now - WINDOW < act.happened_at <= now]


def _text(act: ActRow, name: str) -> str:
    value = act.properties.get(name)
    return value if isinstance(value, str) else ""


def _words(text: str) -> str:
    """Return "Buyers-guide.pdf" as "buyers guide"."""
    bare = re.sub(r"\.(pdf|docx?|pptx?|xlsx?|html?)$", "", text.strip().casefold())
    return " ".join(re.sub(r"[^\w]+|_", " ", bare.replace("’", "").replace("'", "")).split())


def _said(words: str) -> str:
    """Return "sap qm link" as people write it: "SAP QM link"."""
    said = " ".join(word.upper() if word in _SHORT else word for word in words.split())
    return f"{said[:1].upper()}{said[1:]}"
