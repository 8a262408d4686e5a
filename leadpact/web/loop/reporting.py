"""The charts of each report: which columns they tell apart, and the sentences they are titled by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.base.money import Money, format_money
from leadpact.loop.catalogue import REPORTS
from leadpact.loop.steps import Slice
from leadpact.loop.types import Answer, Ask, Row, Sum, Unit
from leadpact.web.loop import findings
from leadpact.web.loop.asked import LABELS, NONE, Asked
from leadpact.web.loop.charts import MOST, Bar, Chart, by_part, over_time, sized
from leadpact.web.loop.figures import say_part
from leadpact.web.loop.findings import Words

type Text = str | Promise


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a report.

    part       column whose values have a bar each; "" for none
    narrowing  the filter that a bar's link sets, where it is another column
    """

    part: str
    part_words: Mapping[str, Text]
    part_says: Text
    time_words: Mapping[str, Text] = field(default_factory=dict)
    time_says: Text = ""
    narrowing: str = ""
    side: str = "both"
    measure: Text = ""


DRAWN: Mapping[str, Drawn] = {
    "qualified_leads": Drawn(
        "channel",
        {
            "most": _("%(label)s brought the most: %(amount)s of %(all)s qualified leads"),
            "only": _("All %(all)s qualified leads came by %(label)s"),
            "none": _("No lead was offered in this time"),
        },
        _("Pursuits by the channel of their first known touch."),
        {
            "most": _("Most were offered in %(label)s: %(amount)s of %(all)s"),
            "only": _("All %(all)s were offered in %(label)s"),
            "none": _("No lead was offered in this time"),
        },
        _("Pursuits by the day of their first offer."),
        side="marketing",
        measure=_("Qualified leads"),
    ),
    "campaigns": Drawn(
        "name",
        {
            "most": _("%(label)s cost the most: %(amount)s of %(all)s"),
            "only": _("All %(all)s went to %(label)s"),
            "none": _("No cost is recorded for this time"),
        },
        _("Cost by the day it is dated. What the campaigns brought is a cohort of its own and stands apart."),
        narrowing="campaign",
        side="marketing",
        measure=_("Cost"),
    ),
    "inbound_closed": Drawn(
        "channel",
        {
            "most": _("%(label)s brought the most business: %(amount)s of %(all)s"),
            "only": _("All %(all)s came by %(label)s"),
            "none": _("No deal from inbound was won in this time"),
        },
        _("Deals won, by the channel of the first known touch."),
        {
            "most": _("Most was closed in %(label)s: %(amount)s of %(all)s"),
            "only": _("All %(all)s was closed in %(label)s"),
            "none": _("No deal from inbound was won in this time"),
        },
        _("Deals won, by the day they were closed."),
        measure=_("Won"),
    ),
    "inbound_pipeline": Drawn(
        "stage",
        {
            "most": _("Most is open at %(label)s: %(amount)s of %(all)s"),
            "only": _("All %(all)s is open at %(label)s"),
            "none": _("Nothing from inbound was open"),
        },
        _("Open amounts at the period's end, by the stage of then."),
        side="sales",
        measure=_("Open"),
    ),
    "lead_conversion": Drawn(
        "channel",
        {
            "best": _("Leads from %(label)s lead to a deal most often: %(amount)s"),
            "unsure": _("Too few hand-overs to say which channel's leads lead to a deal most often"),
            "none": _("No lead was handed over in this time"),
        },
        _("Hand-overs with a deal ÷ hand-overs, by channel. Thin lines: between what the true share lies, 80 % sure."),
        {
            "best": _("Of those offered in %(label)s most led to a deal: %(amount)s"),
            "unsure": _("No time stands out beyond chance; the newest may still lead to a deal"),
            "none": _("No lead was handed over in this time"),
        },
        _("Hand-overs with a deal ÷ hand-overs, by the day of the first offer. The newest are not ripe yet."),
        side="sales",
        measure=_("With a deal"),
    ),
    "campaign_won": Drawn(
        "name",
        {
            "most": _("The leads of %(label)s bought the most: %(amount)s of %(all)s"),
            "only": _("All %(all)s was bought by the leads of %(label)s"),
            "none": _("None of these leads has bought yet"),
        },
        _("A cohort: deals won so far of pursuits whose first known touch lies in the period."),
        {
            "most": _("The leads that came in %(label)s bought the most: %(amount)s of %(all)s"),
            "only": _("All %(all)s was bought by leads that came in %(label)s"),
            "none": _("None of these leads has bought yet"),
        },
        _("The same by the day of the first known touch."),
        narrowing="campaign",
        measure=_("Won so far"),
    ),
}
_HEADINGS: Mapping[str, Text] = {"name": _("Campaign"), "channel": _("Channel"), "stage": _("Stage")}


def asks_of(key: str, asked: Asked, starts: Sequence[object], where: Mapping[str, str | None]) -> list[Ask]:
    """Return what the charts of a report ask: by its part, and by week or month."""
    drawn, report = DRAWN[key], REPORTS[key]
    columns = dict.fromkeys((report.by, drawn.part, *([drawn.narrowing] if drawn.narrowing else [])))
    asks = [Ask(key, asked.chosen.period, by=tuple(columns), where=where)]
    if drawn.time_words:
        asks.append(Ask(key, asked.chosen.period, by=(report.by,), starts=tuple(starts), where=where))  # type: ignore[arg-type]  # moments
    return asks


