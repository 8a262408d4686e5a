"""Field by field: what a call said against what was recorded of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from leadpact.engagement.rules_body import message_of
from tests.clients.ledger import Recorded
from tests.clients.plan import PAGE_FACTS, Call, kind_of

SEGMENT, POSTHOG, MAUTIC = "segment", "posthog", "mautic"


def differences(calls: Sequence[Call], found: Sequence[Recorded], form: str, *, is_browser: bool = False) -> list[str]:
    """Return what is missing, doubled or other than the calls said; [] when all is as it should be."""
    by_message: dict[bytes, list[Recorded]] = {}
    for one in found:
        by_message.setdefault(one.message, []).append(one)
    wrong = []
    for call in calls:
        mine = by_message.pop(message_of(call["id"]), [])
        if len(mine) != 1:
            wrong.append(f"event {call['n']} ({call['call']}) is there {len(mine)} times")
            continue
        wrong += [f"event {call['n']} ({call['call']}): {each}" for each in _of_one(call, mine[0], form, is_browser)]
    return wrong + [f"nobody sent {one[0].kind} {one[0].raw}" for one in by_message.values()]


def _of_one(call: Call, one: Recorded, form: str, is_browser: bool) -> list[str]:
    facts = PAGE_FACTS if call["call"] == "page" else {}
    pairs: dict[str, tuple[object, object]] = {
        "kind": (one.kind, kind_of(call)),
        "facts": (one.facts, facts),
        "identity": (one.identities[0], ("user", call["user"])),
        "time": (one.happened_at, _happened(call, one)),
    }
    said = _SAID[form](call)
    if is_browser:  # who it is the library knows by itself
        del pairs["identity"]
        said = {path: value for path, value in said.items() if path not in (("userId",), ("distinct_id",))}
    pairs |= {f"raw {'.'.join(path)}": (_at(one.raw, path), value) for path, value in said.items()}
    return [f"{name} is {is_!r}, not {should!r}" for name, (is_, should) in pairs.items() if is_ != should]


def _happened(call: Call, one: Recorded) -> datetime:
    """By the client's clock: received − (sent − original)."""
    original = datetime.fromisoformat(call["at"])
    sent = one.raw.get("sentAt") or one.raw.get("sent_at") or one.sent_at
    happened = original if sent is None else one.received_at - (datetime.fromisoformat(sent) - original)
    assert abs(happened - original) < timedelta(minutes=2), "the clocks of client and server are one here"
    return happened


def _said_to_segment(call: Call) -> dict[tuple[str, ...], object]:
    said: dict[tuple[str, ...], object] = {("type",): call["call"], ("userId",): call["user"]}
    match call["call"]:
        case "track":
            said[("event",)] = call["event"]
        case "identify":
            said |= {("traits", name): value for name, value in call["traits"].items()}
        case "group":
            said[("groupId",)] = call["group"]
            said |= {("traits", name): value for name, value in call["company"].items()}
        case "alias":
            said[("previousId",)] = call["before"]
        case "page":
            said[("name",)] = "Pricing"
            said |= {("properties", name): value for name, value in call["page"].items()}
    if call["call"] in ("track", "page", "screen"):
        said |= {("properties", name): value for name, value in call["properties"].items()}
    return said


def _said_to_posthog(call: Call) -> dict[tuple[str, ...], object]:
    names = {"page": "$pageview", "screen": "$screen", "group": "$groupidentify", "alias": "$create_alias"}
    said: dict[tuple[str, ...], object] = {("uuid",): call["id"]}
    if call["call"] in names:
        said[("event",)] = names[call["call"]]
    match call["call"]:
        case "track":
            said[("event",)] = call["event"]
        case "group":
            said[("properties", "$group_key")] = call["group"]
            said |= {("properties", "$group_set", name): value for name, value in call["company"].items()}
        case "alias":
            said |= {("distinct_id",): call["before"], ("properties", "alias"): call["user"]}
    if call["call"] in ("track", "page", "screen"):
        said |= {("properties", name): value for name, value in call["properties"].items()}
    if call["call"] != "alias":
        said[("distinct_id",)] = call["user"]
    return said


def as_said(calls: list[Call], found: list[Recorded], form: str) -> list[Recorded]:
    """Give each call the id and time that the library gave it; return the events that no call stands for."""
    by_number: dict[int, Recorded] = {}
    others = []
    for one in found:
        number = _number(one.raw)
        if number is None:
            others.append(one)
        else:
            by_number.setdefault(number, one)
    for call in calls:
        raw = by_number[call["n"]].raw
        call["id"], call["at"] = raw[_ID[form]], raw[_TIME[form]]
    return others


def _number(raw: Any) -> int | None:
    places = [raw, raw.get("properties") or {}, raw.get("traits") or {}]
    places += [place.get("$set") or {} for place in places[:2]]
    return next((int(place["n"]) for place in places if "n" in place), None)


def _said_to_mautic(call: Call) -> dict[tuple[str, ...], object]:
    said: dict[tuple[str, ...], object] = {
        (f"page_{name}",): call["page"][name] for name in ("url", "title", "referrer")
    }
    return {**said, ("n",): str(call["n"])}


_SAID = {SEGMENT: _said_to_segment, POSTHOG: _said_to_posthog, MAUTIC: _said_to_mautic}
_ID = {SEGMENT: "messageId", POSTHOG: "uuid", MAUTIC: "message_id"}
_TIME = {SEGMENT: "timestamp", POSTHOG: "timestamp", MAUTIC: "happened_at"}


def _at(value: Any, path: Sequence[str]) -> object:
    if path[0] == "traits" and not value.get("traits"):  # where RudderStack's Python client puts them
        path = ("context", *path)
    for name in path:
        value = value.get(name, "nothing") if isinstance(value, dict) else "nothing"
    return value
