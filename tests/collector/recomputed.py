"""What one installation says of itself, beside what it comes to when all is worked out anew: printed as JSON.

    python -m tests.collector.recomputed

parity     source, hour and difference of each hour in which received is not what became of it
scores     persons, and those of them whose last verdict is not the one their whole history comes to
lines      rows of the lists that change when the table is made anew
"""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta

from leadpact.site.cli import set_up_django


def main() -> None:
    set_up_django()
    from leadpact.flow import clock, parity
    from leadpact.ledger.inbox import open_inbox

    now = clock.now()
    hours = parity.hours(open_inbox(), since=now - timedelta(days=1), until=now + timedelta(hours=1))
    found = {
        "hours": len(hours),
        "parity": [[hour.source, hour.hour.isoformat(), hour.difference] for hour in hours if hour.difference],
        "waiting": sum(hour.waiting for hour in hours),
        **_scores(),
        "lines": _changed_lines(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _scores() -> dict[str, object]:
    from leadpact.flow import clock
    from leadpact.scoring import reads
    from leadpact.scoring.models import Standing

    persons = list(Standing.objects.order_by("person").values_list("person", flat=True))
    spans, wrong, now = reads.spans(), [], clock.now()
    standings = reads.standings(persons)
    for person, history in reads.histories(persons, counts_accounts=spans.counts_accounts).items():
        verdict, kept = spans.judge(history, now, trace=True), standings.get(person)
        if kept is None or (kept.score, kept.is_in, kept.is_ready) != (verdict.score, verdict.is_in, verdict.is_ready):
            wrong.append([person, None if kept is None else kept.score, verdict.score])
    return {"persons": len(persons), "scores": wrong}


def _changed_lines() -> list[object]:
    from leadpact.flow import clock
    from leadpact.worklist.actions import rebuild

    before = _lines()
    rebuild(now=clock.now())
    after = _lines()
    return [person for person in {*before, *after} if before.get(person) != after.get(person)]


def _lines() -> dict[int, Mapping[str, object]]:
    from leadpact.worklist.models import LeadLine

    return {row["person_id"]: row for row in LeadLine.objects.values()}


if __name__ == "__main__":
    main()
