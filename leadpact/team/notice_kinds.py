"""Every kind of thing our own side is told of: the catalogue behind the preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.team.types import ByMail, Choice


@dataclass(frozen=True)
class NoticeKind:
    """`label` finishes "Tell me of"; `usual` is what holds for whoever has not chosen."""

    key: str
    label: str | Promise
    explains: str | Promise
    usual: Choice


_BOTH: Final = Choice(in_app=True, mail=ByMail.AT_ONCE)
_APP: Final = Choice(in_app=True, mail=ByMail.NEVER)

KINDS: Final[Mapping[str, NoticeKind]] = {
    kind.key: kind
    for kind in (
        NoticeKind("offer", _("Offers to me"), _("A lead is ready, and you are asked to accept or reject it."), _BOTH),
        NoticeKind("queue", _("Leads nobody is free for"), _("An offer waits in the team's queue. For heads."), _BOTH),
        NoticeKind("later", _("Reminders I asked for"), _("You put an answer off until now."), _APP),
        NoticeKind("handed_on", _("Leads handed on to me"), _("A lead of somebody else is yours now."), _APP),
        NoticeKind("missed", _("Promises past due"), _("Your own, and for heads those of their side."), _APP),
        NoticeKind(
            "dispute", _("Disputes"), _("Marketing contests what became of a lead, or sales has answered."), _BOTH
        ),
        NoticeKind("review", _("Review of the pact"), _("The day has come on which both heads look at it."), _BOTH),
        NoticeKind("keep", _("My leads that cooled"), _("You are asked to keep them or give them back."), _APP),
        NoticeKind("withdrawn", _("Offers taken back"), _("A lead cooled before anybody had opened the offer."), _APP),
        NoticeKind("joined", _("People who joined my leads"), _("Another person of the company is ready too."), _APP),
        NoticeKind("again", _("Leads that ask again"), _("Somebody you work with already asked once more."), _APP),
        NoticeKind(
            "excluded", _("Customers and open deals on the move"), _("Somebody there would be ready for sales."), _APP
        ),
        NoticeKind("mention", _("Mentions of me"), _("Somebody named you in a comment."), _BOTH),
    )
}


def usual_of(kind: str) -> Choice:
    return KINDS[kind].usual
