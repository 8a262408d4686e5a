"""What a column can be, and the words by which spreadsheets and the usual exports name it.

Exports whose headers were looked at: HubSpot, Salesforce, Pipedrive, Mailchimp, Google, Facebook lead ads, Zoom,
Eventbrite.  A word stands for one field; what that field may be used for depends on the kind of the file.
"""

import re
from typing import Final

from leadpact.base.currencies import is_currency
from leadpact.base.text import fold
from leadpact.flow.importing.types import Kind

FACT: Final = "fact:"  # fact:budget keeps the column as a fact of the person or company
STAGE: Final = "stage:"  # stage:site visit holds the day on which the lead or deal came there
PROPERTY: Final = "property:"  # property:path is a property of the event


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", "|").split("|") if word.strip())


_SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "person_id": _words(
        "person id|customer id|contact id|client id|customer no|customer number|client number|customer key|client no"
        "|contact key|associated contact ids|user id|userid|subscriber id|leid|prospect id|buyer id|customer ref"
    ),
    "email": _words(
        "email|e mail|mail|email address|e mail address|mail address|work email|business email|lead email|user email"
        "|contact email|customer email|client email|person email work|e mail 1 value|email 1|primary email|correo"
        "|correo electronico|courriel|adresse e mail|e mail adresse|emial|emailaddress"
    ),
    "other_email": _words("email 2|e mail 2 value|person email home|secondary email|other email|alternative email"),
    "anonymous_id": _words("anonymous id|anonymousid|visitor id|cookie id"),
    "name": _words(
        "name|full name|contact name|client name|customer name|lead name|person name|attendee name|nombre|nom|nmae"
        "|user name original name|name original name|display name|fullname|nombre completo"
    ),
    "first_name": _words("first name|firstname|given name|forename|vorname|prenom|fname"),
    "last_name": _words("last name|lastname|surname|family name|nachname|apellido|apellidos|lname"),
    "phone": _words(
        "phone|phone number|mobile|mobile phone|mobile number|telephone|tel|cell|lead phone|phone 1 value|telefono"
        "|telefon|person phone work|work phone|contact number|phne|whatsapp|phone no"
    ),
    "title": _words("title|job title|jobtitle|position|job role|organization title|function"),
    "company": _words(
        "company|company name|organization|organisation|organization name|account|account name|company account"
        "|associated company|employer|empresa|firma|societe|entreprise|compny|business name"
    ),
    "domain": _words("domain|company domain|company domain name|website|website url|web site|url of company"),
    "company_id": _words("company id|account id|organization id|associated company ids"),
    "country": _words("country|country region name|home country|country region|pais|land|cc"),
    "city": _words("city|town|home city|ciudad|stadt|ville"),
    "state": _words("state|province|state province|region|home state|bundesland"),
    "language": _words("language|locale|preferred language"),
    "industry": _words("industry|sector|branche"),
    "size": _words("company size|number of employees|employees|size|headcount"),
    "nationality": _words("nationality"),
    "owner": _words(
        "owner|lead owner|contact owner|deal owner|opportunity owner|account owner|person owner|owner alias|owner name"
        "|sales rep|agent id|agent|agent name|assigned to|salesperson|rep|account manager|owner email|company owner"
    ),
    "created_at": _words(
        "created|created at|created date|create date|date created|created time|creation date|person created|signup date"
        "|date added|record created|first seen|optin time|registered on|added on|person person created"
    ),
    "changed_at": _words("changed at|last changed|last modified|last modified date|modified|updated|updated at"),
    "lifecycle": _words("lifecycle stage|marketing contact status|member rating|labels|person label"),
    "record_id": _words("id|record id|recordid|rec id|external id|row id|person id number|uuid|reference|ref"),
    "lead_id": _words("lead id|leadid|lead number|lead no|lead ref|lead reference|enquiry id|gclid"),
    "lead_date": _words(
        "lead date|enquiry date|date of lead|lead created|inquiry date|conversion time|date of enquiry"
    ),
    "status": _words("status|lead status|statu|crm status|lead stage|current status|stage of lead|lead state"),
    "channel": _words(
        "channel|marketing channel|lead source|source|original source|medium|utm source|lead channel"
        "|acquisition channel|platform|data source"
    ),
    "campaign": _words(
        "campaign|campaign name|marketing campaign|utm campaign|ad campaign|unsub campaign title|ad name|keyword"
    ),
    "form": _words("form|form name|conversion name|landing page|lead form"),
    "cost": _words(
        "cost|marketing cost|spend|amount spent|ad spend|campaign cost|lead cost|cost per lead|budget spent|media cost"
    ),
    "currency": _words("currency|currency code|amount currency|deal currency|cost currency"),
    "reason": _words(
        "lost reason|reason lost|loss reason|closed lost reason|reason|unsub reason"
        "|why lost|reason for loss|lost because"
    ),
    "ended_at": _words("lost date|date lost|lost on|lost at"),
    "deal_id": _words("deal id|sale id|opportunity id|order id|deal number|sale number|opportunity number|sales id"),
    "deal_name": _words("deal name|opportunity name|opportunity|deal title|deal|sale name"),
    "deal_stage": _words("deal stage|stage|opportunity stage|sales stage|pipeline stage"),
    "amount": _words(
        "amount|value|sale value|deal value|sale amount|deal amount|sales value|revenue|contract value|price|total"
        "|deal size|selling price|sale price"
    ),
    "closed_at": _words("close date|closed date|closed at|expected close date|closing date|closed on"),
    "won_at": _words("sale date|sold date|won date|sold on|won on|won at|date of sale|order date of sale|date sold"),
    "opened_at": _words("opened at|open date|opened on|date opened"),
    "next_step": _words("next step"),
    "event": _words("kind|event|event name|event type|activity|activity type|action|act"),
    "happened_at": _words(
        "happened at|timestamp|time|date|event time|event date|activity date|occurred at|when|datetime|date time|day"
    ),
    "properties": _words("properties|event properties|details"),
    "message_id": _words("message id|messageid|event id"),
    "topic": _words("topic|webinar|webinar name|event title|webinar topic|meeting topic|event attended"),
    "joined_at": _words("join time|joined at|joined|check in time|checked in at"),
    "minutes": _words("time in session minutes|duration minutes|minutes|minutes attended|duration"),
    "attended": _words("attended|attendance|attendee status|checked in|did attend|showed up"),
    "registered_at": _words("registration time|registered at|registered|order date|registration date"),
    "unsubscribed_at": _words("unsub time|unsubscribed at|unsubscribed|unsubscribe date|opt out date|opted out at"),
}
FIELD_OF: Final[dict[str, str]] = {word: name for name, words in _SYNONYMS.items() for word in words}

