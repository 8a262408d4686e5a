"""A worded sentence is English text everywhere, and keeps what it was made of."""

import copy
import json
import pickle

import pytest

from leadpact.base.wording import Worded, names_of, worded, worded_many


def test_a_sentence_is_its_english_text_and_keeps_its_slots() -> None:
    said = worded("There is no deal {deal} of {owner}.", deal=7, owner="Ines {Roth}")
    assert said == "There is no deal 7 of Ines {Roth}."
    assert (said.template, said.slots) == ("There is no deal {deal} of {owner}.", {"deal": 7, "owner": "Ines {Roth}"})
    assert f"{said}" == str(said) == "There is no deal 7 of Ines {Roth}."
    assert json.dumps({"message": said}) == '{"message": "There is no deal 7 of Ines {Roth}."}'


def test_a_sentence_without_slots_may_hold_braces() -> None:
    assert worded('Write week: {mon: ["09:00-17:00"]}.') == 'Write week: {mon: ["09:00-17:00"]}.'


@pytest.mark.parametrize(("count", "text"), [(0, "0 leads left."), (1, "1 lead left."), (2, "2 leads left.")])
def test_a_count_chooses_the_sentence(count: int, text: str) -> None:
    said = worded_many("{count} lead {done}.", "{count} leads {done}.", count, done=worded("left"))
    assert said == text
    assert (said.template, said.many, said.number) == ("{count} lead {done}.", "{count} leads {done}.", count)


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda said: pickle.loads(pickle.dumps(said))],
    ids=["copied", "copied deep", "pickled"],
)
def test_a_copy_is_the_same_sentence(again: object) -> None:
    said = worded_many("{count} row of {file}", "{count} rows of {file}", 3, file=worded("the file {n}", n=1))
    assert callable(again)
    other = again(said)
    assert isinstance(other, Worded)
    assert (other, other.__dict__) == ("3 rows of the file 1", said.__dict__)
    assert isinstance(other.slots["file"], Worded)


def test_a_slot_that_is_not_given_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        worded("There is no deal {deal} of {owner}.", deal=7)


def test_the_names_of_slots_are_read_as_they_are_written() -> None:
    assert names_of("{count} of {all}, {{not}} {owner.name}") == {"count", "all", "owner.name"}
    with pytest.raises(ValueError, match="expected '}'"):
        names_of("{count")
