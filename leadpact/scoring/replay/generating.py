"""A realistic large history straight into a folder: for trials of replays at sizes nobody has at hand.

Activity follows a power law, acts come in sessions within working hours of the person's own zone, a share is recorded
late, some are judged void.  The same numbers and seed give the same history, whatever machine made it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadpact.base.criteria import holds
from leadpact.pact.types import Pact
from leadpact.scoring.replay.folder import FolderWriter, texts
from leadpact.scoring.replay.types import Shape

DAY: Final = 86_400_000_000
SECOND: Final = 1_000_000
UNTIL: Final = datetime(2026, 10, 1, tzinfo=UTC)
DAYS: Final = 730
ACTS_IN_A_FILE: Final = 4_000_000
LATE: Final = 0.03
VOID: Final = 0.01
OFFSETS: Final = np.asarray([0, 60, 60, 330, -300, -480, 570], np.int64)  # minutes east, of the persons' own clocks
COUNTRIES: Final = ("GB", "DE", "FR", "IN", "US", "US", "AU")
TITLES: Final = ("Engineer", "Head of Quality", "Buyer", "Student", "Managing Director", "")
SIZES: Final = np.asarray([5, 20, 60, 200, 800, 5_000], np.int64)

type Array = NDArray[Any]
type Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Generated:
    """What was made.

    evaluated_share  of the acts, those of persons whose points could reach the upper threshold of the pact given:
                     a replay cannot skip them
    top_share        of the acts, those of the most active hundredth of all persons
    """

    events: int
    persons: int
    identities: int
    companies: int
    shapes: int
    files: int
    bytes: int
    late_share: float
    void_share: float
    evaluated_share: float
    top_share: float


@dataclass(frozen=True)
class _Base:
    """Every person: how much they do, from when and for how long, where, who with, and whether we know them."""

    counts: Longs
    starts: Longs
    lengths: Longs
    zones: Longs
    companies: Longs
    known: NDArray[np.bool_]
    identities: Longs
    first_identity: Longs

    @property
    def size(self) -> int:
        return len(self.counts)


def generate(folder: Path, *, events: int, persons: int, seed: int, pact: Pact) -> Generated:
    """Write a history of so many acts of so many persons into an empty folder.

    pact  by which to say what share of the acts a replay must go through
    """
    shapes, weights = _shapes()
    base = _base(events, persons, np.random.default_rng([seed, 0]))
    writer = FolderWriter(folder, shapes)
    points = np.asarray([_points(pact, shape) for shape in shapes], np.int64)
    totals, late, voids = np.zeros(persons, np.int64), 0, list[Longs]()
    for number, (first, last) in enumerate(_parts(base)):
        random = np.random.default_rng([seed, 1, number])
        owners, acts = _acts(base, first, last, weights, writer.acts, random)
        totals[first:last] += np.bincount(owners - first, points[acts["shapes"]], last - first).astype(np.int64)
        late += int((acts["recorded"] - acts["times"] > 3_600 * SECOND).sum())
        voids.append(acts["entries"][random.random(len(owners)) < VOID])
        writer.segment(acts)
    writer.table("voids", {"entry": np.concatenate(voids)})
    _write_people(writer, base, np.random.default_rng([seed, 2]))
    evaluated = (totals >= pact.ready.up) & base.known
    summary = Generated(
        events=writer.acts,
        persons=persons,
        identities=int(base.identities.sum()),
        companies=len(np.unique(base.companies[base.companies > 0])),
        shapes=len(shapes),
        files=len(list((folder / "segments").glob("*.parquet"))),
        bytes=sum(file.stat().st_size for file in folder.glob("**/*.parquet")),
        late_share=late / max(1, writer.acts),
        void_share=sum(map(len, voids)) / max(1, writer.acts),
        evaluated_share=float(base.counts[evaluated].sum() / max(1, writer.acts)),
        top_share=float(np.sort(base.counts)[-max(1, persons // 100) :].sum() / max(1, writer.acts)),
    )
    writer.finish({"of": "nobody: generated", "seed": seed, **vars(summary)})
    return summary


def _shapes() -> tuple[list[Shape], Array]:
    """Return what is done and how often, by what sort of person: who looks, who reads, who means it."""
    found: list[tuple[Shape, tuple[float, float, float]]] = []

    def add(kind: str, weights: tuple[float, float, float], *, count: int = 1, name: str = "", text: str = "") -> None:
        share = 1 / np.arange(1, count + 1) ** 0.9  # a few pages are seen by everybody, most by few
        for place, part in enumerate(share / share.sum()):
            properties = {name: text.replace("#", str(place + 1))} if name else {}
            found.append((Shape(kind, properties), (weights[0] * part, weights[1] * part, weights[2] * part)))

    add("page.viewed", (70, 42, 34), count=180, name="path", text="/products/#")
    add("page.viewed", (3, 3, 12), count=6, name="path", text="/pricing/#")
    add("page.viewed", (8, 6, 4), count=60, name="path", text="/blog/#")
    add("mail.opened", (10, 22, 18), count=104, name="message", text="mail-#")
    add("mail.clicked", (2, 8, 9), count=104, name="message", text="mail-#")
    add("asset.downloaded", (0.6, 4, 6), count=40, name="asset", text="paper-#")
    add("video.watched", (1, 3, 3), count=25, name="asset", text="video-#")
    add("webinar.registered", (0.1, 2, 2), count=24, name="webinar", text="webinar-#")
    add("webinar.attended", (0.05, 1.2, 1.5), count=24, name="webinar", text="webinar-#")
    add("event.attended", (0.02, 0.2, 0.6), count=8, name="event", text="fair-#")
    add("ad.clicked", (4, 2, 1), count=12, name="campaign", text="campaign-#")
    add("form.submitted", (0.1, 0.6, 1.2), count=6, name="form", text="form-#")
    add("form.submitted", (0.01, 0.05, 0.3), name="form", text="contact")
    add("form.submitted", (0.01, 0.05, 0.3), name="form", text="demo")
    add("mail.replied", (0, 0.1, 0.4))
    add("client.Trial Started", (0, 0.05, 0.4))
    weights = np.asarray([weight for _, weight in found])
    return [shape for shape, _ in found], np.cumsum(weights / weights.sum(axis=0), axis=0)


def _points(pact: Pact, shape: Shape) -> int:
    """Return the most an act of the shape can earn; no caps, so that what it rules out is certain."""
    rules = (rule for score in pact.engagement for rule in score.rules if rule.kind == shape.kind)
    fitting = (rule for rule in rules if all(holds(one, shape.properties) for one in rule.where))
    return sum(max(rule.points, 0) for rule in fitting)


def _base(events: int, persons: int, random: np.random.Generator) -> _Base:
    heavy = np.minimum((1 - random.random(persons)) ** (-1 / 1.25), 200)  # nobody lives to do more
    counts = np.maximum(np.floor(heavy / heavy.sum() * events), 0).astype(np.int64)
    short = events - int(counts.sum())
    counts += np.bincount(random.integers(0, persons, short), minlength=persons)
    lengths = np.minimum(random.gamma(1.2, 30 + 8 * np.sqrt(heavy), persons), DAYS - 1)
    starts = random.random(persons) * (DAYS - lengths)
    is_known = random.random(persons) < np.minimum(0.25 + 0.15 * np.log1p(counts), 0.95)
    identities = 1 + (is_known & (random.random(persons) < 0.8)) + (random.random(persons) < 0.1)
    identities = identities.astype(np.int64)
    firms = max(1, persons // 6)
    companies = np.where(is_known & (random.random(persons) < 0.85), random.integers(1, firms + 1, persons), 0)
    begins = _micros(UNTIL) - DAYS * DAY
    return _Base(
        counts=counts,
        starts=begins + (starts * DAY).astype(np.int64),
        lengths=(lengths * DAY).astype(np.int64),
        zones=random.integers(0, len(OFFSETS), persons),
        companies=companies.astype(np.int64),
        known=is_known,
        identities=identities,
        first_identity=np.cumsum(identities) - identities + 1,
    )


def _parts(base: _Base) -> Iterator[tuple[int, int]]:
    """Yield ranges of persons whose acts fill a file."""
    ends = np.cumsum(base.counts)
    first = 0
    while first < base.size:
        before = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, before + ACTS_IN_A_FILE, "right"))
        last = min(base.size, max(last, first + 1))
        yield first, last
        first = last


def _acts(
    base: _Base, first: int, last: int, weights: Array, before: int, random: np.random.Generator
) -> tuple[Longs, dict[str, Array]]:
    """Return who did each act, and the acts by identity and moment."""
    counts = base.counts[first:last]
    owners = np.repeat(np.arange(first, last), counts)
    sessions = (counts + 4) // 5
    session_start = np.cumsum(sessions) - sessions
    moments, which = _sessions(base, np.repeat(np.arange(first, last), sessions), random)
    session = np.repeat(session_start, counts) + (random.random(len(owners)) * np.repeat(sessions, counts)).astype(
        np.int64
    )
    times = moments[session] + (random.exponential(240, len(owners)) * SECOND).astype(np.int64)
    identities = base.first_identity[owners] + which[session] % base.identities[owners]
    minds = np.repeat(random.choice(3, last - first, p=(0.6, 0.25, 0.15)), counts)
    shapes = _drawn(weights, minds, random)
    is_late = random.random(len(owners)) < LATE
    delay = np.where(
        is_late, random.exponential(3, len(owners)) * DAY + 3_600 * SECOND, random.random(len(owners)) * 2e6
    )
    order = np.lexsort((times, identities))
    return owners, {
        "identities": identities[order],
        "times": times[order],
        "recorded": (times + delay.astype(np.int64))[order],
        "entries": np.arange(before + 1, before + 1 + len(order)),
        "shapes": shapes[order].astype(np.int32),
    }


def _sessions(base: _Base, whose: Longs, random: np.random.Generator) -> tuple[Longs, Longs]:
    """Return when each session begins, within the person's own working hours, and on which device or address."""
    days = (base.starts[whose] + (random.random(len(whose)) * base.lengths[whose]).astype(np.int64)) // DAY
    weekday = (days + 3) % 7
    days -= np.where((weekday >= 5) & (random.random(len(whose)) < 0.8), weekday - 4, 0)
    hours = 8 + 10 * random.beta(2, 2, len(whose))
    local = days * DAY + (hours * 3_600 * SECOND).astype(np.int64)
    return local - OFFSETS[base.zones[whose]] * 60 * SECOND, random.integers(0, 60, len(whose))


