"""`person show` and `rebuild lead-line` as scripts use them."""

import json
import subprocess
import sys

import pytest

from conftest import Home

pytestmark = pytest.mark.long_on_postgresql

MAKE = """
from datetime import UTC, datetime
from leadpact.site.cli import set_up_django
set_up_django()
from leadpact.people import actions
from leadpact.people.types import PersonFields
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
now = datetime(2026, 3, 3, 12, tzinfo=UTC)
rep = team.create_user("rep@acme.test", None, roles=["sales_rep"], by=SYSTEM, now=now)
fields = PersonFields(name="Ada", email="ada@beta.test")
made = actions.create_person(fields, [], by=SYSTEM, now=now, happened_at=now)
actions.set_owner(made.person, rep, by=SYSTEM, now=now)
"""


def test_a_person_is_shown_with_where_they_stand_and_what_happened(home: Home) -> None:
    home.install()
    subprocess.run([sys.executable, "-c", MAKE], env=home.env, check=True)
    assert json.loads(home.run("rebuild", "lead-line", "--json").stdout) == {"lines": 1}
    shown = json.loads(home.run("person", "show", "--email", "ADA@beta.test", "--json").stdout)
    assert {name: shown[name] for name in ("name", "stage", "score", "ready", "owner", "pursuit")} == {
        "name": "Ada",
        "stage": "contact",
        "score": 0,
        "ready": False,
        "owner": "rep@acme.test",
        "pursuit": None,
    }
    assert shown["timeline"][0] == {"kind": "person.created", "happened_at": "2026-03-03T12:00:00Z"}
    assert shown["timeline"][-1]["kind"] == "owner.changed"
    nobody = home.run("person", "show", "--email", "nobody@beta.test", "--json", check=False)
    assert (nobody.returncode, json.loads(nobody.stdout)["code"]) == (2, "no_such_person")
