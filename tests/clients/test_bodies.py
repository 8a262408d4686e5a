"""What the unmodified clients sent once, recorded, through the collector and the drain's rules."""

import json
from urllib.parse import unquote

import pytest

from leadpact.engagement.rules_body import message_of
from tests.clients.comparing import MAUTIC, POSTHOG, SEGMENT, as_said, differences
from tests.clients.taking import BODIES, Shelf, replay


def asked(name: str) -> list[dict[str, object]]:
    calls = json.loads((BODIES / f"{name}.plan.json").read_text(encoding="utf-8"))
    assert isinstance(calls, list)
    assert len(calls) == 36
    return calls


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("segment-python", SEGMENT),
        ("segment-node", SEGMENT),
        ("rudder-python", SEGMENT),
        ("rudder-node", SEGMENT),
        ("posthog-python", POSTHOG),
        ("posthog-node", POSTHOG),
    ],
)
def test_what_a_client_for_servers_sends_is_taken_field_by_field(name: str, form: str) -> None:
    shelf = Shelf()
    answers = replay(name, shelf)
    assert {(status, body) for status, _, body in answers} == {(200, b'{"success":true}')}
    assert differences(asked(name), shelf.recorded(), form) == []


@pytest.mark.parametrize("form", [SEGMENT, POSTHOG, MAUTIC])
def test_what_a_library_in_a_page_sends_is_taken_field_by_field(form: str) -> None:
    shelf, calls = Shelf(), asked(f"{form}-page")
    answers = replay(f"{form}-page", shelf)
    assert {status for status, _, _ in answers} <= {200, 303}
    assert all(headers["access-control-allow-origin"].startswith("http://localhost:") for _, headers, _ in answers)
    found = shelf.recorded()
    others = as_said(calls, found, form)
    assert differences(calls, [one for one in found if one not in others], form, is_browser=True) == []
    # One visitor, also when they have said who they are.
    devices = {value for one in found for kind, value in one.identities if kind == "anonymous"}
    assert len(devices) == 1
    assert [one.kind for one in others] == {
        SEGMENT: [],
        POSTHOG: ["page.viewed"],  # the library's own, when it was loaded
        MAUTIC: ["page.viewed", "form.submitted"],
    }[form]


def test_a_form_made_for_mautic_says_who_somebody_is_and_leads_back_to_its_page() -> None:
    shelf = Shelf()
    status, headers, _ = replay("mautic-page", shelf)[-1]
    form = shelf.recorded()[-1]
    assert form.kind == "form.submitted"
    assert form.facts["form"] == "contact"
    assert form.raw["fields"] == {
        "email": "hannah@northgate.example",
        "f_name": "Hannah Weber",
        "message": "Bitte um ein Angebot",
        "interests": ["prices", "delivery"],
    }
    assert form.identities[0] == ("email", "hannah@northgate.example")
    assert form.message == message_of(form.raw["message_id"])
    assert status == 303
    site = headers["access-control-allow-origin"]
    assert unquote(headers["location"]) == f"{site}/thanks?mauticMessage=Thank you. What you sent has arrived."


@pytest.mark.parametrize("name", [*(file.name for file in BODIES.glob("*[a-z].json") if "plan" not in file.name)])
def test_the_same_bodies_once_more_are_the_same_messages_with_the_same_content(name: str) -> None:
    once, twice = Shelf(), Shelf()
    replay(name.removesuffix(".json"), once)
    replay(name.removesuffix(".json"), twice)
    first, second = ([(one.message, one.kind) for one in shelf.recorded()] for shelf in (once, twice))
    assert first == second
    assert len(set(first)) == len(first) >= 36
