"""The faults, as replacements of text: what is counted wrong, where, and how."""

from tests.mutants.planting import Fault
from tests.mutants.replay_faults import REPLAY_FAULTS

CREDITS = "leadpact/scoring/rules_credits.py"
DAYS = "leadpact/scoring/rules_days.py"
PLAN = "leadpact/scoring/rules_plan.py"
RULES = "leadpact/scoring/rules.py"
SWEEP = "leadpact/scoring/rules_sweep.py"
READS = "leadpact/scoring/reads.py"

# What is read of a history is tested where events go through the inbox, the drain and the sweep.
LIVE_TESTS = ("tests/scoring/test_live.py", "tests/scoring/test_histories.py")


FAULTS = (
    Fault(
        "window edge + 1 microsecond",
        CREDITS,
        "until = self.plan.days.start(day + window.days)\n",
        "until = self.plan.days.start(day + window.days) + 1\n",
    ),
    Fault(
        "window edge - 1 microsecond",
        CREDITS,
        "until = self.plan.days.start(day + window.days)\n",
        "until = self.plan.days.start(day + window.days) - 1\n",
    ),
    Fault("rolling edge + 1 microsecond", CREDITS, "since + window.days * DAY\n", "since + window.days * DAY + 1\n"),
    Fault("<= for < at down", SWEEP, "elif total < self.down:", "elif total <= self.down:"),
    Fault("> for >= at up", SWEEP, "if total >= self.up and", "if total > self.up and"),
    Fault(
        "cap rank by arrival, not by event key",
        RULES,
        "key=lambda one: (one[0], one[1].key, one[1].event)",
        "key=lambda one: one[0]",
    ),
    Fault(
        "cap forgets all but the last credit",
        CREDITS,
        "self.used[key] = self.used.get(key, 0) + points",
        "self.used[key] = points",
    ),
    Fault(
        "tie: a look after each change of one instant",
        SWEEP,
        "            sums[slot] += difference\n",
        "            sums[slot] += difference\n            self._look(at) if at >= self.first else None\n",
    ),
    Fault(
        "DST: every day has 24 hours",
        DAYS,
        "return micros(datetime.combine(date.fromordinal(day), time(0), self._zone))",
        "return micros(datetime.combine(EPOCH.date(), time(0), self._zone)) + (day - EPOCH_DAY) * DAY",
    ),
    Fault(
        "zone: days of UTC",
        PLAN,
        "days=days_of(pact.zone)",
        'days=days_of(__import__("zoneinfo").ZoneInfo("UTC"))',
    ),
    Fault(
        "reset cuts the act at its very instant",
        CREDITS,
        "bisect_right(self.resets, since)",
        "bisect_right(self.resets, since - 1)",
    ),
    Fault("reset leaves the person in", SWEEP, "            self.state.in_since = None\n", ""),
    Fault("reset leaves a direct trigger alive", CREDITS, "start(day + days), reset)", "start(day + days))"),
    Fault(
        "late event: in the order of arrival",
        RULES,
        "return sorted((one for one in timed if one[0] <= at), key=",
        "return [one for one in timed if one[0] <= at] or sorted(timed, key=",
    ),
    Fault(
        "link: two acts of one instant taken for one",
        RULES,
        "timed = [(micros(act.happened_at), act) for act in acts]",
        "timed = [*{micros(act.happened_at): (micros(act.happened_at), act) for act in acts}.values()]",
    ),
    Fault(
        "version change: in or out is forgotten",
        RULES,
        "Sweep(plan, changes, around, state, first)",
        "Sweep(plan, changes, around, (state := State()), first)",
    ),
    Fault("version change: no look at its moment", SWEEP, " | self.resets | {first})", " | self.resets)"),
    Fault(
        "late event: left out, as older than what is recorded",
        READS,
        "    for act in engagement.acts_of(list(owner)):\n        if act.identity is not None:\n",
        "    for act in sorted(engagement.acts_of(list(owner)), key=lambda one: one.entry):\n"
        "        mine = found.get(owner[act.identity or 0], [])\n"
        "        if all(one.happened_at <= act.happened_at for one in mine):\n",
        LIVE_TESTS,
    ),
    Fault(
        "link: acts of a linked device are left out",
        READS,
        "for identity in view.scored_identities}",
        "for identity in view.scored_identities[:1]}",
        LIVE_TESTS,
    ),
    Fault(
        "link: a merged person's resets are forgotten",
        READS,
        "for row in (view.id, *view.merged)",
        "for row in (view.id,)",
        LIVE_TESTS,
    ),
    *REPLAY_FAULTS,
)
