"""Every text of a page can be translated: it stands in {% translate %} or {% blocktranslate %}, whole."""

import ast
import re
from pathlib import Path

from leadpact.web.shell.advice import ADVICE

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


def test_the_usual_advice_of_every_error_can_be_translated() -> None:
    """Packages raise errors without knowing of languages: the pages translate what is in their list."""
    found = {
        each.value.value: f"{path.relative_to(PACKAGE)}:{each.lineno}"
        for path in PACKAGE.rglob("*.py")
        if not {"tests", "site", "api"} & set(path.relative_to(PACKAGE).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and each.targets[0].id == "what_to_do"
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
        and each.value.value
    }
    assert len(found) > 100
    assert {where for advice, where in found.items() if advice not in ADVICE} == set(), "leadpact/web/shell/advice.py"
