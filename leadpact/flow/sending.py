"""A mail to many, from the press of the button to the last recipient: choose, check the basis, hand over, note.

Each person's basis is looked at twice: when they are chosen, so that the page can say who is left out, and right
before their mail is handed over, since a consent may be withdrawn in between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from leadpact.base.wording import worded
from leadpact.capture import reads as capture
from leadpact.engagement import bots, judging
from leadpact.flow import arrival
from leadpact.flow.audience import part_of
from leadpact.flow.unsubscribing import UNSUBSCRIBE
from leadpact.nurture import actions, reads, rules, sends, tokens
from leadpact.nurture.errors import BadMailLink, MailServerAway, NoPostalAddress
from leadpact.nurture.handing import Hand, message_of
from leadpact.nurture.rules import Letter
from leadpact.nurture.sends import Noted
from leadpact.nurture.types import (
    Chosen,
    Footer,
    MailingState,
    MailingView,
    Outcome,
    RecipientView,
    Refusal,
    Rendered,
)
from leadpact.people.mailing import Basis, bases
from leadpact.team.reads import settings as company
from leadpact.team.types import Actor, CompanySettings, Member

AT_ONCE: Final = 25  # mails in one claim: at most so many are in doubt when the process dies
IN_ONE_STEP: Final = 200  # then the worker's other steps have their turn
CHOSEN_AT_ONCE: Final = 500
# Where links in mails lead, with the token behind; web answers there.
CLICK: Final = "/m/c/"
TRAP: Final = -1  # the number of the hidden link


def start(mailing: int, *, by: Actor, now: datetime) -> MailingView:
    """Let a draft go out; raises `NoPostalAddress`, `NobodyChosen`, `UnknownMailing`."""
    _check_sender(company())
    return actions.start(mailing, by=by, now=now)


def send_test(mailing: MailingView, to: Member, *, now: datetime) -> None:
    """Send a draft to one of us, filled in with their own name; raises `NoPostalAddress`, `MailServerAway`."""
    ours = company()
    _check_sender(ours)
    letter = rules.read(mailing.subject, mailing.body)
    values = _values(to.name, ours.name)
    mail = rules.write(letter, values, letter.links.__getitem__, _footer(ours, settings.BASE_URL))
    key = f"test-{mailing.id}-{int(now.timestamp())}"
    with Hand() as hand:
        if hand.give(message_of(mail, to=to.email, sender=ours.name, key=key)) is not Outcome.SENT:
            raise MailServerAway(worded("The mail server did not take the mail."))


def check_basis(persons: Sequence[int]) -> list[Chosen]:
    """Return for each person, in order, whether they may be written to."""
    found = bases(persons)
    return [_chosen(found[person]) for person in persons if person in found]


def step(now: datetime) -> bool:
    """Do a bounded part of what is due; True where there was anything to do.  Must not run inside a transaction."""
    mailing = sends.next_to_send(now)
    if mailing is None:
        return False
    if mailing.state is MailingState.CHOOSING:
        return choose_more(mailing, now=now)
    given_up = sends.give_up(mailing.id, now=now)
    sent = _send_some(mailing, now)
    return sends.finish(mailing.id, now=now) or bool(given_up) or sent > 0


def choose_more(mailing: MailingView, *, now: datetime) -> bool:
    """Look up one part of the audience and keep it."""
    if mailing.audience is None or mailing.place == "end":
        return actions.choose_more(mailing.id, [], place=mailing.place, following=None, now=now)
    part = part_of(mailing.audience, after=mailing.place or None, limit=CHOSEN_AT_ONCE, now=now)
    left_out = set(mailing.audience.without)
    chosen = check_basis([person for person in part.persons if person not in left_out])
    return actions.choose_more(mailing.id, chosen, place=mailing.place, following=part.next, now=now)


@dataclass(frozen=True)
class Clicked:
    """Where a link in a mail leads, and whose it was; `url` "" for the hidden one, which leads nowhere."""

    url: str
    recipient: RecipientView
    mailing: MailingView
    link: int


def destination(token: str) -> Clicked:
    """Return where a tracked link leads: always a link that stands in the mail itself.  Raises `BadMailLink`."""
    number, link = tokens.read_click(token)
    recipient = reads.recipient(number)
    if recipient is None:
        raise BadMailLink(worded("This link is not complete or not ours."))
    mailing = reads.mailing(recipient.mailing)
    if link == TRAP:
        return Clicked("", recipient, mailing, link)
    links = rules.read(mailing.subject, mailing.body).links
    if not 0 <= link < len(links):
        raise BadMailLink(worded("This link is not complete or not ours."))
    return Clicked(links[link], recipient, mailing, link)


def note_click(clicked: Clicked, *, agent: str = "", ip: str = "", now: datetime) -> bool:
    """Record that a link was followed, where the person agrees to that today; True where it is on its way.

    A second click within the hour is the same click.  A machine's is recorded too, and judged by the bot rules; it
    takes no human's place.

    agent, ip  of whoever followed it, as the rules ask for them
    """
    recipient = clicked.recipient
    basis = bases([recipient.person]).get(recipient.person)
    if basis is None or not basis.may_follow:
        return False
    is_machine = _is_machine(clicked, agent, ip, now)
    properties: dict[str, object] = {"message": clicked.mailing.subject, "link": clicked.url or bots.TRAP}
    if clicked.mailing.campaign is not None:
        properties["campaign"] = capture.campaign(clicked.mailing.campaign).name
    event: dict[str, object] = {
        "type": "track",
        "event": "mail.clicked",
        "messageId": f"click:{recipient.id}:{clicked.link}:{now:%Y%m%d%H}{':machine' if is_machine else ''}",
        "properties": properties,
        "context": {"traits": {"email": recipient.address}, "userAgent": agent[:500], "ip": ip},
    }
    arrival.accept([event], channel="mail", now=now)
    if not is_machine:
        sends.note_click(recipient.id, now=now)
    return True


def _is_machine(clicked: Clicked, agent: str, ip: str, now: datetime) -> bool:
    """What can be told at the door, so that it does not count as the mail's click; the rest the rules find later."""
    held, sent_at = judging.in_force(), clicked.recipient.sent_at
    is_soon = sent_at is not None and now - sent_at < held.soon
    return clicked.link == TRAP or is_soon or bots.is_scanner(agent, held) or bots.is_datacentre(ip, held)


