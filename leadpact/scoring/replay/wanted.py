"""What a pact may ask of acts and of persons: the properties and facts that columns must tell apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadpact.base.criteria import Condition, Operator
from leadpact.engagement.kinds import standard_names
from leadpact.pact.types import Pact
from leadpact.scoring.rules_plan import EXCLUDING_FACTS

# Bounded by nothing a company decides on: each would make nearly every act a shape of its own.
UNBOUNDED = frozenset({"url", "title", "referrer", "seconds", "utm_term", "utm_content"})
EVERY_KIND = "*"


@dataclass(frozen=True)
class Wanted:
    """properties  by kind of act, the names that some pact asks about
    facts       by name, whether the value matters (else only whether it is known)
    """

    properties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facts: Mapping[str, bool] = field(default_factory=dict)

    def covers(self, other: "Wanted") -> bool:
        """Say whether columns made for this answer everything the other asks."""
        return self.covers_facts(other) and all(
            names <= self.properties.get(kind, frozenset()) for kind, names in other.properties.items()
        )

    def covers_facts(self, other: "Wanted") -> bool:
        return all(name in self.facts and self.facts[name] >= needed for name, needed in other.facts.items())

    def joined(self, other: "Wanted") -> "Wanted":
        kinds = {*self.properties, *other.properties}
        nothing: frozenset[str] = frozenset()
        return Wanted(
            {kind: self.properties.get(kind, nothing) | other.properties.get(kind, nothing) for kind in kinds},
            {name: self.facts.get(name, False) or other.facts.get(name, False) for name in (*self.facts, *other.facts)},
        )

    def beyond_standard(self) -> dict[str, frozenset[str]]:
        """Return by kind the names that only the client's own words can answer."""
        found = {kind: names - standard_names(kind) for kind, names in self.properties.items()}
        return {kind: names for kind, names in found.items() if names}

    def as_document(self) -> dict[str, Any]:
        properties = {kind: sorted(names) for kind, names in sorted(self.properties.items())}
        return {"properties": properties, "facts": dict(sorted(self.facts.items()))}


def wanted_of_document(document: Mapping[str, Any]) -> Wanted:
    properties = {kind: frozenset(names) for kind, names in document["properties"].items()}
    return Wanted(properties, dict(document["facts"]))


def wanted_of(pacts: Iterable[Pact]) -> Wanted:
    """Return what any of the pacts may ask."""
    found = Wanted()
    for pact in pacts:
        found = found.joined(_wanted_of_one(pact))
    return found


def _wanted_of_one(pact: Pact) -> Wanted:
    acts = [(rule.kind, rule.where) for score in pact.engagement for rule in score.rules]
    acts += [(clause.kind, clause.where) for clause in pact.lead]
    acts += [(clause.kind, clause.where) for rule in pact.types for clause in rule.acts]
    acts += [(trigger.act.kind, trigger.act.where) for trigger in pact.ready.direct]
    properties: dict[str, frozenset[str]] = {}
    for kind, where in acts:
        names = frozenset(condition.name for condition in where)
        properties[kind] = properties.get(kind, frozenset()) | names
    conditions: list[Condition] = [one for score in pact.fit for rule in score.rules for one in rule.where]
    conditions += [*pact.ready.musts, *pact.ready.not_when]
    facts: dict[str, bool] = {}
    for one in conditions:
        facts[one.name] = facts.get(one.name, False) or one.operator is not Operator.KNOWN
    for exclusion in pact.ready.exclusions:
        facts |= {f"{of}.{EXCLUDING_FACTS[exclusion]}": True for of in ("person", "company")}
    return Wanted(properties, facts)
