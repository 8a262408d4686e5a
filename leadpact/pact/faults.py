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

from leadpact.base.wording import Worded, in_a_row, verbatim, worded, worded_many
from leadpact.pact.source import Path, Source
from leadpact.pact.types import Fault

type Said = tuple[Worded, Worded]  # message, what to do

MOST_FAULTS: Final = 100
_TYPE_NAMES: Final = {
    "object": worded("words with values (`word: value`)"),
    "array": worded("a list"),
    "string": worded("a text"),
    "integer": worded("a whole number"),
    "number": worded("a number"),
    "boolean": worded("true or false"),
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
    message, what_to_do = _say(error, f"`{source.shown(path)}`" if path else worded("The pact"))
    return Fault(source.shown(path), source.line(path), message, what_to_do)


def _say(error: ValidationError, shown: str) -> Said:
    say = _SAYINGS.get(str(error.validator))
    if say is not None:
        return say(error, shown)
    return worded("{word} is not right: {reason}.", word=shown, reason=error.message), _description(error)


def _part(error: ValidationError) -> dict[str, Any]:
    """Return the part of the schema that complains."""
    return error.schema if isinstance(error.schema, dict) else {}


def _description(error: ValidationError) -> Worded:
    described = _part(error).get("description")
    return verbatim(str(described)) if described else worded("Look it up with `leadpact pact format`.")


def _strange_words(error: ValidationError) -> list[str]:
    known = _part(error).get("properties", {})
    written: Any = error.instance
    return [word for word in written if word not in known]


def _additional(error: ValidationError, shown: str) -> Said:
    known = list(_part(error).get("properties", {}))
    strange = _strange_words(error)
    named = ", ".join(f"`{word[:60]}`" for word in strange)
    message = worded_many(
        "{words} is no word of the pact here.", "{words} are no words of the pact here.", len(strange), words=named
    )
    advice = worded("Here may stand: {words}.", words=", ".join(known))
    close = get_close_matches(strange[0], known, n=1)
    return message, in_a_row([worded("Did you mean `{word}`?", word=close[0]), advice]) if close else advice


def _required(error: ValidationError, shown: str) -> Said:
    missing = error.message.split("'")[1]  # the library names the word in its message alone
    described = _property_description(_part(error), missing)
    message = worded("{word} lacks `{missing}`.", word=shown, missing=missing)
    advice = worded("Add `{missing}`.", missing=missing)
    return message, in_a_row([advice, described]) if described else advice


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
    first, *others = [_TYPE_NAMES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    for other in others:
        first = worded("{one} or {other}", one=first, other=other)
    message = worded("{word} must be {kind}, and {value} is not.", word=shown, kind=first, value=_value(error.instance))
    return message, _description(error)


def _value(value: Any) -> Worded:
    match value:
        case bool():
            return verbatim("true" if value else "false")
        case dict():
            return worded("a block of words")
        case list():
            return worded("a list")
        case str():
            return worded("“{text}”", text=value[:60])
    return verbatim(str(value))


def _cannot_be(error: ValidationError, shown: str) -> Worded:
    return worded("{word} cannot be {value}.", word=shown, value=_value(error.instance))


def _enum(error: ValidationError, shown: str) -> Said:
    values: Any = error.validator_value
    allowed = [str(value) for value in values]
    close = get_close_matches(str(error.instance), allowed, n=1)
    advice = worded("It may be: {values}.", values=", ".join(allowed))
    hint = in_a_row([worded("Did you mean {value}?", value=close[0]), advice]) if close else advice
    return _cannot_be(error, shown), hint


def _const(error: ValidationError, shown: str) -> Said:
    return _cannot_be(error, shown), worded("Write {value}.", value=error.validator_value)


def _least(error: ValidationError, shown: str) -> Said:
    value = _value(error.instance)
    least = error.validator_value
    message = worded("{word} is {value}, and must be at least {least}.", word=shown, value=value, least=least)
    return message, _description(error)


def _most(error: ValidationError, shown: str) -> Said:
    value = _value(error.instance)
    most = error.validator_value
    message = worded("{word} is {value}, and must be at most {most}.", word=shown, value=value, most=most)
    return message, _description(error)


def _above(error: ValidationError, shown: str) -> Said:
    value = _value(error.instance)
    least = error.validator_value
    message = worded("{word} is {value}, and must be above {least}.", word=shown, value=value, least=least)
    return message, _description(error)


def _decimals(error: ValidationError, shown: str) -> Said:
    message = worded("{word} is {value}: points have at most three decimals.", word=shown, value=error.instance)
    return message, worded("Round it to thousandths.")


def _entries(error: ValidationError, shown: str) -> Said:
    message = worded("{word} must have at most {most} entries.", word=shown, most=error.validator_value)
    return message, _description(error)


def _words(error: ValidationError, shown: str) -> Said:
    message = worded("{word} must have at most {most} words.", word=shown, most=error.validator_value)
    return message, _description(error)


def _letters(error: ValidationError, shown: str) -> Said:
    message = worded("{word} must have at most {most} letters.", word=shown, most=error.validator_value)
    return message, _description(error)


def _empty(error: ValidationError, shown: str) -> Said:
    """The schema asks for at least one of something, never for more, save for the two letters of an amount."""
    if error.instance:
        return worded("{word} is too short.", word=shown), _description(error)
    return worded("{word} must not be empty.", word=shown), _description(error)


def _pattern(error: ValidationError, shown: str) -> Said:
    return _cannot_be(error, shown), _description(error)


def _any_of(error: ValidationError, shown: str) -> Said:
    message = worded("{word} cannot be read: {value}.", word=shown, value=_value(error.instance))
    return message, _description(error)


def _one_of(error: ValidationError, shown: str) -> Said:
    """The schema says "one of" for the ageing of a score alone."""
    score: Any = error.instance
    if "window" in score and "half_life" in score:
        message = worded("{word} has both a window and a half-life.", word=shown)
        return message, worded("Keep one of `window` and `half_life`.")
    message = worded("{word} has neither a window nor a half-life.", word=shown)
    return message, worded("Add `window: {days: 30}` or `half_life: {days: 14}`.")


def _unique(error: ValidationError, shown: str) -> Said:
    return worded("{word} names something twice.", word=shown), worded("Keep one of them.")


_SAYINGS: Final[dict[str, Callable[[ValidationError, str], Said]]] = {
    "additionalProperties": _additional,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _least,
    "maximum": _most,
    "exclusiveMinimum": _above,
    "multipleOf": _decimals,
    "minItems": _empty,
    "maxItems": _entries,
    "minProperties": _empty,
    "maxProperties": _words,
    "minLength": _empty,
    "maxLength": _letters,
    "pattern": _pattern,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "uniqueItems": _unique,
}