def _check_sender(ours: CompanySettings) -> None:
    if not ours.postal_address.strip():
        raise NoPostalAddress(worded("The company's postal address is missing, and every mail to many must show it."))


def _send_some(mailing: MailingView, now: datetime) -> int:
    letter, ours, done = rules.read(mailing.subject, mailing.body), company(), 0
    with Hand() as hand:
        while done < IN_ONE_STEP:
            claimed = sends.claim(mailing.id, limit=AT_ONCE, now=now)
            if not claimed:
                break
            give = partial(_give, mailing=mailing, letter=letter, ours=ours, hand=hand)
            noted = _hand_over(claimed, give)
            sends.note(mailing, noted, now=now)
            done += len(claimed)
            if any(each.outcome is Outcome.PUT_OFF for each in noted):
                break
    return done


def _hand_over(claimed: list[RecipientView], give: Callable[[RecipientView, Basis], Outcome]) -> list[Noted]:
    """Hand over what was claimed; when the server is away, the rest is due again without a try of its own."""
    known, noted = bases([each.person for each in claimed]), list[Noted]()
    for place, each in enumerate(claimed):
        basis = known[each.person]
        refused = _refused(each, basis)
        if refused is not None:
            noted.append(Noted(each, Outcome.REFUSED, refused))
            continue
        outcome = give(each, basis)
        noted.append(Noted(each, outcome))
        if outcome is Outcome.PUT_OFF:
            sends.give_back(claimed[place + 1 :])
            break
    return noted


def _give(
    each: RecipientView, basis: Basis, *, mailing: MailingView, letter: Letter, ours: CompanySettings, hand: Hand
) -> Outcome:
    mail = _rendered(letter, each, basis, ours)
    url = _url(UNSUBSCRIBE, tokens.unsubscribe_token(each.id))
    return hand.give(message_of(mail, to=each.address, sender=ours.name, key=f"mail-{each.id}", unsubscribe_url=url))


def _rendered(letter: Letter, each: RecipientView, basis: Basis, ours: CompanySettings) -> Rendered:
    def link_of(number: int) -> str:
        url = letter.links[number]
        if basis.may_follow and url.startswith(("http://", "https://")):
            return _url(CLICK, tokens.click_token(each.id, number))
        return url

    url = _url(UNSUBSCRIBE, tokens.unsubscribe_token(each.id))
    # Where we may not follow, nothing is counted, so there is nothing to judge.
    trap = _url(CLICK, tokens.click_token(each.id, TRAP)) if basis.may_follow else ""
    return rules.write(letter, _values(basis.name, basis.company), link_of, _footer(ours, url, trap))


def _refused(each: RecipientView, basis: Basis) -> Refusal | None:
    if basis.refused is not None:
        return Refusal(basis.refused.value)
    return Refusal.CHANGED if basis.address_key != each.address_key else None


def _chosen(basis: Basis) -> Chosen:
    refused = Refusal(basis.refused.value) if basis.refused else None
    return Chosen(basis.person, basis.identity, basis.address, basis.address_key, refused, basis.may_follow)


def _values(name: str, firm: str) -> dict[str, str]:
    return {"name": name, "first name": rules.first_name(name), "company": firm}


def _footer(ours: CompanySettings, url: str, trap: str = "") -> Footer:
    why = _("You get this mail because you agreed to mails from us.")
    return Footer(ours.name, ours.postal_address, why, _("No more mails"), url, trap)


def _url(path: str, token: str) -> str:
    return f"{settings.BASE_URL}{path}{token}/"
