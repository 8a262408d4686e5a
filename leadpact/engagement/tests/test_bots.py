"""Which hits are machines', by the rules alone; moments are seconds after ten o'clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leadpact.engagement.bots import TRAP, VERSIONS, Hit, Rule, judge

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
ONE, TWO = VERSIONS[1], VERSIONS[2]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"


def hit(entry: int, seconds: float, kind: str = "mail.clicked", **said: object) -> Hit:
    plain = Hit(
        entry, 7, kind, TEN + timedelta(seconds=seconds), agent=PHONE, message="March", link=f"https://x/{entry}"
    )
    return replace(plain, **said)  # type: ignore[arg-type]  # fields by name


SENT = hit(1, 0, "mail.sent", links=2, link="")


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        ("BarracudaCentral/1.0 (URL check)", Rule.SCANNER),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Rule.SCANNER),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", Rule.SCANNER),
        ("Mozilla/5.0 (Linux; Android 11; CUBOT X30 Build) Chrome/120 Mobile", None),  # a telephone by that name
        (PHONE, None),
        ("python-requests/2.32", None),  # may be a company's own program: judged from version 2 on
        ("", None),
    ],
)
def test_a_program_that_follows_links_is_known_by_its_name(agent: str, rule: Rule | None) -> None:
    assert judge([hit(2, 600, agent=agent)], ONE).get(2) is rule


def test_the_second_version_also_judges_programs_that_fetch_pages() -> None:
    assert judge([hit(2, 600, agent="python-requests/2.32")], TWO) == {2: Rule.SCANNER}
    assert judge([hit(2, 600, agent="Mozilla/5.0 JavaScriptCore")], TWO) == {}


@pytest.mark.parametrize(
    ("kind", "ip", "rule"),
    [
        ("mail.clicked", "104.47.1.9", Rule.DATACENTRE),
        ("page.viewed", "2a01:4f8:1::5", Rule.DATACENTRE),
        ("mail.opened", "66.249.80.1", None),  # a mail provider that fetches pictures for its reader
        ("mail.opened", "17.58.1.2", Rule.MAIL_PRIVACY),
        ("mail.clicked", "17.58.1.2", None),  # people at Apple read mail too
        ("page.viewed", "203.0.113.9", None),
        ("page.viewed", "no address", None),
    ],
)
def test_where_a_hit_comes_from_may_give_it_away(kind: str, ip: str, rule: Rule | None) -> None:
    assert judge([hit(2, 600, kind, ip=ip)], ONE).get(2) is rule


def test_an_open_by_nothing_but_mozilla_is_apples_mail_program() -> None:
    assert judge([hit(2, 600, "mail.opened", agent="Mozilla/5.0")], ONE) == {2: Rule.MAIL_PRIVACY}
    assert judge([hit(2, 600, "page.viewed", agent="Mozilla/5.0")], ONE) == {}


@pytest.mark.parametrize(
    ("seconds", "first", "second"),
    [(2.9, True, True), (3, False, True), (9.9, False, True), (10, False, False)],  # sooner than 3 and 10 seconds
)
def test_a_click_right_after_the_mail_left_is_a_machines(seconds: float, first: bool, second: bool) -> None:
    hits = [SENT, hit(2, seconds)]
    assert (2 in judge(hits, ONE), 2 in judge(hits, TWO)) == (first, second)


def test_the_delivery_counts_as_much_as_the_sending_and_only_of_the_same_mail_and_person() -> None:
    delivered = hit(9, 3600, "mail.delivered")
    assert judge([SENT, delivered, hit(2, 3601)], ONE) == {2: Rule.SOON}
    assert judge([delivered, hit(2, 3601, message="April")], ONE) == {}
    assert judge([delivered, hit(2, 3601, identity=8)], ONE) == {}


def test_all_links_of_a_mail_within_a_second_are_a_machines() -> None:
    assert judge([SENT, hit(2, 600), hit(3, 601)], ONE) == {2: Rule.ALL_LINKS, 3: Rule.ALL_LINKS}
    assert judge([SENT, hit(2, 600), hit(3, 601.1)], ONE) == {}
    assert judge([SENT, hit(2, 600), hit(3, 600.5, link="https://x/2")], ONE) == {}  # one link, pressed twice


def test_of_a_mail_with_one_link_nothing_can_be_said_and_of_an_unknown_one_three_are_all() -> None:
    assert judge([replace(SENT, links=1), hit(2, 600)], ONE) == {}
    assert judge([hit(2, 600), hit(3, 600.2)], ONE) == {}
    assert judge([hit(2, 600), hit(3, 600.2), hit(4, 601)], ONE).keys() == {2, 3, 4}


def test_whoever_follows_the_hidden_link_is_a_machine_in_all_it_follows_around_it() -> None:
    hits = [hit(2, 600), hit(3, 640, link=TRAP), hit(4, 700), hit(5, 701)]
    assert judge(hits, ONE) == {2: Rule.TRAP, 3: Rule.TRAP, 4: Rule.TRAP}  # 40 and 60 seconds away; 61 is not


def test_no_human_views_so_many_pages_in_two_seconds() -> None:
    fast = [hit(n, n * 0.1, "page.viewed") for n in range(15)]  # 0 to 1.4 s
    assert judge(fast, ONE).keys() == set(range(15))
    assert judge(fast[:14], ONE) == {}
    assert judge(fast[:8], TWO).keys() == set(range(8))
    assert judge([replace(one, identity=n % 2) for n, one in enumerate(fast)], ONE) == {}
    assert judge([hit(n, n * 0.15, "page.viewed") for n in range(15)], ONE) == {}  # 14 of them within two seconds


def test_the_surest_rule_is_the_one_that_is_named() -> None:
    hits = [SENT, hit(2, 1, agent="Barracuda"), hit(3, 1.5, agent="Barracuda")]
    assert judge(hits, ONE) == {2: Rule.SCANNER, 3: Rule.SCANNER}
