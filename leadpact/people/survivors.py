"""Which row stands for a person: merged rows lead to the one that survived, however often it was merged."""

from collections.abc import Collection

from leadpact.people.errors import NoSuchPerson
from leadpact.people.models import Person


def survivor(person: int) -> int:
    """Return the row that stands for the person now; raises `NoSuchPerson`."""
    found = survivors([person])
    if person not in found:
        raise NoSuchPerson(f"There is no person {person}.", details={"person": person})
    return found[person]


def survivors(persons: Collection[int]) -> dict[int, int]:
    """Return the row that stands for each person now; those that do not exist are left out."""
    into = _merged_into(persons)
    asked = set(into)
    while missing := {target for target in into.values() if target is not None} - into.keys():
        into.update(_merged_into(missing))
    found = {}
    for person in asked:
        row = person
        while (target := into[row]) is not None:
            row = target
        found[person] = row
    return found


def rows_of(persons: Collection[int]) -> dict[int, list[int]]:
    """Return for each surviving person all rows that were merged into it, directly or not."""
    top = {person: person for person in persons}
    found: dict[int, list[int]] = {person: [] for person in persons}
    level = set(persons)
    while level:
        rows = Person.objects.filter(merged_into__in=level).order_by("id").values_list("id", "merged_into")
        level = set()
        for row, into in rows:
            if into is not None:
                top[row] = top[into]
                found[top[row]].append(row)
                level.add(row)
    return found


def _merged_into(persons: Collection[int]) -> dict[int, int | None]:
    return dict(Person.objects.filter(pk__in=persons).values_list("id", "merged_into"))
