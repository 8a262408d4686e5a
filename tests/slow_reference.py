"""The score straight from its definition (docs/reference/scoring.md), on plain dicts with the keys of the types."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from leadpact.base.criteria import Condition, holds

type Doc = dict[str, Any]
DAY = timedelta(days=1)


@cache
def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


@cache
def day_of(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date() + DAY
    return next(one for one in (day, day - DAY, day - 2 * DAY) if midnight(one, zone) <= moment)


@cache
def left_of_a_billion(age: int, half: int) -> int:
    """The whole number n nearest to 10^9 x 2^(-age/half), that is (2n-1)^half x 2^age <= (2 x 10^9)^half."""
    most = (2 * 10**9) ** half
    return bisect_right(range(10**9 + 1), most, key=lambda n: max(2 * n - 1, 0) ** half * 2**age) - 1


def meets(conditions: tuple[Doc, ...], facts: Doc) -> bool:
    return all(holds(Condition(**one), facts) for one in conditions)


def fits(clause: Doc, act: Doc) -> bool:
    return act["kind"] == clause["kind"] and meets(clause["where"], act["properties"])


class Seen:
    def __init__(self, pact: Doc, history: Doc) -> None:
        self.pact, self.ready, self.history, self.zone = pact, pact["ready"], history, pact["zone"]
        self.resets = [one["happened_at"] for one in history["resets"] if one["why"] in pact["resets"]]
        self.earned = {score["name"]: self.credited(score) for score in pact["engagement"]}
        self.triggers = []
        own = [act for act in history["acts"] if not act["by_account"]]
        for act, one in ((act, one) for act in own for one in self.ready["direct"] if fits(one["act"], act)):
            at = act["happened_at"]
            ends = midnight(day_of(at, self.zone) + one["days"] * DAY, self.zone)
            self.triggers.append((at, min([ends, *(reset for reset in self.resets if reset > at)])))

    def credited(self, score: Doc) -> list[Doc]:
        found: list[Doc] = []
        for act in (act for act in self.history["acts"] if score["account"] or not act["by_account"]):
            rules = [one for one in score["rules"] if fits(one, act)]
            replaced = [name for rule in rules for name in rule["instead_of"]]
            for rule in (rule for rule in rules if rule["name"] not in replaced):
                day, points = day_of(act["happened_at"], self.zone), rule["points"]
                periods = {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month), "lifetime": 0}
                for name, cap in rule["caps"].items() if points > 0 else ():
                    same = [one for one in found if one["rule"] is rule and one["periods"][name] == periods[name]]
                    left = points if cap is None else cap - sum(one["points"] for one in same)
                    points = max(0, min(points, left))
                found.append({"at": act["happened_at"], "points": points, "rule": rule, "periods": periods})
        return found

    def worth(self, ageing: Doc, credit: Doc, t: datetime) -> Any:
        if credit["at"] > t or any(credit["at"] < reset <= t for reset in self.resets):
            return 0
        day, span = credit["periods"]["day"], ageing["days"] * DAY
        if "mode" in ageing:
            ends = midnight(day + span, self.zone) if ageing["mode"] == "calendar" else credit["at"] + span
            return credit["points"] if t < ends else 0
        left = left_of_a_billion((day_of(t, self.zone) - day).days, ageing["days"])
        near = round(Fraction(credit["points"] * left, 10**9))
        return near if abs(near) >= 1000 else 0

    def points(self, score: Doc, t: datetime) -> Any:
        earned, caps = [one for one in self.earned[score["name"]] if one["at"] <= t], dict(score["group_caps"])
        live = [(one["rule"]["group"], self.worth(score["ageing"], one, t)) for one in earned]
        total = sum(points for group, points in live if group not in caps)
        total += sum(min(cap, sum(points for group, points in live if group == name)) for name, cap in caps.items())
        total = total if score["cap"] is None else min(total, score["cap"])
        acted = [one for one in earned if one["rule"]["points"]]
        if score["idle"] and acted:
            rolling, days = (t - acted[-1]["at"]).days, (day_of(t, self.zone) - acted[-1]["periods"]["day"]).days
            times = (rolling if score["ageing"].get("mode") == "rolling" else days) // score["idle"]["days"]
            total -= min(max(total, 0), times * score["idle"]["points"])
        return total

    def scores(self, t: datetime, facts: Doc) -> dict[str, int]:
        found = {score["name"]: self.points(score, t) for score in self.pact["engagement"]}
        for score in self.pact["fit"]:
            total = sum(rule["points"] for rule in score["rules"] if meets(rule["where"], facts))
            found[score["name"]] = total if score["cap"] is None else min(total, score["cap"])
        return found

    def shut(self, t: datetime) -> bool:
        counted = [one for name in self.ready["scores"] for one in self.earned.get(name, []) if one["points"] > 0]
        acted, resets = [at for at, _ in self.triggers], [reset for reset in self.resets if reset <= t]
        return bool(resets) and not any(max(resets) <= at <= t for at in acted + [one["at"] for one in counted])

    def let_through(self, facts: Doc) -> bool:
        words = {"own mail domain": "own_domain", "company has an open deal": "open_deal"}
        names = [words.get(one, one) for one in self.ready["exclusions"]]
        barred = any(facts.get(f"{of}.{name}") is True for of in ("person", "company") for name in names)
        barred = barred or any(meets((one,), facts) for one in self.ready["not_when"])
        return not barred and meets(self.ready["musts"], facts)

    def moments(self, days: int) -> set[datetime]:
        later = [(act["happened_at"], n * DAY) for act in self.history["acts"] for n in range(days + 1)]
        return {at + n for at, n in later} | {midnight(day_of(at, self.zone) + n, self.zone) for at, n in later}


def judge(spans: list[tuple[datetime, Doc]], history: Doc, at: datetime, days: int) -> Doc:
    """What the pacts, each from its own moment on, say at `at`; no credit lives longer than `days` days."""
    known = {name: [one for one in happened if one["happened_at"] <= at] for name, happened in history.items()}
    known = {name: sorted(of, key=lambda one: (one["happened_at"], one.get("key"))) for name, of in known.items()}
    happened = {at, *(one["happened_at"] for name in known for one in known[name])}
    seen = [(max(since, min(happened)), Seen(pact, known)) for since, pact in spans if since <= at]
    moments = happened.union((since for since, _ in seen), *(one.moments(days) for _, one in seen))
    todo, since, answer = {t for t in moments if t >= seen[0][0]}, None, dict[str, Any]()
    intervals: list[tuple[datetime, datetime | None]] = []
    while todo:
        t = min(todo)
        todo.remove(t)
        now = [one for since, one in seen if since <= t][-1]
        ready, facts = now.ready, {one["name"]: one["value"] for one in known["facts"] if one["happened_at"] <= t}
        scores = now.scores(t, facts)
        total = sum(points for name, points in scores.items() if name in ready["scores"])
        since = None if t in now.resets else since
        if since is None and total >= ready["up"] and not now.shut(t):
            since = t
            todo |= {t + one.ready["dwell"] for _, one in seen if one.ready["dwell"]}
        elif since is not None and total < ready["down"] and t >= since + ready["dwell"]:
            since = None
        is_ready = now.let_through(facts) and (since is not None or any(a <= t < x for a, x in now.triggers))
        if intervals and intervals[-1][1] is None and (t in now.resets or not is_ready):
            intervals[-1] = (intervals[-1][0], t)
        if is_ready and (not intervals or intervals[-1][1]):
            intervals.append((t, None))
        if t == at:
            answer = {"score": total, "scores": scores, "in": since is not None, "intervals": list(intervals)}
        if t > at and total < answer["score"]:
            answer.setdefault("falls", (t, total))
        if t > at and answer["in"] and since is None:
            answer.setdefault("out", t)
    return answer
