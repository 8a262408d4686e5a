"""How many points a pact can give at most: an upper bound, in milli-points, so that what it rules out is certain."""

from leadpact.pact.types import Caps, EngagementScore, FitScore, HalfLife, Pact, Rule, Window, WindowMode

type Most = int | None  # None: no bound


def most_points(pact: Pact) -> Most:
    """Return the most the scores named in `ready` can add up to at one time; None: no bound."""
    total = most_of_profile(pact)
    for score in pact.engagement:
        if score.name not in pact.ready.scores:
            continue
        most = most_of_acts(score)
        if most is None:
            return None
        total += most
    return total


def most_of_profile(pact: Pact) -> int:
    """Return the most the fit scores named in `ready` can add up to."""
    return sum(_most_of_fit(score) for score in pact.fit if score.name in pact.ready.scores)


def _most_of_fit(score: FitScore) -> int:
    total = sum(max(rule.points, 0) for rule in score.rules)
    return total if score.cap is None else min(total, score.cap)


def most_of_acts(score: EngagementScore) -> Most:
    """Return the most a score of acts can have at one time; None: no bound."""
    group_caps = dict(score.group_caps)
    by_group: dict[str | None, Most] = {}
    for rule in score.rules:
        so_far = by_group.get(rule.group, 0)
        most = _most_of_rule(rule, score.ageing)
        by_group[rule.group] = None if so_far is None or most is None else so_far + most
    total: Most = 0
    for group, most in by_group.items():
        capped = _least(most, group_caps.get(group) if group is not None else None)
        total = None if total is None or capped is None else total + capped
    return _least(total, score.cap)


def _most_of_rule(rule: Rule, ageing: Window | HalfLife) -> Most:
    if rule.points <= 0:
        return 0
    if isinstance(ageing, HalfLife):
        return _most_fading(rule.caps, ageing.days)
    return _most_in_window(rule.caps, ageing)


def _most_in_window(caps: Caps, window: Window) -> Most:
    """Count the periods that the days of the window can touch."""
    days = window.days if window.mode is WindowMode.CALENDAR else window.days + 1
    weeks = (days + 5) // 7 + 1
    months = 1 if days == 1 else (days - 2) // 28 + 2
    return _least(_times(caps.day, days), _times(caps.week, weeks), _times(caps.month, months), caps.lifetime)


def _most_fading(caps: Caps, half_life: int) -> Most:
    """Bound the sum of a cap earned anew in each period: 1/(1 - 2^(-p/h)) < 1 + 3h/2p for a period of p days.

    A week or month may be new today, so the running one counts whole and the others fade from yesterday on.
    """
    day = None if caps.day is None else caps.day + caps.day * 3 * half_life // 2 + 1
    week = None if caps.week is None else 2 * caps.week + caps.week * 3 * half_life // 14 + 1
    month = None if caps.month is None else 2 * caps.month + caps.month * 3 * half_life // 56 + 1
    return _least(day, week, month, caps.lifetime)


def _times(cap: Most, periods: int) -> Most:
    return None if cap is None else cap * periods


def _least(*bounds: Most) -> Most:
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known else None
