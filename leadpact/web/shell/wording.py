"""What the packages say, in the reader's language.

They raise errors and word sentences without knowing of languages (`leadpact.base.wording`); here, where a sentence
meets its reader, its template is looked up and filled.  The API says the English text: scripts read it.
"""

from django.utils.translation import gettext, ngettext

from leadpact.base.errors import LeadpactError
from leadpact.base.wording import Worded, filled, names_of


def translated(text: str) -> str:
    """Return a text in the reader's language; the English one where there is no translation that fits its slots."""
    if not isinstance(text, Worded) or not text:  # gettext says its own head for nothing
        return text
    one, many = text.template, text.many
    template = ngettext(one, many, text.number) if many else gettext(one)
    slots = {name: translated(value) if isinstance(value, str) else value for name, value in text.slots.items()}
    return filled(template, slots) if _fits(template, text) else str(text)


def _fits(template: str, text: Worded) -> bool:
    """Say whether a translation has the slots of the original; a language may say "one lead" without its number."""
    if not text.slots:
        return True
    try:
        names = names_of(template)
    except ValueError:
        return False
    least = {"count"} if text.many else set()
    return text.slots.keys() - least <= names <= text.slots.keys()


def told(error: LeadpactError) -> str:
    """Return what is wrong and what to do about it, for beside a field or above a page."""
    return f"{translated(error.message)} {translated(error.what_to_do)}".strip()
