"""The sample company lives on in a process of its own, which ends well however it ends."""

import subprocess
import sys

import pytest

SCRIPT = (
    "from leadpact.site.cli import set_up_django; set_up_django();"
    "from leadpact.site.commands.demo import _closed; is_closed = _closed();"
)


@pytest.mark.sqlite_only
def test_who_watches_whether_it_is_still_read_can_come_to_its_end_first() -> None:
    with subprocess.Popen([sys.executable, "-c", f"{SCRIPT} print(is_closed())"], stdin=subprocess.PIPE) as process:
        assert process.wait(120) == 0


@pytest.mark.long
def test_it_is_told_when_nobody_reads_it_any_more() -> None:
    waits = (
        f"{SCRIPT}\nimport time\nuntil = time.monotonic() + 60\nwhile not is_closed(): assert time.monotonic() < until"
    )
    with subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(120) == 0
