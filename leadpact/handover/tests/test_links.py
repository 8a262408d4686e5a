"""Signed links: what they allow, how long, and that nobody can change them."""

from datetime import UTC, datetime, timedelta

import pytest

from leadpact.handover import links
from leadpact.handover.errors import BadLink, LinkExpired
from leadpact.handover.links import LinkAction

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
DAYS_30 = timedelta(days=30)


@pytest.mark.parametrize("action", list(LinkAction))
def test_a_link_allows_one_user_one_action_on_one_offer(action: LinkAction) -> None:
    found = links.read(links.sign(7, 3, action, now=NOW), now=NOW)
    assert (found.offer, found.user, found.action, found.expires_at) == (7, 3, action, NOW + DAYS_30)


def test_a_link_ends_after_thirty_days() -> None:
    token = links.sign(7, 3, LinkAction.ACCEPT, now=NOW)
    assert links.read(token, now=NOW + DAYS_30 - timedelta(seconds=1)).offer == 7
    with pytest.raises(LinkExpired):
        links.read(token, now=NOW + DAYS_30)


@pytest.mark.parametrize("change", ["cut", "flip", "swap", "empty", "noise"])
def test_a_link_that_was_changed_is_refused(change: str) -> None:
    token = links.sign(7, 3, LinkAction.ACCEPT, now=NOW)
    other = links.sign(8, 3, LinkAction.ACCEPT, now=NOW)
    bad = {
        "cut": token[:-1],
        "flip": ("A" if token[0] != "A" else "B") + token[1:],
        "swap": other.split(":")[0] + ":" + token.split(":")[1],
        "empty": "",
        "noise": "héllo:wörld",
    }[change]
    with pytest.raises(BadLink):
        links.read(bad, now=NOW)
