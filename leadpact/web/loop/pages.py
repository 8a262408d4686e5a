"""What each page of the loop shows, asked in one look at the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.loop import reads
from leadpact.loop.catalogue import FIVE, REPORTS
from leadpact.loop.steps import Every, every_of, moments
from leadpact.loop.types import Ask, Number, Period, Sum, Unit
from leadpact.team.types import CompanySettings, Member
from leadpact.web.loop import moving, promising, reporting
from leadpact.web.loop.asked import Asked
from leadpact.web.loop.cards import TITLES, behind, cards_of
from leadpact.web.loop.charts import MOST
from leadpact.web.loop.figures import say, say_change, say_interval, say_of
from leadpact.web.loop.funnels import funnel_of, matrix_of
from leadpact.web.loop.rows import Table, table_of

WEEKS: Final = 400  # days up to which promises are shown by week
OTHER_TITLES: Mapping[str, str | Promise] = {
    "pipeline_moves": _("What moved the pipeline"),
    "stages_reached": _("Stages reached"),
    "lead_conversion": _("Leads that led to a deal"),
    "campaign_cohorts": _("What became of each campaign's leads"),
    "campaign_won": _("What each campaign's leads bought"),
    "funnel": _("Funnel"),
}
# The tab a report's page stands under.
TABS: Mapping[str, str] = {
    "funnel": "funnel", "stages_reached": "funnel", "lead_conversion": "funnel", "promises": "promises",
    "campaigns": "campaigns", "campaign_cohorts": "campaigns", "campaign_won": "campaigns",
}  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Who looks, at what, and when."""

    member: Member
    visible: tuple[int, ...] | None
    now: datetime
    ours: CompanySettings
    asked: Asked

    @property
    def period(self) -> Period:
        return self.asked.chosen.period

    def look(self, asks: list[Ask]) -> list[list[Sum]]:
        return reads.look(asks, now=self.now, visible_owners=self.visible)

    def ask(
        self, key: str, period: Period, by: tuple[str, ...], *, starts: tuple[datetime, ...] = (), value: str = "value"
    ) -> Ask:
        return Ask(key, period, by, starts, reads.narrowed(key, self.asked.where), value)


def title_of(key: str) -> str:
    return str(TITLES.get(key) or OTHER_TITLES[key])


def five(reader: Reader, notes: Mapping[str, str]) -> dict[str, object]:
    """The five numbers against the period before, the funnel, the pipeline's moves, promises and campaigns."""
    chosen, now = reader.asked.chosen, reader.period
    every = Every.WEEK if chosen.days <= WEEKS else Every.MONTH
    parts = reads.slices_of(now, every, ours=reader.ours)
    detail = {"inbound_pipeline": ("currency", "stage"), "promises": ("side", "kind")}
    asks = [
        reader.ask(
            key, now, detail.get(key, (REPORTS[key].by,)), starts=moments(parts, now) if key == "promises" else ()
        )
        for key in FIVE
    ]
    asks += [reader.ask(key, chosen.before, (REPORTS[key].by,)) for key in FIVE if chosen.before]
    asks += [
        reader.ask("inbound_pipeline", moving.just_before(now), ("currency",)),
        reader.ask("pipeline_moves", now, ("currency", "what")),
        reader.ask("funnel", now, ("stage",), value="is_now"),
        reader.ask("lead_conversion", now, ("type",)),
    ]
    found = reader.look(asks)
    numbers = [_number(reader, ask, sums) for ask, sums in zip(asks, found, strict=True) if ask.period is now][:5]
    before = [_number(reader, asks[i], found[i]) for i in range(5, 10)] if chosen.before else []
    begun, moved, steps, converted = found[-4:]
    keepings = promising.keepings_of(found[3], parts, reader.asked, every)
    conversion = _number(reader, asks[-1], converted)
    return {
        "cards": cards_of(numbers, before, chosen, notes),
        "funnel": funnel_of(reads.funnel_of(steps), reader.asked),
        "funnel_definition": reads.definition("funnel"),
        "falls": moving.falls_of(begun, moved, found[2], reader.asked),
        "falls_definition": reads.definition("pipeline_moves"),
        "standing": moving.standing_of(found[2], reader.asked),
        "standing_sums": moving.together(found[2]),
        "keepings": keepings,
        "is_weekly": every is Every.WEEK,
        "keeping_title": promising.title_of(keepings),
        "promises_definition": reads.definition("promises"),
        "conversion": conversion,
        "conversion_figure": say(conversion),
        "conversion_interval": say_interval(conversion),
        **_cohorts(reader),
    }


def report(reader: Reader, key: str) -> dict[str, object]:
    """The figure of one report, its change, and what is drawn of it."""
    if key in {"funnel", "stages_reached"}:
        return _funnel(reader, key)
    if key == "promises":
        return _promises(reader)
    if key == "pipeline_moves":
        return _pipeline(reader, key)
    if key == "campaign_cohorts":
        number, change = _numbers(reader, key, [])[:2]
        return _figure(key, number, change) | _cohorts(reader)
    chosen = reader.asked.chosen
    parts = reads.slices_of(chosen.period, ours=reader.ours)
    asks = reporting.asks_of(key, reader.asked, moments(parts, chosen.period), reads.narrowed(key, reader.asked.where))
    number, change, found = _numbers(reader, key, asks)
    more = _pipeline(reader, key) if key == "inbound_pipeline" else {}
    cohorts = _cohorts(reader) if key == "campaigns" else {}
    return (
        more | _figure(key, number, change) | cohorts | {"charts": reporting.charts_of(key, reader.asked, found, parts)}
    )


