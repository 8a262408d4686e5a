"""What clients say of a person, in the words of their libraries, as fields of ours."""

import re
from collections.abc import Mapping
from typing import Final

from leadpact.base.criteria import Scalar
from leadpact.people.errors import BadField
from leadpact.people.fields import checked

# Segment's reserved traits, and the spellings that forms and spreadsheets use; folded, without separators.
_WORDS: Final = {
    "name": "name",
    "fullname": "name",
    "email": "email",
    "emailaddress": "email",
    "phone": "phone",
    "phonenumber": "phone",
    "mobile": "phone",
    "title": "title",
    "jobtitle": "title",
    "position": "title",
}
_PARTS: Final = {"firstname": 0, "givenname": 0, "lastname": 1, "familyname": 1, "surname": 1}
_NOT_HERE: Final = frozenset({"company", "id", "avatar", "createdat", "password"})
_MOST: Final = 50


def fields_of_traits(traits: Mapping[str, object]) -> dict[str, Scalar]:
    """Return the traits that can be kept, by the names of our fields; at most 50."""
    found: dict[str, Scalar] = {}
    parts = ["", ""]
    for word, value in traits.items():
        flat = re.sub(r"[\s_.-]+", "", str(word)).casefold()
        if flat in _PARTS and isinstance(value, str):
            parts[_PARTS[flat]] = value.strip()
        elif flat not in _NOT_HERE:
            _keep(found, _WORDS.get(flat) or _name(str(word)), value)
    if not found.get("name") and any(parts):
        _keep(found, "name", " ".join(part for part in parts if part))
    return dict(list(found.items())[:_MOST])


def company_of_traits(traits: Mapping[str, object]) -> str:
    """Return what the traits call the person's company: a text, or Segment's object with a name; "" for nothing."""
    said = traits.get("company")
    named = said.get("name") if isinstance(said, Mapping) else said
    return named.strip() if isinstance(named, str) else ""


def _keep(found: dict[str, Scalar], name: str, value: object) -> None:
    if isinstance(value, float):
        value = int(value) if value.is_integer() else str(value)
    if not isinstance(value, str | int | bool):
        return
    try:
        kept = checked(name, str(value) if name in set(_WORDS.values()) else value)
    except BadField:
        return
    if kept is not None and not (isinstance(kept, int) and abs(kept) >= 1 << 63):
        found.setdefault(name, kept)


def _name(word: str) -> str:
    """`companySize`, `Company size` and `company-size` are all `company_size`."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word.strip())
    return re.sub(r"[\s.-]+", "_", snake).casefold()