_WHO: Final = ("person_id", "email", "name", "first_name", "last_name", "phone")
PERSON_FACTS: Final = ("other_email", "country", "city", "state", "language", "industry", "nationality", "lifecycle")
_PERSON: Final = (*_WHO, "title", "company", "domain", "owner", "created_at", "changed_at", *PERSON_FACTS)
FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.PERSONS: (*_PERSON, "channel"),
    Kind.COMPANIES: ("company", "domain", "owner", "created_at", "country", "city", "industry", "size", "phone"),
    Kind.LEADS: (
        *_PERSON,
        "lead_id",
        "lead_date",
        "status",
        "channel",
        "campaign",
        "form",
        "cost",
        "currency",
        "reason",
        "ended_at",
    ),
    Kind.DEALS: (
        *_WHO,
        *("deal_id", "deal_name", "deal_stage", "amount", "currency", "closed_at", "won_at", "opened_at"),
        *("lead_id", "company", "domain", "owner", "reason"),
    ),
    Kind.COSTS: ("campaign", "channel", "cost", "currency", "happened_at", "record_id"),
    Kind.ATTENDANCE: (*_PERSON, "topic", "joined_at", "minutes", "attended", "registered_at"),
    Kind.EVENTS: (*_WHO, "anonymous_id", "event", "happened_at", "properties", "message_id", "campaign"),
    Kind.UNSUBSCRIBES: ("email", "person_id", "unsubscribed_at", "reason", "campaign"),
}

