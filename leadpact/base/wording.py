"""Sentences for a reader: English where they are made, and kept so that they can be said in another language.

A package writes `worded("There is no deal {deal}.", deal=number)`.  That is the English text wherever text is wanted
(logs, JSON, the command line), and it still knows the template and what fills its slots: the pages look the template
up in the reader's language and fill it there.  `manage.py makemessages` finds the templates by the two functions'
names, so a template is always written out where it is used.

A slot is a plain name: `{deal}`, never `{deal.title}`, `{deal!r}` or `{deal:,}`.  What needs a form gets it before.
"""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Self


class Worded(str):
    """An English text that remembers what it was made of.

    template  the sentence with its slots, for a number of one where there are two
    many      the sentence for every other number; empty where nothing is counted
    number    what decides between the two
    slots     what fills them; texts that are `Worded` themselves are translated too
    """

    template: str
    many: str
    number: int
    slots: Mapping[str, str | int]

    def __new__(cls, template: str, slots: Mapping[str, object], many: str = "", number: int = 1) -> Self:
        kept = {name: value if isinstance(value, int | Worded) else str(value) for name, value in slots.items()}
        text = super().__new__(cls, filled(template if number == 1 or not many else many, kept))
        text.template, text.many, text.number, text.slots = template, many, number, kept
        return text

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, str | int], str, int]]:
        return type(self), (self.template, self.slots, self.many, self.number)


def worded(template: str, /, **slots: object) -> Worded:
    """Return a sentence with its slots filled; one without slots may hold braces."""
    return Worded(template, slots)


def worded_many(one: str, many: str, count: int, /, **slots: object) -> Worded:
    """Return the sentence for a count, which fills the slot `{count}`."""
    return Worded(one, {"count": count, **slots}, many, count)


def verbatim(text: str) -> Worded:
    """Return a text whose words are not ours, such as what a library says; it is translated nowhere."""
    return Worded("{text}", {"text": text})


def in_a_row(sentences: Sequence[str]) -> Worded:
    """Return sentences one after the other, each translated for itself."""
    slots = {f"sentence_{number}": each for number, each in enumerate(sentences)}
    return Worded(" ".join(f"{{{name}}}" for name in slots), slots)


def filled(template: str, slots: Mapping[str, object]) -> str:
    """Return the template with its slots filled; raises `KeyError` for one that is not given."""
    return template.format_map(slots) if slots else template


def names_of(template: str) -> set[str]:
    """Return the names of a template's slots as they are written; raises `ValueError` where braces do not pair."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
