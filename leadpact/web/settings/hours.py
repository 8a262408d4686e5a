"""Working hours as a text that people edit, and back."""

from collections.abc import Mapping
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leadpact.base.calendars import BadCalendar


def as_text(document: Mapping[str, object]) -> str:
    """Return the document as YAML, one day a line."""
    writer, text = YAML(typ="safe"), StringIO()
    writer.default_flow_style = None
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # days stay in the order of the week
    writer.dump({key: value for key, value in document.items() if key != "name"}, text)
    return text.getvalue()


def parse(text: str) -> dict[str, object]:
    """Return the document a text holds; raises `BadCalendar` for a text that holds none."""
    try:
        found = YAML(typ="safe").load(text)
    except (YAMLError, ValueError) as error:
        raise BadCalendar(
            "The text cannot be read as a calendar.", what_to_do=str(error).replace("\n", " ").strip()
        ) from error
    if not isinstance(found, dict):
        raise BadCalendar("A calendar is a list of names and values.", what_to_do="Begin with: zone: Europe/London")
    return {str(key): value for key, value in found.items()}
