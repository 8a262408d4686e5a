"""Making the columns from the beginning, and bringing them up to date by the entries since."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from leadpact.engagement import everything
from leadpact.engagement import reads as engagement
from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
from leadpact.ledger.rules import microseconds
from leadpact.ledger.segments.catalogue import files
from leadpact.people import everybody
from leadpact.scoring.replay.acts import Acts, Sealed, acts_of_entries
from leadpact.scoring.replay.keeping import (
    keep_shapes,
    keep_states,
    load_everybody,
    load_shapes,
    load_states_of,
    of_everybody,
)
from leadpact.scoring.replay.shapes import MOST_SHAPES, Shapes
from leadpact.scoring.replay.states import States
from leadpact.scoring.replay.store import Mark, Store
from leadpact.scoring.replay.telling import changes_of
from leadpact.scoring.replay.touched import Touched, since
from leadpact.scoring.replay.wanted import Wanted, wanted_of_document
from leadpact.scoring.replay.whois import Everybody

MOST_AT_ONCE: Final = 200_000  # entries since; more are read faster from segments, from the beginning
MOST_LOOSE: Final = 500_000  # acts that lie behind the ones in order, before all are put in order again

type Longs = NDArray[np.int64]


def build(store: Store, wanted: Wanted, *, now: datetime, tell: Callable[[int], None] = lambda share: None) -> None:
    """Make the columns of everything there is.

    tell  is told how much is done, in per cent
    """
    tell(5)
    mark, until = store.begin(), ledger.last_position()
    taken, last_fact = files(Path(settings.SEGMENTS)), everybody.last_fact()
    voids = np.asarray(everything.all_voided(), np.int64)
    sealed = Sealed(taken.files, Shapes(wanted), spill=store.folder)
    runs, void_places = list[Longs](), list[Longs]()
    loose = acts_of_entries(since(taken.last_position, until).acts, sealed.shapes)
    for part in sealed.parts(_told_besides(sealed.shapes), loose):
        _append(store, mark, part, runs, voids, void_places)
        tell(10 + 40 * mark.rows // max(mark.rows, until))  # entries besides acts are among those until
    tell(50)
    who = Everybody.read()
    states = _all_states(who, wanted, lambda share: tell(50 + 45 * share // 100))
    keep_states(store, mark, states)
    keep_shapes(store, mark, sealed.shapes.known)
    store.put(mark, of_everybody(who) | {"runs": _stacked(runs), "voids": np.sort(np.concatenate(void_places))})
    dropped = {kind: sorted(names) for kind, names in sealed.shapes.dropped.items()}
    mark.said = {"wanted": wanted.as_document(), "dropped": dropped, "ordered": mark.rows, "fact": last_fact}
    _put_resets(store, mark, who)
    _finish(store, mark, until, now)


def refresh(store: Store, mark: Mark | None, wanted: Wanted, *, now: datetime) -> str:
    """Take the entries since into the columns; returns why that is not possible, "" where it was done."""
    if mark is None:
        return "there are none"
    until = ledger.last_position()
    why = unusable(mark, wanted, until)
    if why or (until == mark.said["position"] and _as_were(mark)):
        return why
    found, who = since(mark.said["position"], until), load_everybody(store, mark)
    shapes = Shapes.restored(
        wanted_of_document(mark.said["wanted"]),
        mark.said["dropped"],
        load_shapes(store.folder / mark.generation / mark.files["shapes_known"]),
    )
    _take_acts(store, mark, found, shapes)
    if len(shapes.known) > MOST_SHAPES and shapes.coarser() is not None:
        return "there are too many kinds of acts"
    _take_people(store, mark, found, who)
    _take_voids(store, mark, found)
    _finish(store, mark, until, now)
    return ""


def unusable(mark: Mark, wanted: Wanted, until: int) -> str:
    """Return why columns must be made from the beginning, "" where the entries since are enough."""
    said = mark.said
    if not wanted_of_document(said["wanted"]).covers(wanted):
        return "a pact asks for something else"
    if until < said["position"] or said["chain"] != _chain(said["position"]):
        return "they are of another ledger"
    if until - said["position"] > MOST_AT_ONCE:
        return "too much has happened since"
    loose = mark.rows - said["ordered"]
    return "too many acts are out of order" if loose > max(MOST_LOOSE, said["ordered"] // 2) else ""


def _as_were(mark: Mark) -> bool:
    return bool(mark.said["resets"] == _resets_held() and mark.said["fact"] == everybody.last_fact())


def _append(store: Store, mark: Mark, acts: Acts, runs: list[Longs], voids: Longs, void_places: list[Longs]) -> None:
    first = mark.rows
    runs.append(acts.runs(first))
    void_places.append(np.flatnonzero(np.isin(acts.entries, voids)) + first)
    names = ("times", "recorded", "entries", "shapes")
    store.append(mark, {name: getattr(acts, name) for name in names})


def _take_acts(store: Store, mark: Mark, found: Touched, shapes: Shapes) -> None:
    """Put the new acts behind the others: runs of one identity may lie in several places."""
    if not found.acts:
        return
    before = len(shapes.known)
    runs, places = [np.asarray(store.small(mark, "runs"))], list[Longs]()
    acts = acts_of_entries(found.acts, shapes)
    new_voids = np.asarray(sorted(engagement.voided(acts.entries.tolist())), np.int64)
    _append(store, mark, acts, runs, new_voids, places)
    known = np.asarray(store.small(mark, "voids"))
    arrays = {"runs": _stacked(runs)} | ({"voids": np.r_[known, places[0]]} if len(places[0]) else {})
    store.put(mark, arrays)
    if len(shapes.known) > before:
        keep_shapes(store, mark, shapes.known)


def _take_people(store: Store, mark: Mark, found: Touched, who: Everybody) -> None:
    last, told, told_companies = everybody.told_after(mark.said["fact"])
    known = who.holders_of(np.asarray(sorted({act.identity or 0 for act in found.acts}), np.int64))
    has_moved = bool(found.identities or found.rows or told or found.companies or told_companies)
    if not (has_moved or found.settings or (known == 0).any() or mark.said["resets"] != _resets_held()):
        return
    moved = np.asarray(sorted(found.identities), np.int64)
    rows = found.rows | told | {int(holder) for holder in who.holders_of(moved) if holder}
    who.refresh({*found.identities, *(act.identity or 0 for act in found.acts)}, rows, mark.said["fact"])
    rows |= {int(holder) for holder in who.holders_of(moved) if holder}
    rows |= who.ever_at(found.companies | told_companies)
    states = load_states_of(store, mark)
    before = len(states.known)
    wanted = wanted_of_document(mark.said["wanted"]).facts
    persons = {int(one) for one in who.persons()} if found.settings else who.tops_of(rows)
    states.take_out(rows)
    for changes in changes_of(persons):
        states.put(changes, wanted)
    keep_states(store, mark, states, known_before=before)
    store.put(mark, of_everybody(who))
    mark.said["fact"] = last
    _put_resets(store, mark, who)


def _take_voids(store: Store, mark: Mark, found: Touched) -> None:
    if not found.voids:
        return
    places = _places_of(found.voids, store.long(mark, "entries"), np.asarray(store.small(mark, "runs")))
    void = engagement.voided(found.voids)
    known = set(np.asarray(store.small(mark, "voids")).tolist())
    known |= {place for entry, place in places.items() if entry in void}
    known -= {place for entry, place in places.items() if entry not in void}
    store.put(mark, {"voids": np.asarray(sorted(known), np.int64)})


def _places_of(entries: Collection[int], held: NDArray[Any], runs: Longs) -> dict[int, int]:
    """Return where some acts lie: in one of the runs of the identity they hang on."""
    order = np.argsort(runs[:, 0], kind="stable")
    identities, found = runs[order, 0], dict[int, int]()
    for entry in entries:
        stored = ledger.entry(entry)
        if stored is None or stored.identity is None:
            continue
        first, last = (
            np.searchsorted(identities, stored.identity),
            np.searchsorted(identities, stored.identity, "right"),
        )
        for start, end in runs[order[first:last], 1:]:
            place = np.flatnonzero(held[start:end] == entry)
            if len(place):
                found[entry] = int(start + place[0])
    return found


def _all_states(who: Everybody, wanted: Wanted, tell: Callable[[int], None]) -> States:
    whole, parts = States.of([]), []
    persons, done = [int(one) for one in who.persons()], 0
    for changes in changes_of(persons):
        done += len(changes)
        tell(100 * done // len(persons))
        # Of one numbering, but apart: putting each into the whole would copy it again and again.
        parts.append(replace(whole))
        parts[-1].put(changes, wanted.facts)
    whole.persons = np.concatenate([whole.persons, *(part.persons for part in parts)])
    whole.times = np.concatenate([whole.times, *(part.times for part in parts)])
    whole.states = np.concatenate([whole.states, *(part.states for part in parts)])
    return whole


def _put_resets(store: Store, mark: Mark, who: Everybody) -> None:
    rows = by_hand.rows("SELECT person_id, happened_at, why FROM scoring_resetrow ORDER BY id")
    whys: list[str] = sorted({why for _, _, why in rows})
    table = [(row, microseconds(by_hand.moment(at)), whys.index(why)) for row, at, why in rows]
    found = np.asarray(table, np.int64).reshape(-1, 3)
    tops = who.tops()[np.searchsorted(who.rows, found[:, 0])] if len(found) else found[:, 0]
    order = np.lexsort((found[:, 1], tops))
    store.put(
        mark,
        {
            "reset_persons": tops[order],
            "reset_times": found[order, 1],
            "reset_whys": found[order, 2].astype(np.int8),
        },
    )
    mark.said["whys"], mark.said["resets"] = whys, _resets_held()


def _resets_held() -> list[int]:
    return list(by_hand.rows("SELECT count(*), COALESCE(max(id), 0) FROM scoring_resetrow")[0])


def _told_besides(shapes: Shapes) -> Iterator[tuple[int, int]]:
    beyond = shapes.wanted.beyond_standard()
    if beyond:
        last = by_hand.rows("SELECT COALESCE(max(id), 0) FROM ledger_entry")[0][0]
        for entry, kind, facts, said in everything.said_besides(sorted(beyond), until=last):
            if beyond[kind] & said.keys():
                yield entry, shapes.number(kind, facts, said)


def _stacked(runs: Iterable[Longs]) -> Longs:
    return np.concatenate([np.zeros((0, 3), np.int64), *runs])


def _finish(store: Store, mark: Mark, until: int, now: datetime) -> None:
    mark.said |= {"position": until, "chain": _chain(until), "at": now.isoformat()}
    store.set_mark(mark)


def _chain(position: int) -> str:
    rows = by_hand.rows("SELECT chain FROM ledger_position WHERE position = %s", [position])
    return bytes(rows[0][0]).hex() if rows else ""
