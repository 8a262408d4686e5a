"""Comments: whom they name, and what they say after changes."""

from datetime import timedelta

import pytest

from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as engaged
from leadpact.handover import comments
from leadpact.handover.comments import Piece, mentioned_in, pieces_of
from leadpact.handover.errors import NotTheirComment, UnknownComment
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.team.types import user_actor
from tests import cast
from tests.cast import utc

NAMES = {1: "Tom Okafor", 2: "Ines Duarte", 3: "Tom Wu", 4: "Zoë"}
NOON = utc("2026-03-02 12:00")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Tom Okafor please call", [1]),
        ("@tom okafor, @INES: please", [1, 2]),  # a first name that only one has
        ("@Tom please", []),  # two are called so
        ("(@Ines) and again @Ines Duarte", [2]),
        ("ines@duarte.example is her address", []),  # no mention inside an address
        ("@Inestimable", []),  # a longer word is another name
        ("@Zoë!", [4]),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_name_after_an_at_sign_is_a_mention(text: str, named: list[int]) -> None:
    assert mentioned_in(text, NAMES) == named


def test_the_pieces_put_together_are_the_text() -> None:
    text = "Hi @Ines, ask @Tom Okafor."
    pieces = pieces_of(text, NAMES)
    assert pieces == [Piece("Hi "), Piece("@Ines", 2), Piece(", ask "), Piece("@Tom Okafor", 1), Piece(".")]
    assert "".join(piece.text for piece in pieces) == text
    assert pieces_of("@Ines", NAMES) == [Piece("@Ines", 2)]
    assert pieces_of("plain", {}) == [Piece("plain")]


@pytest.mark.django_db
def test_a_comment_says_what_its_writer_said_last_and_every_entry_stays() -> None:
    company = cast.found()
    who = cast.person("hannah@northgate.example")
    mia, ann = user_actor(company.mia), user_actor(company.ann)
    number, is_new = comments.add(who, "Call her.", mentioned=[], by=mia, now=NOON)
    assert is_new
    assert comments.add(who, "Call her.", mentioned=[], by=mia, now=NOON + timedelta(seconds=5)) == (number, False)
    assert comments.add(who, "Call her.", mentioned=[], by=ann, now=NOON + timedelta(seconds=6))[1]
    comments.change(number, "Write to her.", mentioned=[company.ann], by=mia, now=NOON + timedelta(hours=1))
    first, second = _comments(who)
    assert (first.entry, first.by, first.text) == (number, f"user:{company.mia}", "Write to her.")
    assert (first.written_at, first.changed_at) == (NOON, NOON + timedelta(hours=1))
    assert (second.text, second.changed_at, second.is_removed) == ("Call her.", None, False)
    engagement.void(number, "taken back", by=mia, now=NOON + timedelta(hours=2))
    assert _comments(who)[0].is_removed
    stored = ledger.entry(number)
    assert stored is not None
    assert stored.personal == {"text": "Call her."}


@pytest.mark.django_db
def test_nobody_changes_the_comment_of_another() -> None:
    company = cast.found()
    who = cast.person("hannah@northgate.example")
    number, _new = comments.add(who, "Call her.", mentioned=[], by=user_actor(company.mia), now=NOON)
    with pytest.raises(NotTheirComment):
        comments.change(number, "Do not.", mentioned=[], by=user_actor(company.ann), now=NOON)
    other = cast.act("hannah@northgate.example", "page.viewed", NOON, path="/")
    for entry in (other, 999_999):
        with pytest.raises(UnknownComment):
            comments.own(entry, by=user_actor(company.mia))


def _comments(person: int) -> list[comments.CommentView]:
    entries = ledger.entries_of(people.identities_of(person))
    return comments.comments_in(entries, engaged.voided([entry.id for entry in entries]))
