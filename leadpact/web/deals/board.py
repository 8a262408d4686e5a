"""The board: open deals by stage, how long each stands there, and what the stages are worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.base.money import Money
from leadpact.people import listing as people
from leadpact.pipeline import board as pipeline
from leadpact.pipeline.types import DealView, Lane, Usual
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.deals.filters import WAYS, asked_of, board_tabs_of, chips_of
from leadpact.web.deals.forms import LoseForm, WinForm, amount_text
from leadpact.web.deals.page import subject_of
from leadpact.web.shell.access import member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.showing import keep_way

CARDS = 40  # of one stage; the table has them all
ENOUGH = 5  # deals that left a stage before "usually" means something


@dataclass(frozen=True)
class Card:
    """A deal as the board shows it.

    days      whole days at this stage
    fill      of the bar, and `mark` where the usual stay lies, in percent; mark None: not known
    is_long   stands longer than deals of ours usually do
    is_late   its next step lies in the past, or there is none
    """

    deal: DealView
    company: str
    owner: Member | None
    days: int
    fill: int
    mark: int | None
    usual_days: int | None
    is_long: bool
    is_late: bool
    may_edit: bool
    amount_text: str


@dataclass(frozen=True)
class Column:
    """One stage; `won_percent` None: too few deals came by to say.  `is_former`: the settings name it no more."""

    lane: Lane
    cards: tuple[Card, ...]
    won_percent: int | None
    usual_days: int | None
    is_former: bool

    @property
    def left_out(self) -> int:
        return self.lane.count - len(self.cards)


@dataclass(frozen=True)
class Together:
    """All columns together, one sum for each currency, and what stands too long of the cards shown.

    likely  what of it is won if deals are won from their stages as often as before; empty: too few ended to say
    """

    count: int
    amounts: tuple[Money, ...]
    unknown: int
    likely: tuple[Money, ...]
    standing: int
    standing_amounts: tuple[Money, ...]


@require_GET
@needs("deal.see")
def board(request: HttpRequest) -> HttpResponse:
    member, settings, now = member_of(request), settings_of(request), now_of(request)
    asked = asked_of(request.GET, member, settings.deal_stages)
    members = members_of(request)
    visible = policy.visible_owners(member)
    lanes = pipeline.lanes(asked.on_board, settings.deal_stages, each=CARDS, visible_owners=visible)
    columns = _columns(lanes, settings.deal_stages, members, member, now, now.astimezone(settings.zone).date())
    context = {
        "asked": asked,
        "columns": columns,
        "together": _together(columns),
        "stages": settings.deal_stages,
        "tabs": board_tabs_of(asked),
        "chips": chips_of(asked, members, request.GET),
        "owners": [each for each in members.values() if each.is_active] if visible is None else [],
        "win_form": WinForm(auto_id="win_%s"),
        "lose_form": LoseForm(auto_id="lose_%s"),
    }
    return keep_way(request, render(request, "deals/board.html", context), "deals", WAYS)


def _columns(
    lanes: list[Lane],
    stages: tuple[str, ...],
    members: Mapping[int, Member],
    member: Member,
    now: datetime,
    today: date,
) -> list[Column]:
    shown = [deal for lane in lanes for deal in lane.deals]
    since = pipeline.since_when([deal.id for deal in shown])
    usual = {stage: each for stage, each in pipeline.usual(now).items() if each.reached >= ENOUGH}
    companies = people.names({deal.company for deal in shown if deal.company is not None})

    def card(deal: DealView, stay: Usual | None) -> Card:
        owner = members.get(deal.owner or 0)
        return _card(
            deal, companies.get(deal.company or 0, ""), owner, now - since.get(deal.id, deal.opened_at), stay,
            today, may_edit=policy.may(member, "deal.edit", subject_of(deal, members)),
        )  # fmt: skip

    return [
        Column(
            lane, tuple(card(deal, usual.get(lane.stage)) for deal in lane.deals), _won(usual.get(lane.stage)),
            _days(usual.get(lane.stage)), lane.stage not in stages,
        )
        for lane in lanes
    ]  # fmt: skip


def _card(
    deal: DealView, company: str, owner: Member | None, stay: timedelta, usual: Usual | None, today: date,
    *, may_edit: bool,
) -> Card:  # fmt: skip
    days, often = stay.days, _days(usual)
    whole = max(often * 2, days) if often else max(days, 30)
    return Card(
        deal=deal,
        company=company,
        owner=owner,
        days=days,
        fill=round(100 * days / whole),
        mark=round(100 * often / whole) if often else None,
        usual_days=often,
        is_long=often is not None and days > often,
        is_late=not deal.next_step or (deal.next_step_on is not None and deal.next_step_on < today),
        may_edit=may_edit,
        amount_text=amount_text(deal),
    )


def _won(usual: Usual | None) -> int | None:
    return None if usual is None else round(100 * usual.won / usual.reached)


def _days(usual: Usual | None) -> int | None:
    return None if usual is None else max(round(usual.stay / timedelta(days=1)), 1)


def _together(columns: list[Column]) -> Together:
    standing = [card.deal for column in columns for card in column.cards if card.is_long]
    return Together(
        count=sum(column.lane.count for column in columns),
        amounts=_sums([amount for column in columns for amount in column.lane.amounts]),
        unknown=sum(column.lane.unknown for column in columns),
        likely=_likely(columns),
        standing=len(standing),
        standing_amounts=_sums([deal.amount for deal in standing if deal.amount is not None]),
    )


def _likely(columns: list[Column]) -> tuple[Money, ...]:
    """Weigh each stage's sums by how many are won from there, to whole hundreds: it is an estimate."""
    if any(column.won_percent is None for column in columns if column.lane.amounts):
        return ()
    hundred = 100 * 100 * 100
    return _sums(
        [
            Money(round(amount.minor * (column.won_percent or 0) / hundred) * hundred // 100, amount.currency)
            for column in columns
            for amount in column.lane.amounts
        ]
    )


def _sums(amounts: list[Money]) -> tuple[Money, ...]:
    """One sum for each currency; never over several."""
    found: dict[str, int] = {}
    for amount in amounts:
        found[amount.currency] = found.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(found.items()))
