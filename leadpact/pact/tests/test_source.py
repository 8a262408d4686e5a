"""Only what a pact needs is read from a text, whoever wrote it."""

import time
from decimal import Decimal

import pytest

from leadpact.pact.errors import BadPact
from leadpact.pact.source import LONGEST, read_source


def message_for(text: str) -> tuple[int, str]:
    with pytest.raises(BadPact) as caught:
        read_source(text)
    return caught.value.faults[0].line, caught.value.faults[0].message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "a list of words"),
        ("# only a note\n", 1, "a list of words"),
        ("- a\n- b\n", 1, "a list of words"),
        ("name: a\nlead: &acts [1]\n", 2, "no anchors"),
        ("name: a\nlead: *acts\n", 2, "no aliases"),
        ("name: !!python/object/apply:os.system [ls]\n", 1, "no tags"),
        ("&a name: b\n", 1, "plain word"),
        ("name: a\nname: b\n", 2, "stands here twice"),
        ("name: a\nready: {up: 1, up: 2}\n", 2, "stands here twice"),
        ("name: [a\n", 2, "cannot be read as YAML"),
        ("name: a: b\n", 1, "cannot be read as YAML"),
        ("name: a\n\tzone: UTC\n", 2, "cannot be read as YAML"),
        ("name: \x00\n", 1, "characters that YAML does not allow"),
        ("? [a, b]\n: c\n", 1, "plain word"),
        ("name: a\n---\nname: b\n", 2, "a second one begins"),
        ("%TAG ! tag:example.com,2026:\n---\nname: a\n", 2, "no directives"),
        ("[" * 5_000, 1, "nested more than"),
        ("{a: " * 5_000, 1, "nested more than"),
    ],
)
def test_a_text_that_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    found_line, message = message_for(text)
    assert says in message
    assert found_line == line


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert message_for("\n".join(rows)) == (1, "A pact has no anchors (&) and no aliases (*).")


def test_ten_megabytes_are_refused_without_reading_them() -> None:
    started = time.perf_counter()
    assert "at most 100,000 characters" in message_for("a" * 10 * 1024 * 1024)[1]
    assert time.perf_counter() - started < 0.5


def test_the_longest_text_is_read_in_seconds() -> None:
    text = "lead: [" + "1," * ((LONGEST - 8) // 2) + "]"
    started = time.perf_counter()
    assert len(read_source(text).data["lead"]) == (LONGEST - 8) // 2
    assert time.perf_counter() - started < 20


def test_all_doubled_keys_are_listed_at_once() -> None:
    with pytest.raises(BadPact) as caught:
        read_source("a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert [(fault.path, fault.line) for fault in caught.value.faults] == [("a", 2), ("b.c", 3)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.5", Decimal("1.5")),
        ("0.1", Decimal("0.1")),
        ("-3", -3),
        ("007", "007"),  # a postcode, not 7
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("0x10", "0x10"),
        ("yes", "yes"),  # YAML 1.2: only true and false are truth values
        ("true", True),
        ('"true"', "true"),
        ("'5'", "5"),
        ("2026-01-01", "2026-01-01"),
        ("/pricing", "/pricing"),
    ],
)
def test_a_scalar_keeps_what_was_written(written: str, value: object) -> None:
    read = read_source(f"a: {written}\n").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_a_word_with_nothing_behind_it_counts_as_not_written() -> None:
    assert read_source("a:\n  # b: 1\nc: ~\nd: 1\n").data == {"d": 1}


def test_paths_name_list_items_and_lines_are_those_of_an_editor() -> None:
    source = read_source("a:\n  - name: first\n    b: 1\n  - c: 2\n")
    assert source.shown(("a", 0, "b")) == "a[first].b"
    assert source.shown(("a", 1, "c")) == "a[1].c"
    assert source.line(("a", 0, "b")) == 3
    assert source.line(("a", 1, "missing")) == 4
