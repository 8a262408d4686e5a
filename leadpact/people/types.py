"""Identities and persons as other packages see them."""

from dataclasses import dataclass
from enum import StrEnum


class IdentityKind(StrEnum):
    """Strongest first: an event hangs on the strongest it carries."""

    USER = "user"
    CRM = "crm"
    EMAIL = "email"
    ANONYMOUS = "anonymous"


class Purpose(StrEnum):
    MAIL = "mail"
    MAIL_TRACKING = "mail_tracking"
    WEB_TRACKING = "web_tracking"
    PROFILING = "profiling"


@dataclass(frozen=True)
class Identifier:
    """One identifier as it came in, not yet normalised; external ids (user, crm) carry the source that gave them."""

    kind: IdentityKind
    value: str
    source: str = ""


@dataclass(frozen=True)
class Recognised:
    """Whom an event hangs on.  `person` is the surviving row."""

    identity: int
    person: int
    is_new: bool
