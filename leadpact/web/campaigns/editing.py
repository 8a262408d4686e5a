"""Planning a campaign, changing it, writing down what it cost, and making links to it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadpact.base.money import decimal_text
from leadpact.capture import actions, link_rules, planning, reads
from leadpact.capture.errors import BadLink, UnknownCost
from leadpact.capture.types import CampaignView
from leadpact.web.campaigns.forms import CampaignForm, CostForm, LinkForm
from leadpact.web.campaigns.record import campaign_of
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done
from leadpact.web.shell.wording import translated


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaign.edit")
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "campaigns/write.html", {"form": CampaignForm()})
    form, made = CampaignForm(request.POST), list[CampaignView]()

    def act() -> None:
        made.append(planning.plan(form.wanted(), by=actor_of(request), now=now_of(request)))

    if form.is_valid() and done(form, act, field="name"):
        messages.success(request, _("The campaign is planned. Make its links next, so that its leads can be told."))
        return HttpResponseRedirect(reverse("campaign", args=[made[0].id]))
    return render(request, "campaigns/write.html", {"form": form}, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaign.edit")
def edit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    view = campaign_of(campaign_id)
    if request.method != "POST":
        initial = {name: getattr(view, name) for name in CampaignForm.base_fields}
        return render(request, "campaigns/write.html", {"form": CampaignForm(initial=initial), "campaign": view})
    form = CampaignForm(request.POST)

    def act() -> None:
        planning.change_campaign(view.id, form.wanted(), by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="name"):
        messages.success(request, _("The campaign is changed."))
        return HttpResponseRedirect(reverse("campaign", args=[view.id]))
    return render(request, "campaigns/write.html", {"form": form, "campaign": view}, status=400)


@require_POST
@needs("campaign.edit")
def add_cost(request: HttpRequest, campaign_id: int) -> HttpResponse:
    view, form = campaign_of(campaign_id), CostForm(request.POST)

    def act() -> None:
        said = form.cleaned_data
        actions.record_cost(view.id, said["on"], form.money, by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="amount"):
        messages.success(request, _("The cost is written down."))
        return HttpResponseRedirect(reverse("campaign", args=[view.id]))
    return render(request, "campaigns/cost.html", {"form": form, "campaign": view}, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaign.edit")
def cost(request: HttpRequest, cost_id: int) -> HttpResponse:
    """Correct a cost; what it was before stays in the ledger."""
    try:
        known = reads.cost(cost_id)
    except UnknownCost:
        raise Http404 from None
    context: dict[str, object] = {"campaign": campaign_of(known.campaign), "cost": known}
    if request.method != "POST":
        initial = {"on": known.on, "amount": decimal_text(known.amount), "currency": known.amount.currency}
        return render(request, "campaigns/cost.html", {**context, "form": CostForm(initial=initial)})
    form = CostForm(request.POST)

    def act() -> None:
        planning.change_cost(known.id, form.cleaned_data["on"], form.money, by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="amount"):
        messages.success(request, _("The cost is corrected. The ledger keeps what it was before."))
        return HttpResponseRedirect(reverse("campaign", args=[known.campaign]))
    return render(request, "campaigns/cost.html", {**context, "form": form}, status=400)


@require_GET
@needs("campaign.see")
def links(request: HttpRequest) -> HttpResponse:
    """A link that tells us which campaign brought whoever follows it."""
    is_asked = bool(request.GET.get("address"))
    form = LinkForm(request.GET) if is_asked else LinkForm(initial=request.GET.dict())
    made = ""
    if is_asked and form.is_valid():
        said = {name: form.cleaned_data[name] for name in link_rules.UTM}
        try:
            made = link_rules.tagged(form.cleaned_data["address"], said)
        except BadLink as error:
            form.add_error(str(error.details["field"]), translated(error.message))
    known = reads.campaign_by_name(form.cleaned_data.get("utm_campaign", "")) if made else None
    context = {"form": form, "made": made, "known": known, "names": [each.name for each in reads.campaigns()]}
    return render(request, "campaigns/links.html", context)
