"""One lead through the whole house, over HTTP only: visit, form, offer, answer, deal, won, a number that opens."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from conftest import Home
from tests.collector.running import RunningServer

PASSWORD = "correct horse battery"
SOON = 30.0


@pytest.fixture
def server(home: Home) -> Iterator[RunningServer]:
    home.run("init", "--company", "Calibra", "--zone", "Europe/Berlin", "--currency", "EUR")
    for email, name, role, team in (
        ("tom@calibra.example", "Tom Okafor", "sales_rep", "Sales"),
        ("ines@calibra.example", "Ines Duarte", "head_of_sales", "Sales"),
        ("priya@calibra.example", "Priya Raman", "head_of_marketing", "Marketing"),
    ):
        home.run(
            "user", "create", "--email", email, "--name", name, "--role", role, "--team", team, "--password-stdin",
            text=PASSWORD,
        )  # fmt: skip
    running = RunningServer(home)
    running.start()
    yield running
    if running.is_running():
        running.stop()


def hidden_field(tag: str) -> tuple[str, str]:
    name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
    assert name
    return name[1], value[1] if value else ""


class Browser:
    """Somebody with cookies who follows links and sends the forms they see."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def see(self, path: str) -> str:
        answer = self.session.get(self.url + path, timeout=20)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code}\n{answer.text[:2000]}"
        return answer.text

    def send(self, seen: str, path: str, **fields: str) -> str:
        """Post a form as it stands on the page `seen`, hidden fields and all."""
        forms = re.findall(r"<form[^>]*>.*?</form>", seen, re.DOTALL)
        form = next((one for one in forms if f'action="{path}"' in one or 'action=""' in one), None)
        assert form, f"there is no form for {path} on this page"
        data = dict(hidden_field(tag) for tag in re.findall(r"<input[^>]*type=.hidden.[^>]*>", form))
        answer = self.session.post(self.url + path, data={**data, **fields}, headers={"Origin": self.url}, timeout=20)
        assert answer.status_code == 200, f"POST {path}: {answer.status_code}\n{answer.text[:3000]}"
        return answer.text

    def log_in(self, email: str) -> None:
        self.send(self.see("/login/"), "/login/", login=email, password=PASSWORD)


def eventually(look: Callable[[], str], wanted: str) -> str:
    """Look again until the worker has done what it must."""
    until = time.monotonic() + SOON
    while wanted not in (seen := look()):
        assert time.monotonic() < until, f"{wanted!r} did not appear:\n{seen[-3000:]}"
        time.sleep(0.3)
    return seen


def visit_and_ask(home: Home, server: RunningServer) -> None:
    key = home.run("writekey", "create", "site", "--kind", "browser").stdout.strip()
    visit: dict[str, Any] = {
        "type": "page",
        "anonymousId": "visitor-1",
        "properties": {"path": "/pricing", "url": "https://calibra.example/pricing?utm_campaign=autumn"},
        "context": {"campaign": {"name": "autumn", "source": "search", "medium": "cpc"}},
    }
    answer = requests.post(f"{server.url}/v1/page", json=visit, auth=(key, ""), timeout=20)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    visitor = Browser(server.url)
    form = visitor.see("/f/contact/")
    assert "agree" in form
    thanks = visitor.send(
        form, "/f/contact/", name="Hannah Reyes", email="hannah.reyes@northgate.example", message="Call me", mail="on"
    )
    assert "Thank" in thanks


def test_a_visitor_becomes_closed_business_that_opens_down_to_the_deal(home: Home, server: RunningServer) -> None:
    visit_and_ask(home, server)
    tom = Browser(server.url)
    tom.log_in("tom@calibra.example")
    leads = eventually(lambda: tom.see("/leads/"), "Hannah Reyes")
    lead_path = re.search(r'href="(/leads/\d+/)[^>]*>(?:(?!</a>).)*Hannah Reyes', leads)
    assert lead_path
    lead = eventually(lambda: tom.see(lead_path[1]), "Accept lead")
    offer = re.search(r'action="(/offers/\d+/accept/)"', lead)
    assert offer
    worked = tom.send(lead, offer[1])
    assert "Working" in worked
    deal_form = f"{lead_path[1]}deal/"
    opened = tom.send(worked, deal_form, title="Northgate", amount="48000", next_step="Demo", next_step_on="2030-01-07")
    deal_path = re.search(r'href="(/deals/\d+/)"', opened)
    assert deal_path
    won = tom.send(tom.see(deal_path[1]), f"{deal_path[1]}win/", amount="48000")
    assert "€48,000" in won
    priya = Browser(server.url)
    priya.log_in("priya@calibra.example")
    loop = priya.see("/loop/")
    number = re.search(r'data-key="inbound_closed".*?€48,000.*?href="(/loop/inbound_closed/[^"]*)"', loop, re.DOTALL)
    assert number, "closed business from inbound does not show the amount"
    rows = priya.see(number[1].replace("&amp;", "&"))
    assert deal_path[1] in rows
    assert home.run("ledger", "verify").returncode == 0
