"""Write keys and voids through their actions."""

from datetime import UTC, datetime

import pytest

from leadpact.base.errors import LeadpactError
from leadpact.engagement import actions, reads
from leadpact.engagement.errors import BadKeyName, BadMapping, BadOrigin, KeyNameTaken, UnknownEntry, UnknownSource
from leadpact.engagement.types import SourceKind
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.types import NewEntry
from leadpact.team.types import SYSTEM

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def create(name: str = "shop", kind: SourceKind = SourceKind.SERVER, **more: object) -> str:
    return actions.create_source(name, kind, by=SYSTEM, now=NOW, **more)  # type: ignore[arg-type]  # cases of bad input


def test_a_key_opens_its_source_until_it_is_revoked() -> None:
    key = create("site", SourceKind.BROWSER, origins=["https://WWW.example.com/"], mapping={"Hi": "meeting.booked"})
    source = reads.source_by_key(key)
    assert source is not None
    assert (source.name, source.origins, source.mapping) == (
        "site",
        ("https://www.example.com",),
        {"Hi": "meeting.booked"},
    )
    assert reads.source_by_key(key + "x") is None
    actions.revoke_source(source.id, by=SYSTEM, now=NOW)
    assert reads.source_by_key(key) is None
    assert reads.sources([source.id])[source.id].name == "site"  # what it sent before is still drained


def test_the_key_itself_is_nowhere_in_the_database_or_the_ledger() -> None:
    key = create()
    ledger.sequence()
    written = repr([one.entry for one in ledger_reads.after(0, 10)])
    assert "key.created" in written
    assert key not in written
    assert key[8:] not in written


@pytest.mark.parametrize(
    ("name", "kind", "more", "error"),
    [
        ("", SourceKind.SERVER, {}, BadKeyName),
        ("x" * 61, SourceKind.SERVER, {}, BadKeyName),
        ("a\nb", SourceKind.SERVER, {}, BadKeyName),
        ("leadpact", SourceKind.SERVER, {}, BadKeyName),  # our own pages' source
        ("site", SourceKind.BROWSER, {"origins": ["www.example.com"]}, BadOrigin),
        ("site", SourceKind.BROWSER, {"origins": ["https://www.example.com/shop"]}, BadOrigin),
        ("site", SourceKind.BROWSER, {"origins": ["https://me@example.com"]}, BadOrigin),
        ("site", SourceKind.SERVER, {"origins": ["https://www.example.com"]}, BadOrigin),
        ("site", SourceKind.SERVER, {"mapping": {"Won": "deal.won"}}, BadMapping),  # the loop is ours
    ],
)
def test_a_key_that_cannot_be_made_says_why(
    name: str, kind: SourceKind, more: dict[str, object], error: type[LeadpactError]
) -> None:
    with pytest.raises(error) as raised:
        create(name, kind, **more)
    assert raised.value.what_to_do


def test_two_keys_never_have_one_name() -> None:
    create("shop")
    with pytest.raises(KeyNameTaken):
        create("shop", SourceKind.BROWSER)


def test_a_sites_two_keys_may_name_the_same_users() -> None:
    create("shop")
    site = reads.source_by_key(create("site", SourceKind.BROWSER, users_of="shop"))
    app = reads.source_by_key(create("app", SourceKind.BROWSER, users_of="site"))
    assert site is not None
    assert app is not None
    assert (site.users_of, app.users_of) == ("shop", "shop")
    with pytest.raises(UnknownSource):
        create("other", users_of="nobody")


def test_revoking_and_mapping_ask_for_a_key_that_is_there() -> None:
    with pytest.raises(UnknownSource):
        actions.revoke_source(4711, by=SYSTEM, now=NOW)
    with pytest.raises(UnknownSource):
        actions.map_names(4711, {}, by=SYSTEM, now=NOW)


def test_our_own_source_is_made_once() -> None:
    assert actions.own_source(now=NOW) == actions.own_source(now=NOW)


def test_origins_of_browser_keys_are_gathered_and_one_key_for_any_page_opens_all() -> None:
    assert reads.browser_origins() == frozenset()
    create("one", SourceKind.BROWSER, origins=["https://one.example"])
    create("two", SourceKind.BROWSER, origins=["https://two.example"])
    assert reads.browser_origins() == frozenset({"https://one.example", "https://two.example"})
    create("any", SourceKind.BROWSER)
    assert reads.browser_origins() is None


def test_a_voided_act_does_not_count_until_it_is_restored() -> None:
    act = NewEntry(kind="page.viewed", happened_at=NOW, identity=5, facts={"path": "/"})
    entry = ledger.append_one(act, by=SYSTEM, now=NOW)
    assert [row.entry for row in reads.acts_of([5])] == [entry]
    voided = actions.void(entry, "a robot", by=SYSTEM, now=NOW)
    assert reads.acts_of([5]) == []
    said = ledger_reads.entry(voided)
    assert said is not None
    assert (said.kind, said.caused_by, said.facts) == ("event.voided", entry, {"entry": entry, "reason": "a robot"})
    actions.restore(entry, "it was a person", by=SYSTEM, now=NOW)
    assert [row.entry for row in reads.acts_of([5])] == [entry]
    with pytest.raises(UnknownEntry):
        actions.void(4711, "nothing", by=SYSTEM, now=NOW)
