"""Whether a text speaks of somebody: by their address, number, whole name or one of their ids."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST_NAME: Final = 6
SHORTEST_ID: Final = 8
_DIGITS: Final = 7


@dataclass(frozen=True)
class Mentions:
    """What somebody is called.  A first name alone, or a short number, is not enough to know somebody by."""

    values: tuple[str, ...]

    @classmethod
    def of(cls, emails: Iterable[str], names: Iterable[str], phones: Iterable[str], ids: Iterable[str]) -> "Mentions":
        """Take what is known of a person and leave out what others are called, too."""
        wanted = {email for email in emails if "@" in email}
        wanted |= {name for name in names if " " in name.strip() and len(name.strip()) >= SHORTEST_NAME}
        wanted |= {phone for phone in phones if len(re.sub(r"\D", "", phone)) >= _DIGITS}
        wanted |= {one for one in ids if len(one) >= SHORTEST_ID}
        return cls(tuple(sorted(each.strip() for each in wanted)))

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The values as they may stand in a text, in JSON and in an address; in any case of letters."""
        found = set[str]()
        for value in self.values:
            # Databases fold the case of ASCII letters alone.
            for one in (value,) if value.isascii() else (value, value.casefold(), value.upper(), value.title()):
                found |= {one, json.dumps(one)[1:-1], quote(one), quote_plus(one), quote(one, safe="@")}
        return tuple(sorted(found))

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(one.casefold() for one in self.written)

    def within(self, text: str) -> bool:
        """Say whether a text names them."""
        folded = text.casefold()
        return any(one in folded for one in self._folded)

    def within_bytes(self, content: bytes) -> bool:
        """Say whether the bytes of a text file name them, in one of the usual encodings."""
        return any(self.within(content.decode(encoding, "ignore")) for encoding in ("utf-8", "cp1252", "utf-16"))
