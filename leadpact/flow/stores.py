"""Every store that holds personal data, or could: whose, what, and how it is erased, or why there is nothing to erase.

docs/reference/stores.md is made of this list.  A test fails when a column of text, JSON or bytes, or a folder under
LEADPACT_HOME, is missing here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Whose(StrEnum):
    """Whom a store tells of."""

    PERSON = "person"  # a prospect: erased
    STAFF = "staff"  # our own users
    NOBODY = "nobody"  # codes, digests, settings


@dataclass(frozen=True)
class Table:
    """Columns of one table; `erased`: what erasure does, or why there is nothing to erase."""

    name: str
    columns: str  # with blanks between
    whose: Whose
    what: str
    erased: str


@dataclass(frozen=True)
class Place:
    """A file or folder under LEADPACT_HOME, or something outside that may hold what we wrote."""

    name: str
    whose: Whose
    what: str
    erased: str


_PERSON, _STAFF, _NOBODY = Whose.PERSON, Whose.STAFF, Whose.NOBODY
_CODES: Final = "codes and names of our own; nothing a person said"

TABLES: Final = (
    Table(
        "ledger_entry",
        "personal",
        _PERSON,
        "what came with the entry: form values, free text, address queries, user agent",
        "emptied, with the salt; flow.erasing, ledger.erasing",
    ),
    Table(
        "ledger_entry",
        "facts",
        _PERSON,
        "properties of what was done; field names, numbers, addresses of pages",
        "addresses and titles of pages go, and texts that name the person; the rest stays",
    ),
    Table(
        "ledger_entry",
        "salt digest message content",
        _NOBODY,
        "fingerprints",
        "the salt goes; the digest stays and tells nothing without it",
    ),
    Table(
        "ledger_entry",
        "kind about by",
        _NOBODY,
        "kind, what it is about by number, who acted by number",
        "stays: it is what is counted",
    ),
    Table(
        "ledger_message",
        "message content",
        _NOBODY,
        "the same fingerprints of messages on PostgreSQL, where entries lie in partitions",
        "stays: nothing is to be recorded twice",
    ),
    Table("ledger_position", "chain", _NOBODY, "the chain over digests", "stays"),
    Table("ledger_reader", "name", _NOBODY, "names of readers", _CODES),
    Table(
        "ledger_inbox",
        "body",
        _PERSON,
        "arrivals on PostgreSQL before they are drained",
        "drained before an erasure begins, then as the entry",
    ),
    Table("ledger_inbox", "channel", _NOBODY, "how it came", _CODES),
    Table("ledger_received", "place", _NOBODY, "names of inboxes", _CODES),
    Table("ledger_segment", "name sha256", _NOBODY, "names and fingerprints of files", _CODES),
    Table(
        "people_person",
        "name email phone title facts",
        _PERSON,
        "who somebody is",
        "emptied; the row stays as a number; people.erasing",
    ),
    Table("people_identity", "source value", _PERSON, "addresses, user ids, visitor ids", "overwritten with chance"),
    Table("people_identity", "kind strength", _NOBODY, "what sort of id it is", "stays"),
    Table(
        "people_fact",
        "name value",
        _PERSON,
        "what was known since when",
        "the person's rows are deleted; a company's stay",
    ),
    Table("people_merge", "identities", _NOBODY, "numbers", "stays"),
    Table(
        "people_consent",
        "purpose source",
        _PERSON,
        "what somebody agreed to, and where",
        "deleted; the entry that says it stays, without words",
    ),
    Table("people_consenttext", "purpose text", _NOBODY, "our own wording", "stays"),
    Table(
        "people_suppression",
        "address_digest reason",
        _PERSON,
        "addresses we may not write to, as fingerprints",
        "stays, so that nobody writes again",
    ),
    Table(
        "people_erasure",
        "persons reason asked_by step receipt",
        _NOBODY,
        "numbers, codes, counts and who asked",
        "stays: the record of the erasure",
    ),
    Table(
        "people_company",
        "name name_key facts",
        _NOBODY,
        "firms, which are no persons",
        "stays; a firm named after its owner is edited by hand",
    ),
    Table("people_domain", "name", _NOBODY, "domains of firms", "stays"),
    Table(
        "engagement_quarantined",
        "name body mended detail note",
        _PERSON,
        "events that could not be recorded, as they came",
        "emptied where they name the person, and counted as dropped",
    ),
    Table(
        "engagement_quarantined",
        "reason channel message content outcome became",
        _NOBODY,
        "codes and fingerprints",
        _CODES,
    ),
    Table("engagement_trace", "ip", _PERSON, "from which address an act came, for 7 days", "deleted"),
    Table("engagement_judging", "started_by", _NOBODY, "who had the past judged again", _CODES),
    Table("engagement_source", "name users_of kind key_digest prefix origins mapping", _NOBODY, "write keys", _CODES),
    Table("engagement_publickey", "plain", _NOBODY, "keys that stand in public pages", _CODES),
    Table("engagement_sighting", "origin", _NOBODY, "sites a key was used on", _CODES),
    Table("engagement_arrivalcount", "outcome reason", _NOBODY, "counts", _CODES),
    Table(
        "engagement_visitcount",
        "path campaign",
        _NOBODY,
        "counts of visits by nobody in particular",
        "no visitor is told apart",
    ),
    Table("engagement_turnedaway", "reason", _NOBODY, "counts", _CODES),
    Table(
        "handover_pursuit",
        "note external",
        _PERSON,
        "words and the former system's number",
        "emptied where the hand-over is theirs alone; else where they are named",
    ),
    Table("handover_pursuit", "type stage first_touch_channel reason", _NOBODY, "codes", _CODES),
    Table("handover_stagedate", "stage", _NOBODY, "codes", _CODES),
    Table("handover_offer", "note", _PERSON, "words of whoever answered", "as the hand-over"),
    Table("handover_offer", "route answer reason", _NOBODY, "numbers of users and codes", _CODES),
    Table("handover_sendback", "note", _PERSON, "words of whoever sends a lead back, for seconds", "emptied"),
    Table("handover_sendback", "reason", _NOBODY, "codes", _CODES),
    Table(
        "handover_activity",
        "note",
        _PERSON,
        "what sales wrote down",
        "emptied; notes on others where they name the person",
    ),
    Table("handover_activity", "kind", _NOBODY, "codes", _CODES),
    Table(
        "handover_dispute",
        "words answer_words",
        _PERSON,
        "what both sides wrote",
        "emptied where the hand-over is theirs, or they are named",
    ),
    Table("handover_dispute", "outcome outcome_reason reason answer", _NOBODY, "codes", _CODES),
    Table(
        "pipeline_deal",
        "title next_step note search",
        _PERSON,
        "words about a deal",
        "notes go where the deal is theirs alone; a title that names them becomes the deal's number",
    ),
    Table(
        "pipeline_deal",
        "stage state currency reason external",
        _NOBODY,
        "codes and the deal's number elsewhere",
        "stays",
    ),
    Table("pipeline_dealperson", "role", _PERSON, "the part somebody has in a deal", "emptied"),
    Table("pipeline_dealstage", "stage state currency", _NOBODY, "codes", _CODES),
    Table(
        "promises_promise",
        "reason",
        _PERSON,
        "why somebody waived a promise",
        "emptied where it is about them alone, or they are named",
    ),
    Table(
        "promises_promise",
        "key kind owed_by_side owed_to_side about terms state closed_by",
        _NOBODY,
        "codes, numbers and calendars",
        _CODES,
    ),
    Table("scoring_standing", "scores", _PERSON, "points of a person", "the row is deleted"),
    Table("scoring_resetrow", "why", _NOBODY, "codes", "the rows are deleted"),
    Table("scoring_crossing", "kind", _NOBODY, "codes", "stays: when somebody, no longer known, was ready"),
    Table("scoring_lookback", "asked_by part found fault", _NOBODY, "counts and numbers of persons", _CODES),
    Table("capture_grant", "email anonymous_id key", _PERSON, "who may download a paper", "deleted"),
    Table("capture_touch", "campaign_key channel", _PERSON, "how an identity first came", "stays without a name in it"),
    Table("capture_campaign", "name name_key channel note", _NOBODY, "our campaigns", _CODES),
    Table("capture_campaignname", "key", _NOBODY, "our campaigns", _CODES),
    Table("capture_campaigncost", "currency external", _NOBODY, "our costs", _CODES),
    Table("capture_form", "slug key title intro thanks fields consent_purposes", _NOBODY, "our forms", _CODES),
    Table("capture_paper", "slug title intro file_name digest", _NOBODY, "our papers", _CODES),
    Table(
        "nurture_recipient",
        "address address_key",
        _PERSON,
        "whom a mail went to",
        "emptied; what is due is refused, so it never leaves",
    ),
    Table("nurture_recipient", "state reason held_why", _NOBODY, "codes", _CODES),
    Table(
        "nurture_mailing",
        "audience place",
        _PERSON,
        "whom a mail is for: a list's filters",
        "emptied where they name the person",
    ),
    Table("nurture_mailing", "subject body state", _NOBODY, "our own letter, with blanks for names", "stays"),
    Table(
        "worklist_leadline",
        "name email company_name search name_key family_key email_key last_act_detail type title company_key came_by",
        _PERSON,
        "the line of the lists",
        "the row is deleted, and the search index with it",
    ),
    Table("worklist_leadline", "stage due_what last_act_kind channel", _NOBODY, "codes", "the row is deleted"),
    Table("worklist_savedview", "name name_key query", _PERSON, "kept searches", "deleted where they name the person"),
    Table("worklist_savedview", "columns", _NOBODY, "names of columns", _CODES),
    Table("worklist_listchoice", "columns", _NOBODY, "names of columns", _CODES),
    Table(
        "team_notice",
        "text url mail_subject mail_body key",
        _PERSON,
        "what users were told, and the mails with it",
        "deleted where they name the person or lead to them",
    ),
    Table("team_notice", "kind mail_state", _NOBODY, "codes", _CODES),
    Table(
        "team_keptanswer", "body key", _PERSON, "answers of the API, for a day", "deleted where they name the person"
    ),
    Table("team_keptanswer", "request", _NOBODY, "fingerprints", _CODES),
    Table(
        "django_session",
        "session_data session_key",
        _PERSON,
        "what a page remembers: undo, messages",
        "sessions that name the person end",
    ),
    Table(
        "team_user",
        "password email name roles zone notice_choices",
        _STAFF,
        "our own users",
        "not prospects: closed under Settings > People",
    ),
    Table("team_token", "name digest scopes", _STAFF, "tokens by fingerprint", "as the user"),
    Table(
        "team_company",
        "name zone currency postal_address own_domains competitor_domains deal_stages steps_left_out steps_done "
        "retention",
        _NOBODY,
        "our own company",
        _CODES,
    ),
    Table("team_calendar", "name document", _NOBODY, "working hours", _CODES),
    Table("team_team", "name side", _NOBODY, "teams", _CODES),
    Table("account_emailaddress", "email", _STAFF, "log-in", "as the user"),
    Table("account_emailconfirmation", "key", _STAFF, "log-in", "as the user"),
    Table("mfa_authenticator", "type data", _STAFF, "log-in", "as the user"),
    Table("auth_group", "name", _NOBODY, "not used", _CODES),
    Table("auth_permission", "name codename", _NOBODY, "not used", _CODES),
    Table("django_content_type", "app_label model", _NOBODY, "names of tables", _CODES),
    Table("pact_pactversion", "document digest note proposed_by", _NOBODY, "the agreement", "names no prospect"),
    Table("pact_inforce", "put_by", _NOBODY, "who put it in force", _CODES),
)

PLACES: Final = (
    Place("leadpact.sqlite3", _PERSON, "the tables", "freed pages are overwritten (secure_delete)"),
    Place("leadpact.sqlite3-wal", _PERSON, "the log of writes", "emptied (checkpoint) before an erasure is done"),
    Place("leadpact.sqlite3-shm", _NOBODY, "SQLite's own index of that log", "page numbers only"),
    Place("worklist_words", _PERSON, "the search index, in that file", "words are taken out at once, then merged"),
    Place("inbox.sqlite3", _PERSON, "arrivals not yet drained", "drained, trimmed and overwritten"),
    Place("inbox.sqlite3-wal", _PERSON, "its log of writes", "emptied (checkpoint)"),
    Place("inbox.sqlite3-shm", _NOBODY, "SQLite's own index of that log", "page numbers only"),
    Place("segments", _PERSON, "facts of entries in Parquet; never their personal part", "written anew, same digests"),
    Place("replay", _PERSON, "columns for replays: values of facts and properties", "made anew"),
    Place(
        "history-*",
        _PERSON,
        "a copy of the history, while a cluster replays it",
        "removed with the replay; one that a kill left behind goes, and an erasure waits for one in use",
    ),
    Place("kernel", _NOBODY, "compiled code", "nothing of anybody"),
    Place("uploads", _PERSON, "files on their way through an import, and refused rows", "removed where they name them"),
    Place("uploads/papers", _NOBODY, "our own papers", "published by us"),
    Place("secret_key", _NOBODY, "the installation's key", "nothing of anybody"),
)

OUTSIDE: Final = (
    Place("log", _NOBODY, "standard error", "carries numbers and codes; no names, addresses or bodies"),
    Place("mail server", _PERSON, "mails that left", "not ours any more: the server's own spool and logs"),
    Place("exports", _PERSON, "files somebody downloaded or wrote by `leadpact export`", "theirs to delete"),
    Place("backups", _PERSON, "copies of this folder", "erase again after restoring: `leadpact person erased`"),
)


def page() -> str:
    """Return the list as docs/reference/stores.md has it."""
    lines = [
        "# Stores",
        "",
        "Every place in which Leadpact could keep something about a person, made of `leadpact/flow/stores.py` by",
        "`make stores`. What erasure is and how it is asked for: [privacy](../howto/privacy.md).",
        "",
        "## Tables",
        "",
        "| table | columns | whose | what | what erasure does |",
        "|---|---|---|---|---|",
        *(f"| `{t.name}` | {t.columns} | {t.whose} | {t.what} | {t.erased} |" for t in TABLES),
    ]
    for title, places in (("Files under LEADPACT_HOME", PLACES), ("Outside", OUTSIDE)):
        lines += ["", f"## {title}", "", "| place | whose | what | what erasure does |", "|---|---|---|---|"]
        lines += [f"| `{place.name}` | {place.whose} | {place.what} | {place.erased} |" for place in places]
    return "\n".join(lines) + "\n"
