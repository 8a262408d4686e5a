"""What others may know of pacts: which one holds when, what each version says, what changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.pact import models
from leadpact.pact.document import parse_pact
from leadpact.pact.errors import NoPact, NoSuchVersion, PactDamaged
from leadpact.pact.sentences import Change, changes
from leadpact.pact.types import Pact, PactInForce, PactVersion


def in_force(at: datetime) -> PactInForce:
    """Return the pact that holds at a moment.  Raises `NoPact` when none does."""
    row = models.InForce.objects.filter(since__lte=at).order_by("-since")
    found = row.values_list("version__number", "version__digest", "since", "recorded_at").first()
    if found is None:
        raise NoPact(worded("No pact is in force at {at}.", at=at.isoformat()), details={"at": at.isoformat()})
    number, digest, since, recorded_at = found
    return PactInForce(number, _pact(number, digest), since, recorded_at)


def spans() -> list[tuple[datetime, int, Pact]]:
    """Return from when on which version holds, the oldest first; each holds until the next begins."""
    return _spans(by_hand.rows(f"{_SPANS} ORDER BY f.since"))


def spans_known(at: datetime) -> list[tuple[datetime, int, Pact]]:
    """Do as `spans` with what had been put in force by then, whenever it holds from."""
    return _spans(by_hand.rows(f"{_SPANS} WHERE f.recorded_at <= %s ORDER BY f.since", [at]))


def spans_question() -> by_hand.Question[list[tuple[datetime, int, Pact]]]:
    """Return what `spans` asks, to be asked with other things."""
    return by_hand.Question(_SPANS, (), 3, _spans, order=(0,))


def spans_known_question(at: datetime) -> by_hand.Question[list[tuple[datetime, int, Pact]]]:
    """Return what `spans_known` asks, to be asked with other things."""
    return by_hand.Question(f"{_SPANS} WHERE f.recorded_at <= %s", [at], 3, _spans, order=(0,))


_SPANS = "SELECT f.since, v.number, v.digest FROM pact_inforce f JOIN pact_pactversion v ON v.id = f.version_id"


def _spans(rows: Iterable[Sequence[Any]]) -> list[tuple[datetime, int, Pact]]:
    return [(by_hand.moment(since), number, _pact(number, digest)) for since, number, digest in rows]


def versions() -> tuple[PactVersion, ...]:
    """Return every version, the newest first."""
    held: dict[int, list[datetime]] = {}
    for number, since in models.InForce.objects.order_by("since").values_list("version__number", "since"):
        held.setdefault(number, []).append(since)
    rows = models.PactVersion.objects.order_by("-number").defer("document")
    return tuple(_view(row, held.get(row.number, ())) for row in rows)


def version(number: int) -> PactVersion:
    """Raises `NoSuchVersion`."""
    row = _row(number)
    return _view(row, models.InForce.objects.filter(version=row).order_by("since").values_list("since", flat=True))


def text_of(number: int) -> str:
    """Return the document of a version as it was proposed, notes and all.  Raises `NoSuchVersion`."""
    return _row(number).document


def pact_of(number: int) -> Pact:
    """Return what a version says.  Raises `NoSuchVersion`."""
    digest = models.PactVersion.objects.filter(number=number).values_list("digest", flat=True).first()
    return _pact(number, _row(number).digest if digest is None else digest)


def pacts_of(numbers: Collection[int]) -> dict[int, Pact]:
    """Return what several versions say, by number.  Raises `NoSuchVersion`."""
    if not numbers:
        return {}
    rows = models.PactVersion.objects.filter(number__in=numbers).values_list("number", "digest")
    found = {number: _pact(number, digest) for number, digest in rows}
    return {number: found[number] if number in found else pact_of(number) for number in numbers}


def diff(before: int, after: int) -> tuple[Change, ...]:
    """Return what version `after` says otherwise than `before`, in sentences.  Raises `NoSuchVersion`."""
    return changes(pact_of(before), pact_of(after))


def _row(number: int) -> models.PactVersion:
    row = models.PactVersion.objects.filter(number=number).first()
    if row is None:
        raise NoSuchVersion(
            worded("There is no version {number} of the pact.", number=number), details={"version": number}
        )
    return row


@lru_cache(maxsize=64)
def _pact(number: int, digest: str) -> Pact:
    """A version is never edited, so what was read once stays true; the digest tells two databases apart."""
    pact = parse_pact(_row(number).document)
    if pact.digest != digest:
        said = {"version": number, "agreed": digest, "found": pact.digest}
        raise PactDamaged(worded("Version {number} of the pact is not what was proposed.", number=number), details=said)
    return pact


def _view(row: models.PactVersion, since: Iterable[datetime]) -> PactVersion:
    return PactVersion(row.number, row.digest, row.note, row.proposed_by, row.proposed_at, tuple(since))