def charts_of(key: str, asked: Asked, sums: Sequence[Sequence[Sum]], parts: Sequence[Slice]) -> list[Chart]:
    """Return the charts of a report, for money one pair a currency, never added."""
    report = REPORTS[key]
    if report.unit is not Unit.MONEY:
        return _pair(key, asked, sums, parts, None)
    currencies = sorted({str(each.parts[0]) for each in sums[0]})
    found = []
    for currency in currencies or [asked.chosen.ours.currency]:
        own = [[each for each in some if each.parts[0] == currency] for some in sums]
        found += _pair(key, asked, own, parts, currency)
    return found


def _pair(
    key: str, asked: Asked, sums: Sequence[Sequence[Sum]], parts: Sequence[Slice], currency: str | None
) -> list[Chart]:
    drawn, unit = DRAWN[key], REPORTS[key].unit
    total = _total(unit, sums[0], currency)
    also = {"currency": currency} if currency and "currency" in REPORTS[key].narrowed else {}
    charts = [
        _chart(f"{key}-part", drawn, unit, _by_part(key, drawn, asked, sums[0], currency, also), total, is_time=False)
    ]
    if drawn.time_words:
        bars = over_time(
            sums[1], parts, unit, asked.chosen, currency=currency,
            url=lambda part: asked.query(period=f"{part.since} to {_last(part)}", **also),
        )  # fmt: skip
        charts.append(_chart(f"{key}-time", drawn, unit, bars, total, is_time=True))
    return charts


def _chart(name: str, drawn: Drawn, unit: Unit, bars: tuple[Bar, ...], total: str, *, is_time: bool) -> Chart:
    words = Words(**{slot: str(said) for slot, said in (drawn.time_words if is_time else drawn.part_words).items()})
    says, heading = (drawn.time_says, _("When")) if is_time else (drawn.part_says, _HEADINGS[drawn.part])
    return Chart(
        name, findings.of(unit, bars, words, total), str(says), bars, drawn.side, str(heading), str(drawn.measure),
        unit is Unit.SHARE, is_time,
    )  # fmt: skip


def _by_part(
    key: str, drawn: Drawn, asked: Asked, sums: Sequence[Sum], currency: str | None, also: Mapping[str, str]
) -> tuple[Bar, ...]:
    columns = list(dict.fromkeys((REPORTS[key].by, drawn.part, *([drawn.narrowing] if drawn.narrowing else []))))
    narrowing = drawn.narrowing or drawn.part
    at = columns.index(narrowing)
    names = {each.parts[at] or None: each.parts[columns.index(drawn.part)] for each in sums}
    says: Callable[[str | None], str] = (
        (lambda value: names.get(value) or str(_("No campaign known"))) if drawn.narrowing
        else (lambda value: asked.say(drawn.part, value))
    )  # fmt: skip
    return by_part(
        sums, at, REPORTS[key].unit, currency=currency, say=says,
        url=lambda value: asked.query(**{narrowing: value or NONE}, **also),
    )  # fmt: skip


def _total(unit: Unit, sums: Sequence[Sum], currency: str | None) -> str:
    added = sum(each.value for each in sums)
    return format_money(Money(added, currency)) if unit is Unit.MONEY and currency else f"{added:,}"


def _last(part: Slice) -> str:
    return part.until.fromordinal(part.until.toordinal() - 1).isoformat()


def cohort_chart(answer: Answer, asked: Asked) -> Chart:
    """Return how many of each campaign's hand-overs were won so far, with how sure that is."""
    found: dict[int | None, tuple[str, int, int]] = {}
    for row in answer.rows:
        campaign = row["campaign"] if isinstance(row["campaign"], int) else None
        name = str(row["name"] or _("No campaign known"))
        _name, n, won = found.get(campaign, (name, 0, 0))
        found[campaign] = (name, n + whole(row, "value"), won + whole(row, "won"))
    largest = sorted(found.items(), key=lambda each: (-each[1][1], each[1][0]))[:MOST]
    bars = [
        Bar(
            name, name, won * 10_000 // n if n else 0, n, won, say_part(won, n),
            asked.query(campaign=NONE if campaign is None else str(campaign)),
        )
        for campaign, (name, n, won) in largest
    ]  # fmt: skip
    shown = sized(sorted(bars, key=lambda bar: (-bar.amount, -bar.n, bar.label)), Unit.SHARE)
    words = Words(
        best=str(_("The leads of %(label)s become customers most often: %(amount)s")),
        unsure=str(_("Too few hand-overs to say which campaign's leads become customers most often")),
        none=str(_("No lead began in this time")),
    )
    says = _("Won so far ÷ hand-overs that began with the campaign. Thin lines: the true share, 80 % sure.")
    title = findings.of_shares(shown, words)
    return Chart("cohorts", title, str(says), shown, "both", str(LABELS["campaign"]), str(_("Won so far")), True)


def whole(row: Row, column: str) -> int:
    value = row[column]
    return value if isinstance(value, int) else 0
