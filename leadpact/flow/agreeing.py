"""The pact's way into force, and a new installation's first agreement."""

from datetime import datetime

from django.db import transaction

from leadpact.capture import actions as capture
from leadpact.engagement.kinds import ACTS
from leadpact.pact import actions as pacts
from leadpact.pact import reads as pact_reads
from leadpact.pact.document import default_pact_text
from leadpact.pact.types import PactInForce, PactVersion
from leadpact.people import consents
from leadpact.people import reads as people
from leadpact.people.types import Purpose
from leadpact.scoring import actions as scoring
from leadpact.team import actions as team
from leadpact.team import reads as team_reads
from leadpact.team.types import Actor

# What the forms ask for until somebody words it anew in the settings.
WORDINGS = {
    Purpose.MAIL: "I agree that {company} may write to me by e-mail about its products. I can stop this at any time.",
    Purpose.MAIL_TRACKING: "I agree that {company} may see whether I open its mails and follow their links.",
}


def propose(text: str, *, note: str = "", by: Actor, now: datetime) -> PactVersion:
    """Keep a pact document as the next version; it does not hold yet."""
    return pacts.propose(text, note=note, by=by, now=now)


@transaction.atomic
def put_in_force(number: int, *, since: datetime, by: Actor, now: datetime) -> PactInForce:
    """Let a version hold from `since` on; everybody is judged again then.

    Raises what `pact.actions.put_in_force` raises; then nothing is changed.
    """
    held = pacts.put_in_force(number, since=since, kinds=ACTS, by=by, now=now)
    scoring.mark_all_due(at=max(since, now))
    return held


@transaction.atomic
def set_up(*, zone: str, since: datetime, by: Actor, now: datetime) -> None:
    """Give a new installation teams, working hours, forms and the default pact in force; harmless the second time.

    zone   the company's zone: the pact counts its days there
    since  from when on the pact holds; imported history is judged by it from then on
    """
    team.ensure_defaults(by=by, now=now)
    capture.ensure_default_forms(by=by, now=now)
    for purpose, text in WORDINGS.items():
        if people.consent_text(purpose) is None:
            consents.add_consent_text(purpose, text.format(company=team_reads.settings().name), by=by, now=now)
    if not pact_reads.versions():
        first = propose(default_pact_text(zone), note="The default pact", by=by, now=now)
        put_in_force(first.number, since=since, by=by, now=now)
