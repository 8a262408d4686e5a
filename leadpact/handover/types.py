"""The stages of a lead."""

from enum import StrEnum


class Stage(StrEnum):
    ANONYMOUS = "anonymous"
    CONTACT = "contact"
    LEAD = "lead"
    READY = "ready"
    OFFERED = "offered"
    WORKING = "working"
    DEAL = "deal"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"
    LOST = "lost"
    COOLED = "cooled"
