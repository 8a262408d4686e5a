"""A replay of nobody much, for the kernel to be compiled by."""

from datetime import UTC, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

from leadpact.pact.types import EngagementScore, Pact, Ready, Rule, Window
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.reading import columns_of
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.rules_days import micros
from leadpact.scoring.types import Act, History

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def rehearse(kernel: ModuleType) -> None:
    """Count one act; raises `RuntimeError` when the answer is wrong."""
    rule = Rule("a", "a", 1000)
    pact = Pact(
        name="rehearsal",
        zone=ZoneInfo("UTC"),
        lead=(),
        types=(),
        engagement=(EngagementScore("acts", Window(1), (rule,)),),
        fit=(),
        ready=Ready(scores=("acts",), up=1000, down=1000),
        promises=(),
        reject_reasons=(),
        recycle_reasons=(),
        disqualify_reasons=(),
    )
    columns = columns_of({1: History(acts=(Act(1, "a", "a", _WHEN),))})
    as_of = micros(_WHEN + timedelta(days=2))
    found, _ = replay_by_kernel(kernel, pact, columns, Mode.AS_LIVED, as_of, None, threads=1)
    if [*found.since, *found.until] != [micros(_WHEN), micros(_WHEN + timedelta(days=1))]:
        raise RuntimeError("the compiled kernel counts wrong")
