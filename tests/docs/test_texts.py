"""Every text of a page can be translated: it stands in {% translate %} or {% blocktranslate %}, whole."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from leadpact.base.wording import names_of

PACKAGE = Path(__file__).parents[2] / "leadpact"
# Names, keys of a keyboard, what goes into an address; and the page for when nothing works, not even translation.
SAME_EVERYWHERE = {"Leadpact", "Esc", "Ctrl K", "utm", "campaign"}
WITHOUT = {"500.html"}
SAID_IN_PYTHON = {"success", "info", "warning", "error"}


def bare_texts(template: str) -> set[str]:
    """Return the words of a template that no tag translates, those of titles and labels too."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", template, flags=re.DOTALL)
    text = re.sub(r"\{% blocktranslate.*?\{% endblocktranslate %\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<script.*?</script>|<!--.*?-->", "", text, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"{]*[A-Za-z]{3,}[^"{]*)"', text)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    return {*re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]+)*", text), *spoken} - SAME_EVERYWHERE


def has_words(said: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and re.search("[A-Za-z]{2}", str(part.value)) for part in ast.walk(said))


def test_no_template_says_what_cannot_be_translated() -> None:
    found = {
        str(path.relative_to(PACKAGE)): bare
        for path in PACKAGE.rglob("templates/**/*.html")
        if path.name not in WITHOUT and (bare := bare_texts(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert bare_texts('<p title="What it is">Hello {{ name }}</p>') == {"What it is", "Hello"}


def test_no_message_to_a_user_is_a_bare_string() -> None:
    found = []
    for path in (PACKAGE / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="messages"), attr=attr),
                    args=[_, ast.Constant() | ast.JoinedStr() as said, *_],
                ) if attr in SAID_IN_PYTHON and has_words(said):
                    found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert found == []


def named(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def errors_among(trees: dict[str, ast.Module]) -> set[str]:
    """Return the names of the classes that are a `LeadpactError`, by way of others or not."""
    classes = [each for tree in trees.values() for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]
    found, before = {"LeadpactError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {each.name for each in classes if found & {named(base) for base in each.bases}}
    return found


def unworded(tree: ast.AST, errors: set[str]) -> set[int]:
    """Return the lines that give an error a message or an advice which no translator will ever see."""
    said = [
        value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and named(node.func) in errors
        for value in (*node.args[:1], *(each.value for each in node.keywords if each.arg == "what_to_do"))
    ]
    said += [
        each.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in errors
        for each in node.body
        if isinstance(each, ast.Assign) and named(each.targets[0]) == "what_to_do"
    ]
    return {each.lineno for each in said if isinstance(each, ast.Constant | ast.JoinedStr | ast.BinOp)}


def misworded(call: ast.Call) -> str:
    """Return what is wrong with a `worded` or `worded_many`, as the catalogue needs it; "" if nothing."""
    templates = call.args[:2] if named(call.func) == "worded_many" else call.args[:1]
    texts = [each.value for each in templates if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(texts) < len(templates) or not all(texts):
        return "a template is written out where it is used"
    slots = {each.arg or "**" for each in call.keywords}
    if named(call.func) == "worded_many":
        fits = all(names_of(text) | {"count"} == slots | {"count"} for text in texts)
        return "" if fits else f"its slots are {slots} and count"
    parts = [part for part in Formatter().parse(texts[0]) if part[1] is not None] if slots else []
    if any(spec or conversion or not (name or "").isidentifier() for _, name, spec, conversion in parts):
        return "a slot is a plain name"
    return "" if {name for _, name, _, _ in parts} == slots else f"its slots are {slots}"


def test_what_an_error_says_can_be_translated() -> None:
    trees = {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.relative_to(PACKAGE).parts
    }
    errors = errors_among(trees)
    assert len(errors) > 140
    assert {f"{path}:{line}" for path, tree in trees.items() for line in unworded(tree, errors)} == set()
    assert {
        f"{path}:{each.lineno}: {wrong}"
        for path, tree in trees.items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and named(each.func) in {"worded", "worded_many"} and (wrong := misworded(each))
    } == set()


@pytest.mark.parametrize(
    "written",
    [
        'raise BadDeal("A deal needs a title.")',
        'raise BadDeal(f"There is no deal {deal}.")',
        'raise errors.BadDeal(worded("No title."), what_to_do="Give " + "one.")',
        'class BadDeal(BadInput):\n    what_to_do = "Correct the field."',
    ],
)
def test_an_error_that_no_translator_sees_is_found(written: str) -> None:
    assert unworded(ast.parse(written), {"BadDeal"})


@pytest.mark.parametrize(
    "written",
    [
        'worded(f"There is no deal {deal}.")',
        "worded(message)",
        'worded("There is no deal {deal}.", number=deal)',
        'worded("There is no deal {deal!r}.", deal=deal)',
        'worded("There is no deal {deal.title}.", deal=deal)',
        'worded("There are {count:,} deals.", count=count)',
        'worded_many(one, "{count} deals.", count)',
        'worded_many("{count} deal of {owner}.", "{count} deals.", count, owner=owner)',
    ],
)
def test_a_sentence_that_cannot_be_filled_is_found(written: str) -> None:
    call = ast.parse(written, mode="eval").body
    assert isinstance(call, ast.Call)
    assert misworded(call)
