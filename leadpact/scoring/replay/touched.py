"""What new entries of the ledger may have changed of the columns, beside the acts among them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from leadpact.engagement.kinds import is_act
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry

_AT_ONCE: Final = 5_000
_VOIDING: Final = frozenset({"event.voided", "event.restored"})
_OF_PEOPLE: Final = (
    "person.", "identity.", "company.", "import.", "owner.", "consent.", "domain.", "deal.", "lead.",
)  # fmt: skip
_ROWS: Final = ("survivor", "loser", "from", "to", "person", "persons")


@dataclass
class Touched:
    """acts        that were done
    voids       entries that were voided or restored
    identities, rows, companies  of which something may have been said, or which may have moved
    settings    which mail domains are our own or a competitor's may have changed
    """

    acts: list[StoredEntry] = field(default_factory=list)
    voids: set[int] = field(default_factory=set)
    identities: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    companies: set[int] = field(default_factory=set)
    settings: bool = False
    last_entry: int = 0

    def add(self, entry: StoredEntry) -> None:
        self.last_entry = max(self.last_entry, entry.id)
        if is_act(entry.kind):
            if entry.identity is not None:
                self.acts.append(entry)
        elif entry.kind in _VOIDING:
            self.voids.update(_numbers(entry.facts.get("entry")), _numbers(entry.facts.get("entries")))
            self.voids.update(_numbers(entry.caused_by))
        elif entry.kind == "settings.changed":
            self.settings = True
        elif entry.kind.startswith(_OF_PEOPLE):
            self._add_people(entry)

    def _add_people(self, entry: StoredEntry) -> None:
        self.identities.update(
            _numbers(entry.identity), _numbers(entry.facts.get("identity")), _numbers(entry.facts.get("identities"))
        )
        for name in _ROWS:
            self.rows.update(_numbers(entry.facts.get(name)))
        what, _, number = entry.about.partition(":")
        if what in {"person", "company"} and number.isdecimal():
            (self.rows if what == "person" else self.companies).add(int(number))


def since(position: int, until: int) -> Touched:
    """Read the entries after a position, up to another."""
    found = Touched()
    while position < until:
        some = ledger.after(position, min(_AT_ONCE, until - position))
        for one in some:
            found.add(one.entry)
        if not some:
            break
        position = some[-1].position
    return found


def _numbers(value: Any) -> Iterable[int]:
    some = value if isinstance(value, list) else [value]
    return [number for number in some if isinstance(number, int) and not isinstance(number, bool)]
