"""Why a hit was judged a machine's, in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.engagement.bots import REASON, Rule

RULES: Final[Mapping[Rule, str | Promise]] = {
    Rule.TRAP: gettext_lazy("it followed a link that nobody can see"),
    Rule.SCANNER: gettext_lazy("it calls itself a program that checks links"),
    Rule.DATACENTRE: gettext_lazy("it came from a data centre"),
    Rule.SOON: gettext_lazy("it followed the mail within seconds"),
    Rule.ALL_LINKS: gettext_lazy("it followed all links of the mail at once"),
    Rule.SPEED: gettext_lazy("it opened more pages at once than anybody can"),
    Rule.MAIL_PRIVACY: gettext_lazy("Apple's mail program opens every mail by itself"),
}


def say_rule(rule: str) -> str:
    """Return why, by the name of the rule; "" for none of the rules."""
    return str(RULES[Rule(rule)]) if rule in set(Rule) else ""


def say_verdict(reason: str) -> str:
    """Return why an entry does not count, by the reason its void gives; "" where a machine is not the reason."""
    why = say_rule(reason.removeprefix(REASON)) if reason.startswith(REASON) else ""
    return _("Judged a machine: %(why)s") % {"why": why} if why else ""
