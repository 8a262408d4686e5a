"""What came of every hand-over so far: what a replay holds its would-be hand-overs against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leadpact.handover.types import Answer, Stage
from leadpact.ledger import by_hand


class Result(StrEnum):
    """How a hand-over ended, as far as it has.

    WON       the company became a customer by it
    REJECTED  sales rejected the offer, or disqualified the lead
    OTHER     anything else: still running, sent back, lost, or withdrawn because the lead cooled
    """

    WON = "won"
    REJECTED = "rejected"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One person of one hand-over.

    person  the row the pursuit names; merged rows are not followed here
    at      when it was first offered, or taken on without an offer
    ended   when it was won or, by the last refusal, rejected; None for OTHER
    """

    pursuit: int
    person: int
    at: datetime
    result: Result
    ended: datetime | None = None


_ALL = """
WITH reached AS (
  SELECT pursuit_id,
         MIN(CASE WHEN stage IN ('offered', 'working') THEN happened_at END) AS handed_at,
         MIN(CASE WHEN stage = 'customer' THEN happened_at END) AS won_at,
         MAX(CASE WHEN stage = 'disqualified' THEN 1 ELSE 0 END) AS disqualified,
         MAX(CASE WHEN stage IN ('recycled', 'disqualified') THEN happened_at END) AS refused_at
  FROM handover_stagedate GROUP BY pursuit_id
), refused AS (
  SELECT DISTINCT pursuit_id FROM handover_offer WHERE answer = %s
)
SELECT r.pursuit_id, m.person_id, r.handed_at, r.won_at, r.disqualified, f.pursuit_id IS NOT NULL,
       r.refused_at, p.stage
FROM reached r
JOIN handover_pursuit p ON p.id = r.pursuit_id
JOIN handover_pursuitperson m ON m.pursuit_id = r.pursuit_id
LEFT JOIN refused f ON f.pursuit_id = r.pursuit_id
WHERE r.handed_at IS NOT NULL
ORDER BY r.handed_at, r.pursuit_id, m.person_id
"""
_REFUSED_NOW = (Stage.RECYCLED.value, Stage.DISQUALIFIED.value)


def handed_over() -> Iterator[HandedOver]:
    """Yield every hand-over, once for each of its persons, by moment.

    One that was rejected and later, when it was offered again, won has been won; one that is worked again since it
    was rejected is neither.
    """
    rows = by_hand.rows(_ALL, [Answer.REJECTED.value])
    for pursuit, person, at, won_at, disqualified, refused, refused_at, stage in rows:
        is_refused = (disqualified or refused) and stage in _REFUSED_NOW
        result = Result.WON if won_at else Result.REJECTED if is_refused else Result.OTHER
        ended = won_at or (refused_at if is_refused else None)
        yield HandedOver(pursuit, person, by_hand.moment(at), result, by_hand.moment(ended) if ended else None)
