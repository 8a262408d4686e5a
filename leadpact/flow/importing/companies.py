"""Rows that are companies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.text import registrable_domain, truncate
from leadpact.flow.importing.lines import Line
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.people import actions as people
from leadpact.people import reads

_FACTS: Final = ("country", "city", "industry", "size", "phone")


@dataclass(frozen=True, slots=True)
class Company:
    """A company as a row tells of it."""

    row: int
    name: str
    domain: str
    since: datetime
    facts: dict[str, str]
    owner: int | None


def _read(line: Line, work: Work) -> Company:
    since = line.moment("created_at")
    check_past(line, since, "created_at", work.now)
    name, said = line.text("company"), line.text("domain")
    domain = registrable_domain(said.split("//")[-1].split("/")[0]) if said else None
    if said and domain is None:
        line.refuse("domain", "bad_domain", f"{truncate(said, 80)!r} is no domain of a company.")
    if not name and not said:
        line.refuse("company", "no_identity", "The row has neither the name nor the domain of a company.")
    owner = work.owner(line.text("owner"), line.number)
    facts = {name: truncate(line.text(name), 2_000) for name in _FACTS if line.text(name)}
    if line.text("owner") and owner is None:
        facts["owner_name"] = line.text("owner")
    line.check()
    return Company(line.number, name, domain or "", since or work.now, {**facts, **line.facts()}, owner)


def _write(companies: Sequence[Company], work: Work) -> list[Written]:
    return [_write_one(each, work) for each in companies]


def _write_one(company: Company, work: Work) -> Written:
    newest = reads.newest_company()
    found = people.find_or_create_company(
        company.name, company.domain, by=work.by, now=work.now, happened_at=company.since
    )
    if found is None:
        message = "The domain is shared by many, or our own, and there is no name."
        return work.refused(company.row, "no_identity", message)
    changed = 0
    is_new = found > newest
    at = company.since if is_new else work.now
    if found not in work.met:  # of two rows about one company the first counts
        changed = people.change_company(found, company.facts, happened_at=at, by=work.by, now=work.now)
        work.met.add(found)
    if company.owner is not None:
        people.set_company_owner(found, company.owner, by=work.by, now=work.now)
    return Written(Outcome.CREATED if is_new else Outcome.UPDATED if changed else Outcome.UNCHANGED)


RECIPE: Final = Recipe(_read, _write, ("created_at",))
