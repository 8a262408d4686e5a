"""The reference page of the pact format, written from the schema so that it cannot be out of date."""

from collections.abc import Iterator
from typing import Any, Final

from leadpact.pact.document import default_pact_text
from leadpact.pact.faults import schema

type Part = dict[str, Any]

_HEAD: Final = """# The pact document

<!-- Written by `leadpact pact format`; change `leadpact/pact/schema.json` instead. -->

A pact is a text file in YAML: words with a value behind the colon, blocks by indentation, lists by `-`, notes
behind `#`. A file has at most 100,000 characters; anchors (`&`, `*`) and tags (`!`) are not read. A word with
nothing behind it counts as not written.

`leadpact pact check FILE` lists every fault with its line, then says the pact in plain sentences.
`leadpact pact show --default --yaml` prints the Default pact to start from.

Points have up to three decimals and are counted exactly.

In `where`, `musts` and `not_when` each word is a property of the act, or a fact of the person or the company, and
behind it stands a value (`form: contact`), a list of which one must fit (`form: [contact, demo]`), or a comparison
(`path: {starts_with: /pricing}`). Text is compared without regard to capitals; `5`, `"5"` and `true` are three values.
"""
_BLOCKS: Final = (  # in the order of the document; (title, name among the schema's $defs)
    ("An act", "act"),
    ("A comparison in `where`, `musts` and `not_when`", "comparison"),
    ("`types`", "type"),
    ("`scores` of acts", "act_score"),
    ("`window`", "window"),
    ("`half_life`", "half_life"),
    ("`idle_loss`", "idle_loss"),
    ("A rule of a score of acts", "rule"),
    ("`caps`", "caps"),
    ("`scores` of a profile", "profile_score"),
    ("A rule of a score of a profile", "fit_rule"),
    ("`ready`", "ready"),
    ("`ready.direct`", "direct"),
    ("`promises`", "promises"),
    ("A promise of marketing", "marketing_promise"),
    ("A promise of sales or of a partner", "sales_promise"),
    ("With a promise in time", "timed_promise"),
    ("With a promise of attempts", "attempts_promise"),
    ("With a promise of volume", "counted_promise"),
    ("`reasons`", "reasons"),
    ("A reason", "reason"),
)


def format_page() -> str:
    """Return the page as Markdown."""
    whole = schema()
    parts = [_HEAD, "## The document\n", *_table(whole, {"scores"})]
    for title, name in _BLOCKS:
        part = whole["$defs"][name]
        required = {"name", "of", "rules"} if name in {"act_score", "profile_score"} else set()
        parts += [f"\n## {title}\n", f"{part['description']}\n", *_table(part, required)]
    return "\n".join([*parts, "\n## The Default pact\n", "```yaml", default_pact_text().rstrip(), "```", ""])


def _table(part: Part, required_by_parent: set[str]) -> Iterator[str]:
    required = set(part.get("required", ())) | required_by_parent
    yield "| word | | what it says |"
    yield "| --- | --- | --- |"
    for word, about in part["properties"].items():
        if about is not True:  # `promise` is explained one level up
            need = "must be there" if word in required else ""
            yield f"| `{word}` | {need} | {_described(about)} |"


def _described(about: Part) -> str:
    target = _target(about)
    text = str(about.get("description") or target.get("description", "")).replace("|", "\\|")
    limits = list(_limits(target))
    return f"{text} {'; '.join(limits).capitalize()}." if limits else text


def _target(about: Part) -> Part:
    if "$ref" not in about:
        return about
    found: Part = schema()["$defs"][about["$ref"].removeprefix("#/$defs/")]
    return found


def _limits(target: Part) -> Iterator[str]:
    if "enum" in target:
        yield "one of " + ", ".join(f"`{value}`" for value in target["enum"])
    if target.get("type") in ("integer", "number"):
        low = f"above {target['exclusiveMinimum']}" if "exclusiveMinimum" in target else _from(target)
        yield " ".join(words for words in (low, f"up to {target['maximum']}" if "maximum" in target else "") if words)
    if "enum" in target.get("items", {}):
        yield "from " + ", ".join(f"`{value}`" for value in target["items"]["enum"])


def _from(target: Part) -> str:
    return f"from {target['minimum']}" if "minimum" in target else ""
