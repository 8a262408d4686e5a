"""`user` and `token`: who may log in, and who may use the API."""

import sys

import click

from leadpact.flow import clock
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team import actions, reads
from leadpact.team.scoping import ALL, cleaned
from leadpact.team.types import SYSTEM, Member, Role

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def user() -> None:
    """Make and list the users who may log in."""
    demand_tables()


@user.command()
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, required=True, help=f"{', '.join(Role)}; may repeat.")
@click.option("--name", default="", help="As colleagues see it; the address's first part if left out.")
@click.option("--team", "team_name", default="", help="The name of a team.")
@click.option("--capacity", type=click.IntRange(0, 10_000), default=50, help="Open leads they can work well.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@_json_option
def create(
    *,
    email: str,
    roles: tuple[str, ...],
    name: str,
    team_name: str,
    capacity: int,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make a user; the password comes from standard input, so that no list of processes shows it."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    team = reads.team_by_name(team_name).id if team_name else _usual_team(roles)
    number = actions.create_user(
        email, password, name=name, roles=roles, team=team, capacity=capacity, by=SYSTEM, now=clock.now()
    )
    made = reads.user(number)
    if as_json:
        print_json(_document(made))
    else:
        click.echo(f"{made.email} may log in as {', '.join(sorted(made.roles))}.")


@user.command("list")
@_json_option
def list_users(*, as_json: bool) -> None:
    """List all users, active or not."""
    found = reads.users()
    if as_json:
        print_json([_document(each) for each in found])
        return
    for each in found:
        state = "" if each.is_active else "  (not active)"
        click.echo(f"{each.email:40} {', '.join(sorted(each.roles))}{state}")


@click.group()
def token() -> None:
    """Make tokens for the API."""
    demand_tables()


@token.command("create")
@click.option("--email", required=True, help="The user whose rights the token has.")
@click.option("--name", default="", help="What it is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=ALL,
    show_default=True,
    help="read, write, or a verb such as deal.edit; may be given several times. Narrows what the user may.",
)
@_json_option
def create_token(*, email: str, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Make a token and print it, alone; it is shown this once."""
    member = reads.user_by_email(email)
    plain = actions.create_token(member.id, name=name, scopes=scopes, by=SYSTEM, now=clock.now())
    if as_json:
        print_json({"token": plain, "email": member.email, "name": name, "scopes": list(cleaned(scopes))})
    else:
        click.echo(plain)


def _usual_team(roles: tuple[str, ...]) -> int | None:
    """The one team of the side that the roles belong to; none where that is not clear."""
    sides = {role.rpartition("_")[2] if role.startswith("head_of_") else _SIDES.get(role, "") for role in roles} - {""}
    teams = [team for team in reads.teams() if team.side in sides]
    return teams[0].id if len(teams) == 1 else None


def _document(member: Member) -> dict[str, object]:
    team = "" if member.team is None else reads.team(member.team).name
    return {
        "id": member.id,
        "email": member.email,
        "name": member.name,
        "roles": sorted(member.roles),
        "team": team or None,
        "capacity": member.capacity,
        "is_active": member.is_active,
    }


_SIDES = {"marketer": "marketing", "sales_rep": "sales"}
commands: list[click.Command] = [user, token]
