"""What a prospect does on one visit, as the events a website and its tools would send."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from leadpact.flow.simulating.campaigns import webinar_on
from leadpact.flow.simulating.prospects import ZONE, Prospect, Visit, World, visits_on

SITE: Final = "https://www.truemark.example"
PAGES: Final = (
    ("/", 8), ("/features/sap-qm", 5), ("/features/scheduling", 4), ("/blog/iso-17025-checklist", 6),
    ("/blog/measurement-uncertainty", 4), ("/customers", 3), ("/pricing", 2), ("/pricing/volume", 1), ("/careers", 1),
    ("/features/offline-use", 2), ("/blog/what-an-audit-costs", 3), ("/compare/paper-and-spreadsheets", 2),
)  # fmt: skip
PAPERS: Final = ("Buyer's guide", "Audit checklist", "Uncertainty workbook", "Integration sheet SAP QM")
MAILS: Final = ("Audit season 1", "Audit season 2", "Audit season 3", "News from the lab", "Offline use is here")
REFERRERS: Final = ("https://www.google.com/", "https://www.google.com/", "https://www.bing.com/", "",
                    "https://www.linkedin.com/", "https://metrology-forum.example/thread/118")  # fmt: skip
INTRODUCES: Final = frozenset({"form.submitted", "webinar.registered", "event.attended"})
AGREE: Final = 0.72

type Properties = dict[str, Any]


@dataclass(frozen=True)
class Arriving:
    """An event and when it reaches us.

    asks    a request that nobody should wait for
    agrees  the address that by this very act may be written to, "" for none
    """

    at: datetime
    message: str
    event: Properties
    asks: bool
    agrees: str = ""

    def __lt__(self, other: "Arriving") -> bool:
        return (self.at, self.message) < (other.at, other.message)


def events_on(world: World, day: date) -> list[Arriving]:
    """Return what arrives by the visits of a local day, in order of arrival."""
    return sorted(one for visit in visits_on(world, day) for one in _events(world.seed, visit))


def _events(seed: int, visit: Visit) -> Iterator[Arriving]:
    moment, prospect, place = visit
    rng = Random(f"{seed}:{prospect.number}:{place}")  # noqa: S311  # a sample company, not a secret
    at = moment
    for number, (kind, properties) in enumerate(_acts(rng, prospect, place, moment)):
        at += timedelta(seconds=rng.randrange(15, 200))
        # Who tells who they are does so with that very form; what came before on this visit was anonymous.
        is_known = prospect.known_at is not None and (
            place > prospect.known_at or (place == prospect.known_at and kind != "page")
        )
        yield _arriving(
            prospect, f"{prospect.number}.{place}.{number}", kind, properties, at,
            is_known=is_known, tells=number == 0 and place == 0, rng=rng,
        )  # fmt: skip


def _acts(rng: Random, prospect: Prospect, place: int, moment: datetime) -> Iterator[tuple[str, Properties]]:
    is_known = prospect.known_at is not None and place >= prospect.known_at
    if place == prospect.listens and (held := webinar_on(moment.astimezone(ZONE).date())):
        yield "webinar.attended", {"webinar": held, "minutes": rng.randrange(20, 51)}
        return
    if place == 0 and is_known and prospect.campaign.channel == "event":
        yield "event.attended", {"event": prospect.campaign.name}
        return
    seen = rng.randrange(1, 4) if prospect.known_at is not None else rng.randrange(1, 6)
    for path in rng.choices([path for path, _ in PAGES], [n for _, n in PAGES], k=seen):
        yield "page", {"path": path, "url": f"{SITE}{path}"}
    if not is_known:
        return
    if place == prospect.known_at:
        yield from _introduction(prospect, moment)
    elif rng.random() < 0.30:
        mail = rng.choice(MAILS)
        yield "mail.opened", {"message": mail}
        if rng.random() < 0.38:
            yield "mail.clicked", {"message": mail, "link": rng.choice(PAPERS)}
    if rng.random() < 0.04 + 0.10 * prospect.keen:
        yield "asset.downloaded", {"asset": rng.choice(PAPERS)}
    if rng.random() < 0.08:
        yield "video.watched", {"title": "SAP QM link in three minutes", "seconds": rng.randrange(40, 190)}
    if place == prospect.asks_at:
        yield "form.submitted", {"form": rng.choice(["contact", "contact", "demo"])}


def _introduction(prospect: Prospect, moment: datetime) -> Iterator[tuple[str, Properties]]:
    if prospect.campaign.channel == "webinar":
        yield "webinar.registered", {"webinar": prospect.campaign.name}
    else:
        yield "form.submitted", {"form": "download"}
        yield "asset.downloaded", {"asset": PAPERS[len(prospect.name) % len(PAPERS)]}


def _arriving(
    prospect: Prospect, message: str, kind: str, properties: Properties, at: datetime, *, is_known: bool,
    tells: bool = False, rng: Random | None = None,
) -> Arriving:  # fmt: skip
    what = {"type": "page"} if kind == "page" else {"type": "track", "event": kind}
    context: Properties = {}
    if tells and prospect.campaign.name:
        campaign = prospect.campaign
        context["campaign"] = {"name": campaign.name, "source": campaign.source, "medium": campaign.medium}
    elif tells and rng is not None and kind == "page":
        properties = {**properties, "referrer": rng.choice(REFERRERS)}
    if is_known:
        context["traits"] = {
            "email": prospect.email, "name": prospect.name, "title": prospect.title, "company": prospect.company
        }  # fmt: skip
    event = {
        **what,
        "messageId": f"sample-{message}",
        "anonymousId": f"sample-{prospect.number}",
        "properties": properties,
        "timestamp": at.astimezone(UTC).isoformat(),
        "context": context,
    }
    reaches = _when_uploaded(at) if kind in {"event.attended", "webinar.attended"} else at
    asks = kind == "form.submitted" and properties["form"] != "download"
    agrees = rng is not None and kind in INTRODUCES and rng.random() < AGREE
    return Arriving(reaches, f"sample-{message}", event, asks, prospect.email if agrees else "")


def _when_uploaded(scanned: datetime) -> datetime:
    """The badges of a fair and the list of a webinar are uploaded on the next morning."""
    day = scanned.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(day, time(10, 20), ZONE).astimezone(UTC)
