"""The limits of the house style, held by counting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"migrations", "vendor", ".venv", ".uv", "build", "node_modules"}
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}


def files(*endings: str) -> Iterator[Path]:
    for folder in ("leadpact", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and not SKIPPED & set(path.relative_to(ROOT).parts):
                yield path


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_400_lines() -> None:
    counted = {path: len(path.read_text().splitlines()) for path in files(".py", ".css", ".js", ".html", ".sql")}
    assert len(counted) > 50, "the counting itself is broken"
    assert {str(path.relative_to(ROOT)): lines for path, lines in counted.items() if lines > 400} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{name} {lines}"
        for path in files(".py")
        for name, lines in functions(ast.parse(path.read_text()))
        if lines > 60
    ]
    assert long == []


def test_no_module_has_a_drawer_name() -> None:
    assert [str(p.relative_to(ROOT)) for p in files(".py") if p.stem in BANNED or p.parent.name in BANNED] == []


@pytest.mark.parametrize(
    "package", sorted(p.name for p in (ROOT / "leadpact").iterdir() if (p / "__init__.py").exists())
)
def test_a_package_says_what_it_owns(package: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / "leadpact" / package / "__init__.py").read_text()))
