"""What is known of a person and of their company, in words, and since when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.base.criteria import Value
from leadpact.people.types import ConsentView, FactView, Purpose

FACT_NAMES: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "title": gettext_lazy("Position"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "language": gettext_lazy("Language"),
    "department": gettext_lazy("Department"),
    "seniority": gettext_lazy("Seniority"),
    "size": gettext_lazy("Size"),
    "industry": gettext_lazy("Industry"),
    "source": gettext_lazy("Came by"),
    "open_deal": gettext_lazy("Open deal"),
    "customer": gettext_lazy("Customer"),
}
# Shown elsewhere on the page: in its head, and under "Money".
IN_HEAD = frozenset({"name", "email", "phone", "title", "company", "open_deal", "customer", "own_domain", "competitor"})
CONSENT_NAMES: Mapping[Purpose, str | Promise] = {
    Purpose.MAIL: gettext_lazy("Mails"),
    Purpose.MAIL_TRACKING: gettext_lazy("Seeing which mails are read"),
    Purpose.WEB_TRACKING: gettext_lazy("Seeing visits to the site"),
    Purpose.PROFILING: gettext_lazy("A score"),
}


@dataclass(frozen=True)
class Known:
    """From `since` on the fact has this value; "" : not known any more."""

    name: str
    value: Value
    since: datetime
    entry: int


@dataclass(frozen=True)
class Consent:
    """What a person says of one purpose; `said` None: nothing yet."""

    name: str | Promise
    said: ConsentView | None

    @property
    def source(self) -> str:
        """By what they said it."""
        source = self.said.source if self.said else ""
        kind, colon, named_so = source.partition(":")
        return _("by the form %(form)s") % {"form": named_so} if colon and kind == "form" else source


def now_known(facts: Iterable[FactView], of: str) -> list[tuple[str, Value]]:
    """Return what is known now of the person or the company (`of`), by name, in words."""
    return named(_held(facts, of))


def company_values(facts: Iterable[FactView]) -> Mapping[str, Value]:
    """Return what is known now of the company, as it is kept."""
    return _held(facts, "company")


def _held(facts: Iterable[FactView], of: str) -> dict[str, Value]:
    held: dict[str, Value] = {}
    for fact in facts:
        whose, _dot, name = fact.name.partition(".")
        if whose == of:
            held[name] = fact.value
    return held


def named(facts: Mapping[str, Value]) -> list[tuple[str, Value]]:
    wanted = [(name, value) for name, value in facts.items() if name not in IN_HEAD and value not in (None, "")]
    return [(name_of(name), said(value)) for name, value in sorted(wanted)]


def history_of(facts: Sequence[FactView]) -> list[Known]:
    """Return how what is known of the person came to be known, the newest first; the company's own is its page's."""
    own = [fact for fact in facts if fact.name.startswith("person.") and fact.entry]
    known = [Known(name_of(fact.name[7:]), said(fact.value), fact.happened_at, fact.entry) for fact in own]
    return known[::-1]


def consents_of(given: Mapping[Purpose, ConsentView]) -> list[Consent]:
    """Return every purpose; mail, which decides whether we may write, is first and always there."""
    return [
        Consent(name, given.get(each)) for each, name in CONSENT_NAMES.items() if each in given or each is Purpose.MAIL
    ]


def name_of(name: str) -> str:
    return str(FACT_NAMES.get(name, name.replace("_", " ").capitalize()))


def said(value: Value) -> Value:
    if value is None:
        return ""
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value
