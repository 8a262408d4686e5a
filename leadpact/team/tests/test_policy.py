"""Who may do what: the matrix is the document, and each kind of reach reaches as far as it says."""

import csv
from pathlib import Path
from typing import get_args

import pytest

from leadpact.team import policy
from leadpact.team.policy import MATRIX, VERBS, Subject, Verb, may, visible_owners
from leadpact.team.types import Member, Role, Side

MATRIX_FILE = Path(__file__).parents[3] / "docs" / "reference" / "who-may.csv"
SALES, OTHER_SALES, MARKETING, PARTNERS = 1, 2, 3, 4
ME, COLLEAGUE, STRANGER = 10, 11, 99


def member(
    *roles: Role,
    team: int | None = SALES,
    side: Side | None = Side.SALES,
    leads: frozenset[int] = frozenset(),
    active: bool = True,
) -> Member:
    return Member(ME, "Mia", "mia@example.com", frozenset(roles), team, 50, active, side, leads)


REP = member(Role.SALES_REP)
HEAD_OF_SALES = member(Role.HEAD_OF_SALES, team=SALES)
HEAD_OF_MARKETING = member(Role.HEAD_OF_MARKETING, team=MARKETING, side=Side.MARKETING)
MARKETER = member(Role.MARKETER, team=MARKETING, side=Side.MARKETING)
PARTNER = member(Role.PARTNER, team=PARTNERS, side=Side.PARTNER)
ADMIN = member(Role.REVENUE_OPERATIONS, team=None, side=None)
EXECUTIVE = member(Role.EXECUTIVE, team=None, side=None)


def matrix_in_the_document() -> dict[tuple[str, str], str]:
    with MATRIX_FILE.open(newline="", encoding="utf-8") as file:
        return {
            (row["verb"], role): row[role] for row in csv.DictReader(file) for role in row if role != "verb" and role
        }


def test_the_document_and_the_module_say_the_same_of_every_verb_and_role() -> None:
    in_module = {(verb, str(role)): reach.name.lower() for (verb, role), reach in MATRIX.items()}
    assert in_module == matrix_in_the_document()
    assert len(in_module) == 33 * 7


def test_every_verb_has_a_row_and_a_reason() -> None:
    reasons = MATRIX_FILE.with_suffix(".md").read_text(encoding="utf-8")
    assert set(VERBS) == set(get_args(Verb.__value__))
    assert [verb for verb in VERBS if verb not in {"token.own"} and f"`{verb}`" not in reasons] == []


# Whose thing it is -> what the policy is asked about.
MINE = Subject("lead", owner=ME, team=SALES, side=Side.SALES)
COLLEAGUES = Subject("lead", owner=COLLEAGUE, team=SALES, side=Side.SALES)
OTHER_TEAMS = Subject("lead", owner=STRANGER, team=OTHER_SALES, side=Side.SALES)
MY_QUEUE = Subject("lead", owner=None, team=SALES, side=Side.SALES)
OTHER_QUEUE = Subject("lead", owner=None, team=OTHER_SALES, side=Side.SALES)
FREE = Subject("lead")
PARTNERS_MINE = Subject("lead", owner=ME, team=PARTNERS, side=Side.PARTNER)
PARTNERS_COLLEAGUE = Subject("lead", owner=COLLEAGUE, team=PARTNERS, side=Side.PARTNER)
PARTNERS_QUEUE = Subject("lead", owner=None, team=PARTNERS, side=Side.PARTNER)


