"""What rows of each kind become, and which of them sales is to hear of."""

from pathlib import Path

import pytest

from leadpact.base.money import Money
from leadpact.capture import reads as capture
from leadpact.flow import importing
from leadpact.flow.importing import Options
from leadpact.flow.importing.errors import NeedsConfirmation
from leadpact.flow.importing.types import Intent, Kind
from leadpact.handover import reads as handed
from leadpact.handover.types import Stage
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.people.types import Purpose
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealState
from leadpact.scoring import reads as scored
from leadpact.team.types import SYSTEM
from tests import cast
from tests.cast import Cast
from tests.importing.files import NOW, counts, person, take_in, write

pytestmark = pytest.mark.django_db

ZOOM = """Attendee Report
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes)
Spring Demo,812 3456,"Mar 22, 2025 19:13:27",282
Host Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)
Yes,Host,host@ours.example,"Mar 22, 2025 19:13:27","Mar 22, 2025 23:55:19",282
Attendee Details
Attended,User Name (Original Name),Email,Registration Time,Join Time,Leave Time,Time in Session (minutes)
Yes,Ann,ann@a.example,"Mar 15, 2025 11:00:00","Mar 22, 2025 19:20:00","Mar 22, 2025 19:30:00",10
Yes,Ann,ann@a.example,"Mar 15, 2025 11:00:00","Mar 22, 2025 19:40:00","Mar 22, 2025 20:05:00",25
No,Ben,ben@b.example,"Mar 16, 2025 11:00:00",--,--,--
"""
EVENTS = "Email,Kind,Happened at,properties\n"


@pytest.fixture(autouse=True)
def crew() -> Cast:
    return cast.found()


def asked(number: int, at: str) -> str:
    return f'p{number}@firm{number}.example,form.submitted,{at},"{{""form"": ""contact""}}"\n'


def test_a_webinar_report_gives_one_attendance_a_person_with_all_their_minutes(tmp_path: Path) -> None:
    report = take_in(write(tmp_path, ZOOM))
    assert (report.kind, counts(report)) == (Kind.ATTENDANCE, (2, 0, 1, 0))
    kinds = ["webinar.attended", "webinar.registered"]
    ann = ledger.entries_of(person("ann@a.example").identities, kinds=kinds)
    assert [(entry.kind, dict(entry.facts)) for entry in ann] == [
        ("webinar.registered", {"webinar": "Spring Demo"}),
        ("webinar.attended", {"webinar": "Spring Demo", "minutes": 35}),
    ]
    ben = ledger.entries_of(person("ben@b.example").identities, kinds=kinds)
    assert [entry.kind for entry in ben] == ["webinar.registered"]
    assert counts(take_in(write(tmp_path, ZOOM))) == (0, 0, 3, 0)


def test_events_of_the_past_give_points_but_no_offer(tmp_path: Path) -> None:
    text = EVENTS + "".join(asked(number, "2026-10-15T10:00:00Z") for number in range(3))
    report = take_in(write(tmp_path, text))
    assert (report.kind, report.intent, report.would_offer, counts(report)) == (
        Kind.EVENTS,
        Intent.HISTORY,
        0,
        (3, 0, 0, 0),
    )
    standing = scored.standing(person("p1@firm1.example").id)
    assert standing is not None
    assert standing.is_ready, "a contact form makes ready for 30 days"
    cast.sweep(NOW)
    assert (handed.pursuit_of(person("p1@firm1.example").id), handed.queue()) == (None, [])


def test_new_responses_are_offered_and_the_look_says_how_many(tmp_path: Path) -> None:
    file = write(tmp_path, EVENTS + "".join(asked(number, "2026-11-01T10:00:00Z") for number in range(3)))
    look = importing.look(file, Options(), by=SYSTEM, now=NOW)
    assert (look.report.intent, look.report.would_offer) == (Intent.NEW, 3)
    assert take_in(file).would_offer == 3
    cast.sweep(NOW)
    pursuit = handed.pursuit_of(person("p1@firm1.example").id)
    assert pursuit is not None
    assert pursuit.stage is Stage.OFFERED
    again = take_in(file)
    assert (counts(again), again.would_offer) == ((0, 0, 3, 0), 0)


