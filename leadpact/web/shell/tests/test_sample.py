"""The line on top of every page while the months of the sample company fill in."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from leadpact.flow import clock
from leadpact.flow.simulating.progress import FILE, Progress
from leadpact.web.tests.acting import browser_of, words_of
from tests import cast as stage

DAY = timedelta(days=1)
LIVES = "The sample company is at"
STANDS = "The sample company stands at"


@pytest.mark.parametrize(
    ("days_behind", "hours_still", "said"),
    [
        (91, 0, (LIVES, "3 months to come")),
        (20, 0, (LIVES, "1 month to come")),
        (91, 1, (STANDS, "3 months behind. Start the demo again")),  # nobody has written down a day for an hour
        (1, 0, None),  # near enough to the present
    ],
)
def test_a_page_says_how_far_the_sample_company_has_come(
    db: None,
    settings: Settings,
    tmp_path: Path,
    days_behind: int,
    hours_still: int,
    said: tuple[str, str] | None,
) -> None:
    settings.HOME = tmp_path
    now = clock.now()
    Progress(7, 1.0, now - 730 * DAY, now - days_behind * DAY).write(tmp_path)
    written = (now - timedelta(hours=hours_still)).timestamp()
    os.utime(tmp_path / FILE, (written, written))
    words = words_of(browser_of(stage.found().olga).get("/notices/"))
    if said is None:
        assert "sample company" not in words
    else:
        assert all(part in words for part in said)
        assert f"{now - days_behind * DAY:%B %Y}" in words


def test_a_home_that_is_no_sample_shows_no_such_line(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert "sample company" not in words_of(browser_of(stage.found().olga).get("/notices/"))
