"""Links that tell where somebody came from."""

import pytest

from leadpact.capture.errors import BadLink
from leadpact.capture.link_rules import tagged

FAIR = {"utm_source": "fair", "utm_campaign": "Sensor Fair"}


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://x.example", "https://x.example/?utm_source=fair&utm_campaign=Sensor+Fair"),
        ("https://x.example/a?b=1&c=#part", "https://x.example/a?b=1&c=&utm_source=fair&utm_campaign=Sensor+Fair#part"),
        # An older tag is replaced, not doubled.
        ("https://x.example/?utm_source=old&d=2", "https://x.example/?d=2&utm_source=fair&utm_campaign=Sensor+Fair"),
    ],
)
def test_the_words_go_into_the_query_and_the_rest_stays(address: str, link: str) -> None:
    assert tagged(address, FAIR) == link


@pytest.mark.parametrize(
    ("address", "words", "field"),
    [
        ("javascript:alert(1)", FAIR, "address"),
        ("x.example", FAIR, "address"),
        ("http://[", FAIR, "address"),
        ("https://x.example", {"utm_campaign": "Fair"}, "utm_source"),
    ],
)
def test_what_makes_no_link_says_which_field(address: str, words: dict[str, str], field: str) -> None:
    with pytest.raises(BadLink) as refused:
        tagged(address, words)
    assert refused.value.details == {"field": field}
