"""The buttons of lists, leads and deals as operations: what is refused is named with its reason."""

from datetime import timedelta
from typing import Any

import pytest

from leadpact.flow import clock, sending_back
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.pipeline import reads as pipeline
from leadpact.web.api import bulk
from leadpact.web.api.tests.test_operations import Caller
from leadpact.worklist import actions as worklist
from tests import cast
from tests.access.world import offered, worked
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOT_NOW = {"reason": "other", "note": "Not now."}


@pytest.fixture
def company() -> Cast:
    return cast.found()


def listed(email: str) -> int:
    """Somebody who is known and whom nobody has."""
    person = cast.person(email)
    worklist.refresh([person], now=clock.now())
    return person


def said(answer: dict[str, list[dict[str, Any]]]) -> dict[int, str]:
    return {each["person"]: each["code"] for each in answer["refused"]}


def test_several_leads_are_handed_on_and_taken_back_within_ten_minutes(company: Cast) -> None:
    first, offer = offered("ada@northgate.example")
    free = listed("eve@elsewhere.example")
    caller, taker = Caller(company.hanna), company.ben if offer.user != company.ben else company.cat
    done = caller.post("leads/hand-on", {"leads": [first, free, 987654], "to": taker})
    assert (done["done"], said(done)) == (sorted([first, free]), {987654: "not_found"})
    assert (handover.pursuit(offer.pursuit).owner, people.person(free).owner) == (taker, taker)
    again = caller.post("leads/hand-on", {"leads": [first, free], "to": taker})
    assert (again["done"], again["undo"]) == ([], None)
    assert said(again) == {first: "has_it_already", free: "has_it_already"}
    assert Caller(company.olga).post("leads/undo", {"undo": done["undo"]}, 409)["code"] == "undo_ended"
    assert caller.post("leads/undo", {"undo": done["undo"][:-1]}, 409)["code"] == "undo_ended"
    assert caller.post("leads/undo", {"undo": done["undo"]}) == {"undone": 2, "of": 2}
    assert (handover.pursuit(offer.pursuit).owner, people.person(free).owner) == (offer.user, None)
    assert caller.post("leads/undo", {"undo": done["undo"]}) == {"undone": 0, "of": 2}
    assert caller.post("leads/hand-on", {"leads": [first], "to": company.mia}, 400)["code"] == "not_among_them"