# A word that many columns share, read by what the file is: (kind, field by its word) -> field there.
READ_AS: Final[dict[tuple[Kind, str], str]] = {
    (Kind.PERSONS, "record_id"): "person_id",
    (Kind.PERSONS, "happened_at"): "created_at",
    (Kind.LEADS, "record_id"): "lead_id",
    (Kind.LEADS, "created_at"): "lead_date",
    (Kind.LEADS, "happened_at"): "lead_date",
    (Kind.LEADS, "opened_at"): "lead_date",
    (Kind.LEADS, "deal_stage"): "status",
    (Kind.DEALS, "record_id"): "deal_id",
    (Kind.DEALS, "name"): "deal_name",
    (Kind.DEALS, "title"): "deal_name",
    (Kind.DEALS, "status"): "deal_stage",
    (Kind.DEALS, "created_at"): "opened_at",
    (Kind.DEALS, "happened_at"): "closed_at",
    (Kind.COMPANIES, "name"): "company",
    (Kind.COSTS, "amount"): "cost",
    (Kind.COSTS, "created_at"): "happened_at",
    (Kind.EVENTS, "created_at"): "happened_at",
    (Kind.EVENTS, "record_id"): "message_id",
    (Kind.UNSUBSCRIBES, "happened_at"): "unsubscribed_at",
    (Kind.UNSUBSCRIBES, "changed_at"): "unsubscribed_at",
    (Kind.ATTENDANCE, "happened_at"): "joined_at",
    (Kind.ATTENDANCE, "status"): "attended",
}
DATES: Final = frozenset(
    {
        *("created_at", "changed_at", "lead_date", "ended_at", "closed_at", "won_at", "opened_at"),
        *("happened_at", "joined_at", "registered_at", "unsubscribed_at"),
    }
)
MONEY: Final = frozenset({"cost", "amount"})

_STAGE_NAMES: Final = {
    "qualification": "ready", "qualified": "ready", "mql": "ready", "ready": "ready", "sales ready": "ready",
    "marketing qualified": "ready", "became a marketing qualified lead": "ready", "offered": "offered",
    "accepted": "working", "contacted": "contacted", "sold": "customer", "won": "customer", "sale": "customer",
    "converted": "customer", "conversion": "customer",
}  # fmt: skip
_NO_STAGE: Final = re.compile(
    r"\b(last|next|birth|birthday|follow|follow up|import|export|expected|due|modified|updated|start|end|confirm)\b"
)


def flat(header: str) -> str:
    """Return a header as it is compared: folded, words apart, without punctuation."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.sub(r"[^\w]|_", " ", fold(apart)).split())


def without_currency(words: str) -> tuple[str, str]:
    """Part "cost aed" into "cost" and "AED"; the second is "" where no currency ends the words."""
    before, _, last = words.rpartition(" ")
    return (before, last.upper()) if before and len(last) == 3 and is_currency(last.upper()) else (words, "")


def field_of(header: str) -> str:
    """Return the field that a header's words stand for, "" for none."""
    words = flat(header)
    if words in FIELD_OF:
        return FIELD_OF[words]
    bare, currency = without_currency(words)
    found = FIELD_OF.get(bare, "") if currency else ""
    return found if found in MONEY else ""


def place_of(header: str) -> int:
    """Return how good a word for its field a header is: of "campaign name" and "ad name" the first is the campaign."""
    words = flat(header)
    synonyms = _SYNONYMS.get(FIELD_OF.get(words, ""), ())
    return synonyms.index(words) if words in synonyms else 0


def stage_of(header: str) -> str:
    """Return the stage whose day a header names ("Site visit date", "Qualified on"), "" for none."""
    words = flat(header)
    found = (
        re.fullmatch(r"date (?:of|entered) (.+)", words)
        or re.fullmatch(r"became an? (.+) date", words)
        or re.fullmatch(r"(.+) (?:date|on|at)", words)
    )
    if found is None or _NO_STAGE.search(words):
        return ""
    return stage_named(found[1])


def stage_named(words: str) -> str:
    """Return a stage by the name it has here: "Qualified" is "ready"; a name of the file's own stays."""
    return _STAGE_NAMES.get(flat(words), flat(words))
