"""What a fault is: a replacement of text."""

from dataclasses import dataclass

RULES_TESTS = tuple(
    f"leadpact/scoring/tests/{name}" for name in ("test_cases.py", "test_rules.py", "test_against_reference.py")
)


@dataclass(frozen=True)
class Fault:
    """`old` stands exactly once in the file and is replaced by `new`; one of `tests` must then be red."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = RULES_TESTS