def test_what_was_done_eleven_minutes_ago_is_not_undone(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    person, caller = listed("ada@northgate.example"), Caller(company.mia)
    done = caller.post("leads/note", {"leads": [person], "note": "They move in May."})
    monkeypatch.setattr(bulk, "now_of", lambda _request: clock.now() + timedelta(minutes=11))
    assert caller.post("leads/undo", {"undo": done["undo"]}, 409)["code"] == "undo_ended"


def test_a_remark_on_several_leads_is_struck_out_again_once(company: Cast) -> None:
    persons, caller = [listed(f"{name}@northgate.example") for name in ("ada", "eve")], Caller(company.mia)
    done = caller.post("leads/note", {"leads": persons, "note": "They move in May."})
    assert (done["done"], done["refused"]) == (persons, [])
    assert Caller(company.mia).post("leads/note", {"leads": persons, "note": "  "}, 400)["code"] == "bad_request"
    assert caller.post("leads/undo", {"undo": done["undo"]}) == {"undone": 2, "of": 2}
    entries = ledger.stats().entries
    assert caller.post("leads/undo", {"undo": done["undo"]})["undone"] == 0
    assert ledger.stats().entries == entries


def test_sending_several_back_leaves_those_of_others_and_those_that_nobody_works(company: Cast) -> None:
    theirs, offer = offered("ada@northgate.example")
    others, waiting = listed("eve@harbour.example"), offered("bob@orchard.example")[0]
    pulled = Caller(company.ann).post(f"leads/{others}/pull")
    Caller(company.hanna).post(f"offers/{offer.id}/accept")
    asked = {"leads": [theirs, others, waiting], **NOT_NOW}
    done = Caller(company.ann).post("leads/send-back", asked)
    assert done["done"] == [others]
    assert said(done)[theirs] == "not_allowed"
    assert said(done)[waiting] in {"not_allowed", "not_worked"}  # whose turn it was
    assert Caller(company.ann).post("leads/undo", {"undo": done["undo"]}) == {"undone": 1, "of": 1}
    sending_back.step(clock.now() + timedelta(seconds=30))
    assert handover.pursuit(pulled["id"]).stage == "working"
    Caller(company.ann).post("leads/send-back", asked)
    sending_back.step(clock.now() + timedelta(seconds=30))
    assert handover.pursuit(pulled["id"]).stage == "recycled"
    rest = Caller(company.hanna).post("leads/send-back", asked)
    assert (rest["done"], said(rest)) == ([theirs], {others: "not_worked", waiting: "not_worked"})
    unknown = Caller(company.hanna).post("leads/send-back", {**asked, "reason": "bored"}, 400)
    assert unknown["code"] == "unknown_reason"
    sending_back.step(clock.now() + timedelta(seconds=30))
    unknown = Caller(company.hanna).post("leads/send-back", {**asked, "reason": "bored"})
    assert unknown["done"] == []


def test_a_free_lead_is_pulled_and_anothers_is_not(company: Cast) -> None:
    person = cast.person("ada@northgate.example")
    pulled = Caller(company.ann).post(f"leads/{person}/pull")
    assert (pulled["stage"], pulled["owner"]) == ("working", company.ann)
    assert Caller(company.ben).post(f"leads/{person}/pull", status=409)["what_to_do"]
    assert Caller(company.mia).post(f"leads/{person}/pull", status=403)["code"] == "not_allowed"
    given = Caller(company.hanna).post(f"leads/{person}/hand-on", {"to": company.cat})
    assert given["owner"] == company.cat
    refused = Caller(company.hanna).post(f"leads/{person}/hand-on", {"to": company.cat}, 400)
    assert company.cat not in refused["details"]["users"]
    assert Caller(company.cat).post(f"leads/{person}/hand-on", {"to": company.ann}, 403)["code"] == "not_allowed"
    nobodys = cast.person("eve@elsewhere.example")
    assert Caller(company.hanna).post(f"leads/{nobodys}/hand-on", {"to": company.cat}, 409)["code"] == "wrong_stage"
    assert Caller(company.cat).post(f"pursuits/{given['id']}/keep")["owner"] == company.cat
    Caller(company.ann).post(f"pursuits/{given['id']}/keep", status=403)


def test_a_comment_is_changed_taken_back_and_put_back_by_its_writer_alone(company: Cast) -> None:
    person, caller = cast.person("ada@northgate.example"), Caller(company.ann)
    number = caller.post(f"leads/{person}/comments", {"text": "Call her on Monday."})["id"]
    url = f"leads/{person}/comments/{number}"
    assert caller.post(f"{url}/change", {"text": "Call her on Tuesday."})["text"] == "Call her on Tuesday."
    assert Caller(company.ben).post(f"{url}/change", {"text": "No."}, 409)["what_to_do"]
    assert Caller(company.ben).post(f"{url}/remove", status=409)["what_to_do"]
    assert caller.post(f"{url}/remove")["is_removed"]
    (shown,) = Caller(company.mia).get(f"leads/{person}/comments")["items"]
    assert (shown["text"], shown["is_removed"]) == ("", True)
    assert caller.post(f"{url}/restore")["text"] == "Call her on Tuesday."
    stranger = cast.person("eve@elsewhere.example")
    caller.post(f"leads/{stranger}/comments/{number}/remove", status=404)  # it is on somebody else


def test_who_takes_part_in_a_deal_is_of_its_company_and_a_move_is_taken_back(company: Cast) -> None:
    things = worked(company, "northgate.example", by_partner=False)
    caller, url = Caller(things.owner), f"deals/{things.deal}"
    wanted = [{"person": things.person, "role": "decides"}, {"person": things.colleague, "role": ""}]
    assert caller.post(f"{url}/persons", {"persons": wanted})["persons"] == wanted
    stranger = cast.person("eve@elsewhere.example")
    refused = caller.post(f"{url}/persons", {"persons": [*wanted, {"person": stranger}]}, 400)
    assert refused["details"]["fields"][0]["field"] == "persons"
    before = pipeline.deal(things.deal).stage
    assert caller.post(f"{url}/move", {"stage": "Demo"})["stage"] == "Demo"
    history = caller.pages(f"{url}/history?limit=1")
    assert [each["stage"] for each in history] == [before, "Demo"]
    assert caller.post(f"{url}/undo-move", {"entry": history[-1]["entry"]})["stage"] == before
    assert caller.post(f"{url}/undo-move", {"entry": history[-1]["entry"]}, 409)["what_to_do"]


def test_a_view_is_kept_shared_and_dropped_by_its_owner(company: Cast) -> None:
    mia, ben, pat = Caller(company.mia), Caller(company.ben), Caller(company.pat)
    made = mia.post("views", {"name": "Mine", "query": "stage=ready&nonsense=1", "columns": ["score", "stage"]})
    assert (made["query"], made["columns"], made["opens"]) == (
        "view=all&stage=ready",
        ["score", "stage"],
        False,
    ) or made
    assert mia.post("views", {"name": "mine"}, 400)["code"] == "view_name_taken"
    assert ben.get("views")["items"] == []
    assert mia.post(f"views/{made['id']}/change", {"is_shared": True, "name": "Ours"})["is_shared"]
    assert [each["name"] for each in ben.get("views")["items"]] == ["Ours"]
    assert ben.post(f"views/{made['id']}/open-with")["opens"]
    assert not ben.post(f"views/{made['id']}/open-with", {"opens": False})["opens"]
    assert ben.post(f"views/{made['id']}/change", {"name": "Taken"}, 400)["code"] == "not_your_view"
    pat.post(f"views/{made['id']}/drop", status=404)  # a partner sees their own alone
    assert not pat.post("views", {"name": "Theirs", "is_shared": True})["is_shared"]
    assert Caller(company.olga).post(f"views/{made['id']}/drop") == {"id": made["id"]}  # runs Leadpact
    assert mia.get("views")["items"] == []
    assert mia.post("leads/columns", {"columns": ["stage", "score"]}) == {"columns": ["score", "stage"]}
    assert mia.post("leads/columns", {"columns": ["salary"]}, 400)["details"]["fields"]


def test_the_list_of_companies_is_ordered_and_told_as_on_its_page(company: Cast) -> None:
    things = worked(company, "northgate.example", by_partner=False)
    cast.act("first@northgate.example", "page.viewed", clock.now(), url="https://ours.example/pricing")
    cast.sweep(clock.now())
    quiet = Caller(company.hanna).post("companies", {"name": "Quiet Ltd"})["id"]
    caller = Caller(company.mia)
    (line,) = caller.get("companies?sort=score")["items"]  # the other one never did anything
    assert (line["id"], line["open_deals"], line["worth"]) == (
        things.company, 1, [{"value": 1000, "currency": "GBP"}],
    )  # fmt: skip
    assert line["best_score"] > 0
    assert line["last_act_at"] is not None
    assert [each["id"] for each in caller.pages("companies?sort=newest&limit=1")] == [quiet, things.company]
    assert [each["id"] for each in caller.get("companies?view=deals")["items"]] == [things.company]
    assert caller.get("companies?owner=nobody&view=customers")["items"] == []
    assert caller.get("companies?onwer=me", 400)["details"]["fields"] == [
        {"field": "onwer", "message": "There is no such field."}
    ]
    other = worked(company, "harbour.example", by_partner=True)
    (own,) = Caller(company.pat).get("companies?sort=last_act")["items"]
    assert (own["id"], own["last_act_at"]) == (other.company, None)  # when is part of the story
    assert Caller(company.pat).post("companies", {"name": "Northgate"}, 403)["code"] == "not_allowed"
    marked = Caller(company.olga).post(
        f"companies/{other.company}/domains", {"domain": "harbour.example", "is_shared": True}
    )
    assert marked["id"] == other.company
    wrong = {"domain": "northgate.example", "is_shared": True}
    assert Caller(company.olga).post(f"companies/{other.company}/domains", wrong, 400)["code"] == "bad_request"
