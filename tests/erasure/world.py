"""Makes an installation (LEADPACT_HOME) in which one person stands in every store, and others beside them.

Run as a program of its own: `python -m tests.erasure.world build`.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadpact.site.settings")
django.setup()

from django.conf import settings  # noqa: E402  # Django must stand first
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from leadpact.capture import reads as capture  # noqa: E402
from leadpact.capture.models import Grant, Paper  # noqa: E402
from leadpact.engagement import actions as engagement  # noqa: E402
from leadpact.engagement.reads import write_keys  # noqa: E402
from leadpact.engagement.rules_body import add_request  # noqa: E402
from leadpact.engagement.types import SourceKind  # noqa: E402
from leadpact.flow import answering, arrival, commenting, disputing, following, offering, qualifying  # noqa: E402
from leadpact.handover import reads as handover  # noqa: E402
from leadpact.handover.disputed import Contest  # noqa: E402
from leadpact.ledger import actions as ledger  # noqa: E402
from leadpact.ledger.inbox import Arrival, open_inbox  # noqa: E402
from leadpact.ledger.segments import sealing  # noqa: E402
from leadpact.nurture.models import Mailing, Recipient  # noqa: E402
from leadpact.pact import actions as pacts  # noqa: E402
from leadpact.pact.document import default_pact_text  # noqa: E402
from leadpact.pact.reads import pact_of  # noqa: E402
from leadpact.people import actions as people  # noqa: E402
from leadpact.people import reads as known  # noqa: E402
from leadpact.people.types import Identifier, IdentityKind, PersonFields  # noqa: E402
from leadpact.scoring.replay import cache  # noqa: E402
from leadpact.team import actions as team  # noqa: E402
from leadpact.team import answers  # noqa: E402
from leadpact.team import reads as teams  # noqa: E402
from leadpact.team.models import Token  # noqa: E402
from leadpact.team.types import SYSTEM, Role, Side, user_actor  # noqa: E402
from leadpact.web.importing import uploads  # noqa: E402
from leadpact.worklist import keeping  # noqa: E402
from tests.erasure.person import COLLEAGUE, EMAIL, FORMER_EMAIL, IP, NAME, PHONE, VISITOR, WORDS  # noqa: E402

NOW = datetime.now(UTC).replace(microsecond=0)


def build() -> None:
    """Let the person do, and be the subject of, everything there is."""
    rep, head = _staff()
    _document_that_names_facts()
    _arrive()
    person = _whom(EMAIL)
    offering.sweep(now=NOW)
    _hand_over(person, rep, head)
    _say_elsewhere(person, rep)
    _files(rep)


def _staff() -> tuple[int, int]:
    side = {each: teams.teams(each)[0].id for each in (Side.SALES, Side.MARKETING)}
    rep = team.create_user(
        "rep@ours.example", None, name="Ann Rep", roles=[Role.SALES_REP], team=side[Side.SALES], by=SYSTEM, now=NOW
    )
    head = team.create_user(
        "head@ours.example", None, name="Milo Head", roles=[Role.HEAD_OF_MARKETING], team=side[Side.MARKETING],
        by=SYSTEM, now=NOW,
    )  # fmt: skip
    return rep, head


def _document_that_names_facts() -> None:
    """Have the columns for replays tell persons apart by a fact and acts by an address."""
    text = default_pact_text().replace("path: {starts_with: /pricing}", "path: {contains: unmistakable}")
    text = text.replace("  exclusions: ", "  not_when: {person.hobby: nobody}\n  exclusions: ", 1)
    version = pacts.propose(text, by=SYSTEM, now=NOW)
    pacts.put_in_force(version.number, since=NOW, by=SYSTEM, now=NOW)


def _arrive() -> None:
    inbox = open_inbox()
    site = engagement.own_source(now=NOW)
    engagement.create_source("shop", SourceKind.BROWSER, by=SYSTEM, now=NOW)
    browser = max(each.id for each in write_keys())
    page = {
        "type": "page", "anonymousId": VISITOR, "messageId": "m1", "context": {"ip": IP},
        "properties": {"path": f"/pricing/{EMAIL}", "url": f"https://ours.example/?q={NAME}", "title": f"For {NAME}"},
    }  # fmt: skip
    around = {"ip": IP, "agent": "Mozilla/5.0", "sentAt": NOW.isoformat()}
    body = add_request(json.dumps(page).encode(), around)
    inbox.put([Arrival(browser, NOW, body, "http")])
    form = {
        "type": "track", "event": "form.submitted", "anonymousId": VISITOR, "messageId": "m2",
        "properties": {"form": "contact", "message": WORDS, "utm_term": EMAIL},
        "context": {"traits": {"email": EMAIL, "name": NAME, "phone": PHONE, "hobby": WORDS}},
        "traits": {"email": EMAIL, "name": NAME, "phone": PHONE, "hobby": WORDS},
    }  # fmt: skip
    identify = {"type": "identify", "messageId": "m4", "anonymousId": VISITOR, "traits": form["traits"]}
    wrong = {"type": "shout", "messageId": "m3", "anonymousId": VISITOR, "properties": {"who": EMAIL, "say": WORDS}}
    for event in (form, identify, wrong):
        inbox.put([Arrival(site.id, NOW, json.dumps(event).encode(), "http")])
    other = {"type": "track", "event": "form.submitted", "messageId": "m5", "properties": {"form": "contact"},
             "context": {"traits": {"email": COLLEAGUE}}, "traits": {"email": COLLEAGUE}}  # fmt: skip
    inbox.put([Arrival(site.id, NOW, json.dumps(other).encode(), "http")])
    while arrival.drain(inbox, now=NOW).taken:
        pass
    fields = PersonFields(name=NAME, email=EMAIL, phone=PHONE, title="Keeper of cellos", facts={"hobby": WORDS})
    people.create_person(fields, [], by=SYSTEM, now=NOW, happened_at=NOW)
    person = _whom(EMAIL)
    people.change_person(person, {"email": FORMER_EMAIL}, by=SYSTEM, now=NOW, happened_at=NOW)
    people.change_person(person, {"email": EMAIL}, by=SYSTEM, now=NOW, happened_at=NOW + timedelta(seconds=1))


def _hand_over(person: int, rep: int, head: int) -> None:
    ann, milo = user_actor(rep), user_actor(head)
    following.log_activity(person, "call.made", note=f"{NAME} says {WORDS}", by=ann, now=NOW)
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    answering.accept(offer.id, by=ann, now=NOW)
    reason = next(each.code for each in pact_of(pursuit.pact_version).disqualify_reasons if not each.needs)
    qualifying.disqualify(pursuit.id, reason, note=f"{PHONE} rings nowhere", by=ann, now=NOW)
    disputing.contest(pursuit.id, Contest.NOT_TRIED, f"Did you try {EMAIL}? {WORDS}", by=milo, now=NOW)
    commenting.comment(person, f"@Ann Rep call {NAME} on {PHONE}", names={rep: "Ann Rep"}, by=milo, now=NOW)
    other = _whom(COLLEAGUE)
    following.log_activity(other, "note.added", note=f"Works with {NAME}", by=ann, now=NOW)
    commenting.comment(other, "Nothing about anybody else", names={}, by=milo, now=NOW)


def _say_elsewhere(person: int, rep: int) -> None:
    ann = user_actor(rep)
    keeping.keep("Their view", f"search={EMAIL}", columns=(), is_shared=False, by=ann, now=NOW)
    team.create_token(rep, name="cli", by=SYSTEM, now=NOW)
    asked = answers.Asked(Token.objects.get(user=rep).pk, f"key-for-{EMAIL}", b"digest")
    answers.answer_once(asked, lambda: answers.Answer(200, json.dumps({"name": NAME, "email": EMAIL})), now=NOW)
    session = SessionStore()
    session["undo"] = {"was": NAME, "email": EMAIL}
    session.create()
    mailing = Mailing.objects.create(subject="Hello", body="Dear {first_name}", created_at=NOW, created_by=rep)
    Recipient.objects.create(mailing=mailing, person_id=person, address=EMAIL, address_key=EMAIL, due_at=NOW)
    form = capture.forms()[0]
    paper = Paper.objects.create(
        slug="p", title="Paper", form_id=form.id, file_name="p.pdf", digest="d", size=1, created_at=NOW
    )
    Grant.objects.create(paper=paper, email=EMAIL, anonymous_id=VISITOR, key="g", expires_at=NOW)


def _files(rep: int) -> None:
    people_file = f"name,email,phone\n{NAME},{EMAIL},{PHONE}\nOther,{COLLEAGUE},\n".encode()
    uploads.keep([people_file], "people.csv", user=rep, now=NOW)
    uploads.keep([b"name,email\nOther,someone@else.example\n"], "others.csv", user=rep, now=NOW)
    while ledger.sequence():
        pass
    sealing.seal(now=NOW, min_rows=1, folder=Path(settings.SEGMENTS))
    cache.open_columns(now=NOW)


def _whom(email: str) -> int:
    found = known.person_by(Identifier(IdentityKind.EMAIL, email))
    assert found is not None
    return found


def again() -> None:
    """Let the same visitor come back: with the ids that were erased."""
    inbox, site = open_inbox(), engagement.own_source(now=NOW)
    event = {"type": "track", "event": "form.submitted", "messageId": "m9", "anonymousId": VISITOR,
             "properties": {"form": "contact"}, "context": {"traits": {"email": EMAIL}}}  # fmt: skip
    inbox.put([Arrival(site.id, NOW, json.dumps(event).encode(), "http")])
    arrival.drain(inbox, now=NOW)
    sys.stdout.write(str(_whom(EMAIL)))


if __name__ == "__main__":
    {"build": build, "again": again}[sys.argv[1]]()
