"""No more mails: a human's word is obeyed at once, what looks like a machine's waits until somebody confirms it.

What counts as a machine's here, and why a mail provider's own button does not: docs/reference/bots.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.translation import gettext as _

from leadpact.base.wording import worded
from leadpact.engagement import bots, judging
from leadpact.engagement.bots import BotRules, Rule
from leadpact.ledger import reads as ledger
from leadpact.nurture import reads, rules, sends, tokens
from leadpact.nurture.errors import BadMailLink
from leadpact.nurture.handing import Hand, message_of
from leadpact.nurture.types import Footer, Outcome, RecipientView
from leadpact.people import actions as people
from leadpact.people.mailing import bases
from leadpact.people.types import Purpose
from leadpact.team.reads import settings as company
from leadpact.team.types import SYSTEM

UNSUBSCRIBE: Final = "/m/u/"  # where the link leads, with the token behind; web answers there
ASKED_AT_ONCE: Final = 25
TOO_QUICK: Final = timedelta(seconds=2)  # whoever confirms sooner than a page can be read is the same machine
_TELLING: Final = frozenset({Rule.TRAP, Rule.ALL_LINKS, Rule.SCANNER})


class Answer(StrEnum):
    DONE = "done"
    HELD = "held"


@dataclass(frozen=True)
class Press:
    """How somebody asked for no more mails.

    is_one_click   a mail program's own button (RFC 8058), pressed for its reader by the provider's machines
    is_confirming  the button of the page that asks whether it was meant
    """

    agent: str = ""
    ip: str = ""
    is_one_click: bool = False
    is_confirming: bool = False


def recipient_of(token: str) -> RecipientView:
    """Return whose link to unsubscribe this is; raises `BadMailLink`."""
    found = reads.recipient(tokens.read_unsubscribe(token))
    if found is None:
        raise BadMailLink(worded("This link is not complete or not ours."))
    return found


def unsubscribe(token: str, press: Press = Press(), *, now: datetime) -> Answer:  # frozen
    """Write to this person no more, or wait for their word; harmless the second time.  Raises `BadMailLink`."""
    recipient = recipient_of(token)
    rule = _judged(recipient, press, now)
    if rule is not None and recipient.unsubscribed_at is None:
        sends.hold_unsubscribe(recipient.id, rule.value, now=now)
        return Answer.HELD
    with transaction.atomic():
        if sends.note_unsubscribed(recipient.id, now=now):
            people.withdraw_consent(
                recipient.person, Purpose.MAIL, source=f"mailing:{recipient.mailing}", happened_at=now,
                by=SYSTEM, now=now,
            )  # fmt: skip
    return Answer.DONE


def ask(now: datetime) -> bool:
    """Ask those whose unsubscribe is held, by one short mail each; True where there was anybody."""
    waiting = sends.claim_to_ask(limit=ASKED_AT_ONCE, now=now)
    if not waiting:
        return False
    known = bases([each.person for each in waiting])
    with Hand() as hand:
        for each in waiting:
            basis = known.get(each.person)
            if basis is None or basis.refused is not None or basis.address_key != each.address_key:
                continue  # we may not write to them any more: then nothing is left to confirm
            if hand.give(_question(each)) is Outcome.PUT_OFF:
                sends.ask_later(each.id)
                return False
    return True


def _judged(recipient: RecipientView, press: Press, now: datetime) -> Rule | None:
    held_at = recipient.held_at
    if press.is_confirming and held_at is not None:
        return Rule(recipient.held_why) if now - held_at < TOO_QUICK else None
    held = judging.in_force()
    if (rule := _company_it_keeps(recipient, held, now)) is not None:
        return rule
    if recipient.sent_at is not None and now - recipient.sent_at < held.soon:
        return Rule.SOON
    if press.is_one_click and bots.is_provider(press.agent):
        return None
    if bots.is_scanner(press.agent, held):
        return Rule.SCANNER
    # The button of a provider is pressed by its machines, which stand in such places.
    return Rule.DATACENTRE if not press.is_one_click and bots.is_datacentre(press.ip, held) else None


def _company_it_keeps(recipient: RecipientView, held: BotRules, now: datetime) -> Rule | None:
    """A machine that follows all links of a mail, or its hidden one, follows this one too."""
    if recipient.identity is None:
        return None
    message = reads.mailing(recipient.mailing).subject
    since = now - held.trap_around
    found = ledger.entries_of([recipient.identity], kinds=(bots.CLICKED, *bots.SENDINGS), since=since)
    hits = [judging.hit_of(entry) for entry in found if entry.facts.get("message") == message]
    return next((rule for rule in bots.judge(hits, held).values() if rule in _TELLING), None)


def _question(each: RecipientView) -> EmailMultiAlternatives:
    ours = company()
    url = f"{settings.BASE_URL}{UNSUBSCRIBE}{tokens.unsubscribe_token(each.id)}/"
    words = _(
        "Somebody asked us to write to you no more, but so quickly that it may have been a program that checks mails."
    )
    body = f"{words}\n\n[{_('Yes, no more mails')}]({url})\n\n{_('If it was not you, there is nothing to do.')}"
    footer = Footer(ours.name, ours.postal_address, _("We ask this once."), _("No more mails"), url)
    letter = rules.read(_("Shall we stop writing to you?"), body)
    mail = rules.write(letter, {}, letter.links.__getitem__, footer)
    return message_of(mail, to=each.address, sender=ours.name, key=f"ask-{each.id}", unsubscribe_url=url)
