"""A real estate developer's funnel, as published: leads with their stages and costs, and the sales they led to.

The figures are those of the publisher's own report, asked by query of what was imported.
"""

import csv
import random
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leadpact.base.money import Money
from leadpact.engagement.kinds import kind_of
from leadpact.flow import importing
from leadpact.flow.importing import Options, Report
from leadpact.flow.importing.types import Intent, Kind
from leadpact.handover import reads as handed
from leadpact.ledger import reads as ledger
from leadpact.loop import former
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team.types import SYSTEM
from tests import cast

DATA = Path(__file__).parents[1] / "data" / "real_estate_funnel"
LONDON = ZoneInfo("Europe/London")  # the company's zone, in which a day alone is read
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def take_in(file: Path, *maps: tuple[str, str]) -> Report:
    return importing.run(file, Options(maps=maps), by=SYSTEM, now=NOW)


def figures() -> tuple[dict[str, int], dict[str, tuple[int, Money | None, Money | None]]]:
    channels = {each.channel: (each.leads, each.value, each.cost) for each in former.channels()}
    return {each.stage: each.leads for each in former.funnel()}, channels


def aed(text: str) -> Money:
    return Money(int(text.replace(",", "").replace(".", "")), "AED")


FUNNEL = {
    "leads": 5_000,
    "ready": 2_278,
    "site visit": 1_710,
    "negotiation": 1_184,
    "booking": 923,
    "customer": 813,
    "never ready": 2_722,
    "never ready, lost": 2_700,
}
CHANNELS = {
    "Instagram": (1_229, aed("532,746,000.00"), aed("127,264.06")),
    "Google Ads": (1_065, aed("507,309,000.00"), aed("217,011.03")),
    "Bayut": (1_039, aed("425,535,000.00"), aed("272,164.28")),
    "Website": (695, aed("340,929,000.00"), aed("35,331.39")),
    "Referral": (607, aed("254,206,000.00"), aed("15,344.11")),
    "LinkedIn": (365, aed("164,819,000.00"), aed("109,118.66")),
}


def changed(folder: Path, name: str, renamed: dict[str, str], seed: int) -> Path:
    """Write the file anew with its rows in another order and columns under other names."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(seed).shuffle(rows)
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[renamed.get(word, word) for word in header], *rows])
    return path


FILES = ("Customers.csv", "Leads.csv", "Sales.csv")


@pytest.mark.long
def test_shuffled_rows_and_renamed_columns_give_the_published_figures_and_a_second_time_nothing(tmp_path: Path) -> None:
    cast.found()
    renamed = {"Qualification_Date": "Qualified on", "Campaign_Name": "Herkunft"}
    leads = take_in(changed(tmp_path, "Leads.csv", renamed, 1), ("Herkunft", "campaign"))
    sales = take_in(changed(tmp_path, "Sales.csv", {"Sale_Value_AED": "Amount (AED)", "Sale_Date": "Sold on"}, 2))
    customers = take_in(changed(tmp_path, "Customers.csv", {"Customer_ID": "Client number"}, 3))
    assert [(each.kind, each.rows) for each in (customers, leads, sales)] == [
        (Kind.PERSONS, 5_000),
        (Kind.LEADS, 5_000),
        (Kind.DEALS, 813),
    ]
    assert (leads.created, sales.created, customers.refused) == (5_000, 813, 0)
    assert figures() == (FUNNEL, CHANNELS)
    assert former.totals() == (aed("2,225,544,000.00"), aed("776,233.53"))
    assert (leads.intent, leads.would_offer, handed.queue()) == (Intent.HISTORY, 0, [])

    before = ledger.stats()
    again = [take_in(DATA / name) for name in FILES]
    assert [(each.unchanged, each.rows) for each in again] == [(5_000, 5_000), (5_000, 5_000), (813, 813)]
    assert ledger.stats() == before, "a second import writes nothing at all"
    assert figures() == (FUNNEL, CHANNELS)


@pytest.mark.long
def test_the_files_as_they_were_published_give_the_published_figures() -> None:
    cast.found()
    created = [take_in(DATA / name).created for name in FILES]
    assert created == [5_000, 5_000, 813]
    assert figures() == (FUNNEL, CHANNELS)


def test_stage_dates_are_entries_as_the_former_system_recorded_them(tmp_path: Path) -> None:
    cast.found()
    for name in ("Leads.csv", "Sales.csv"):
        header, *rows = (DATA / name).read_text(encoding="utf-8-sig").splitlines()
        few = [row for row in rows if "LEAD-003528" in row or row.startswith("LEAD-00000")]
        (tmp_path / name).write_text("\n".join([header, *few]), encoding="utf-8")
        take_in(tmp_path / name)
    # LEAD-003528, by hand from Leads.csv and Sales.csv
    who = people.person_by(Identifier(IdentityKind.CRM, "CUST-003528", "import"))
    assert who is not None
    assert people.person(who).email == "", "a person without name or address is legal"
    pursuit = handed.pursuit_of(who)
    assert pursuit is not None
    assert pursuit.is_history
    dates = {
        stage: moment.astimezone(LONDON).date().isoformat() for stage, moment in handed.stage_dates(pursuit.id).items()
    }
    assert dates == {
        "lead": "2024-03-29",
        "ready": "2024-04-10",
        "site visit": "2024-04-22",
        "negotiation": "2024-05-03",
        "booking": "2024-05-22",
        "customer": "2024-06-04",
    }
    entries = ledger.entries_about(pursuit.about)
    assert {entry.kind for entry in entries} == {"lead.stage_recorded"}
    assert kind_of("lead.stage_recorded").label == "Stage recorded by a former system"
    assert [entry.facts["stage"] for entry in entries if entry.facts["as_recorded_by"] == "former system"] == list(
        dates
    )
