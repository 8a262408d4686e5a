"""Several processes at once: nobody is made twice, nothing deadlocks, on both databases."""

import subprocess
import sys

import pytest

from conftest import Home

CHILD = """
import random, sys
from datetime import UTC, datetime
from leadpact.site.cli import set_up_django
set_up_django()
from leadpact.people import actions
from leadpact.people.types import Asked, Identifier, IdentityKind, PersonFields
from leadpact.team.types import SYSTEM
now = datetime(2026, 3, 3, 12, tzinfo=UTC)
address = lambda n: f"p{n}@firm{n % 9}.test"
numbers = list(range(60))
random.Random(int(sys.argv[1])).shuffle(numbers)
for first in range(0, 60, 7):
    asked = [
        Asked((Identifier(IdentityKind.ANONYMOUS, f"d{n}"), Identifier(IdentityKind.EMAIL, address(n))), now)
        for n in numbers[first:first + 7]
    ]
    actions.recognise_many(asked, by=SYSTEM, now=now)
    fields = PersonFields(name="x", email=address(numbers[first]))
    made = actions.create_person(fields, [], by=SYSTEM, now=now, happened_at=now)
    actions.change_person(made.person, {"seen": int(sys.argv[1])}, happened_at=now, by=SYSTEM, now=now)
print("done")
"""
COUNT = """
from leadpact.site.cli import set_up_django
set_up_django()
from leadpact.people.models import Company, Domain, Identity, Person
print(Person.objects.filter(merged_into=None).count(), *(m.objects.count() for m in (Identity, Company, Domain)))
"""


@pytest.mark.parametrize("writers", [4])
def test_writers_at_once_make_everybody_once(home: Home, writers: int) -> None:
    home.install()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(number)],
            env=home.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(writers)
    ]  # fmt: skip
    for child in children:
        out, err = child.communicate(timeout=120)
        assert out == "done\n", err
    counted = subprocess.run([sys.executable, "-c", COUNT], env=home.env, capture_output=True, text=True, check=True)
    # 60 people, each with a device and an address, of 9 firms
    assert counted.stdout.split() == ["60", "120", "9", "9"]
