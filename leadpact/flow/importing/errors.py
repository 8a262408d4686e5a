"""What can be wrong with a file as a whole; what is wrong with one row is a `RowError`."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class NoSuchFile(BadInput):
    code = "no_such_file"
    what_to_do = worded("Give the path of a file that can be read.")


class EmptyFile(BadInput):
    code = "empty_file"
    what_to_do = worded("Export the file again; it needs a row of headers and at least one row below it.")


class BadEncoding(BadInput):
    code = "bad_encoding"
    what_to_do = worded("Name the file's encoding with --encoding, for example utf-8, cp1252 or utf-16.")


class WrongDelimiter(BadInput):
    code = "wrong_delimiter"
    what_to_do = worded("Name the character between two columns with --delimiter, or leave it out to have it found.")


class BadFile(BadInput):
    """Neither a table of text nor a workbook we can read."""

    code = "bad_file"
    what_to_do = worded("Save it as CSV (UTF-8), xlsx or ods, and try again.")


class UnclosedQuote(BadInput):
    code = "unclosed_quote"
    what_to_do = worded("Close the quotation mark in the row that is named, or export the file again.")


class NoHeader(BadInput):
    code = "no_header"
    what_to_do = worded("Put a row with the names of the columns first.")


class UnknownColumns(BadInput):
    """No column says what a row is about."""

    code = "unknown_columns"
    what_to_do = worded('Say what a column is with --map "Header=field", and what the rows are with --kind.')


class MissingColumn(BadInput):
    code = "missing_column"
    what_to_do = worded('Say which column holds it with --map "Header=field".')


class BadMapping(BadInput):
    code = "bad_mapping"
    what_to_do = worded(
        'Write --map "Header=field" with a header of the file and a field of the kind, or "Header=" to leave it out.'
    )


class BadOption(BadInput):
    code = "bad_option"
    what_to_do = worded("See leadpact import --help.")


class NeedsConfirmation(BadState):
    """Many people would be offered to sales at once."""

    code = "needs_confirmation"
    what_to_do = worded("Say --yes to go on, or --intent history to take the file in without offering anybody.")
