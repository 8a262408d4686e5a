"""How a check says what it found in a pact."""

from collections import Counter
from collections.abc import Iterable, Iterator

from leadpact.base.wording import Worded, worded
from leadpact.pact.types import Finding, Severity


def error(code: str, path: str, message: Worded, what_to_do: Worded) -> Finding:
    return Finding(Severity.ERROR, code, path, message, what_to_do)


def warning(code: str, path: str, message: Worded, what_to_do: Worded) -> Finding:
    return Finding(Severity.WARNING, code, path, message, what_to_do)


def doubles(path: str, what: Worded, names: Iterable[str]) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            message = worded(
                "{count} times there is a {what} named “{name}”; reasons could not tell them apart.",
                count=count,
                what=what,
                name=name,
            )
            yield error("duplicate_name", path, message, worded("Give each its own name."))
