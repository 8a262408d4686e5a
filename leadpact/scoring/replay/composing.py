"""From what is kept to what the kernel reads: persons in order, the runs of each, and where each one's facts begin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from leadpact.scoring.replay.whois import Everybody  # of the tables, which executors of other engines have not

type Longs = NDArray[np.int64]
type Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Runs:
    """By person as `Columns` has them."""

    offsets: Longs
    starts: Longs
    ends: Longs
    by_account: Bytes


def runs_of(persons: Longs, runs: Longs, who: "Everybody") -> Runs:
    """Return the runs (identity, start, end) by whose they are now; those of nobody are left out."""
    holders = who.holders_of(runs[:, 0])
    places = np.flatnonzero(np.isin(holders, persons, assume_unique=False) & (holders > 0))
    order = places[np.argsort(holders[places], kind="stable")]
    sizes = counts_of(persons, holders[order])
    return Runs(offsets_of(sizes), runs[order, 1], runs[order, 2], np.zeros(len(order), np.uint8))


def with_accounts(persons: Longs, own: Runs, who: "Everybody") -> Runs:
    """Return the runs with those of everybody else at the person's company."""
    return with_others(persons, own, *who.colleagues())


def with_others(persons: Longs, own: Runs, asked: Longs, mates: Longs) -> Runs:
    """Return the runs with those of others: to each person `asked` come those of the mate beside them."""
    places = np.searchsorted(persons, mates)
    sizes = own.offsets[places + 1] - own.offsets[places]
    owners = np.repeat(asked, sizes)
    starts = np.repeat(own.offsets[places], sizes)
    which = starts + np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    all_owners = np.r_[np.repeat(persons, np.diff(own.offsets)), owners]
    order = np.argsort(all_owners, kind="stable")
    return Runs(
        offsets_of(counts_of(persons, all_owners[order])),
        np.r_[own.starts, own.starts[which]][order],
        np.r_[own.ends, own.ends[which]][order],
        np.r_[own.by_account, np.ones(len(owners), np.uint8)][order],
    )


def counts_of(persons: Longs, owners: Longs) -> Longs:
    """Return how many rows each person has, of rows in the order of their owners."""
    sizes: Longs = np.searchsorted(owners, persons, "right") - np.searchsorted(owners, persons, "left")
    return sizes


def offsets_of(sizes: Longs) -> Longs:
    offsets: Longs = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    return offsets


def bits_at(places: Longs, count: int) -> Bytes:
    """Return one bit an act, lowest first, set at some places."""
    bits = np.zeros((count + 7) // 8, np.uint8)
    np.bitwise_or.at(bits, places >> 3, np.left_shift(1, places & 7).astype(np.uint8))
    return bits
