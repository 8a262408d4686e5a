"""What our own side is told of a lead: in the app, and by mail where an answer is wanted."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.handover import links
from leadpact.handover.disputed import DisputeView, Ruling
from leadpact.handover.links import LinkAction
from leadpact.handover.types import OfferView, PursuitView
from leadpact.pact.types import PromiseKind
from leadpact.people import reads as people
from leadpact.pipeline.types import DealView
from leadpact.promises.types import PromiseView
from leadpact.team import notices
from leadpact.team import reads as team
from leadpact.team.types import Side


def offered(pursuit: PursuitView, offer: OfferView, promise: PromiseView | None, *, now: datetime) -> None:
    """Tell whom the lead is offered to, with links to answer; for a queue tell both heads."""
    if offer.user is None:
        _queued(pursuit, offer, promise, now=now)
        return
    words = {**_words(pursuit), "due": _moment(promise.due_at) if promise else ""}
    text = (
        _("%(lead)s is ready for you. Please answer by %(due)s.") if promise else _("%(lead)s is ready for you.")
    ) % words
    lines = [
        text,
        "",
        _("Accept: %(url)s") % {"url": _link(offer, LinkAction.ACCEPT, now)},
        _("Reject with a reason: %(url)s") % {"url": _link(offer, LinkAction.REJECT, now)},
        _("Later: %(url)s") % {"url": _link(offer, LinkAction.LATER, now)},
        "",
        _("Everything we know: %(url)s") % {"url": settings.BASE_URL + _url(pursuit)},
    ]
    subject = _("Ready for you: %(lead)s") % words
    _tell([offer.user], f"offer:{offer.id}", "offer", text, _url(pursuit), now=now, mail=(subject, "\n".join(lines)))


def _queued(pursuit: PursuitView, offer: OfferView, promise: PromiseView | None, *, now: datetime) -> None:
    words = {**_words(pursuit), "due": _moment(promise.due_at) if promise else ""}
    text = (
        _("Nobody is available for %(lead)s. It waits in the team's queue, and an answer is due by %(due)s.")
        if promise
        else _("Nobody is available for %(lead)s. It waits in the team's queue.")
    ) % words
    subject = _("Nobody is available: %(lead)s") % words
    body = f"{text}\n\n{settings.BASE_URL}{_url(pursuit)}"
    _tell(heads(), f"queue:{offer.id}", "queue", text, _url(pursuit), now=now, mail=(subject, body))


def joined(pursuit: PursuitView, person: int, crossing: int, *, now: datetime) -> None:
    """Tell who has the company that another person there is ready, or asked again."""
    words = {**_words(pursuit), "lead": name_of(person)}
    text = _("%(lead)s is ready too and has joined lead %(number)s.") % words
    _tell(_holders(pursuit.owner), f"joined:{crossing}", "joined", text, person_url(person), now=now)


def asked_again(pursuit: PursuitView, person: int, crossing: int, *, now: datetime) -> None:
    """Tell who has a lead that the same person has asked again."""
    text = _("%(lead)s is on the move again.") % {"lead": name_of(person)}
    _tell(_holders(pursuit.owner), f"again:{crossing}", "again", text, person_url(person), now=now)


def of_open_deal(deal: DealView, person: int, key: str, *, now: datetime) -> None:
    """Tell the owner of an open deal that somebody at the company would be ready; there is no lead beside a deal."""
    words = {"lead": name_of(person), "deal": deal.title}
    text = _("%(lead)s is active while your deal “%(deal)s” is open.") % words
    _tell(_holders(deal.owner), key, "excluded", text, person_url(person), now=now)


def of_customer(owner: int | None, person: int, key: str, *, now: datetime) -> None:
    """Tell the owner of a customer that somebody there would be ready."""
    text = _("%(lead)s is a customer and active again.") % {"lead": name_of(person)}
    _tell(_holders(owner), key, "excluded", text, person_url(person), now=now)


def withdrawn(pursuit: PursuitView, offer: OfferView, *, now: datetime) -> None:
    """Tell whom it was offered to that the offer went back."""
    text = _("%(lead)s has cooled down, and the offer went back to marketing.") % _words(pursuit)
    users = [offer.user] if offer.user is not None else []
    _tell(users, f"withdrawn:{offer.id}", "withdrawn", text, _url(pursuit), now=now)


def keep_or_recycle(pursuit: PursuitView, crossing: int, *, now: datetime) -> None:
    """Ask the owner of a working lead that has cooled."""
    text = _("%(lead)s has cooled down. Keep or recycle?") % _words(pursuit)
    _tell(_holders(pursuit.owner), f"keep:{crossing}", "keep", text, _url(pursuit), now=now)


def handed_on(pursuit: PursuitView, entry_at: datetime, *, now: datetime) -> None:
    """Tell somebody that a lead is theirs now."""
    text = _("%(lead)s is yours now.") % _words(pursuit)
    key = f"handed_on:{pursuit.id}:{entry_at.isoformat()}"
    _tell(_holders(pursuit.owner), key, "handed_on", text, _url(pursuit), now=now)


def reminded(pursuit: PursuitView, offer: OfferView, *, now: datetime) -> None:
    """Remind of an offer that was put off until now."""
    text = _("You wanted to come back to %(lead)s now.") % _words(pursuit)
    until = offer.later_until.isoformat() if offer.later_until else ""
    _tell(_holders(offer.user), f"later:{offer.id}:{until}", "later", text, _url(pursuit), now=now)


_A_PROMISE: Final = gettext_lazy("A promise on %(lead)s was due %(due)s.")
_THEIR_OWN: Final[Mapping[str, str | Promise]] = {
    PromiseKind.ANSWER: gettext_lazy("Your answer on %(lead)s was due %(due)s."),
    PromiseKind.ATTEMPTS: gettext_lazy("Your attempts to reach %(lead)s were due %(due)s."),
    PromiseKind.FEEDBACK: gettext_lazy("What became of %(lead)s, for you to say, was due %(due)s."),
}
_OF_ANOTHER: Final[Mapping[str, str | Promise]] = {
    PromiseKind.ANSWER: gettext_lazy("%(who)s owed an answer on %(lead)s: it was due %(due)s."),
    PromiseKind.ATTEMPTS: gettext_lazy("%(who)s was to try to reach %(lead)s: it was due %(due)s."),
    PromiseKind.FEEDBACK: gettext_lazy("%(who)s was to say what became of %(lead)s: it was due %(due)s."),
}
_OF_A_TEAM: Final[Mapping[str, str | Promise]] = {
    PromiseKind.OFFER: gettext_lazy("The offer of %(lead)s was due %(due)s."),
    PromiseKind.ANSWER: gettext_lazy("An answer on %(lead)s, in the queue, was due %(due)s."),
    PromiseKind.DISPUTE: gettext_lazy(
        "The answer to marketing, who contests what became of %(lead)s, was due %(due)s."
    ),
}


def missed(promise: PromiseView, pursuit: PursuitView, *, now: datetime) -> None:
    """Tell who owed it, and their own head, that a promise is past due; nobody else learns who it was."""
    words = {**_words(pursuit), "due": _moment(promise.due_at)}
    key, owner, heads_of = f"missed:{promise.id}", promise.owed_by_user, team.heads(promise.owed_by_side)
    if owner is not None:
        text = _says(promise, _THEIR_OWN) % words
        _tell([owner], key, "missed", text, _url(pursuit), now=now)
        words["who"] = team.user(owner).name
    text = _says(promise, _OF_ANOTHER if owner is not None else _OF_A_TEAM) % words
    _tell([head for head in heads_of if head != owner], key, "missed", text, _url(pursuit), now=now)


def contested(dispute: DisputeView, *, due_at: datetime, now: datetime) -> None:
    """Tell who gave the outcome, and the heads of sales, that marketing contests it."""
    words = {"lead": _of(dispute), "due": _moment(due_at)}
    text = _("Marketing contests what became of %(lead)s. An answer is due by %(due)s.") % words
    url = dispute_url(dispute.id)
    body = f"{text}\n\n{dispute.words}\n\n{settings.BASE_URL}{url}"
    users = [*([dispute.decided_by] if dispute.decided_by is not None else []), *team.heads(Side.SALES)]
    mail = (_("Marketing contests: %(lead)s") % words, body)
    _tell(users, f"dispute:{dispute.id}", "dispute", text, url, now=now, mail=mail)


def ruled(dispute: DisputeView, *, is_offered: bool, now: datetime) -> None:
    """Tell who contested an outcome, and the heads of marketing, what sales answered."""
    words = {"lead": _of(dispute)}
    if dispute.ruling is Ruling.UPHELD:
        text = _("Sales has answered on %(lead)s: the outcome stands.") % words
    elif is_offered:
        text = _("Sales has answered on %(lead)s: the outcome is taken back, and the lead is offered again.") % words
    else:
        text = _("Sales has answered on %(lead)s: the outcome is taken back.") % words
    url = dispute_url(dispute.id)
    body = f"{text}\n\n{dispute.answer_words}\n\n{settings.BASE_URL}{url}"
    users = [*([dispute.raised_by] if dispute.raised_by is not None else []), *team.heads(Side.MARKETING)]
    mail = (_("Answered: %(lead)s") % words, body)
    _tell(users, f"ruling:{dispute.id}", "dispute", text, url, now=now, mail=mail)


def review_due(version: int, day: date, *, now: datetime) -> bool:
    """Tell both heads that the day has come on which they look at the pact again; False where they were told."""
    words = {"version": version, "day": day.isoformat()}
    text = _("Version %(version)s of the pact is to be looked at again since %(day)s.") % words
    return _tell(heads(), f"review:{version}:{day}", "review", text, "/pact/", now=now)


def dispute_url(dispute: int) -> str:
    return f"/disputes/{dispute}/"


def _of(dispute: DisputeView) -> str:
    return name_of(dispute.person) if dispute.person is not None else _("Somebody without a name")


def _says(promise: PromiseView, sentences: Mapping[str, str | Promise]) -> str:
    return str(sentences.get(promise.kind, _A_PROMISE))


def mentioned(users: Iterable[int], person: int, comment: int, said: str, *, writer: str, now: datetime) -> None:
    """Tell those whom a comment names, with its words; each once, however often the comment is changed."""
    wanted = list(users)
    if not wanted:
        return
    words = {"writer": writer or _("Somebody"), "lead": name_of(person)}
    text = _("%(writer)s named you in a comment on %(lead)s.") % words
    url = f"{person_url(person)}#comment-{comment}"
    body = f"{text}\n\n{said}\n\n{settings.BASE_URL}{url}"
    mail = (_("%(writer)s named you: %(lead)s") % words, body)
    _tell(wanted, f"mention:{comment}", "mention", text, url, now=now, mail=mail)


def heads() -> list[int]:
    """Return both heads."""
    return [*team.heads(Side.SALES), *team.heads(Side.MARKETING)]


def name_of(person: int) -> str:
    """Return how a person is called in a sentence."""
    view = people.person(person)
    who = view.name or view.email or _("Somebody without a name")
    if not view.company_name:
        return who
    return _("%(name)s of %(company)s") % {"name": who, "company": view.company_name}


def person_url(person: int) -> str:
    return f"/leads/{person}/"


def _tell(
    users: Iterable[int],
    key: str,
    kind: str,
    text: str,
    url: str,
    *,
    now: datetime,
    mail: tuple[str, str] | None = None,
) -> bool:
    """Say whether anybody was told who was not told before."""
    told = [notices.notify(user, key, kind, text, url, mail=mail, now=now) for user in dict.fromkeys(users)]
    return any(told)


def _holders(owner: int | None) -> list[int]:
    return [owner] if owner is not None else team.heads(Side.SALES)


def _words(pursuit: PursuitView) -> dict[str, object]:
    return {"lead": name_of(pursuit.persons[0]), "number": pursuit.number}


def _url(pursuit: PursuitView) -> str:
    return person_url(pursuit.persons[0])


def _link(offer: OfferView, action: LinkAction, now: datetime) -> str:
    assert offer.user is not None
    return f"{settings.BASE_URL}/o/{links.sign(offer.id, offer.user, action, now=now)}/"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(team.settings().zone)
    return f"{local:%a %d %b %Y %H:%M} ({local.tzname()})"
