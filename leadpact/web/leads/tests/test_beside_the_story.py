"""The lead's page: its likely value with what it stands on, local time, and who may be the same person."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.flow import adding, answering, clock
from leadpact.handover import reads as handed
from leadpact.ledger import by_hand
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import PersonFields, PersonView
from leadpact.team.types import SYSTEM
from leadpact.web.leads.local_time import local_time_of
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist.alike import Alike, Way, alike_question
from tests import cast
from tests.cast import FOUNDED, Cast

AT = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)


def somebody(phone: str = "", **facts: str) -> PersonView:
    return PersonView(1, "Ann", "", phone, "", None, "", None, facts, (), (), True, AT)


@pytest.mark.parametrize(
    ("person", "company", "said"),
    [
        (somebody(phone="+44 113 496 0142"), {}, "10:40"),
        (somebody(phone="+49 30 123456"), {}, "11:40"),
        (somebody(phone="0113 496 0142"), {}, ""),  # a number of some country
        (somebody(country="Japan"), {}, "19:40"),
        (somebody(country="UK"), {}, "10:40"),
        (somebody(), {"country": "DE"}, "11:40"),
        (somebody(country="US"), {}, ""),  # six times of day at once
        (somebody(country="Nowhere"), {}, ""),
        (somebody(), {}, ""),
        (somebody(phone="+44 113 496 0142", timezone="Asia/Kolkata"), {}, "16:10"),  # what they say comes first
        (somebody(country="US", timezone="no/zone"), {"country": "DE"}, ""),  # theirs is unclear, not their company's
    ],
)
def test_the_time_there_is_told_where_one_is_known(person: PersonView, company: dict[str, object], said: str) -> None:
    assert local_time_of(person, company, AT) == said
    assert local_time_of(person, company, AT.astimezone(ZoneInfo("Asia/Tokyo"))) == said


@pytest.fixture
def company() -> Cast:
    return cast.found()


def add(email: str, name: str, *, firm: str = "Northgate", phone: str = "") -> int:
    fields = PersonFields(name=name, email=email, phone=phone)
    return adding.add_person(fields, company_name=firm, by=SYSTEM, now=FOUNDED)


def alike(person: int) -> list[Alike]:
    question = alike_question(known.person(person))
    return by_hand.at_once(question).to(question)


@pytest.mark.django_db
def test_who_may_be_the_same_is_told_with_what_speaks_for_it(company: Cast) -> None:
    hannah = add("hannah.reyes@northgate.example", "Hannah Reyes", phone="+441134960142")
    twice = add("hannah.reyes@gmail.example", "hannah reyes", phone="+441134960142")
    phone = add("office@other.example", "Otto Other", firm="Other", phone="+441134960142")
    add("hannah@third.example", "Hannah Reyes", firm="Third")  # a name alone says nothing
    add("hannahxreyes@northgate.example", "Hanno Reyes")  # another name before the @
    assert [(each.person, each.ways) for each in alike(hannah)] == [
        (twice, (Way.NAME, Way.PHONE, Way.MAIL)),
        (phone, (Way.PHONE,)),
    ]
    assert [each.person for each in alike(phone)] == [hannah, twice]


@pytest.mark.django_db
def test_two_are_compared_made_one_with_one_press_and_taken_apart_again(company: Cast) -> None:
    hannah = add("hannah.reyes@northgate.example", "Hannah Reyes")
    twice = add("hannah.reyes@gmail.example", "Hannah Reyes")
    client = browser_of(company.mia)
    assert "These may be the same person" in words_of(client.get(f"/leads/{hannah}/"))
    assert "These may be the same person" not in words_of(browser_of(company.edda).get(f"/leads/{hannah}/"))
    page = client.get(f"/leads/{hannah}/merge/{twice}/")
    assert reads_well(page)
    assert "hannah.reyes@gmail.example" in words_of(page)
    answer = client.post(f"/leads/{hannah}/merge/{twice}/now/", follow=True)
    assert f"/leads/{twice}/unmerge/" in answer.content.decode()
    assert known.person(twice).id == hannah
    assert alike(hannah) == []
    assert client.get(f"/leads/{hannah}/merge/{twice}/").status_code == 404  # they are one already
    later = client.get(f"/leads/{hannah}/")  # the message with its undo is gone by now
    assert "Made one with Hannah Reyes" in words_of(later)
    assert f"/leads/{twice}/unmerge/" in later.content.decode()
    assert "Made one with" not in words_of(browser_of(company.edda).get(f"/leads/{hannah}/"))
    client.post(f"/leads/{twice}/unmerge/")
    assert known.person(twice).id == twice
    assert [each.person for each in alike(hannah)] == [twice]
    assert "Made one with" not in words_of(client.get(f"/leads/{hannah}/"))
    assert client.post(f"/leads/{twice}/unmerge/").status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["edda", "pat"])
def test_who_may_not_edit_leads_merges_nobody(company: Cast, who: str) -> None:
    hannah, twice = add("hannah.reyes@northgate.example", "Hannah"), add("h@gmail.example", "Hannah")
    client = browser_of(getattr(company, who))
    assert client.get(f"/leads/{hannah}/merge/{twice}/").status_code == 403
    assert client.post(f"/leads/{hannah}/merge/{twice}/now/").status_code == 403
    assert client.post(f"/leads/{hannah}/unmerge/").status_code == 403


@pytest.mark.django_db
def test_of_too_few_the_page_says_so_and_opens_to_them(company: Cast) -> None:
    now = clock.now()
    for email in ("one@firm1.example", "two@firm2.example"):
        cast.ask(email, now - timedelta(hours=3))
        cast.sweep(now - timedelta(hours=3))
    first, second = (known.person(number).id for number in known.person_ids())
    lead = handed.active_of_person(first)
    assert lead is not None
    answering.reject(handed.offers_of(lead.id)[0].id, "no_need", by=company.by(lead.owner or 0), now=now)
    words = words_of(browser_of(company.mia).get(f"/leads/{second}/"))
    assert "Too few to say: 0 of 1 hand-over whose end is known was won." in words
    rows = browser_of(company.mia).get("/leads/likely/")
    assert "1 hand-over whose end is known, 0 of them won." in words_of(rows)
    assert reads_well(rows)
    assert browser_of(company.mia).get("/leads/likely/?type=event&after=x").status_code == 200
    assert browser_of(company.pat).get("/leads/likely/").status_code == 403
    people.set_owner(second, company.pat, by=SYSTEM, now=now)
    csv = b"".join(browser_of(company.mia).get("/leads/likely.csv")).decode("utf-8-sig").splitlines()
    assert csv[1].startswith("1,inbound request,recycled,")
