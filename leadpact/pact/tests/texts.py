"""Ways to write one pact in another layout, for the tests."""

import io
from random import Random
from typing import Any

from ruamel.yaml import YAML

from leadpact.pact.document import default_pact_text


def plain_default(random: object) -> Any:
    """Return the Default pact as plain values, the words of every block in random order."""
    assert isinstance(random, Random)
    return _shuffled(YAML(typ="safe", pure=True).load(default_pact_text()), random)


def _shuffled(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return [_shuffled(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: _shuffled(value[key], random) for key in keys}


def dumped(document: Any, yaml: YAML | None = None) -> str:
    if yaml is None:
        yaml = YAML(typ="safe", pure=True)
        yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel declares it None
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()