def _drawn(weights: Array, minds: Longs, random: np.random.Generator) -> Longs:
    chance, shapes = random.random(len(minds)), np.zeros(len(minds), np.int64)
    for mind in range(weights.shape[1]):
        mine = minds == mind
        shapes[mine] = np.searchsorted(weights[:, mind], chance[mine], "right")
    return np.minimum(shapes, len(weights) - 1)


def _write_people(writer: FolderWriter, base: _Base, random: np.random.Generator) -> None:
    owners = np.repeat(np.arange(base.size), base.identities)
    writer.table(
        "persons",
        {"identity": np.arange(1, len(owners) + 1), "person": owners + 1, "company": base.companies[owners]},
    )
    _write_facts(writer, base, random)
    who = np.flatnonzero(base.known & (base.counts >= 10))
    _write_endings(writer, base, who, random)


def _write_facts(writer: FolderWriter, base: _Base, random: np.random.Generator) -> None:
    known = np.flatnonzero(base.known)
    employed = known[base.companies[known] > 0]
    first, sizes = base.starts[employed], SIZES[base.companies[employed] % len(SIZES)]
    grown = employed[random.random(len(employed)) < 0.1]
    later = base.starts[grown] + base.lengths[grown] // 2
    titles = [f'"{title}"' if title else "null" for title in TITLES]
    parts = [
        (known, "person.email", np.char.add(np.char.add('"p', (known + 1).astype(str)), '@example.org"'), known * 0),
        (known, "person.country", np.asarray([f'"{one}"' for one in COUNTRIES])[base.zones[known]], base.starts[known]),
        (known, "person.title", np.asarray(titles)[known % len(titles)], base.starts[known]),
        (employed, "company.employees", sizes.astype(str), first),
        (grown, "company.employees", (SIZES[base.companies[grown] % len(SIZES)] * 2).astype(str), later),
        (grown, "company.customer", np.full(len(grown), "true"), later + base.lengths[grown] // 4),
    ]
    writer.table(
        "facts",
        {
            "person": np.concatenate([who for who, _, _, _ in parts]) + 1,
            "name": np.concatenate([texts([name]).repeat(len(who)) for who, name, _, _ in parts]),
            "value": np.concatenate([values.astype(object) for _, _, values, _ in parts]),
            "times": np.concatenate([times for _, _, _, times in parts]),
            "part": np.concatenate([np.full(len(who), place) for place, (who, _, _, _) in enumerate(parts)]),
        },
    )


def _write_endings(writer: FolderWriter, base: _Base, who: Longs, random: np.random.Generator) -> None:
    """Write real hand-overs of some who did much, what came of them, and the resets that followed."""
    who = who[random.random(len(who)) < 0.25]
    at = base.starts[who] + (random.random(len(who)) * base.lengths[who]).astype(np.int64)
    chance, days = random.random(len(who)), random.integers(1, 60, len(who))
    ends = at + days * DAY
    won, rejected = chance < 0.15, (chance >= 0.15) & (chance < 0.45)
    outcome = np.where(won, "won", np.where(rejected, "rejected", "other")).astype(object)
    ended = np.where(ends < _micros(UNTIL), ends, 0)
    writer.table("outcomes", {"person": who + 1, "times": at, "outcome": outcome, "ended": ended})
    again = ~won & (ended > 0) & (chance < 0.9)
    why = np.where(rejected, "rejected", np.where(chance < 0.7, "recycled", "cooled")).astype(object)
    writer.table("resets", {"person": who[again] + 1, "times": ends[again], "why": why[again]})


def _micros(moment: datetime) -> int:
    return round(moment.timestamp()) * SECOND
