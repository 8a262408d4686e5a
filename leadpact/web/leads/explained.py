"""An entry explained for whoever asks, by the page and by the API: what they may not know is not there."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from leadpact.flow import explaining
from leadpact.flow.explaining import Explanation, Known, Reason
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.web.leads.whose import subject_among
from leadpact.web.shell.access import check, member_of, members_of, now_of, settings_of
from leadpact.web.shell.performance import discretion_of, reasons_of


@dataclass(frozen=True)
class Explained:
    """`person` None: the entry is about nobody."""

    entry: StoredEntry
    person: PersonView | None
    chain: tuple[StoredEntry, ...]
    reasons: tuple[Reason, ...]


def explained(request: HttpRequest, entry_id: int) -> Explained:
    """Explain an entry about nobody, or about somebody whose story whoever asks may see; each thing is read once."""
    found = ledger.entry(entry_id)
    if found is None:
        raise Http404
    members, ours, discretion = members_of(request), settings_of(request), discretion_of(request)
    number = explaining.person_of(found)
    person = None if number is None else people.person(number)
    if person is not None:
        pursuits = handover.pursuits_among((person.id, *person.merged))
        subject = subject_among(person, pursuits[0] if pursuits else None, members, member_of(request))
        check(request, "timeline.see", subject, hidden=True)
    if discretion.hides_entry(found):
        raise PermissionDenied
    told: Explanation = explaining.explain(found, Known(person, members, ours))
    chain = tuple(each for each in told.chain if not discretion.hides_entry(each))
    return Explained(found, person, chain, reasons_of(told, discretion, now_of(request)))
