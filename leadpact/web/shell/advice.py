"""What to do about an error, in the reader's language.

The packages raise errors without knowing of languages; here, where they meet a reader, the usual advice of each is
translated.  `makemessages` finds the sentences in this list; tests/docs/test_texts.py holds it to the errors there are.
"""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from leadpact.base.errors import LeadpactError

ADVICE: Final = frozenset((
    gettext_noop('Add what the reason needs.'),
    gettext_noop('Ask the person it was offered to, or their head.'),
    gettext_noop('Begin at the first page again.'),
    gettext_noop('Change that user instead, or use another address.'),
    gettext_noop('Check the mail server of this installation (LEADPACT_SMTP_HOST) and try again.'),
    gettext_noop('Choose a PDF file.'),
    gettext_noop('Choose a moment between the last change of the deal and now.'),
    gettext_noop('Choose a moment from now on.'),
    gettext_noop('Choose a password of at least 10 characters that is not a common one.'),
    gettext_noop('Choose among the notices and hours shown.'),
    gettext_noop('Choose another address.'),
    gettext_noop('Choose another name, or change the view that has it.'),
    gettext_noop('Choose another name.'),
    gettext_noop("Choose another name: the user ids a key's events carry are known by the key's name."),
    gettext_noop('Choose another version or another moment.'),
    gettext_noop('Choose one of the reasons the pact names.'),
    gettext_noop('Choose one of the reports.'),
    gettext_noop('Choose one of the stages in the settings.'),
    gettext_noop('Choose one of the versions in docs/reference/bots.md.'),
    gettext_noop('Choose one of the views beside the list.'),
    gettext_noop('Choose persons first.'),
    gettext_noop('Choose two different persons who are not merged yet.'),
    gettext_noop('Choose why the deal was lost.'),
    gettext_noop('Close the quotation mark in the row that is named, or export the file again.'),
    gettext_noop('Correct it and try again.'),
    gettext_noop('Correct the cost and try again.'),
    gettext_noop('Correct the field and try again.'),
    gettext_noop('Correct the link and try again.'),
    gettext_noop('Correct the value that is named.'),
    gettext_noop('Export the file again; it needs a row of headers and at least one row below it.'),
    gettext_noop('Give a folder that `leadpact generate` or `leadpact export history` made.'),
    gettext_noop('Give an end after the beginning, both with their offset.'),
    gettext_noop('Give days from 1 to 3660, or 0 to keep it for ever.'),
    gettext_noop('Give it a short name, and fewer filters.'),
    gettext_noop('Give the calendar opening hours on at least one day of the week that is not always closed.'),
    gettext_noop('Give the campaign a name of at most 200 letters.'),
    gettext_noop("Give the key a name of 1 to 60 printable characters; `leadpact` is the product's own."),
    gettext_noop('Give the path of a file that can be read.'),
    gettext_noop('Give the role revenue_operations to another active user first.'),
    gettext_noop('Keep a copy of it under a name of your own.'),
    gettext_noop('Leave it out for this report.'),
    gettext_noop('Link something else to the person first.'),
    gettext_noop('List the tokens in the settings.'),
    gettext_noop('List the users with: leadpact user list.'),
    gettext_noop('List the write keys to see their numbers.'),
    gettext_noop('Log in and answer there.'),
    gettext_noop('Look at the deal as it stands now and move it by hand.'),
    gettext_noop('Look at the disk; nothing was sealed, and the next run tries again.'),
    gettext_noop("Look at the person's page: it lists what identifies them."),
    gettext_noop('Look the messages up again and leave out those that are known.'),
    gettext_noop('Look up the versions there are.'),
    gettext_noop("Map a client's event name to one of the prospect's acts, such as form.submitted."),
    gettext_noop('Merge the two persons if they are one, or use another address.'),
    gettext_noop('Merge the two persons if they are one.'),
    gettext_noop('Name the character between two columns with --delimiter, or leave it out to have it found.'),
    gettext_noop("Name the file's encoding with --encoding, for example utf-8, cp1252 or utf-16."),
    gettext_noop('Nothing needs doing: the promise counts as its page says.'),
    gettext_noop('Only a person who was merged can be taken apart again.'),
    gettext_noop('Open the campaign and choose one of its costs.'),
    gettext_noop('Open the dispute to read what was said.'),
    gettext_noop('Open the entry in the ledger to see its number.'),
    gettext_noop('Open the lead to see its comments.'),
    gettext_noop('Open the lead to see where it stands now.'),
    gettext_noop('Open the lead to see who has it now.'),
    gettext_noop('Open the link from the mail again.'),
    gettext_noop('Open the list of campaigns and choose one of them.'),
    gettext_noop('Open the list of deals and choose one of them.'),
    gettext_noop('Open the list of disputes and choose one of them.'),
    gettext_noop('Open the list of forms and choose one of them.'),
    gettext_noop('Open the list of leads and choose one of them.'),
    gettext_noop('Open the list of mails and choose one of them.'),
    gettext_noop('Open the list of papers and choose one of them.'),
    gettext_noop('Open the list of promises and choose one of them.'),
    gettext_noop('Open the newest mail about this lead, or log in and answer there.'),
    gettext_noop('Open the page of the paper and ask for it again.'),
    gettext_noop('Put a pact in force from an earlier moment, or ask about a later one.'),
    gettext_noop('Put a row with the names of the columns first.'),
    gettext_noop('Put a version in force first.'),
    gettext_noop('Put right what is listed, then check again.'),
    gettext_noop('Put right what is listed; `leadpact pact format` explains every word.'),
    gettext_noop('Reopen the deal first.'),
    gettext_noop('Restore the database from a backup; `leadpact ledger verify` names the digest that was agreed to.'),
    gettext_noop('Save it as CSV (UTF-8), xlsx or ods, and try again.'),
    gettext_noop('Say --yes to go on, or --intent history to take the file in without offering anybody.'),
    gettext_noop('Say in a few words what happens next, and on which day if you know.'),
    gettext_noop('Say in a few words why these events are not wanted; at most 200 characters.'),
    gettext_noop('Say in a few words why.'),
    gettext_noop('Say what a column is with --map "Header=field", and what the rows are with --kind.'),
    gettext_noop('Say what the deal was sold for.'),
    gettext_noop('Say which column holds it with --map "Header=field".'),
    gettext_noop('Search for the company by name or domain.'),
    gettext_noop('Search for the person by name or address.'),
    gettext_noop('See leadpact import --help.'),
    gettext_noop('Send 1 to 200 printable characters without spaces at the ends, such as a UUID.'),
    gettext_noop('Send a new key with every new call; the same one only to repeat a call.'),
    gettext_noop('Send a user id, a CRM id, an e-mail address or an anonymous id.'),
    gettext_noop('Send plain JSON: finite numbers, at most 64 levels deep.'),
    gettext_noop('Set LEADPACT_HOME to an empty folder for the sample company.'),
    gettext_noop('Show one sum for each currency.'),
    gettext_noop('Try again in a few seconds; if it lasts, look at the disk and at the database.'),
    gettext_noop('Try again in a moment.'),
    gettext_noop('Use a name of small letters, digits and underscores, and text, a whole number or yes/no.'),
    gettext_noop(
        'Use marketer, sales_rep, head_of_marketing, head_of_sales, partner, '
        'revenue_operations or executive.'
    ),
    gettext_noop('Use read, write, or verbs of docs/reference/who-may.md.'),
    gettext_noop('Use the name of a calendar listed in the settings.'),
    gettext_noop('Use the name of a team listed in the settings.'),
    gettext_noop('Use the three letters of ISO 4217, such as EUR, GBP or AED.'),
    gettext_noop(
        'Write --map "Header=field" with a header of the file and a field of the kind, '
        'or "Header=" to leave it out.'
    ),
    gettext_noop(
        'Write 2026-03, 2026-Q1, 2026, FY2026, 2026-03-05 to 2026-04-02, month, quarter, '
        'fiscal year, 12 months or all.'
    ),
    gettext_noop('Wait a minute and try again: a worker compiles it when it starts. `leadpact init` does so too.'),
    gettext_noop('Wait until that is done; its progress stands on the page.'),
    gettext_noop('Write a comment of your own.'),
    gettext_noop('Write a whole number of events a second, 0 for no limit; at most 1,000,000.'),
    gettext_noop('Write an origin as https://www.example.com, without a path; only browser keys have origins.'),
    gettext_noop('Write another mail.'),
    gettext_noop('Write digits with a point or a comma for the decimals and at most one currency: 1,234.56 EUR.'),
    gettext_noop('Write hours and minutes such as 4h, 90m or 1h30m, or whole working days such as 2wd.'),
    gettext_noop('Write in a few words why the promise need not be kept.'),
    gettext_noop('Write it as 2026-03-03T10:00+01:00, with the offset from UTC.'),
    gettext_noop('Write it as name@company.com.'),
    gettext_noop('Write opening hours as "09:00-17:30"; "22:00-06:00" passes midnight, "00:00-24:00" is all day.'),
    gettext_noop("Write the company's postal address under Settings, Company."),
    gettext_noop('Write the wording down first; a consent refers to one version of it.'),
    gettext_noop('Write to us instead.'),
))  # fmt: skip


def advice_of(error: LeadpactError) -> str:
    """Return what to do about an error; advice for this one case alone is said as it was written."""
    return gettext(error.what_to_do) if error.what_to_do in ADVICE else error.what_to_do


def told(error: LeadpactError) -> str:
    """Return what is wrong and what to do about it, for beside a field or above a page."""
    return f"{error.message} {advice_of(error)}".strip()
