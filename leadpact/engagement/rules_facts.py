"""Standard properties of an event, and what of them is personal.

Facts carry no query of an address: it may hold a name, a mail address or a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from leadpact.base.criteria import Scalar
from leadpact.engagement.kinds import ANYWHERE, UTM, kind_of
from leadpact.engagement.types import Json

MAX_TEXT = 500
ADDRESSES = ("url", "referrer")


@dataclass(frozen=True)
class Properties:
    """`queries`: the parts cut off from addresses, by property; personal."""

    facts: dict[str, Scalar]
    queries: dict[str, str]


def part(event: Mapping[str, object], name: str) -> Json:
    """Return the object under `name`; {} when there is none or it is something else."""
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def standard_properties(event: Json, kind: str) -> Properties:
    """Return the standard properties of the kind, from the event's properties, its context and its address."""
    said, context = part(event, "properties"), part(event, "context")
    page = part(context, "page")
    address = _split(said.get("url") or page.get("url"))
    facts: dict[str, Scalar] = {}
    queries: dict[str, str] = {}
    for name in kind_of(kind).properties:
        value = _scalar(said.get(name))
        if value is None and kind == "page.viewed":
            value = _scalar(page.get(name)) or _of_page(name, event, address)
        if name in ADDRESSES and isinstance(value, str):
            value, query = _without_query(value)
            if query:
                queries[f"{name}_query"] = query
        if value is not None and value != "":
            facts[name] = value
    facts.update(_campaign(said, part(context, "campaign"), address))
    return Properties(facts, queries)


def path_and_campaign(event: Json) -> tuple[str, str]:
    """Return what may be counted of a visitor who did not agree to be followed."""
    facts = standard_properties(event, "page.viewed").facts
    campaign = facts.get("campaign") or facts.get("utm_campaign") or ""
    return str(facts.get("path") or "")[:200], str(campaign)[:200]


def _of_page(name: str, event: Json, address: SplitResult | None) -> Scalar | None:
    if name == "path" and address:
        return address.path or "/"
    return _scalar(event.get("name")) if name == "title" else None


def _campaign(said: Json, campaign: Json, address: SplitResult | None) -> dict[str, Scalar]:
    """Return `campaign` and the five utm_*: as said, else by the context, else by the address."""
    query = parse_qs(address.query, max_num_fields=None) if address and "utm_" in address.query else {}
    facts: dict[str, Scalar] = {}
    for name in UTM:
        short = "name" if name == "utm_campaign" else name.removeprefix("utm_")
        for value in (said.get(name), campaign.get(short), *query.get(name, ())):
            found = _scalar(value)
            if found is not None and found != "":
                facts[name] = found
                break
    named = _scalar(said.get("campaign")) or facts.get("utm_campaign")
    if named:
        facts["campaign"] = named
    return {name: facts[name] for name in ANYWHERE if name in facts}


def _scalar(value: object) -> Scalar | None:
    """Return a text, a whole number or yes/no; anything else stays in the event as it came."""
    if isinstance(value, str):
        return value.strip()[:MAX_TEXT]
    if isinstance(value, bool | int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float) and abs(value) < 2**53:
        return int(value)
    return None


def _split(value: object) -> SplitResult | None:
    if not isinstance(value, str):
        return None
    try:
        return urlsplit(value.strip())
    except ValueError:  # such as a bracket that opens no IPv6 address
        return None


def _without_query(address: str) -> tuple[str, str]:
    parts = _split(address)
    if parts is None:
        return "", address
    query = "#".join(text for text in (parts.query, parts.fragment) if text)
    # A name or password in front of the host is personal too.
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", "")), query
