"""The pact document: from its text to a `Pact`, and the digest of what it says."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadpact.base.criteria import Condition, Operator
from leadpact.base.wording import worded
from leadpact.pact.errors import BadPact
from leadpact.pact.faults import schema_faults
from leadpact.pact.reviews import USUAL_REVIEW
from leadpact.pact.source import Source, read_source
from leadpact.pact.types import (
    POINT,
    ActClause,
    Caps,
    DirectTrigger,
    EngagementScore,
    Exclusion,
    Fault,
    FitRule,
    FitScore,
    HalfLife,
    IdleLoss,
    LeadType,
    Pact,
    PromiseKind,
    PromiseTerm,
    Ready,
    Reason,
    Rule,
    Side,
    TypeRule,
    Window,
    WindowMode,
)

type Node = Mapping[str, Any]  # a block of words of a document that the schema has passed

_DWELL: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True)
class Document:
    """A pact, and where in its text things stand."""

    pact: Pact
    source: Source

    def line(self, shown_path: str) -> int:
        """Return the line of a path as findings name it, or of the nearest thing around it."""
        lines = {self.source.shown(path): line for path, line in reversed(self.source.lines.items())}
        while shown_path and shown_path not in lines:
            shown_path = shown_path[: max(shown_path.rfind("."), shown_path.rfind("["), 0)]
        return lines.get(shown_path, 1)


def parse_pact(text: str) -> Pact:
    """Return the pact that `text` (YAML) says.  Raises `BadPact` with every fault of form."""
    return read_document(text).pact


def read_document(text: str) -> Document:
    """Return the pact and its lines.  Raises `BadPact` with every fault of form."""
    source = read_source(text)
    faults = schema_faults(source)
    zone = _zone(source, faults)
    if faults or zone is None:
        raise BadPact(faults)
    pact = _pact(source.data, zone)
    return Document(replace(pact, digest=pact_digest(pact)), source)


@cache
def default_pact_text(zone: str = "UTC") -> str:
    """Return the text of the Default pact, its days counted in `zone`."""
    text = resources.files("leadpact.pact").joinpath("default.yaml").read_text("utf-8")
    return text.replace("\nzone: UTC ", f"\nzone: {zone} ", 1)


def pact_digest(pact: Pact) -> str:
    """Return 32 hex digits that identify what the pact says: comments, order of words and short forms do not matter."""
    said = json.dumps(_canonical(replace(pact, digest="")), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return blake2b(said.encode(), digest_size=16).hexdigest()


def _canonical(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case timedelta():
            return value // timedelta(microseconds=1)
        case ZoneInfo():
            return value.key
        case tuple():
            return [_canonical(item) for item in value]
        case dict():
            return {key: _canonical(item) for key, item in value.items()}
    assert is_dataclass(value)
    named = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: _canonical(content) for field, content in named if not _is_usual(field, content)}


def _is_usual(field: Field[Any], content: object) -> bool:
    """What is left at its default is left out, so that a word new to the format leaves every older digest as it is."""
    if field.default_factory is not MISSING:
        return bool(content == field.default_factory())
    return field.default is not MISSING and content == field.default and type(content) is type(field.default)


def _zone(source: Source, faults: list[Fault]) -> ZoneInfo | None:
    name = source.data.get("zone")
    if not isinstance(name, str):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's or a strange name raises the latter two
        what_to_do = worded("Write a name such as Europe/London, America/New_York or UTC.")
        message = worded("There is no time zone “{name}”.", name=name[:60])
        faults.append(Fault("zone", source.line(("zone",)), message, what_to_do))
        return None


def milli(points: int | Decimal) -> int:
    """Return points in milli-points; the schema has seen to it that this is exact."""
    return int(points * POINT)


def _milli_of(node: Node, key: str) -> int | None:
    return milli(node[key]) if key in node else None


def _pact(node: Node, zone: ZoneInfo) -> Pact:
    reasons = node["reasons"]
    scores = node["scores"]
    return Pact(
        name=node["name"],
        zone=zone,
        lead=_acts(node["lead"]),
        types=tuple(TypeRule(LeadType(item["type"]), _acts(item["acts"])) for item in node.get("types", ())),
        engagement=tuple(_engagement(score) for score in scores if score["of"] == "acts"),
        fit=tuple(_fit(score) for score in scores if score["of"] == "profile"),
        ready=_ready(node["ready"]),
        promises=tuple(_promise(side, item) for side in Side for item in node["promises"].get(side, ())),
        reject_reasons=_reasons(reasons["reject"]),
        recycle_reasons=_reasons(reasons["recycle"]),
        disqualify_reasons=_reasons(reasons["disqualify"]),
        resets=tuple(name for name in ("rejected", "recycled", "cooled") if name in node.get("resets", (name,))),
        continue_days=node.get("continue_days", 90),
        goals=dict(node.get("goals", {})),
        review=node.get("review", USUAL_REVIEW),
    )


def _acts(nodes: list[Node]) -> tuple[ActClause, ...]:
    return tuple(ActClause(node["kind"], _conditions(node.get("where"))) for node in nodes)


def _conditions(where: Node | None) -> tuple[Condition, ...]:
    """Return the conditions in one fixed order, so that two ways to write them are equal."""
    found: list[Condition] = []
    for name, test in (where or {}).items():
        tests = test if isinstance(test, dict) else {"in" if isinstance(test, list) else "is": test}
        for operator, value in tests.items():
            found.append(Condition(name, Operator(operator), tuple(value) if isinstance(value, list) else value))
    return tuple(sorted(found, key=lambda condition: (condition.name, condition.operator)))


def _engagement(node: Node) -> EngagementScore:
    idle = node.get("idle_loss")
    return EngagementScore(
        name=node["name"],
        ageing=_ageing(node),
        rules=tuple(_rule(rule) for rule in node["rules"]),
        group_caps=tuple(sorted((name, milli(cap)) for name, cap in node.get("group_caps", {}).items())),
        cap=_milli_of(node, "cap"),
        idle=IdleLoss(idle["days"], milli(idle["points"])) if idle else None,
        account=node.get("account", False),
    )


def _ageing(node: Node) -> Window | HalfLife:
    if "half_life" in node:
        return HalfLife(node["half_life"]["days"])
    return Window(node["window"]["days"], WindowMode(node["window"].get("mode", "calendar")))


def _rule(node: Node) -> Rule:
    caps = node.get("caps", {})
    instead_of = node.get("instead_of", [])
    return Rule(
        name=node["name"],
        kind=node["kind"],
        points=milli(node["points"]),
        where=_conditions(node.get("where")),
        caps=Caps(*(_milli_of(caps, period) for period in ("day", "week", "month", "lifetime"))),
        instead_of=(instead_of,) if isinstance(instead_of, str) else tuple(instead_of),
        group=node.get("group"),
    )


def _fit(node: Node) -> FitScore:
    rules = tuple(FitRule(rule["name"], milli(rule["points"]), _conditions(rule["where"])) for rule in node["rules"])
    return FitScore(node["name"], rules, _milli_of(node, "cap"))


def _ready(node: Node) -> Ready:
    dwell = node.get("dwell")
    direct = node.get("direct", ())
    return Ready(
        scores=tuple(node["scores"]),
        up=milli(node["up"]),
        down=milli(node["down"]),
        dwell=int(dwell[:-1]) * _DWELL[dwell[-1]] if dwell else timedelta(0),
        direct=tuple(
            DirectTrigger(item["name"], ActClause(item["kind"], _conditions(item.get("where"))), item["days"])
            for item in direct
        ),
        musts=_conditions(node.get("musts")),
        exclusions=tuple(exclusion for exclusion in Exclusion if exclusion in node.get("exclusions", ())),
        not_when=_conditions(node.get("not_when")),
    )


def _promise(side: Side, node: Node) -> PromiseTerm:
    return PromiseTerm(
        kind=PromiseKind(node["promise"]),
        owed_by=side,
        amount=node.get("within", ""),
        calendar=node.get("calendar"),
        count=node.get("count"),
    )


def _reasons(nodes: list[Node]) -> tuple[Reason, ...]:
    return tuple(Reason(node["code"], node["label"], node.get("needs")) for node in nodes)
