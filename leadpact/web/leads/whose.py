"""Whose a lead is, as the policy asks it."""

from collections.abc import Mapping

from leadpact.handover.types import PursuitView
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.team import reads as team
from leadpact.team.policy import Subject
from leadpact.team.types import Member, Side
from leadpact.web.leads.reach import sees_everybody


def subject_of(person: PersonView, pursuit: PursuitView | None) -> Subject:
    """Whose the lead is: the pursuit's while one runs, else whoever owns the person."""
    owner, team_id = owner_of(person, pursuit)
    return team.subject_of("lead", owner=owner, team_id=team_id, consent=people.consent_names_partners(person.id))


def owner_of(person: PersonView, pursuit: PursuitView | None) -> tuple[int | None, int | None]:
    """Return whose the lead is, and of which team."""
    if pursuit is not None and pursuit.is_active:
        return pursuit.owner, pursuit.team
    return person.owner, None


def side_of(team_id: int | None, members: Mapping[int, Member]) -> Side | None:
    """Return whose side a team is on; nearly always somebody is in it, and was read with the team."""
    if team_id is None:
        return None
    known = next((each.side for each in members.values() if each.team == team_id), None)
    return known or team.team(team_id).side


def subject_among(
    person: PersonView, pursuit: PursuitView | None, members: Mapping[int, Member], member: Member
) -> Subject:
    """Do as `subject_of` with what was read already; a consent matters to those alone who do not see everybody.

    member  who asks
    """
    owner, team_id = owner_of(person, pursuit)
    them = members.get(owner or 0)
    if team_id is None and them is not None:
        team_id = them.team
    consent = not sees_everybody(member) and any(
        said.given and said.names_partners for said in people.consents_among((person.id, *person.merged)).values()
    )
    side = side_of(team_id, members)
    return Subject("lead", owner=owner, team=team_id, side=side, person_consent_names_partners=consent)


def subject_of_pursuit(pursuit: PursuitView) -> Subject:
    return team.subject_of("lead", owner=pursuit.owner, team_id=pursuit.team)
