"""What pages written for Mautic send, in the words of the Segment HTTP API: page views and forms.

Whatever Mautic's script does not send of its own accord is a field of the contact.
"""

from leadpact.engagement.rules_facts import part
from leadpact.engagement.types import Json

FORM_SUBMITTED = "form.submitted"
_OF_THE_PAGE = {"url": "page_url", "title": "page_title", "referrer": "page_referrer", "language": "page_language"}
_OF_THE_SCRIPT = {
    *("counter", "timezone_offset", "timezone", "resolution", "platform", "preferred_locale", "do_not_track"),
    *("mautic_device_id", "mtc_id", "mautic_session_id", "mtc_sid", "message_id", "happened_at", "sent_at"),
    *("fingerprint", "tags"),
}
_CAMPAIGN = ("campaign", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_YES = frozenset({"1", "true", "yes"})


def from_mautic(said: Json, *, device: str) -> Json:
    """Return a page view; `device` is the visitor's id where the page sent none."""
    words = {*_OF_THE_PAGE.values(), *_OF_THE_SCRIPT, *_CAMPAIGN}
    traits = {name: value for name, value in said.items() if name not in words}
    properties = {ours: said[theirs] for ours, theirs in _OF_THE_PAGE.items() if theirs in said}
    properties |= {name: said[name] for name in _CAMPAIGN if name in said}
    return {
        "type": "page",
        "anonymousId": said.get("mautic_device_id") or device,
        "messageId": said.get("message_id"),
        "timestamp": said.get("happened_at"),
        "sentAt": said.get("sent_at"),
        "properties": properties,
        "context": {"traits": traits, "gpc": asks_for_privacy(said)},
    }


def from_mautic_form(said: Json, *, device: str) -> Json:
    """Return a submitted form: what its fields say of somebody is a claim, as the page's key is public."""
    fields = part(said, "fields")
    form = said.get("formName") or said.get("formId") or ""
    return {
        "type": "track",
        "event": FORM_SUBMITTED,
        "anonymousId": said.get("mautic_device_id") or device,
        "messageId": said.get("message_id"),
        "properties": {"form": form, "url": said.get("return") or said.get("referrer")},
        "context": {"traits": {"email": _address(fields), **fields}},
    }


def _address(fields: Json) -> object:
    """Return the mail address, whatever the form's maker called its field."""
    found = (value for name, value in fields.items() if "mail" in name.casefold() and "@" in str(value))
    return next(found, None)


def asks_for_privacy(said: Json) -> bool:
    return str(said.get("do_not_track") or "").casefold() in _YES
