"""The schema's complaints, said so that the writer of a pact knows what to do."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from leadpact.pact.source import Path, Source
from leadpact.pact.types import Fault

type Said = tuple[str, str]  # message, what to do

MOST_FAULTS: Final = 100
_TYPE_NAMES: Final = {
    "object": "words with values (`word: value`)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a pact document, its decimals exact."""
    text = resources.files("leadpact.pact").joinpath("schema.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return document


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def schema_faults(source: Source) -> list[Fault]:
    """Return the places where the document is not as the schema says, without doubles; a hundred are enough to read."""
    faults: dict[tuple[str, str], Fault] = {}
    for error in islice(_validator().iter_errors(source.data), MOST_FAULTS):
        for cause in _causes(error):
            fault = _fault(source, cause)
            faults.setdefault((fault.path, fault.message), fault)
    return list(faults.values())


def _causes(error: ValidationError) -> Iterator[ValidationError]:
    """Yield what is behind an "any of": the faults in the only form the value can be meant as."""
    if error.validator != "anyOf" or not error.context:
        yield error
        return
    forms: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        forms.setdefault(inner.schema_path[0], []).append(inner)
    meant = [form for form in forms.values() if not any(_is_other_type(inner) for inner in form)]
    if len(meant) != 1:
        yield error
        return
    for inner in meant[0]:
        yield from _causes(inner)


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.relative_path


def _fault(source: Source, error: ValidationError) -> Fault:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, str(error.instance))
    elif error.validator == "additionalProperties":
        path = (*path, _strange_words(error)[0])
    message, what_to_do = _say(error, f"`{source.shown(path)}`" if path else "The pact")
    return Fault(source.shown(path), source.line(path), message, what_to_do)


def _say(error: ValidationError, shown: str) -> Said:
    say = _SAYINGS.get(str(error.validator))
    if say is not None:
        return say(error, shown)
    return f"{shown} is not right: {error.message}.", _description(error)


def _part(error: ValidationError) -> dict[str, Any]:
    """Return the part of the schema that complains."""
    return error.schema if isinstance(error.schema, dict) else {}


def _description(error: ValidationError) -> str:
    described = _part(error).get("description")
    return str(described) if described else "Look it up with `leadpact pact format`."


def _strange_words(error: ValidationError) -> list[str]:
    known = _part(error).get("properties", {})
    written: Any = error.instance
    return [word for word in written if word not in known]


def _additional(error: ValidationError, shown: str) -> Said:
    known = list(_part(error).get("properties", {}))
    strange = _strange_words(error)
    close = get_close_matches(strange[0], known, n=1)
    hint = f"Did you mean `{close[0]}`? " if close else ""
    named = ", ".join(f"`{word[:60]}`" for word in strange)
    one = len(strange) == 1
    message = f"{named} is no word of the pact here." if one else f"{named} are no words of the pact here."
    return message, f"{hint}Here may stand: {', '.join(known)}."


def _required(error: ValidationError, shown: str) -> Said:
    missing = error.message.split("'")[1]  # the library names the word in its message alone
    described = _property_description(_part(error), missing)
    return f"{shown} lacks `{missing}`.", f"Add `{missing}`. {described}".strip()


def _property_description(part: dict[str, Any], word: str) -> str:
    """Return the schema's words on a property, following a reference once."""
    found = part.get("properties", {}).get(word)
    if not isinstance(found, dict):
        return ""
    if "description" in found or "$ref" not in found:
        return str(found.get("description", ""))
    return str(schema()["$defs"][found["$ref"].removeprefix("#/$defs/")].get("description", ""))


def _type(error: ValidationError, shown: str) -> Said:
    wanted: Any = error.validator_value
    names = [_TYPE_NAMES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"{shown} must be {' or '.join(names)}, and {_value(error.instance)} is not.", _description(error)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a block of words"
        case list():
            return "a list"
        case str():
            return f"“{value[:60]}”"
    return str(value)


def _enum(error: ValidationError, shown: str) -> Said:
    values: Any = error.validator_value
    allowed = [str(value) for value in values]
    close = get_close_matches(str(error.instance), allowed, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return f"{shown} cannot be {_value(error.instance)}.", f"{hint}It may be: {', '.join(allowed)}."


def _const(error: ValidationError, shown: str) -> Said:
    return f"{shown} cannot be {_value(error.instance)}.", f"Write {error.validator_value}."


def _bound(words: str) -> Callable[[ValidationError, str], Said]:
    def say(error: ValidationError, shown: str) -> Said:
        limit = f"{words} {error.validator_value}"
        return f"{shown} is {_value(error.instance)}, and must be {limit}.", _description(error)

    return say


def _decimals(error: ValidationError, shown: str) -> Said:
    return f"{shown} is {error.instance}: points have at most three decimals.", "Round it to thousandths."


def _size(words: str, unit: str) -> Callable[[ValidationError, str], Said]:
    def say(error: ValidationError, shown: str) -> Said:
        size = f"{words} {error.validator_value} {unit}"
        return f"{shown} must have {size}.", _description(error)

    return say


def _empty(error: ValidationError, shown: str) -> Said:
    """The schema asks for at least one of something, never for more, save for the two letters of an amount."""
    return f"{shown} must not be empty." if not error.instance else f"{shown} is too short.", _description(error)


def _pattern(error: ValidationError, shown: str) -> Said:
    return f"{shown} cannot be {_value(error.instance)}.", _description(error)


def _any_of(error: ValidationError, shown: str) -> Said:
    return f"{shown} cannot be read: {_value(error.instance)}.", _description(error)


def _one_of(error: ValidationError, shown: str) -> Said:
    """The schema says "one of" for the ageing of a score alone."""
    score: Any = error.instance
    if "window" in score and "half_life" in score:
        return f"{shown} has both a window and a half-life.", "Keep one of `window` and `half_life`."
    return f"{shown} has neither a window nor a half-life.", "Add `window: {days: 30}` or `half_life: {days: 14}`."


def _unique(error: ValidationError, shown: str) -> Said:
    return f"{shown} names something twice.", "Keep one of them."


_SAYINGS: Final[dict[str, Callable[[ValidationError, str], Said]]] = {
    "additionalProperties": _additional,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("above"),
    "multipleOf": _decimals,
    "minItems": _empty,
    "maxItems": _size("at most", "entries"),
    "minProperties": _empty,
    "maxProperties": _size("at most", "words"),
    "minLength": _empty,
    "maxLength": _size("at most", "letters"),
    "pattern": _pattern,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "uniqueItems": _unique,
}
