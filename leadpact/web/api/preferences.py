"""How one wants to be told: kind by kind, in the app or by mail, and when not."""

from dataclasses import replace
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Field, Router, Schema

from leadpact.team import actions
from leadpact.team.choices import notice_choices
from leadpact.team.types import ByMail, Choice, NoticeChoices, QuietHours
from leadpact.web.api.access import Bearer
from leadpact.web.api.house import Zone
from leadpact.web.api.offers import Body
from leadpact.web.shell.access import actor_of, member_of, now_of

router = Router()

Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="As 22:00.")]


class Told(Body):
    """`mail`: at_once, daily or never."""

    in_app: bool
    mail: ByMail


class Quiet(Body):
    """Of the clock on the wall, over midnight where `until` is the earlier one."""

    since: Clock
    until: Clock


class Preferences(Schema):
    """`zone` null: the company's."""

    kinds: dict[str, Told]
    quiet: Quiet | None
    zone: str | None


class PreferencesChange(Body):
    """What is left out stays, kinds too; `quiet` null: no quiet hours."""

    kinds: Annotated[dict[str, Told], Field(max_length=100)] = {}
    quiet: Quiet | None = None
    zone: Zone | None = None


@router.get("/notices/preferences", auth=Bearer("token.own"), response=Preferences, summary="How one wants to be told")
def preferences(request: HttpRequest) -> Preferences:
    return _told(notice_choices(member_of(request).id))


@router.post(
    "/notices/preferences", auth=Bearer("token.own"), response=Preferences, summary="Be told otherwise from now on"
)
def choose_notices(request: HttpRequest, said: PreferencesChange) -> Preferences:
    member = member_of(request).id
    wanted = notice_choices(member)
    kinds = {kind: Choice(each.in_app, each.mail) for kind, each in said.kinds.items()}
    wanted = replace(wanted, by_kind={**wanted.by_kind, **kinds})
    if "quiet" in said.model_fields_set:
        quiet = (
            QuietHours(time.fromisoformat(said.quiet.since), time.fromisoformat(said.quiet.until))
            if said.quiet
            else None
        )
        wanted = replace(wanted, quiet=quiet)
    if "zone" in said.model_fields_set:
        wanted = replace(wanted, zone=ZoneInfo(said.zone) if said.zone else None)
    actions.choose_notices(member, wanted, by=actor_of(request), now=now_of(request))
    return _told(notice_choices(member))


def _told(chosen: NoticeChoices) -> Preferences:
    return Preferences(
        kinds={kind: Told(in_app=each.in_app, mail=each.mail) for kind, each in chosen.by_kind.items()},
        quiet=_quiet(chosen.quiet) if chosen.quiet else None,
        zone=chosen.zone.key if chosen.zone else None,
    )


def _quiet(hours: QuietHours) -> Quiet:
    return Quiet(since=hours.since.isoformat("minutes"), until=hours.until.isoformat("minutes"))
