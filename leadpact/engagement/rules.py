"""What an event means: cleaned, or quarantined, dropped or counted, each with its reason.

Types as the Segment HTTP API has them (identify, track, page, screen, group, alias); other formats are put into its
words first.
"""

from datetime import datetime, timedelta

from leadpact.engagement.kinds import ACTS, CLIENT, KINDS, kind_of
from leadpact.engagement.rules_body import content_of, message_of
from leadpact.engagement.rules_facts import part, path_and_campaign, standard_properties
from leadpact.engagement.rules_mautic import FORM_SUBMITTED, from_mautic, from_mautic_form
from leadpact.engagement.rules_posthog import from_posthog
from leadpact.engagement.rules_times import BadTimeError, Dated, date_event, moment
from leadpact.engagement.types import (
    Cleaned,
    Counted,
    Dropped,
    Format,
    Json,
    Quarantine,
    Request,
    SourceView,
    Verdict,
    Why,
)
from leadpact.people.types import Identifier, IdentityKind

TYPES = ("identify", "track", "page", "screen", "group", "alias")
BROWSER_TYPES = ("identify", "track", "page")
MAX_ID = 320
MAX_MESSAGE_ID = 100
MAX_KIND = 80
# Two arrivals without message id and without a time of their own are one try and its repetition when this close.
SAME_TRY = timedelta(seconds=10)


def clean(event: Json, source: SourceView, received_at: datetime, request: Request | None = None) -> Verdict:
    """Say what the event is and means.

    event     as the client wrote it
    request   what the collector saw around it; a batch's context fills what the event's own leaves out
    """
    request = request or Request()
    said = _in_our_words(event, received_at, request)
    if request.context:
        said = event = {**said, "context": {**request.context, **part(said, "context")}}
    try:
        return _clean(said, event, source, received_at, request)
    except _RefusedError as refused:
        message, content = _digests_if_any(said, event, received_at)
        return Quarantine(refused.why, refused.detail, message, content)


class _RefusedError(Exception):
    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why, self.detail = why, detail


def _in_our_words(event: Json, received_at: datetime, request: Request) -> Json:
    match request.format:
        case Format.POSTHOG:
            return from_posthog(event, sent_at=request.sent_at, received_at=received_at)
        case Format.MAUTIC:
            return from_mautic(event, device=request.device)
        case Format.MAUTIC_FORM:
            return from_mautic_form(event, device=request.device)
    return event


def _clean(event: Json, raw: Json, source: SourceView, received_at: datetime, request: Request) -> Verdict:
    """`raw`: the event as it came, `event`: the same in our words."""
    kind = _kind(event, source, request)
    if part(event, "integrations").get("Leadpact") is False:
        return Dropped(Why.SWITCHED_OFF)
    refusal = _consent_refusal(event, source, request)
    if refusal and kind_of(kind).is_followed:
        return Counted(refusal, *path_and_campaign(event))
    message, content = _digests(event, raw, received_at)
    identifiers = _identifiers(event, source)
    dated = _dated(event, source, received_at, request)
    properties = standard_properties(event, kind)
    raw, told_ip = _without_ip(raw)
    personal: Json = {"raw": raw, "received_at": received_at.isoformat(), **properties.queries}
    if request.sent_at is not None:
        personal["sent_at"] = request.sent_at
    if source.is_browser:
        personal["user_agent"] = request.agent
    return Cleaned(
        kind=kind,
        happened_at=dated.happened_at,
        clock_doubtful=dated.clock_doubtful,
        message=message,
        content=content,
        identifiers=identifiers,
        trusted=not source.is_browser,
        facts={**properties.facts, "clock_doubtful": True} if dated.clock_doubtful else properties.facts,
        personal=personal,
        traits=_traits(event),
        ip=(request.ip if source.is_browser else "") or told_ip,
    )


def _without_ip(raw: Json) -> tuple[Json, str]:
    """Return an event without the address it came from, as a server or PostHog's client tells it, and the address."""
    told = ""
    for inside, name in (("context", "ip"), ("properties", "$ip"), ("properties", "ip")):
        held = raw.get(inside)
        if isinstance(held, dict) and name in held:
            told = told or str(held[name] or "")[:45]
            raw = {**raw, inside: {key: value for key, value in held.items() if key != name}}
    return raw, told


