"""Query files say what they count, and their SQL reaches every driver unharmed."""

import sqlite3
from pathlib import Path

import pytest

from leadpact.base.query_file import BadQueryFile, Column, Param, parse_query, read_query, to_dbapi

HEADER = """\
-- answered_in_time
-- Question: How often does sales answer an offered lead before the promised time?
-- Grain:    one row per ISO week (Monday) and team, weeks with no offer left out
-- Reads:    ledger, kinds lead.offered, lead.accepted, lead.rejected
-- Params:   $since, $until   timestamptz, half-open [since, until), by time of offer
--           $asof            timestamptz, what "now" means for offers still open
-- Columns:  week date, team text, offered bigint, in_time bigint, share decimal(5, 4)
-- Counts:   accepting and rejecting both count as an answer. An offer that is
--           still open and not yet due is left out: nobody has missed it yet.
"""
SQL = "select week from t where happened_at >= $since and happened_at < $until and due < $asof"


def test_the_header_is_read_into_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "answered_in_time.sql"
    path.write_text(f"{HEADER}\n-- by week\n{SQL};\n", encoding="utf-8")
    query = read_query(path)
    assert query.name == "answered_in_time"
    assert query.question == "How often does sales answer an offered lead before the promised time?"
    assert query.grain == "one row per ISO week (Monday) and team, weeks with no offer left out"
    assert query.reads == "ledger, kinds lead.offered, lead.accepted, lead.rejected"
    assert query.params == (
        Param("since", "timestamptz", "half-open [since, until), by time of offer"),
        Param("until", "timestamptz", "half-open [since, until), by time of offer"),
        Param("asof", "timestamptz", 'what "now" means for offers still open'),
    )
    assert query.columns == (
        Column("week", "date"),
        Column("team", "text"),
        Column("offered", "bigint"),
        Column("in_time", "bigint"),
        Column("share", "decimal(5, 4)"),
    )
    assert query.counts == (
        "accepting and rejecting both count as an answer. An offer that is "
        "still open and not yet due is left out: nobody has missed it yet."
    )
    assert query.sql == f"-- by week\n{SQL}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-- answered_in_time", "-- answered"),  # another name than the file's
        ("-- Question:", "-- Query:"),
        ("-- Grain:    one row per ISO week (Monday) and team, weeks with no offer left out", "-- Grain:"),
        ("-- Counts:", "-- Grain:    one row\n-- Counts:"),  # twice
        ("$asof            timestamptz,", "asof"),
        ("$since, $until   timestamptz, half-open [since, until), by time of offer", "none"),
        ("week date,", "week,"),  # a column without type
        ("week date,", "team date,"),  # a column twice
        ("$asof  ", "$as_of  "),  # declared, but never used
        ("and due < $asof", ""),
        ("due < $asof", "due < $asof and team = $team"),  # used, but never declared
        (SQL, ""),
        ("--", "#"),
    ],
)
def test_an_untrue_header_is_refused_and_names_the_file(old: str, new: str) -> None:
    text = HEADER + SQL
    assert old in text
    with pytest.raises(BadQueryFile) as caught:
        parse_query(text.replace(old, new), name="answered_in_time")
    assert "answered_in_time.sql" in caught.value.message


SMALL = """\
-- small
-- Question: What is it?
-- Grain:    one row
-- Reads:    nothing
-- Params:   {params}
-- Columns:  found text
-- Counts:   nothing is left out.
"""


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select $name", "select %(name)s"),
        ("select $name::text, $name", "select %(name)s::text, %(name)s"),
        ("select '$name', $name", "select '$name', %(name)s"),
        ("select 'it''s $name', $name", "select 'it''s $name', %(name)s"),
        ('select "$name", $name', 'select "$name", %(name)s'),
        ("select $name -- not $name's\n, 1", "select %(name)s -- not $name's\n, 1"),
        ("select /* $name\n' */ $name", "select /* $name\n' */ %(name)s"),
        ("select $name like '50%'", "select %(name)s like '50%%'"),
        ("select 5 % 2, $name -- 100 %", "select 5 %% 2, %(name)s -- 100 %%"),
        ("select a$name, $name", "select a$name, %(name)s"),
    ],
)
def test_parameters_are_rewritten_and_nothing_else_is(sql: str, expected: str) -> None:
    query = parse_query(SMALL.format(params="$name  text, whose") + sql, name="small")
    assert to_dbapi(query) == expected


def test_a_query_without_parameters_says_so() -> None:
    query = parse_query(SMALL.format(params="none") + "select 'x' as found", name="small")
    assert query.params == ()
    assert to_dbapi(query) == "select 'x' as found"


def test_both_ways_of_writing_parameters_give_one_answer() -> None:
    sql = "select $name || ' of 100%, $name' as found /* 100% $name */ where 7 % 4 = 3"
    query = parse_query(SMALL.format(params="$name  text, whose") + sql, name="small")
    with sqlite3.connect(":memory:") as connection:
        # What Django does for SQLite: names become :name, and %% becomes % again.
        row = connection.execute(to_dbapi(query) % {"name": ":name"}, {"name": "half"}).fetchone()
        assert row == ("half of 100%, $name",)
        assert connection.execute(query.sql, {"name": "half"}).fetchone() == row
