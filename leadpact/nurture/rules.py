"""How the words of a mail are read and written out.  Pure; whatever somebody writes becomes text, never markup.

A mail is plain text with few marks: an empty line begins a paragraph, `# ` a heading, `- ` a point of a list,
`**so**` is bold, `[words](https://...)` is a link, and `{first name}`, `{name}`, `{company}` stand for the person;
`{first name|there}` says what stands where it is not known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from leadpact.base.wording import Worded, worded
from leadpact.nurture.errors import BadLetter
from leadpact.nurture.types import Footer, Rendered

NAMES: Final = ("first name", "name", "company")
LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 50_000
MOST_LINKS: Final = 100
_SLOT: Final = re.compile(r"\{([^{}|\n]{1,40})(?:\|([^{}\n]{0,80}))?\}")
_INLINE: Final = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,2000}(?:\([^()\s]*\)[^()\s]*)*)\)"
    r"|(?P<bare>https?://[^\s<>\"']{1,2000})"
    r"|\*\*(?P<bold>[^*\n]{1,300})\*\*"
)
_CLOSING: Final = ".,;:!?)"

type LinkOf = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line; `link` is its number, None for plain words."""

    words: str
    link: int | None = None
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a list; `lines` are the lines or points, each a run of pieces."""

    kind: str  # p h ul
    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, read once for all who get it; `links` by number."""

    subject: str
    blocks: tuple[Block, ...]
    links: tuple[str, ...]


def read(subject: str, body: str) -> Letter:
    """Read the words of a mail; raises `BadLetter`, which names the field."""
    title = " ".join(subject.split())
    if not title or len(title) > LONGEST_SUBJECT:
        raise _bad("subject", worded("A mail needs a subject of at most 200 letters."))
    if not body.strip() or len(body) > LONGEST_BODY:
        raise _bad("body", worded("A mail needs a text of at most 50,000 letters."))
    if "\x00" in subject + body:
        raise _bad("body", worded("The text holds a letter that cannot be sent."))
    for field, text in (("subject", subject), ("body", body)):
        unknown = sorted({found[1] for found in _SLOT.finditer(text)} - set(NAMES))
        if unknown:
            raise _bad(
                field,
                worded(
                    "{name} stands for nothing; known are {names}.", name=f"{{{unknown[0]}}}", names=", ".join(NAMES)
                ),
            )
    links: list[str] = []
    blocks = tuple(_blocks(body, links))
    return Letter(title, blocks, tuple(links))


def write(letter: Letter, values: Mapping[str, str], link_of: LinkOf, footer: Footer) -> Rendered:
    """Return one person's mail.

    values   what the slots stand for, "" where it is not known
    link_of  the address behind a link, by its number: a tracked one, or the link itself
    """
    text = "\n\n".join(_text(block, values, link_of) for block in letter.blocks)
    address = " · ".join(line.strip() for line in footer.postal_address.splitlines() if line.strip())
    signed = f"{footer.company}\n{address}\n\n{footer.why}\n{footer.unsubscribe}: {footer.unsubscribe_url}\n"
    trap = _TRAP.format(url=escape(footer.trap_url)) if footer.trap_url else ""
    html = _DOCUMENT.format(
        body=fragment(letter, values, link_of), trap=trap,
        company=escape(footer.company), address=escape(address), why=escape(footer.why),
        url=escape(footer.unsubscribe_url), unsubscribe=escape(footer.unsubscribe),
    )  # fmt: skip
    return Rendered(filled(letter.subject, values), f"{text}\n\n-- \n{signed}", html)


