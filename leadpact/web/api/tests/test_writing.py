"""What scripts add and change by hand: with the checks of the pages."""

from collections.abc import Mapping

import pytest
from django.test import Client

from leadpact.engagement import actions as engagement
from leadpact.engagement.types import SourceKind
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.pact.document import default_pact_text
from leadpact.people import reads as people
from leadpact.team.types import SYSTEM
from leadpact.web.api.tests.test_operations import Caller
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.access.world import worked
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def test_a_person_is_added_once_and_put_right(company: Cast) -> None:
    caller = Caller(company.mia)
    grace = {"name": "Grace Hopper", "email": "grace@navy.example", "company": "Navy"}
    made = caller.post("leads", grace)
    assert (made["name"], made["company"]["name"]) == ("Grace Hopper", "Navy")
    known = caller.post("leads", grace, 409)
    assert (known["code"], known["details"]["person"]) == ("address_known", made["person"])
    alike = caller.post("leads", {"name": "Grace Hopper"}, 409)
    assert (alike["code"], alike["details"]["persons"]) == ("somebody_alike", [made["person"]])
    assert caller.post("leads", {"name": "Grace Hopper", "sure": True})["person"] != made["person"]
    changed = caller.post(f"leads/{made['person']}/change", {"phone": "+44 20 7946 0000", "name": ""})
    assert (changed["name"], changed["email"]) == ("", "grace@navy.example")
    assert caller.post("leads", {}, 400)["details"]["fields"][0]["field"] == "name"
    assert caller.post("leads", {"email": "nobody"}, 400)["details"]["fields"][0]["field"] == "email"


def test_what_was_done_is_logged_and_commented_on(company: Cast) -> None:
    person, caller = cast.person("ada@northgate.example"), Caller(company.ann)
    for kind, kept in (("call", "call.made"), ("mail", "sales_mail.sent"), ("meeting", "meeting.held")):
        assert caller.post(f"leads/{person}/activities", {"kind": kind})["kind"] == kept
    assert caller.post(f"leads/{person}/activities", {"kind": "note"}, 400)["details"]["fields"][0]["field"] == "note"
    assert caller.post(f"leads/{person}/comments", {"text": "  "}, 400)["code"] == "bad_request"
    said = caller.post(f"leads/{person}/comments", {"text": "Ask @Mia for the paper."})
    entry = ledger.entry(said["id"])
    assert entry is not None
    assert (entry.kind, entry.by) == ("comment.added", f"user:{company.ann}")
    (told,) = Caller(company.mia).get("notices?unread=true")["items"]
    assert told["kind"] == "mention"
    assert Caller(company.ann).post("notices/read", {"notices": [told["id"]]})["marked"] == 0  # not theirs
    assert Caller(company.mia).post("notices/read")["marked"] == 1
    assert Caller(company.mia).get("notices?unread=true")["items"] == []


def test_consents_are_given_and_withdrawn_by_those_who_may_edit_the_lead(company: Cast) -> None:
    person = cast.person("ada@northgate.example")
    caller, url = Caller(company.mia), f"leads/{person}/consents"
    given = caller.post(f"{url}/give", {"purpose": "mail", "source": "by phone"})["items"]
    assert [(each["purpose"], each["given"], each["source"]) for each in given] == [("mail", True, "by phone")]
    assert not caller.post(f"{url}/withdraw", {"purpose": "mail", "source": "by mail"})["items"][0]["given"]
    assert caller.post(f"{url}/give", {"purpose": "mail", "source": "x", "text_version": 99}, 400)
    future = {"purpose": "mail", "source": "x", "happened_at": "2099-01-01T00:00:00Z"}
    assert caller.post(f"{url}/give", future, 400)["code"] == "bad_moment"
    assert Caller(company.edda).post(f"{url}/give", {"purpose": "mail", "source": "x"}, 403)["code"] == "not_allowed"
    caller.post(f"{url}/withdraw", {"purpose": "profiling", "source": "by phone"})
    kinds = [each.kind for each in ledger.entries_of(people.identities_of(person))]
    assert kinds.count("objection.raised") == 1


def test_a_company_is_renamed_and_owned_by_somebody_who_sells(company: Cast) -> None:
    things = worked(company, "northgate.example", by_partner=False)
    caller, url = Caller(company.olga), f"companies/{things.company}"
    changed = caller.post(f"{url}/change", {"name": "Northgate", "size": 120})
    assert (changed["name"], changed["facts"]["size"]) == ("Northgate", 120)
    assert caller.post(f"{url}/change", {"name": None})["name"] == "Northgate"  # a company keeps a name
    assert "size" not in caller.post(f"{url}/change", {"size": None})["facts"]
    assert caller.post(f"{url}/owner", {"owner": company.ben})["owner"] == company.ben
    refused = caller.post(f"{url}/owner", {"owner": company.mia}, 400)
    assert (refused["code"], company.mia in refused["details"]["users"]) == ("not_among_them", False)
    assert caller.post(f"{url}/owner", {"owner": None})["owner"] is None
    assert [each["id"] for each in caller.pages("companies?limit=1")] == [things.company]


