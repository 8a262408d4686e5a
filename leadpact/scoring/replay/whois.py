"""Who is who, as arrays: whose each identity is now, which rows stand for one person, who is with which company."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leadpact.people import everybody
from leadpact.people import reads as people

type Longs = NDArray[np.int64]

NOTHING: Final = np.zeros(0, np.int64)


@dataclass
class Everybody:
    """identities, holders   by identity; a holder of 0: merely claimed, so that its acts earn nothing
    rows, merged, companies  by person's row; 0: not merged, no company
    stay_rows, stay_companies  which row ever came to which company
    """

    identities: Longs
    holders: Longs
    rows: Longs
    merged: Longs
    companies: Longs
    stay_rows: Longs
    stay_companies: Longs

    @classmethod
    def read(cls) -> "Everybody":
        """Read everybody from the tables."""
        made = cls(*[NOTHING] * 7)
        made.note_identities(everybody.identities_after(0))
        made.note_rows(everybody.rows_after(0))
        made.note_stays(0)
        return made

    def refresh(self, identities: Collection[int], rows: Collection[int], fact: int) -> None:
        """Read anew what may have moved, and whoever is new.

        fact  the last one whose stay at a company is known
        """
        news = everybody.identities_after(int(self.identities[-1]) if len(self.identities) else 0)
        held = everybody.identities_held_by(rows)
        self.note_identities([*everybody.identities_among(identities), *held, *news])
        new_rows = everybody.rows_after(int(self.rows[-1]) if len(self.rows) else 0)
        self.note_rows([*everybody.rows_among(rows), *new_rows])
        self.note_stays(fact)

    def note_identities(self, found: everybody.Numbers) -> None:
        numbers, holders, counts = _columns(found)
        self.identities, (self.holders,) = _put(self.identities, [self.holders], numbers, [holders * counts])

    def note_rows(self, found: everybody.Numbers) -> None:
        numbers, merged, companies = _columns(found)
        kept, news = [self.merged, self.companies], [merged, companies]
        self.rows, (self.merged, self.companies) = _put(self.rows, kept, numbers, news)

    def note_stays(self, fact: int) -> None:
        found = [(row, company) for _, row, company in everybody.stays_after(fact) if company is not None]
        if found:
            rows, companies = np.asarray(found, np.int64).T
            self.stay_rows = np.r_[self.stay_rows, rows]
            self.stay_companies = np.r_[self.stay_companies, companies]

    def holders_of(self, identities: Longs) -> Longs:
        """Return whose acts those of the identities are; 0: nobody's."""
        return _looked_up(self.identities, self.holders, identities)

    def tops(self) -> Longs:
        """Return, by row, the row that stands for it now."""
        into = np.where(self.merged == 0, np.arange(len(self.rows)), np.searchsorted(self.rows, self.merged))
        while True:
            further = into[into]
            if np.array_equal(further, into):
                tops: Longs = self.rows[into]
                return tops
            into = further

    def persons(self) -> Longs:
        """Return the rows that stand for somebody, ascending."""
        persons: Longs = self.rows[self.merged == 0]
        return persons

    def tops_of(self, rows: Iterable[int]) -> set[int]:
        """Return who stands for some rows; those that are not known are left out."""
        asked = np.asarray(sorted(rows), np.int64)
        found = _looked_up(self.rows, self.tops(), asked)
        return {int(top) for top in found if top}

    def ever_at(self, companies: Collection[int]) -> set[int]:
        """Return the rows that ever came to one of the companies."""
        return {int(row) for row in self.stay_rows[np.isin(self.stay_companies, list(companies))]}

    def colleagues(self) -> tuple[Longs, Longs]:
        """Return pairs (person, somebody else of the same company), as account scores mean it."""
        own = np.where(self.merged == 0, self.companies, 0)
        children = {int(top) for top in self.tops()[self.merged > 0]}
        for top, view in people.persons(children).items():  # of merged rows, the first that has a company counts
            own[np.searchsorted(self.rows, top)] = view.company or 0
        asked = self.rows[own > 0]
        members = np.stack([own[own > 0], asked], axis=1)
        members = members[np.argsort(members[:, 0], kind="stable")]
        first = np.searchsorted(members[:, 0], own[own > 0], "left")
        sizes = np.searchsorted(members[:, 0], own[own > 0], "right") - first
        person = np.repeat(asked, sizes)
        places = np.arange(len(person)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)
        mate = members[places, 1]
        others = mate != person
        return person[others], mate[others]


def _columns(found: everybody.Numbers) -> tuple[Longs, Longs, Longs]:
    table = np.asarray(found, np.int64).reshape(-1, 3)
    if len(table):  # the same row may have been asked for twice
        table = table[np.unique(table[:, 0], return_index=True)[1]]
    return table[:, 0], table[:, 1], table[:, 2]


def _put(keys: Longs, kept: list[Longs], numbers: Longs, news: list[Longs]) -> tuple[Longs, list[Longs]]:
    """Put rows in order of their key, over those that are there."""
    if not len(numbers):
        return keys, kept
    if not len(keys):
        return numbers, news
    places = np.searchsorted(keys, numbers)
    is_known = np.zeros(len(numbers), bool)
    inside = places < len(keys)
    is_known[inside] = keys[places[inside]] == numbers[inside]
    changed = []
    for column, new in zip(kept, news, strict=True):
        copy = np.array(column)
        copy[places[is_known]] = new[is_known]
        changed.append(np.insert(copy, places[~is_known], new[~is_known]))
    return np.insert(keys, places[~is_known], numbers[~is_known]), changed


def _looked_up(keys: Longs, values: Longs, asked: Longs) -> Longs:
    if not len(keys):
        return np.zeros(len(asked), np.int64)
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[places] == asked, values[places], 0)
