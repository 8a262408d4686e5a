"""Random pacts and histories, crowded round the moments where counting goes wrong: ties, edges, clock changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from leadpact.base.criteria import Condition, Facts, Operator
from leadpact.pact.types import (
    ActClause,
    Caps,
    DirectTrigger,
    EngagementScore,
    Exclusion,
    FitRule,
    FitScore,
    HalfLife,
    IdleLoss,
    Pact,
    Ready,
    Rule,
    Window,
    WindowMode,
)
from leadpact.scoring.types import Act, FactChange, History, Reset

KINDS = ("a", "b", "c")
A_MICROSECOND = timedelta(microseconds=1)

# A zone and the day before its clocks change: an hour, half an hour, not at all, a whole day left out.
NIGHTS = (
    (ZoneInfo("Europe/Berlin"), date(2026, 3, 28)),
    (ZoneInfo("Europe/Berlin"), date(2026, 10, 24)),
    (ZoneInfo("America/St_Johns"), date(2026, 3, 7)),
    (ZoneInfo("America/St_Johns"), date(2010, 11, 6)),  # back at 00:01: the day before came again
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 4)),
    (ZoneInfo("America/Havana"), date(2026, 10, 31)),  # midnight struck twice
    (ZoneInfo("America/Santiago"), date(2026, 9, 5)),  # midnight left out
    (ZoneInfo("Pacific/Apia"), date(2011, 12, 29)),  # the 30th never was
    (ZoneInfo("Asia/Kolkata"), date(2026, 2, 27)),
)

OFFSETS = st.sampled_from(
    [
        timedelta(0),
        -A_MICROSECOND,
        A_MICROSECOND,
        timedelta(hours=12),
        timedelta(hours=12) + A_MICROSECOND,
        timedelta(hours=23, minutes=30),
    ]
)
POINTS = st.sampled_from([2000, 1000, 2500, 5000, 500, 5000, 3000, -1000, -2500, 0])
LIMITS = st.none() | st.sampled_from([1000, 1500, 2000, 4000])
CAPS = st.just(Caps()) | st.builds(Caps, day=LIMITS, week=LIMITS, month=LIMITS, lifetime=LIMITS)
MARKED = (Condition("mark", Operator.IS, 1),)


def moments(zone: ZoneInfo, eve: date) -> st.SearchStrategy[datetime]:
    """Midnights and noons of the days around, and whole 24 hours apart, each give or take a microsecond."""
    start = datetime.combine(eve - timedelta(days=3), time(0), zone)
    utc = ZoneInfo("UTC")
    by_clock = st.builds(
        lambda day, offset: (start + timedelta(days=day)).astimezone(utc) + offset, st.integers(0, 8), OFFSETS
    )
    by_hours = st.builds(
        lambda day, offset: start.astimezone(utc) + timedelta(days=day) + offset, st.integers(0, 8), OFFSETS
    )
    return by_clock | by_hours


@st.composite
def scores(draw: st.DrawFn, name: str) -> EngagementScore:
    count = draw(st.sampled_from([3, 2, 4, 1]))
    names = [f"{name}{place}" for place in range(count)]
    rules = tuple(
        Rule(
            name=names[place],
            kind=draw(st.sampled_from(KINDS)),
            points=draw(POINTS),
            where=draw(st.sampled_from([(), (), MARKED])),
            caps=draw(CAPS),
            instead_of=tuple(draw(st.lists(st.sampled_from(names[:place]), max_size=1))) if place else (),
            group=draw(st.sampled_from([None, None, "g", "h"])),
        )
        for place in range(count)
    )
    windows = st.builds(Window, days=st.integers(1, 5), mode=st.sampled_from(list(WindowMode)))
    caps = st.sampled_from([1500, 2000, 5000])
    return EngagementScore(
        name=name,
        ageing=draw(windows | windows | st.builds(HalfLife, days=st.integers(1, 2))),
        rules=rules,
        group_caps=tuple(("g", cap) for cap in draw(st.lists(caps, max_size=1))),
        cap=draw(st.none() | caps),
        idle=draw(st.none() | st.builds(IdleLoss, days=st.integers(1, 3), points=st.sampled_from([500, 2000]))),
        account=draw(st.booleans()),
    )


FIT = FitScore(
    name="fit",
    rules=(
        FitRule("large", 2000, (Condition("company.size", Operator.AT_LEAST, 50),)),
        FitRule("not at home", 500, (Condition("person.country", Operator.IS_NOT, "DE"),)),
        FitRule("student", -1000, (Condition("person.title", Operator.CONTAINS, "student"),)),
    ),
)


@st.composite
def pacts(draw: st.DrawFn, zone: ZoneInfo) -> Pact:
    up = draw(st.sampled_from([2000, 1000, 3000, 3001, 5000]))
    direct = DirectTrigger("direct", ActClause("c", MARKED), draw(st.integers(1, 4)))
    engagement = (draw(scores("acts")), draw(scores("more")))[: draw(st.integers(1, 2))]
    fit = draw(st.sampled_from([(), (FIT,), (FitScore("fit", FIT.rules, cap=1500),)]))
    names = [score.name for score in engagement] + [score.name for score in fit]
    return Pact(
        name="random",
        zone=zone,
        lead=(ActClause("b"),),
        types=(),
        engagement=engagement,
        fit=fit,
        ready=Ready(
            scores=tuple(draw(st.sampled_from([names, names, names[:1], names[-1:]]))),
            up=up,
            down=min(up, draw(st.sampled_from([1000, 2000, 2500]))),
            dwell=draw(st.sampled_from([timedelta(0), timedelta(0), timedelta(days=1), timedelta(hours=37)])),
            direct=draw(st.sampled_from([(), (direct,)])),
            musts=draw(st.sampled_from([(), (), (), (Condition("person.email", Operator.KNOWN),)])),
            exclusions=draw(st.sampled_from([(), tuple(Exclusion)])),
            not_when=draw(st.sampled_from([(), (Condition("person.country", Operator.IS, "AT"),)])),
        ),
        promises=(),
        reject_reasons=(),
        recycle_reasons=(),
        disqualify_reasons=(),
        resets=draw(st.sampled_from([("rejected", "recycled", "cooled"), ("rejected",)])),
    )


FACTS = st.sampled_from(
    [
        ("person.email", "ada@example.org"),
        ("person.email", None),
        ("company.open_deal", True),
        ("company.open_deal", False),
        ("person.customer", True),
        ("company.size", 50),
        ("company.size", 49),
        ("person.country", "at"),
        ("person.country", "DE"),
        ("person.title", "PhD Student"),
    ]
)


@st.composite
def histories(draw: st.DrawFn, when: st.SearchStrategy[datetime]) -> History:
    marks: list[Facts] = [{"mark": 1}, {}, {"mark": True}]
    acts = draw(
        st.lists(
            st.tuples(
                when,
                st.sampled_from(KINDS),
                st.sampled_from(marks),
                st.sampled_from([False, False, False, True]),
            ),
            min_size=draw(st.sampled_from([6, 9, 12, 0])),
            max_size=14,
        )
    )
    keys = draw(st.permutations(range(len(acts))))
    changes = draw(st.lists(st.tuples(when, FACTS), max_size=4))
    resets = draw(st.lists(st.tuples(when, st.sampled_from(["rejected", "cooled"])), max_size=2))
    return History(
        acts=tuple(
            Act(event, f"{key:02}", kind, at, properties, by_account)
            for event, (key, (at, kind, properties, by_account)) in enumerate(zip(keys, acts, strict=True))
        ),
        facts=tuple(FactChange(name, value, at, f"{place:02}") for place, (at, (name, value)) in enumerate(changes)),
        resets=tuple(Reset(at, why) for at, why in resets),
    )