def list_of(reader: Reader, key: str, after: str, size: int) -> dict[str, object]:
    """A page of the rows behind the figure."""
    where = reads.narrowed(key, reader.asked.where)
    found = reads.rows(
        key, reader.period, now=reader.now, visible_owners=reader.visible, where=where, after=after, limit=size + 1
    )
    return {
        "title": title_of(key),
        "answer": found,
        "table": table_of(found, reader.member, reader.ours, size),
        "next": reads.place_of(key, found.rows[size - 1]) if len(found.rows) > size else "",
    }


def _figure(key: str, number: Number, change: str) -> dict[str, object]:
    return {
        "number": number,
        "figure": say(number),
        "interval": say_interval(number),
        "change": change,
        "behind": behind(key, number.n),
        "total": say_of(number) if number.unit is Unit.SHARE else say(number, to_the_penny=True),
    }


def _numbers(reader: Reader, key: str, asks: list[Ask]) -> tuple[Number, str, list[list[Sum]]]:
    """Return the number, its change, and what else is asked, all in one look."""
    chosen = reader.asked.chosen
    own = [reader.ask(key, period, (REPORTS[key].by,)) for period in (chosen.period, chosen.before) if period]
    found = reader.look([*own, *asks])
    numbers = [_number(reader, ask, sums) for ask, sums in zip(own, found, strict=False)]
    before = numbers[1] if len(numbers) > 1 else None
    is_ripe = not REPORTS[key].cohort  # a younger cohort has had less time: no comparison
    return numbers[0], say_change(numbers[0], before, chosen.says_before) if is_ripe else "", found[len(own) :]


def _number(reader: Reader, ask: Ask, sums: list[Sum]) -> Number:
    return reads.number_of(ask, sums, reader.ours.currency)


def _funnel(reader: Reader, key: str) -> dict[str, object]:
    """By cohort or by period; both stage by stage, and month by month."""
    parts = reads.slices_of(reader.period, ours=reader.ours)
    starts, is_cohort = moments(parts, reader.period), key == "funnel"
    value = "is_now" if is_cohort else "value"
    everything = {name: what for name, what in reads.narrowed(key, reader.asked.where).items() if name != "stage"}
    ask = Ask(key, reader.period, ("stage",), starts, everything, value)
    sums = reader.look([ask])[0]
    stage = reader.asked.where.get("stage")
    n = sum(each.n for each in sums if not stage or each.parts[0] == stage)
    steps = reads.funnel_of(sums)
    return {
        "funnel": funnel_of(steps, reader.asked, is_cohort=is_cohort),
        "matrix": matrix_of(sums, parts, reader.asked, is_cohort=is_cohort),
        "matrix_every": every_of(reader.period).value,
        "is_cohort": is_cohort,
        "funnel_definition": reads.definition(key),
        "stage": reader.asked.say("stage", stage) if stage else "",
        "figure": f"{n:,}",
        "total": f"{n:,}",
        "behind": behind(key, n),
    }


def _promises(reader: Reader) -> dict[str, object]:
    chosen = reader.asked.chosen
    every = Every.WEEK if chosen.days <= WEEKS else Every.MONTH
    parts = reads.slices_of(chosen.period, every, ours=reader.ours)
    ask = reader.ask("promises", chosen.period, ("side", "kind"), starts=moments(parts, chosen.period))
    number, change, found = _numbers(reader, "promises", [ask])
    keepings = promising.keepings_of(found[0], parts, reader.asked, every)
    return _figure("promises", number, change) | {
        "keepings": keepings,
        "keeping_title": promising.title_of(keepings),
        "is_weekly": every is Every.WEEK,
        "missed": number.n - (number.added or 0),
        "missed_query": reader.asked.query(outcome="missed") if number.n > (number.added or 0) else "",
    }


def _pipeline(reader: Reader, key: str) -> dict[str, object]:
    """What moved the pipeline; of the moves alone also their own figure."""
    now = reader.period
    asks = [
        reader.ask("inbound_pipeline", moving.just_before(now), ("currency",)),
        reader.ask("pipeline_moves", now, ("currency", "what")),
        reader.ask("inbound_pipeline", now, ("currency",)),
    ]
    number, change, found = _numbers(reader, "pipeline_moves", asks)
    falls = moving.falls_of(found[0], found[1], found[2], reader.asked)
    figure = _figure(key, number, change) if key == "pipeline_moves" else {}
    return figure | {"falls": falls, "falls_definition": reads.definition("pipeline_moves")}


def _cohorts(reader: Reader) -> dict[str, object]:
    """What became of the leads by campaign: the largest cohorts first."""
    where = reads.narrowed("campaign_cohorts", reader.asked.where)
    answer = reads.rows("campaign_cohorts", reader.period, now=reader.now, visible_owners=reader.visible, where=where)
    largest = sorted(answer.rows, key=lambda row: -reporting.whole(row, "value"))[:MOST]
    return {
        "cohorts": Table(answer, largest, {}),
        "cohorts_left": len(answer.rows) - len(largest),
        "cohort_chart": reporting.cohort_chart(answer, reader.asked),
    }