def test_the_past_of_somebody_who_asked_today_does_not_swallow_what_they_asked(tmp_path: Path) -> None:
    cast.act("ann@a.example", "page.viewed", NOW, path="/")
    cast.sweep(NOW)
    cast.act("ann@a.example", "form.submitted", NOW, form="contact")  # nobody has judged it yet
    take_in(write(tmp_path, EVENTS + "ann@a.example,page.viewed,2026-01-05,\n"))
    cast.sweep(NOW)
    pursuit = handed.pursuit_of(person("ann@a.example").id)
    assert pursuit is not None
    assert pursuit.stage is Stage.OFFERED


def test_more_than_fifty_offers_must_be_meant(tmp_path: Path) -> None:
    file = write(tmp_path, EVENTS + "".join(asked(number, "2026-11-01T10:00:00Z") for number in range(51)))
    before = ledger.stats()
    with pytest.raises(NeedsConfirmation) as refused:
        take_in(file)
    assert (refused.value.code, refused.value.exit_code) == ("needs_confirmation", 3)
    assert refused.value.details["would_offer"] == 51
    assert ledger.stats() == before, "nothing was written"
    assert take_in(file, Options(intent=Intent.HISTORY)).would_offer == 0


@pytest.mark.long
def test_fifty_offers_need_no_confirmation_and_more_go_in_with_it(tmp_path: Path) -> None:
    fifty = EVENTS + "".join(asked(number, "2026-11-01T10:00:00Z") for number in range(50))
    assert take_in(write(tmp_path, fifty)).would_offer == 50
    more = EVENTS + "".join(asked(number, "2026-11-01T11:00:00Z") for number in range(100, 151))
    assert take_in(write(tmp_path, more), Options(confirmed=True)).created == 51


def test_the_age_of_a_row_decides_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    # fourteen days before 2 November 09:00 is 19 October 09:00
    text = EVENTS + asked(1, "2026-10-19T09:00:00Z") + asked(2, "2026-10-19T09:00:01Z")
    report = take_in(write(tmp_path, text))
    assert (report.intent, report.would_offer) == (Intent.MIXED, 1)
    cast.sweep(NOW)
    assert handed.pursuit_of(person("p1@firm1.example").id) is None
    assert handed.pursuit_of(person("p2@firm2.example").id) is not None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a@a.example,lead.qualified,2026-10-01,", "reserved_kind"),
        ("a@a.example,page.viewed,,", "missing_time"),
        ("a@a.example,page.viewed,2027-10-01,", "in_future"),
        ("a@a.example,,2026-10-01,", "missing_kind"),
        ('a@a.example,page.viewed,2026-10-01,"[1]"', "bad_properties"),
        (",page.viewed,2026-10-01,", "no_identity"),
    ],
)
def test_an_event_that_cannot_be_is_refused(tmp_path: Path, row: str, code: str) -> None:
    report = take_in(write(tmp_path, f"{EVENTS}{row}\nb@b.example,page.viewed,2026-10-01,\n"))
    assert (counts(report), [error.code for error in report.errors]) == ((1, 0, 0, 1), [code])


def test_a_kind_of_the_files_own_is_a_client_kind_and_a_label_is_the_kind(tmp_path: Path) -> None:
    take_in(write(tmp_path, EVENTS + "a@a.example,Trade fair,2026-10-01,\na@a.example,Viewed a page,2026-10-02,\n"))
    kinds = [entry.kind for entry in ledger.entries_of(person("a@a.example").identities)]
    assert {"client.Trade fair", "page.viewed"} < set(kinds)


def test_costs_are_recorded_once_and_an_amount_put_right_is_an_update(tmp_path: Path) -> None:
    text = 'Campaign,Channel,Date,Spend (EUR)\nSpring,Search,2026-03-01,"1.234,50"\nSpring,Search,2026-03-02,10\n'
    report = take_in(write(tmp_path, text))
    assert (report.kind, counts(report)) == (Kind.COSTS, (2, 0, 0, 0))
    assert capture.costs()[0].costs == (Money(124_450, "EUR"),)
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 2, 0)
    assert counts(take_in(write(tmp_path, text.replace(",10\n", ",20\n")))) == (0, 1, 1, 0)
    assert capture.costs()[0].costs == (Money(125_450, "EUR"),)


def test_two_costs_that_only_the_amount_tells_apart_are_not_silently_one(tmp_path: Path) -> None:
    text = "Campaign,Date,Cost\nSpring,2026-03-01,5\nSpring,2026-03-01,7\nSpring,2026-03-01,5\n"
    report = take_in(write(tmp_path, text))
    assert (counts(report), [error.code for error in report.errors]) == ((1, 0, 1, 1), ["conflicting_row"])
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 2, 1)


