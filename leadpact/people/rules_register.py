"""Who is who: the decisions of recognition, over a small snapshot of identities and persons in memory.

`Register` is handed the identities that a batch of events may touch, decides event by event, and
remembers what is new or has moved; who writes it down is not its business.  Source: DESIGN, "Identity".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from leadpact.people.rules import SHARED_DEVICE, Key
from leadpact.people.types import IdentityKind, Strength
from leadpact.team.types import Actor

SURE, CLAIMED, MAIL_LINK = Strength.SURE, Strength.CLAIMED, Strength.MAIL_LINK
STAND_IN = "claimed"  # source of the anonymous identity that holds what was merely claimed of somebody known
_ONE_EACH = frozenset({IdentityKind.USER, IdentityKind.CRM})  # of one source, a person has one of these


@dataclass(eq=False, slots=True)
class Someone:
    """A person while it is decided who is who; `id` None: not written yet."""

    order: int  # the older one survives a merge
    id: int | None
    rows: list["Row"] = field(default_factory=list)
    merged_into: "Someone | None" = None

    @property
    def is_known(self) -> bool:
        return any(row.strength is SURE and not row.key.is_anonymous for row in self.rows)

    def has_room_for(self, key: Key) -> bool:
        """Two user ids of one source are two people, whatever else they share."""
        return key.kind not in _ONE_EACH or not any(
            row.key.kind is key.kind and row.key.source == key.source and row.key.value != key.value
            for row in self.rows
            if row.strength is SURE
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that a change follows from."""

    happened_at: datetime
    by: Actor | None


@dataclass(eq=False, slots=True)
class Row:
    """An identity while it is decided whose it is; `id` None: not written yet, `cause`: what changed it last."""

    key: Key
    life: int
    person: Someone
    strength: Strength
    id: int | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """`row` is now `to`'s; it was nobody's before where `former` is None."""

    row: Row
    to: Someone
    former: Someone | None
    why: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Joined:
    """All rows of `loser` went to `survivor`; `of_known` says that both were known persons."""

    loser: Someone
    survivor: Someone
    rows: tuple[Row, ...]
    of_known: bool
    cause: Cause