def test_a_deal_is_opened_changed_and_given_to_a_colleague(company: Cast) -> None:
    things = worked(company, "northgate.example", by_partner=False)
    caller = Caller(company.hanna)
    made = caller.post(
        "deals", {"company": things.company, "next_step": "Call", "owner": company.ann, "persons": [things.person]}
    )
    assert (made["owner"], made["amount"], made["inbound"]) == (company.ann, None, False)
    url = f"deals/{made['id']}"
    assert caller.post(f"{url}/amount", {"amount": 480.5})["amount"] == {"value": 480.5, "currency": "GBP"}
    assert caller.post(f"{url}/next-step", {"next_step": "Meet", "next_step_on": "2026-12-01"})["next_step"] == "Meet"
    assert caller.post(f"{url}/owner", {"owner": company.cat})["owner"] == company.cat
    assert caller.post(f"{url}/owner", {"owner": company.mia}, 400)["code"] == "not_among_them"
    stranger = cast.person("eve@elsewhere.example")
    wrong = {"company": things.company, "next_step": "Call", "owner": company.ann, "persons": [stranger]}
    assert caller.post("deals", wrong, 400)["details"]["fields"][0]["field"] == "persons"


def test_a_campaign_is_planned_paid_for_and_told(company: Cast) -> None:
    caller = Caller(company.mia)
    made = caller.post("campaigns", {"name": "Spring fair", "channel": "trade fair"})
    assert caller.post("campaigns", {"name": "spring FAIR"}, 400)["code"] == "campaign_taken"
    paid = caller.post(f"campaigns/{made['id']}/costs", {"on": "2026-03-01", "amount": "480.50"})
    assert paid["costs"] == [{"value": 480.5, "currency": "GBP"}]
    assert len(caller.get(f"campaigns/{made['id']}/costs")["items"]) == 1
    caller.post(f"campaigns/{made['id']}/costs", {"on": "2026-03-01", "amount": "a lot"}, 400)
    for name in ("Autumn", "Winter"):
        other = caller.post("campaigns", {"name": name})["id"]
        caller.post(f"campaigns/{other}/costs", {"on": "2026-03-01", "amount": 1})
    assert [each["name"] for each in caller.pages("campaigns?limit=1")] == ["Autumn", "Spring fair", "Winter"]


def test_a_pact_is_proposed_and_put_in_force(company: Cast) -> None:
    text = default_pact_text("UTC") + "\n# again\n"
    made = Caller(company.hanna).post("pact/versions", {"document": text, "note": "Once more"})
    assert (made["number"], made["in_force_since"]) == (2, [])
    Caller(company.hanna).post("pact/versions/2/put-in-force", status=403)
    assert len(Caller(company.olga).post("pact/versions/2/put-in-force")["in_force_since"]) == 1
    assert [each["number"] for each in Caller(company.olga).pages("pact/versions?limit=1")] == [2, 1]
    assert Caller(company.olga).post("pact/versions", {"document": "nothing: here"}, 400)["code"] == "bad_pact"
    assert Caller(company.olga).post("pact/versions/99/put-in-force", status=404)["code"] == "not_found"


def test_our_own_side_is_listed_page_by_page(company: Cast) -> None:
    engagement.create_source("site", SourceKind.SERVER, by=SYSTEM, now=cast.FOUNDED)
    caller = Caller(company.olga)
    assert len(caller.pages("users?limit=2")) == len(caller.get("users?limit=200")["items"]) == 9
    assert {each["name"] for each in caller.pages("teams?limit=1")} >= {"Sales", "Marketing"}
    assert caller.get("settings")["currency"] == "GBP"
    assert [each["is_open"] for each in caller.get("forms")["items"]] == [True] * len(caller.get("forms")["items"])
    (key,) = caller.get("keys")["items"]
    assert caller.post(f"keys/{key['id']}/revoke")["is_revoked"]
    assert caller.post("keys/987654/revoke", status=404)["code"] == "not_found"
    assert caller.get("views")["items"] == []
    assert caller.get("users?after=nowhere", 400)["code"] == "bad_cursor"


def test_the_search_finds_for_a_partner_what_is_theirs(company: Cast) -> None:
    worked(company, "northgate.example", by_partner=False)
    worked(company, "harbour.example", by_partner=True)

    def labels(user: int) -> set[str]:
        groups = Caller(user).get("search?q=first")["groups"]
        return {hit["label"] for group in groups for hit in group["hits"]}

    assert labels(company.hanna) >= {"first@northgate.example", "first@harbour.example"}
    assert labels(company.pat) == {"first@harbour.example"}


def test_a_partner_can_neither_name_nor_change_what_is_anothers(company: Cast) -> None:
    anothers, caller = worked(company, "northgate.example", by_partner=False), Caller(company.pat)
    before = (ledger.stats().entries, handover.pursuit(anothers.pursuit))
    calls: dict[str, Mapping[str, object]] = {
        f"leads/{anothers.person}/comments": {"text": "x"},
        f"leads/{anothers.person}/activities": {"kind": "call"},
        f"deals/{anothers.deal}/amount": {"amount": 1},
        f"deals/{anothers.deal}/next-step": {"next_step": "x"},
        f"deals/{anothers.deal}/owner": {"owner": company.pat},
    }
    for url, body in calls.items():
        assert caller.post(url, body, 404)["code"] == "not_found", url
    caller.post("deals", {"company": anothers.company, "next_step": "x"}, 404)
    caller.get(f"leads/{anothers.person}/consents", 404)
    assert caller.get("companies")["items"] == []
    assert (ledger.stats().entries, handover.pursuit(anothers.pursuit)) == before


def test_the_page_of_the_api_tells_every_operation_with_an_example(company: Cast) -> None:
    said = Client().get("/api/v1/openapi.json").json()
    page = browser_of(company.ann).get("/api/docs/").content.decode()
    for address, operations in said["paths"].items():
        assert address in page
        assert all(f'id="{each["operationId"]}"' in page for each in operations.values())
    assert "curl" in page
    assert "Your roles may not do this." in page  # a rep manages no keys
    assert "/api/docs/" in browser_of(company.ann).get("/tokens/").content.decode()
