"""Errors a person can act on: one class per cause, a stable code, what to do next.

A package subclasses `BadInput` (what was handed in is wrong) or `BadState`
(the input is fine, the system is not in a state to take it).  The edge maps
them: a command ends with `exit_code`, the web answers with `as_dict()`.
"""

from collections.abc import Mapping
from typing import ClassVar, TypedDict

from leadpact.base.wording import Worded


class ErrorDocument(TypedDict):
    """The one shape in which an error leaves the product."""

    code: str
    message: str
    what_to_do: str
    details: dict[str, object]


class LeadpactError(Exception):
    """Something a user or an operator can put right.

    code        stable, snake_case; scripts and translations rely on it
    message     one sentence: what is wrong, naming the thing
    what_to_do  one sentence: the next step; the class may hold the usual one
    details     further facts, JSON-ready values only
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    what_to_do: Worded = Worded("", {})

    def __init__(
        self,
        message: Worded,
        *,
        what_to_do: Worded | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if what_to_do is not None:
            self.what_to_do = what_to_do
        self.details: Mapping[str, object] = dict(details or {})

    def as_dict(self) -> ErrorDocument:
        """Return the error as the JSON document users and scripts see."""
        return {
            "code": self.code,
            "message": str(self.message),
            "what_to_do": str(self.what_to_do),
            "details": dict(self.details),
        }


class BadInput(LeadpactError):  # noqa: N818  # reads as a statement where it is raised
    """What was handed in is wrong; the same input will fail again."""

    code = "bad_input"
    exit_code = 2


class BadState(LeadpactError):  # noqa: N818  # as above
    """The input is fine, but the system is not in a state to take it."""

    code = "bad_state"
    exit_code = 3
