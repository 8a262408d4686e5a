"""What can go wrong with write keys and voids, one class per cause."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class BadKeyName(BadInput):
    code = "bad_key_name"
    what_to_do = worded("Give the key a name of 1 to 60 printable characters; `leadpact` is the product's own.")


class KeyNameTaken(BadState):
    code = "key_name_taken"
    what_to_do = worded("Choose another name: the user ids a key's events carry are known by the key's name.")


class BadOrigin(BadInput):
    code = "bad_origin"
    what_to_do = worded("Write an origin as https://www.example.com, without a path; only browser keys have origins.")


class BadMapping(BadInput):
    code = "bad_mapping"
    what_to_do = worded("Map a client's event name to one of the prospect's acts, such as form.submitted.")


class BadLimit(BadInput):
    code = "bad_limit"
    what_to_do = worded("Write a whole number of events a second, 0 for no limit; at most 1,000,000.")


class NoNote(BadInput):
    code = "no_note"
    what_to_do = worded("Say in a few words why these events are not wanted; at most 200 characters.")


class UnknownSource(BadInput):
    code = "unknown_source"
    what_to_do = worded("List the write keys to see their numbers.")


class UnknownEntry(BadInput):
    code = "unknown_entry"
    what_to_do = worded("Open the entry in the ledger to see its number.")


class UnknownRules(BadInput):
    """There is no such version of the bot rules."""

    code = "unknown_rules"
    what_to_do = worded("Choose one of the versions in docs/reference/bots.md.")


class AlreadyJudging(BadState):
    """The past is being judged by a version of the bot rules."""

    code = "already_judging"
    what_to_do = worded("Wait until that is done; its progress stands on the page.")
