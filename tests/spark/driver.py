"""Replays pacts by a cluster in one session: `python -m tests.spark.driver FOLDER MASTER INTO [NAME ...]`.

The pacts, and how each is to be replayed, are those of `cases`, or of them those named; INTO gets a file for each.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from leadpact.base.criteria import Condition, Operator
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.types import Caps, EngagementScore, HalfLife, Pact, Ready, Rule, Window
from leadpact.scoring.replay.spark import replay_on_spark, session
from leadpact.scoring.replay.types import Intervals, Mode

DEFAULT = parse_pact(default_pact_text())
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
KINDS = ("page.viewed", "mail.opened", "mail.clicked", "asset.downloaded", "video.watched")


@dataclass(frozen=True)
class Case:
    name: str
    pact: Pact
    mode: Mode
    known_at: datetime | None = None


def forty() -> Pact:
    """Return a pact of 40 rules with conditions, in a zone half an hour off, that cools whom nobody touches."""
    rules = tuple(
        Rule(
            f"rule {number}",
            KINDS[number % len(KINDS)],
            (1 + number % 5) * 1_000,
            where=(_condition(KINDS[number % len(KINDS)], number),),
            caps=Caps(day=(1 + number % 5) * 2_000) if number % 3 else Caps(week=(1 + number % 5) * 3_000),
        )
        for number in range(40)
    )
    return Pact(
        name="forty rules",
        zone=ZoneInfo("Asia/Kolkata"),
        lead=(),
        types=(),
        engagement=(EngagementScore("acts", Window(30), rules),),
        fit=DEFAULT.fit,
        ready=Ready(scores=("acts", *(score.name for score in DEFAULT.fit)), up=20_000, down=10_000),
        promises=(),
        reject_reasons=(),
        recycle_reasons=(),
        disqualify_reasons=(),
        resets=("rejected", "recycled", "cooled"),
    )


def _condition(kind: str, number: int) -> Condition:
    name, text = {
        "page.viewed": ("path", "/products/"), "mail.opened": ("message", "mail-"),
        "mail.clicked": ("message", "mail-"),
        "asset.downloaded": ("asset", "paper-"), "video.watched": ("asset", "video-"),
    }[kind]  # fmt: skip
    return Condition(name, Operator.STARTS_WITH, f"{text}{1 + number % 4}")


def cases() -> Iterator[Case]:
    of_companies = replace(
        DEFAULT, engagement=tuple(replace(score, account=True, ageing=HalfLife(20)) for score in DEFAULT.engagement)
    )
    then = datetime(2026, 3, 1, 7, tzinfo=UTC)
    for mode in Mode:
        yield Case(f"default {mode}", DEFAULT, mode)
        yield Case(f"forty {mode}", forty(), mode)
    yield Case("companies what-if", of_companies, Mode.WHAT_IF)
    yield Case("default then", DEFAULT, Mode.AS_LIVED, then)


def save(file: Path, found: Intervals, counts: tuple[int, int, int]) -> None:
    """Write intervals, and how many acts and persons there were and were left out."""
    np.savez(file, **vars(found), counts=np.asarray(counts))


def main() -> None:
    folder, master, into = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    named = set(sys.argv[4:])
    with session(master) as spark:
        for case in (one for one in cases() if not named or one.name in named):
            done = replay_on_spark(
                spark, case.pact, folder, mode=case.mode, as_of=AS_OF, known_at=case.known_at, acts_in_a_part=30_000
            )
            save(into / f"{case.name}.npz", done.intervals, (done.events, done.persons, done.skipped))


if __name__ == "__main__":
    main()
