"""Errors carry a code, a sentence and a next step to whoever must act."""

import json
import pickle

import pytest

from leadpact.base.errors import BadInput, BadState, LeadpactError
from leadpact.base.wording import worded


class ColourUnknown(BadInput):
    code = "colour_unknown"
    what_to_do = worded("Pick red or green.")


def test_an_error_leaves_as_one_document_with_four_keys() -> None:
    error = ColourUnknown(worded("There is no colour {colour}.", colour="'blau'"), details={"colour": "blau"})
    assert json.loads(json.dumps(error.as_dict())) == {
        "code": "colour_unknown",
        "message": "There is no colour 'blau'.",
        "what_to_do": "Pick red or green.",
        "details": {"colour": "blau"},
    }


def test_one_raise_may_say_a_better_next_step_than_its_class() -> None:
    assert ColourUnknown(worded("no"), what_to_do=worded("Write red.")).what_to_do == "Write red."
    assert ColourUnknown(worded("no")).what_to_do == "Pick red or green."


@pytest.mark.parametrize(("family", "exit_code"), [(BadInput, 2), (BadState, 3)])
def test_the_family_decides_how_a_command_ends(family: type[LeadpactError], exit_code: int) -> None:
    assert family(worded("no")).exit_code == exit_code


def test_details_are_a_copy_that_the_caller_cannot_change_later() -> None:
    facts: dict[str, object] = {"row": 3}
    error = BadState(worded("no"), details=facts)
    facts["row"] = 4
    assert error.details == {"row": 3}


def test_an_error_survives_the_way_back_from_a_helper_process() -> None:
    error = ColourUnknown(worded("no"), what_to_do=worded("Write red."), details={"row": 3})
    assert pickle.loads(pickle.dumps(error)).as_dict() == error.as_dict()