@pytest.mark.parametrize(
    ("who", "verb", "subject", "expected"),
    [
        # a rep sees every lead, answers what was offered to them or waits in their queue, and pulls what nobody has
        (REP, "lead.see", OTHER_TEAMS, True),
        (REP, "lead.answer", MINE, True),
        (REP, "lead.answer", MY_QUEUE, True),
        (REP, "lead.answer", FREE, True),
        (REP, "lead.answer", COLLEAGUES, False),
        (REP, "lead.answer", OTHER_QUEUE, False),
        (REP, "lead.edit", COLLEAGUES, False),
        (REP, "lead.note", COLLEAGUES, True),
        (REP, "lead.assign", MINE, False),
        (REP, "deal.see", OTHER_TEAMS, True),
        (REP, "deal.edit", MINE, True),
        (REP, "deal.edit", COLLEAGUES, False),
        # the head of sales answers for every sales team and for partners, by side, whatever team they sit in
        (HEAD_OF_SALES, "lead.answer", COLLEAGUES, True),
        (HEAD_OF_SALES, "lead.answer", OTHER_TEAMS, True),
        (HEAD_OF_SALES, "lead.answer", OTHER_QUEUE, True),
        (HEAD_OF_SALES, "lead.answer", PARTNERS_COLLEAGUE, True),
        (HEAD_OF_SALES, "lead.assign", FREE, True),
        (HEAD_OF_SALES, "deal.edit", OTHER_TEAMS, True),
        (HEAD_OF_SALES, "campaign.edit", None, False),
        # marketing sees how its leads fare and answers none of them
        (MARKETER, "lead.see", OTHER_TEAMS, True),
        (MARKETER, "timeline.see", OTHER_TEAMS, True),
        (MARKETER, "lead.answer", FREE, False),
        (MARKETER, "lead.answer", Subject("lead", owner=ME, team=MARKETING, side=Side.MARKETING), False),
        (MARKETER, "deal.edit", OTHER_TEAMS, False),
        (HEAD_OF_MARKETING, "lead.answer", COLLEAGUES, False),
        (HEAD_OF_MARKETING, "pact.propose", None, True),
        (HEAD_OF_MARKETING, "pact.put_in_force", None, False),
        # a partner: own leads only, not a colleague's, not what nobody has
        (PARTNER, "lead.see", PARTNERS_MINE, True),
        (PARTNER, "lead.see", PARTNERS_QUEUE, True),
        (PARTNER, "lead.see", PARTNERS_COLLEAGUE, False),
        (PARTNER, "lead.see", COLLEAGUES, False),
        (PARTNER, "lead.see", FREE, False),
        (PARTNER, "lead.answer", PARTNERS_MINE, True),
        (PARTNER, "lead.answer", FREE, False),
        (PARTNER, "company.see", COLLEAGUES, False),
        (PARTNER, "deal.see", OTHER_TEAMS, False),
        (PARTNER, "deal.edit", PARTNERS_MINE, True),
        (PARTNER, "loop.see", None, False),
        (PARTNER, "ledger.see", None, False),
        # an admin keeps the house and does not answer for sales
        (ADMIN, "user.manage", None, True),
        (ADMIN, "pact.put_in_force", None, True),
        (ADMIN, "lead.assign", OTHER_TEAMS, True),
        (ADMIN, "lead.answer", FREE, False),
        # an executive reads all and changes nothing
        (EXECUTIVE, "lead.see", OTHER_TEAMS, True),
        (EXECUTIVE, "loop.see", None, True),
        (EXECUTIVE, "lead.note", OTHER_TEAMS, False),
        (EXECUTIVE, "settings.edit", None, False),
        # in general: is there anything of that kind that they may touch
        (PARTNER, "lead.see", None, True),
        (REP, "lead.answer", None, True),
        (EXECUTIVE, "lead.answer", None, False),
    ],
)
def test_each_reach_reaches_as_far_as_it_says(who: Member, verb: Verb, subject: Subject | None, expected: bool) -> None:
    assert may(who, verb, subject) is expected


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_who_is_not_active_may_do_nothing(verb: Verb) -> None:
    assert not may(member(*Role, active=False), verb)
    assert visible_owners(member(*Role, active=False)) == ()


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_without_a_role_may_do_nothing(verb: Verb) -> None:
    assert not may(member(), verb)


def test_a_partner_sees_a_story_only_when_the_persons_consent_names_partners() -> None:
    agreed = Subject("person", owner=ME, team=PARTNERS, side=Side.PARTNER, person_consent_names_partners=True)
    assert may(PARTNER, "timeline.see", agreed)
    assert not may(PARTNER, "timeline.see", PARTNERS_MINE)
    elsewhere = Subject("person", owner=COLLEAGUE, team=PARTNERS, side=Side.PARTNER, person_consent_names_partners=True)
    assert not may(PARTNER, "timeline.see", elsewhere)


def test_several_roles_reach_as_far_as_the_widest() -> None:
    both = member(Role.PARTNER, Role.EXECUTIVE, team=PARTNERS, side=Side.PARTNER)
    assert may(both, "timeline.see", PARTNERS_COLLEAGUE)
    assert may(member(Role.REVENUE_OPERATIONS, Role.SALES_REP), "lead.answer", MINE)


@pytest.mark.parametrize(
    ("who", "of", "expected"),
    [
        (REP, Subject("performance", owner=ME, team=SALES, side=Side.SALES), True),
        (REP, Subject("performance", owner=COLLEAGUE, team=SALES, side=Side.SALES), False),
        (member(Role.SALES_REP, leads=frozenset({SALES})), Subject("performance", owner=COLLEAGUE, team=SALES), True),
        (HEAD_OF_SALES, Subject("performance", owner=STRANGER, team=OTHER_SALES, side=Side.SALES), True),
        (HEAD_OF_SALES, Subject("performance", owner=STRANGER, team=MARKETING, side=Side.MARKETING), False),
        (HEAD_OF_MARKETING, Subject("performance", owner=STRANGER, team=SALES, side=Side.SALES), False),
        (ADMIN, Subject("performance", owner=STRANGER, team=SALES, side=Side.SALES), False),
        (EXECUTIVE, Subject("performance", owner=STRANGER, team=SALES, side=Side.SALES), False),
        # somebody in no team has no head
        (HEAD_OF_SALES, Subject("performance", owner=STRANGER), False),
    ],
)
def test_how_one_performs_is_for_them_and_their_own_head(who: Member, of: Subject, expected: bool) -> None:
    assert may(who, "performance.see_individual", of) is expected


def test_the_settings_may_open_performance_to_everybody_inside_but_never_to_partners() -> None:
    opened = Subject("performance", owner=STRANGER, team=SALES, side=Side.SALES, performance_is_open=True)
    assert may(EXECUTIVE, "performance.see_individual", opened)
    assert may(REP, "performance.see_individual", opened)
    assert not may(PARTNER, "performance.see_individual", opened)


def test_lists_and_numbers_show_a_partner_their_own_and_everybody_else_all() -> None:
    assert visible_owners(PARTNER) == (ME,)
    for who in (REP, MARKETER, HEAD_OF_SALES, HEAD_OF_MARKETING, ADMIN, EXECUTIVE):
        assert visible_owners(who) is None
    assert visible_owners(member()) == ()


def test_the_policy_knows_neither_a_table_nor_a_request() -> None:
    source = Path(policy.__file__).read_text(encoding="utf-8")
    assert "django" not in source
    assert "models" not in source