def _kind(event: Json, source: SourceView, request: Request) -> str:
    if request.format is Format.MAUTIC_FORM:
        return FORM_SUBMITTED  # only the address for forms says so
    said = event.get("type") or request.type
    if said not in TYPES:
        raise _RefusedError(Why.UNKNOWN_TYPE, f"type is {_quoted(said)}; known are {', '.join(TYPES)}")
    if source.is_browser and said not in BROWSER_TYPES:
        raise _RefusedError(Why.NOT_FOR_BROWSER_KEYS, f"a browser key sends {', '.join(BROWSER_TYPES)}")
    if said == "page":
        return "page.viewed"
    return _kind_of_track(event, source) if said == "track" else f"{CLIENT}{said}"


def _kind_of_track(event: Json, source: SourceView) -> str:
    name = event.get("event")
    if not isinstance(name, str) or not name.strip():
        raise _RefusedError(Why.BAD_EVENT_NAME, f"event is {_quoted(name)}; a track needs a name")
    if name in source.mapping:
        return source.mapping[name]
    if name in ACTS and not source.is_browser:
        return name
    if name in KINDS or name in ("identify", "group", "alias"):
        raise _RefusedError(Why.RESERVED_KIND, f"{name} is written by Leadpact; a {source.kind} key may not send it")
    kind = CLIENT + name
    if len(kind) > MAX_KIND or not name.isprintable():
        raise _RefusedError(Why.BAD_EVENT_NAME, f"a name is printable and up to {MAX_KIND - len(CLIENT)} characters")
    return kind


def _consent_refusal(event: Json, source: SourceView, request: Request) -> Why | None:
    context = part(event, "context")
    if part(context, "consent").get("web_tracking") is False:
        return Why.NO_CONSENT
    if source.is_browser and (request.gpc or context.get("gpc") is True):
        return Why.PRIVACY_SIGNAL
    return None


def _identifiers(event: Json, source: SourceView) -> tuple[Identifier, ...]:
    found = []
    if user := _id(event, "userId"):
        found.append(Identifier(IdentityKind.USER, user, source.users_of or source.name))
    email = _traits(event).get("email")
    if isinstance(email, str) and "@" in email and len(email) <= MAX_ID:
        found.append(Identifier(IdentityKind.EMAIL, email))
    for name in ("anonymousId", "previousId"):
        if anonymous := _id(event, name):
            found.append(Identifier(IdentityKind.ANONYMOUS, anonymous))
    if not found:
        raise _RefusedError(Why.NO_IDENTITY, "neither userId nor anonymousId nor a mail address in the traits")
    return tuple(found)


def _traits(event: Json) -> Json:
    """What the event says of the person; the traits of a group call are the company's."""
    of_person = {} if event.get("type") == "group" else part(event, "traits")
    return {**part(part(event, "context"), "traits"), **of_person}


def _id(event: Json, name: str) -> str:
    value = event.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _RefusedError(Why.BAD_IDENTITY, f"{name} is neither a text nor a whole number")
    text = str(value).strip()
    if len(text) > MAX_ID:
        raise _RefusedError(Why.BAD_IDENTITY, f"{name} is longer than {MAX_ID} characters")
    return text


def _dated(event: Json, source: SourceView, received_at: datetime, request: Request) -> Dated:
    try:
        original = moment(event.get("originalTimestamp"), "originalTimestamp")
        original = original or moment(event.get("timestamp"), "timestamp")
        sent = moment(event.get("sentAt") or request.sent_at, "sentAt")
        return date_event(original, sent, received_at, is_browser=source.is_browser)
    except BadTimeError as error:
        raise _RefusedError(Why.BAD_TIME, str(error)) from error


def _digests(event: Json, raw: Json, received_at: datetime) -> tuple[bytes, bytes]:
    """Return (message, content).  Without a message id the content is the id: exact for an event that has a
    time of its own, else within ten seconds."""
    content = content_of(raw)
    said = event.get("messageId")
    if said is None or said == "":
        has_time = event.get("originalTimestamp") or event.get("timestamp")
        window = "" if has_time else str(int(received_at.timestamp() // SAME_TRY.total_seconds()))
        return message_of(f"content:{content.hex()}:{window}"), content
    if isinstance(said, bool) or not isinstance(said, str | int) or len(str(said)) > MAX_MESSAGE_ID:
        raise _RefusedError(Why.BAD_MESSAGE_ID, f"messageId is not a text of up to {MAX_MESSAGE_ID} characters")
    return message_of(str(said)), content


def _digests_if_any(event: Json, raw: Json, received_at: datetime) -> tuple[bytes | None, bytes | None]:
    try:
        return _digests(event, raw, received_at)
    except _RefusedError:
        return None, None


def _quoted(value: object) -> str:
    return repr(value)[:60] if value is not None else "missing"
