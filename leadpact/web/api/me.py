"""Who the token's user is, and what they may."""

from django.http import HttpRequest
from ninja import Router, Schema

from leadpact.team import policy
from leadpact.web.api.access import Bearer
from leadpact.web.shell.access import member_of, settings_of

router = Router()


class Me(Schema):
    """`verbs`: what a call with this token that looks may use; `scopes`: what the token was made for."""

    id: int
    name: str
    email: str
    roles: list[str]
    team: int | None
    verbs: list[str]
    scopes: list[str]
    zone: str
    currency: str


@router.get("/me", auth=Bearer("token.own"), response=Me, summary="Whose token this is")
def me(request: HttpRequest) -> Me:
    member, ours = member_of(request), settings_of(request)
    return Me(
        id=member.id, name=member.name, email=member.email, roles=sorted(member.roles), team=member.team,
        verbs=[verb for verb in policy.VERBS if policy.may(member, verb)],
        scopes=list(getattr(request, "_leadpact_scopes")),  # noqa: B009  # set by access
        zone=ours.zone.key, currency=ours.currency,
    )  # fmt: skip
