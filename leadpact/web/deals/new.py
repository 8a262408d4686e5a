"""Opening a deal by hand: first the company, found by its name or made, then what is sold and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadpact.base.money import parse_money
from leadpact.flow import opening
from leadpact.people import actions as people
from leadpact.people import listing
from leadpact.people import reads as known
from leadpact.people.types import CompanyView
from leadpact.pipeline.types import DealView
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.policy import Subject
from leadpact.team.types import Member, Side
from leadpact.web.companies.reach import company_of, visible_companies
from leadpact.web.deals.forms import NewDealForm
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done
from leadpact.worklist import at_companies
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter, Sort

FOUND = 12
PERSONS = 40


@dataclass(frozen=True)
class Working:
    """The lead that is being worked at the company, and with whom."""

    number: int
    owner: Member | None
    is_mine: bool


@require_GET
@needs("deal.edit")
def choose(request: HttpRequest) -> HttpResponse:
    """The first step: at which company; with `company` in the address, the second."""
    number = request.GET.get("company", "")
    if number.isascii() and number.isdigit():
        return _show(request, company_of(request, int(number)))
    member, text = member_of(request), request.GET.get("q", "").strip()[:200]
    visible = visible_companies(member)
    if visible is not None and not text:
        found = list(listing.page(within=visible, limit=FOUND).companies)
    else:
        chosen = (
            listing.beginning(text, limit=FOUND, within=visible)
            if text
            else at_companies.busiest(Sort.SCORE, limit=FOUND).companies
        )
        views = known.companies(chosen)
        found = [views[number] for number in chosen if number in views]
    is_known = any(each.name.casefold() == text.casefold() for each in found)
    context = {"text": text, "found": found, "may_add": bool(text) and not is_known and sees_everybody(member)}
    return render(request, "deals/choose.html", context)


@require_POST
@needs("deal.edit")
def add_company(request: HttpRequest) -> HttpResponse:
    """Make a company that is not there yet; one of that name already is found instead."""
    member, now = member_of(request), now_of(request)
    if not sees_everybody(member):  # a name that turns out to be taken would tell a partner who our customers are
        raise Http404
    made = people.find_or_create_company(request.POST.get("name", "").strip()[:300], by=actor_of(request), now=now)
    if made is None:
        return HttpResponseRedirect(reverse("deal_new"))
    return HttpResponseRedirect(f"{reverse('deal_new')}?company={made}")


@require_http_methods(["POST"])
@needs("deal.edit")
def open_deal(request: HttpRequest, company_id: int) -> HttpResponse:
    company, now = company_of(request, company_id), now_of(request)
    form = _form(request, company, sent=request.POST)
    currency = settings_of(request).currency
    opened: list[DealView] = []

    def act() -> None:
        said = form.cleaned_data
        owner = int(said["owner"])
        check(request, "deal.edit", team.subject_of("deal", owner=owner, team_id=None))
        amount = parse_money(said["amount"], currency) if said["amount"] else None
        deal = opening.open_deal(
            company_id, title=said["title"], amount=amount, currency=currency, owner=owner,
            next_step=said["next_step"], next_step_on=said["next_step_on"],
            persons=[int(person) for person in said["persons"]], by=actor_of(request), now=now,
        )  # fmt: skip
        opened.append(deal)

    if form.is_valid() and done(form, act, field="amount"):
        messages.success(request, _("The deal is open."))
        return HttpResponseRedirect(reverse("deal", args=[opened[0].id]))
    return _show(request, company, form=form, status=400)


def _show(
    request: HttpRequest, company: CompanyView, *, form: NewDealForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "company": company,
        "form": form or _form(request, company),
        "working": _working(company, member_of(request)),
    }
    return render(request, "deals/new.html", context, status=status)


def _form(request: HttpRequest, company: CompanyView, *, sent: Mapping[str, object] | None = None) -> NewDealForm:
    member = member_of(request)
    persons = persons_of(company, member)
    owners = owners_of(member)
    mine = next((each.id for each in owners if each.id == member.id), owners[0].id if owners else None)
    initial = {"title": company.name, "owner": company.owner if company.owner in {o.id for o in owners} else mine}
    return NewDealForm(persons, owners, sent, initial=initial)


def persons_of(company: CompanyView, member: Member) -> dict[int, str]:
    """Names of who may take part in the deal: leads of the company that whoever asks may see."""
    there = worklist.lines(
        LeadFilter(company=company.id), limit=PERSONS, visible_owners=policy.visible_owners(member)
    ).lines
    return {line.person: line.name or line.email for line in there if line.name or line.email}


def owners_of(member: Member) -> list[Member]:
    """Whom the deal may belong to: those who sell, as far as whoever asks may change their deals."""
    sells = (Side.SALES, Side.PARTNER)
    return [
        each
        for each in team.users()
        if each.is_active
        and each.side in sells
        and policy.may(member, "deal.edit", Subject("deal", owner=each.id, team=each.team, side=each.side))
    ]


def _working(company: CompanyView, member: Member) -> Working | None:
    lead = opening.working_lead(company.id)
    if lead is None or lead.owner is None:
        return None
    return Working(lead.number, team.user(lead.owner), lead.owner == member.id)
