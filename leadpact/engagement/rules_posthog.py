"""What PostHog's clients send, in the words of the Segment HTTP API.

A `distinct_id` is a user's id or a device's.  The client says which: an event of nobody who was identified
carries the device's id as its own, or says so.
"""

from datetime import datetime, timedelta

from leadpact.engagement.rules_facts import part
from leadpact.engagement.types import Json

_TYPES = {
    "$pageview": "page",
    "$screen": "screen",
    "$identify": "identify",
    "$set": "identify",
    "$create_alias": "alias",
    "$groupidentify": "group",
}
_WORDS = {
    "url": "$current_url",
    "path": "$pathname",
    "title": "title",
    "referrer": "$referrer",
}
_NO_REFERRER = "$direct"


def from_posthog(said: Json, *, sent_at: object, received_at: datetime) -> Json:
    """Return the event by the names Segment gives its parts; what it says beside them stays in `properties`."""
    properties = part(said, "properties")
    name = said.get("event")
    found: Json = {
        "type": _TYPES.get(name, "track") if isinstance(name, str) else "track",
        "event": name,
        "messageId": said.get("uuid") or properties.get("$insert_id"),
        "properties": {**properties, **_of_page(properties)},
        **_ids(said, properties),
        **_times(said, sent_at, received_at),
    }
    if found["type"] == "group":
        found["traits"] = part(properties, "$group_set")
        found["groupId"] = properties.get("$group_key")
    else:
        found["context"] = {"traits": {**_said_of_person(said, "$set_once"), **_said_of_person(said, "$set")}}
    return found


def _of_page(properties: Json) -> Json:
    found = {ours: properties[theirs] for ours, theirs in _WORDS.items() if theirs in properties}
    if found.get("referrer") == _NO_REFERRER:
        found["referrer"] = ""
    return found


def _ids(said: Json, properties: Json) -> Json:
    distinct = said.get("distinct_id") or properties.get("distinct_id")
    if said.get("event") == "$create_alias":
        # The alias is the id from now on; the distinct id is what they were called before.
        return {"userId": properties.get("alias"), "previousId": distinct}
    if _is_nobody_identified(distinct, properties):
        return {"anonymousId": distinct}
    return {"userId": distinct, "anonymousId": properties.get("$anon_distinct_id") or properties.get("$device_id")}


def _is_nobody_identified(distinct: object, properties: Json) -> bool:
    if properties.get("$is_identified") is False or properties.get("$process_person_profile") is False:
        return "$anon_distinct_id" not in properties
    return distinct is not None and distinct == properties.get("$device_id")


def _said_of_person(said: Json, name: str) -> Json:
    """Return what it says of the person; what the library notes of the browser begins with a dollar."""
    found = {**part(part(said, "properties"), name), **part(said, name)}
    return {word: value for word, value in found.items() if not word.startswith("$") and value is not None}


def _times(said: Json, sent_at: object, received_at: datetime) -> Json:
    """Return the event's own time.  A browser says how many milliseconds ago it was when it was sent first."""
    offset = said.get("offset")
    if said.get("timestamp") or isinstance(offset, bool) or not isinstance(offset, int | float):
        return {"timestamp": said.get("timestamp")}
    ago = timedelta(milliseconds=min(max(offset, 0), 10**13))  # more than that lies before all events anyway
    if isinstance(sent_at, str):
        try:
            return {"timestamp": (datetime.fromisoformat(sent_at) - ago).isoformat()}
        except (ValueError, OverflowError):
            pass
    return {"timestamp": (received_at - ago).isoformat()}