def fragment(letter: Letter, values: Mapping[str, str], link_of: LinkOf) -> str:
    """Return the text of a mail as HTML without any style, as a page may show it too; everything in it is escaped."""
    return "\n".join(_html(block, values, link_of) for block in letter.blocks)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its slots filled in."""
    return _SLOT.sub(lambda found: values.get(found[1], "") or found[2] or "", text)


def first_name(name: str) -> str:
    """Return what somebody is called in a letter: the first word of the name, of "Calloway, Hannah" the second."""
    last, comma, rest = name.partition(",")
    words = (rest if comma and rest.strip() else last).split()
    return words[0] if words else ""


def _blocks(body: str, links: list[str]) -> Iterator[Block]:
    for chunk in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        run: list[str] = []
        kind = "p"
        for line in chunk.splitlines():
            said, text = _kind_of(line)
            if run and (said != kind or said == "h"):
                yield _block(kind, run, links)
                run = []
            kind = said
            run.append(text)
        if run:
            yield _block(kind, run, links)


def _kind_of(line: str) -> tuple[str, str]:
    plain = line.strip()
    for mark, kind in (("# ", "h"), ("- ", "ul"), ("* ", "ul")):
        if plain.startswith(mark):
            return kind, plain[2:].strip()
    return "p", plain


def _block(kind: str, lines: list[str], links: list[str]) -> Block:
    return Block(kind, tuple(tuple(_pieces(line, links)) for line in lines))


def _pieces(line: str, links: list[str]) -> Iterator[Piece]:
    place = 0
    for found in _INLINE.finditer(line):
        if found.start() > place:
            yield Piece(line[place : found.start()])
        place = found.end()
        if found["bold"]:
            yield Piece(found["bold"], is_bold=True)
        elif found["words"]:
            yield Piece(found["words"], _number(found["url"], links))
        else:
            url = found["bare"].rstrip(_CLOSING)
            place -= len(found["bare"]) - len(url)
            yield Piece(url, _number(url, links))
    if place < len(line):
        yield Piece(line[place:])


def _number(url: str, links: list[str]) -> int:
    try:
        parts = urlsplit(url)
        is_good = bool(parts.scheme in {"http", "https"} and parts.hostname) or bool(
            parts.scheme == "mailto" and "@" in parts.path
        )
    except ValueError:  # such as http://[
        is_good = False
    if not is_good:
        raise _bad("body", worded("{url} is no link: it begins with https:// or mailto:.", url=url[:80]))
    if url not in links:
        links.append(url)
    if len(links) > MOST_LINKS:
        raise _bad("body", worded("A mail holds at most {most} links.", most=MOST_LINKS))
    return links.index(url)


def _text(block: Block, values: Mapping[str, str], link_of: LinkOf) -> str:
    before = "- " if block.kind == "ul" else ""
    return "\n".join(before + "".join(_plain(piece, values, link_of) for piece in line) for line in block.lines)


def _plain(piece: Piece, values: Mapping[str, str], link_of: LinkOf) -> str:
    words = filled(piece.words, values)
    if piece.link is None:
        return words
    url = link_of(piece.link)
    return url if words.startswith(("http://", "https://")) else f"{words} ({url.removeprefix('mailto:')})"


def _html(block: Block, values: Mapping[str, str], link_of: LinkOf) -> str:
    lines = ["".join(_marked(piece, values, link_of) for piece in line) for line in block.lines]
    if block.kind == "ul":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    return f"<h2>{lines[0]}</h2>" if block.kind == "h" else f"<p>{'<br>'.join(lines)}</p>"


def _marked(piece: Piece, values: Mapping[str, str], link_of: LinkOf) -> str:
    words = escape(filled(piece.words, values))
    if piece.link is not None:
        return f'<a href="{escape(link_of(piece.link))}">{words}</a>'
    return f"<b>{words}</b>" if piece.is_bold else words


def _bad(field: str, message: Worded) -> BadLetter:
    return BadLetter(message, details={"field": field})


_DOCUMENT: Final = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>'
    '<body style="margin:0;padding:24px 16px;font:16px/1.5 -apple-system,Segoe UI,Helvetica,Arial,sans-serif;'
    'color:#1a1d24;background:#ffffff"><div style="max-width:600px;margin:0 auto">\n{body}\n'
    '<hr style="border:0;border-top:1px solid #d9dce3;margin:32px 0 16px">'
    '<p style="font-size:13px;color:#5b6170">{company}<br>{address}</p>'
    '<p style="font-size:13px;color:#5b6170">{why} <a href="{url}" style="color:#5b6170">{unsubscribe}</a></p>'
    "</div>{trap}</body></html>"
)
# Nobody sees it, no screen reader says it and no key reaches it: only a program that reads the source follows it.
_TRAP: Final = (
    '<a href="{url}" style="display:none;max-height:0;overflow:hidden" tabindex="-1" aria-hidden="true" rel="nofollow">'
    "</a>"
)
