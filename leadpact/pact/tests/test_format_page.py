"""The reference page is what the schema says, and the schema is sound."""

from pathlib import Path

from jsonschema import Draft202012Validator

from leadpact.pact.document import read_document
from leadpact.pact.faults import schema
from leadpact.pact.format_page import format_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "pact-format.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == format_page(), "run: leadpact pact format > docs/reference/pact-format.md"


def test_the_page_explains_every_word_of_the_schema() -> None:
    page = format_page()
    for part in (schema(), *schema()["$defs"].values()):
        for word, about in part.get("properties", {}).items():
            assert f"| `{word}` |" in page
            assert about is True or "description" in about or "$ref" in about


def test_the_default_pact_on_the_page_can_be_copied_out() -> None:
    text = format_page().split("```yaml\n")[1].split("```")[0]
    assert read_document(text).pact.name == "Default pact"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