class Register:
    """The identities a batch may touch, and what was decided about them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.lives: dict[Key, list[Row]] = {}
        self.new_persons: list[tuple[Someone, Cause]] = []
        self.new_rows: list[Row] = []
        self.changed: dict[Row, None] = {}
        self.linked: list[Linked] = []
        self.joined: list[Joined] = []
        for row in sorted(rows, key=lambda row: row.life):
            self.lives.setdefault(row.key, []).append(row)

    @property
    def is_untouched(self) -> bool:
        return not (self.new_rows or self.changed or self.joined)

    def place(self, keys: Sequence[Key], *, trusted: bool, cause: Cause) -> Row | None:
        """Return the identity an event hangs on; None where nothing it carries identifies anybody."""
        strong = [key for key in keys if not key.is_anonymous and not key.is_shared_mailbox]
        devices = [key for key in keys if key.is_anonymous]
        if not strong and not devices:
            mailbox = next(iter(keys), None)
            return None if mailbox is None else self._current(mailbox) or self._add_person(mailbox, SURE, cause)
        if not strong:
            return self._place_visitor(devices, cause)
        if trusted:
            return self._place_named(strong, devices, cause)
        return self._place_claim(strong, devices, cause)

    def link(self, key: Key, person: Someone, cause: Cause) -> bool:
        """Make an identity a person's by hand; False where it is another known person's."""
        row = self._current(key)
        if row is None:
            self._add(key, person, SURE, "by hand", cause)
        elif row.person is person:
            if row.strength is not SURE:
                self._confirm(row, "confirmed by hand", cause)
        elif row.person.is_known:
            return False
        else:
            row.strength = SURE
            self.move(row, person, "by hand", cause)
        return True

    def link_by_mail(self, device: Key, person: Someone, cause: Cause) -> bool:
        """Link a device weakly to the person whose mail was read on it; False where it is somebody's already."""
        row = self._current(device)
        if row is None:
            self._add(device, person, MAIL_LINK, "mail link", cause)
            return True
        if row.person is person or row.person.is_known:
            return row.person is person
        row.strength = MAIL_LINK
        self.move(row, person, "mail link", cause)
        return True

    # what a form, a mail click or a secret key says

    def _place_visitor(self, devices: Sequence[Key], cause: Cause) -> Row:
        first = self._current(devices[0]) or self._add_person(devices[0], SURE, cause)
        for device in devices[1:]:
            other = self._current(device)
            if other is None:
                self._add(device, first.person, SURE, "same event", cause)
            elif other.person is not first.person and not (other.person.is_known and first.person.is_known):
                self.join(other.person, first.person, cause)
        return first

    def _place_named(self, strong: Sequence[Key], devices: Sequence[Key], cause: Cause) -> Row:
        for key in strong:
            self._settle_claim(key, devices, cause)
        lead = self._current(strong[0]) or self._add_lead(strong, devices, cause)
        for key in strong[1:]:
            self._bring(key, lead.person, cause)
        for device in devices:
            self._bring_device(device, lead.person, cause)
        return lead

    def _settle_claim(self, key: Key, devices: Sequence[Key], cause: Cause) -> None:
        """A claim is confirmed now, unless the device that claimed it is another one than this event's."""
        row = self._current(key)
        if row is None or row.strength is not CLAIMED:
            return
        row.strength = SURE
        person = row.person
        used = {other.key for other in person.rows if other.key.is_anonymous}
        is_contradicted = bool(used) and bool(devices) and not used.intersection(devices)
        if is_contradicted or not person.has_room_for(key):
            apart = self.new_person(cause)
            self.move(row, apart, "claim not confirmed", cause)
        else:
            self._confirm(row, "claim confirmed", cause)

    def _add_lead(self, strong: Sequence[Key], devices: Sequence[Key], cause: Cause) -> Row:
        """The strongest is new: it goes to whom the weaker ones name, else to the visitor, else to a new person."""
        lead = strong[0]
        named = [row.person for key in strong[1:] if (row := self._current(key))]
        visitors = [row.person for key in devices if (row := self._current(key)) and not row.person.is_known]
        person = next((each for each in (*named, *visitors) if each.has_room_for(lead)), None)
        if person is None:
            return self._add_person(lead, SURE, cause)
        return self._add(lead, person, SURE, "same event", cause)

    def _bring(self, key: Key, person: Someone, cause: Cause) -> None:
        row = self._current(key)
        if row is None:
            if person.has_room_for(key):
                self._add(key, person, SURE, "same event", cause)
        elif row.person is not person and _may_be_one(row.person, person):
            self.join(row.person, person, cause)

    def _bring_device(self, device: Key, person: Someone, cause: Cause) -> None:
        row = self._current(device)
        if row is None:
            self._add(device, person, SURE, "same event", cause)
        elif row.person is person:
            if row.strength is not SURE:
                self._confirm(row, "mail link confirmed", cause)
        elif row.strength is MAIL_LINK:
            row.strength = SURE
            self.move(row, person, "a form said otherwise", cause)
        elif not row.person.is_known:
            self.join(row.person, person, cause)
        else:
            self._add(device, person, SURE, SHARED_DEVICE, cause)

    # what a public key says

    def _place_claim(self, strong: Sequence[Key], devices: Sequence[Key], cause: Cause) -> Row:
        if not devices:
            return self._place_claim_without_device(strong, cause)
        row = (
            self._life_of_named(strong, devices[0])
            or self._current(devices[0])
            or self._add_person(devices[0], SURE, cause)
        )
        if row.person.is_known and self._names_another(strong, row.person):
            row = self._add(devices[0], self.new_person(cause), SURE, SHARED_DEVICE, cause)
        for key in strong:
            if self._current(key) is None and row.person.has_room_for(key):
                self._add(key, row.person, CLAIMED, "claimed", cause)
        return row

    def _life_of_named(self, strong: Sequence[Key], device: Key) -> Row | None:
        """Return the newest life of the device with one whom the event names: they came back to a device they share."""
        named = {row.person for key in strong if (row := self._current(key))}
        return next((life for life in reversed(self.lives.get(device, [])) if life.person in named), None)

    def _place_claim_without_device(self, strong: Sequence[Key], cause: Cause) -> Row:
        row = self._current(strong[0])
        if row is None:
            return self._add_person(strong[0], CLAIMED, cause)
        if row.strength is CLAIMED:
            return row
        stand_in = stand_in_for(strong[0])
        return self._current(stand_in) or self._add_person(stand_in, SURE, cause)

    def _names_another(self, strong: Sequence[Key], person: Someone) -> bool:
        rows = [(key, self._current(key)) for key in strong]
        return any(
            not person.has_room_for(key) if row is None else row.person is not person and row.person.is_known
            for key, row in rows
        )

    # what is done about it

    def _current(self, key: Key) -> Row | None:
        rows = self.lives.get(key)
        return rows[-1] if rows else None

    def new_person(self, cause: Cause) -> Someone:
        """Add a person of whom nothing is known yet."""
        someone = Someone(order=(1 << 62) + len(self.new_persons), id=None)
        self.new_persons.append((someone, cause))
        return someone

    def _add_person(self, key: Key, strength: Strength, cause: Cause) -> Row:
        return self._new_row(key, self.new_person(cause), strength, cause)

    def _add(self, key: Key, person: Someone, strength: Strength, why: str, cause: Cause) -> Row:
        row = self._new_row(key, person, strength, cause)
        self.linked.append(Linked(row, person, None, why, cause))
        return row

    def _new_row(self, key: Key, person: Someone, strength: Strength, cause: Cause) -> Row:
        lives = self.lives.setdefault(key, [])
        row = Row(key, lives[-1].life + 1 if lives else 1, person, strength, cause=cause)
        person.rows.append(row)
        lives.append(row)
        self.new_rows.append(row)
        return row

    def move(self, row: Row, to: Someone, why: str, cause: Cause) -> None:
        """Give an identity to another person."""
        former = row.person
        former.rows.remove(row)
        to.rows.append(row)
        row.person, row.cause = to, cause
        self.changed[row] = None
        self.linked.append(Linked(row, to, former, why, cause))

    def _confirm(self, row: Row, why: str, cause: Cause) -> None:
        row.strength, row.cause = SURE, cause
        self.changed[row] = None
        self.linked.append(Linked(row, row.person, row.person, why, cause))

    def join(self, one: Someone, other: Someone, cause: Cause) -> None:
        """Make one person of two: a known one survives a visitor, else the older the younger."""
        survivor, loser = sorted((one, other), key=lambda each: (not each.is_known, each.order))
        rows = tuple(loser.rows)
        of_known = loser.is_known
        for row in rows:
            row.person, row.cause = survivor, cause
            self.changed[row] = None
        survivor.rows.extend(rows)
        loser.rows.clear()
        loser.merged_into = survivor
        self.joined.append(Joined(loser, survivor, rows, of_known, cause))


def stand_in_for(key: Key) -> Key:
    """Return what an event hangs on that claims to be somebody known and carries no device."""
    value = blake2b("|".join(key).encode(), digest_size=32).hexdigest()
    return Key(IdentityKind.ANONYMOUS, STAND_IN, value)


def _may_be_one(one: Someone, other: Someone) -> bool:
    return all(other.has_room_for(row.key) for row in one.rows if row.strength is SURE)