def test_companies_are_found_by_domain_and_take_facts(tmp_path: Path) -> None:
    text = "Company name,Website,Industry,Employees\nAcme,https://www.acme.example/about,Steel,200\nBolt,,Tools,5\n"
    report = take_in(write(tmp_path, text))
    assert (report.kind, counts(report)) == (Kind.COMPANIES, (2, 0, 0, 0))
    number = people.company_by_domain("acme.example")
    assert number is not None
    assert (people.company(number).name, people.company(number).facts["industry"]) == ("Acme", "Steel")
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 2, 0)
    assert counts(take_in(write(tmp_path, text.replace("Steel", "Iron")))) == (0, 1, 1, 0)


def test_who_unsubscribed_is_never_written_to_again(tmp_path: Path) -> None:
    text = "Email Address,UNSUB_TIME,UNSUB_REASON\nAnn@a.example,2024-05-02 08:30:00,NORMAL\n"
    report = take_in(write(tmp_path, text))
    assert (report.kind, counts(report)) == (Kind.UNSUBSCRIBES, (1, 0, 0, 0))
    ann = person("ann@a.example")
    assert people.is_suppressed("ann@a.example")
    assert not people.consents_of(ann.id)[Purpose.MAIL].given
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 1, 0)


def test_deals_stand_as_the_other_system_says(tmp_path: Path) -> None:
    text = (
        "Record ID,Deal Name,Deal Stage,Amount,Currency,Deal owner,Create Date,Close Date,Email\n"
        '5001,Acme new,Closed won,"15,000",USD,Ann,2024-02-01,2024-04-15,al@acme.example\n'
        "5002,Beta more,Proposal,7500.50,USD,Nobody,2024-03-01,2027-01-01,\n"
        "5003,Gone,Closed lost,,,,2024-03-01,,\n"
    )
    report = take_in(write(tmp_path, text))
    assert (report.kind, counts(report)) == (Kind.DEALS, (2, 0, 0, 1))
    assert [error.code for error in report.errors] == ["missing_time"]
    won, still = pipeline.by_external("import:deal:5001"), pipeline.by_external("import:deal:5002")
    assert won is not None
    assert still is not None
    assert (won.state, won.amount, won.company) == (
        DealState.WON,
        Money(1_500_000, "USD"),
        person("al@acme.example").company,
    )
    assert (still.state, still.amount, still.closed_at) == (DealState.OPEN, Money(750_050, "USD"), None)
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 2, 1)


def test_an_owner_is_one_of_our_users_or_a_text(tmp_path: Path, crew: Cast) -> None:
    text = "Lead ID,Email,Lead Owner,Status,Lead Date\n"
    text += "1,a@a.example,ann,Qualified,2025-03-01\n2,b@b.example,Someone,New,2025-03-01\n"
    report = take_in(write(tmp_path, text))
    first, second = person("a@a.example"), person("b@b.example")
    assert (first.owner, second.owner, second.facts["owner_name"]) == (crew.ann, None, "Someone")
    pursuit = handed.pursuit_of(first.id)
    assert pursuit is not None
    assert (pursuit.owner, pursuit.stage, pursuit.is_history) == (crew.ann, Stage.WORKING, True)
    assert [each.code for each in report.warnings] == ["unknown_owner"]


def test_a_lead_of_today_is_a_response_and_no_hand_over_of_the_past(tmp_path: Path) -> None:
    text = "id,created_time,form_name,campaign_name,full_name,email\n"
    text += "l:1,2026-11-01T08:00:00+0100,Demo,Fair,Ann,a@a.example\n"
    report = take_in(write(tmp_path, text))
    assert (report.kind, report.intent, report.created) == (Kind.LEADS, Intent.NEW, 1)
    found = person("a@a.example")
    entries = ledger.entries_of(found.identities, kinds=["form.submitted"])
    assert [(entry.happened_at.isoformat(), dict(entry.facts)) for entry in entries] == [
        ("2026-11-01T07:00:00+00:00", {"form": "Demo", "campaign": "Fair"})
    ]
    assert handed.pursuit_of(found.id) is None
    assert counts(take_in(write(tmp_path, text))) == (0, 0, 1, 0)
