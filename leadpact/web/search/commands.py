"""Pages and actions that the search knows by their names: those that are built, and that the member may enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.base.text import fold
from leadpact.team import policy
from leadpact.team.policy import Verb
from leadpact.team.types import Member
from leadpact.web.shell import navigation


@dataclass(frozen=True)
class Command:
    """A place to go to; `words` further words that it is found by."""

    label: str | Promise
    route: str
    verb: Verb
    icon: str
    words: str | Promise = ""
    query: str = ""


PAGES: Sequence[Command] = (
    Command(_("Board of deals"), "deals_board", "deal.see", "columns", _("pipeline stages kanban")),
    Command(_("Leads that are ready for sales"), "leads", "lead.see", "leads", _("mql qualified"), "view=ready"),
    Command(_("Leads offered to me"), "leads", "lead.answer", "leads", _("answer"), "view=offered"),
    Command(_("My leads"), "leads", "lead.answer", "leads", _("mine working"), "view=mine"),
    Command(_("Leads that cool soon"), "leads", "lead.see", "leads", _("fall forecast"), "view=cooling"),
    Command(_("My open deals"), "deals_board", "deal.edit", "deals", _("mine"), "view=mine"),
    Command(_("Won deals"), "deals", "deal.see", "deals", _("customers sold"), "view=won"),
    Command(_("Lost deals"), "deals", "deal.see", "deals", _("reasons"), "view=lost"),
    Command(_("Customers"), "companies", "company.see", "companies", _("bought"), "view=customers"),
    Command(_("Most engaged companies"), "companies", "company.see", "companies", _("accounts hot"), "view=engaged"),
    Command(_("Papers for download"), "papers", "campaign.see", "download", _("assets white paper")),
    Command(_("Mails to chosen persons"), "mails", "campaign.see", "mail", _("mailing newsletter")),
    Command(_("Disputes"), "disputes", "dispute.see", "comment", _("contested rejected outcome")),
    Command(_("Notices"), "notices", "token.own", "bell", _("messages unread")),
    Command(_("Notices I get"), "notice_preferences", "token.own", "bell", _("preferences quiet hours mail")),
    Command(_("My tokens"), "tokens", "token.own", "key", _("api access")),
    Command(_("Change password"), "account_change_password", "token.own", "lock"),
    Command(_("People and roles"), "settings_people", "settings.see", "settings", _("users members rights")),
    Command(_("Teams"), "settings_teams", "settings.see", "settings", _("heads")),
    Command(_("Working hours"), "settings_hours", "settings.see", "settings", _("calendar holidays")),
    Command(_("Write keys"), "settings_keys", "settings.see", "key", _("tracker server events")),
    Command(_("Forms"), "settings_forms", "settings.see", "settings", _("consent wording")),
)
ACTIONS: Sequence[Command] = (
    Command(_("Open a deal"), "deal_new", "deal.edit", "plus", _("new add")),
    Command(_("Add a lead"), "lead_new", "lead.edit", "plus", _("new person contact")),
    Command(_("Import a file"), "import", "import.run", "import", _("csv excel spreadsheet upload")),
    Command(_("Propose a change of the pact"), "pact_propose", "pact.propose", "edit", _("rules points agree")),
    Command(_("Offer a paper for download"), "paper_add", "campaign.edit", "plus", _("new add asset")),
    Command(_("Add a campaign"), "campaign_add", "campaign.edit", "plus", _("new")),
    Command(_("Build a link that names a campaign"), "campaign_links", "campaign.see", "copy", _("utm tags")),
    Command(_("Write a mail to chosen persons"), "mail_add", "mail.send", "mail", _("new mailing")),
    Command(_("Leads as a spreadsheet"), "leads_csv", "export.run", "download", _("csv export download")),
    Command(_("Deals as a spreadsheet"), "deals_csv", "export.run", "download", _("csv export download"), "view=all"),
    Command(_("Companies as a spreadsheet"), "companies_csv", "export.run", "download", _("csv export download")),
    Command(_("Campaigns as a spreadsheet"), "campaigns_csv", "campaign.see", "download", _("csv export download")),
)


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    icon: str


def pages(member: Member, text: str) -> list[Place]:
    """Return the areas of the sidebar, then the pages within them."""
    areas = [Command(area.label, area.route, area.verb, area.key) for area in navigation.AREAS]
    return _places([*areas, *PAGES], member, text)


def actions(member: Member, text: str) -> list[Place]:
    return _places(ACTIONS, member, text)


def _places(commands: Sequence[Command], member: Member, text: str) -> list[Place]:
    words = fold(text).split()
    found = []
    for each in commands:
        url = _address(each)
        if url and policy.may(member, each.verb) and _is_meant(each, words):
            found.append(Place(str(each.label), url, each.icon))
    return found


def _is_meant(command: Command, words: Sequence[str]) -> bool:
    """Every word that was typed begins one of the command's words."""
    known = fold(f"{command.label} {command.words}").split()
    return all(any(each.startswith(word) for each in known) for word in words)


def _address(command: Command) -> str:
    try:
        url = reverse(command.route)
    except NoReverseMatch:
        return ""  # not built yet, so not to be found
    return f"{url}?{command.query}" if command.query else url
