"""Copies of the history: removed in the end, waited for while in use, and found where a kill left one behind."""

from pathlib import Path
from typing import Any

import pytest

from leadpact.flow.erasing_files import HISTORY, forget_histories, history_folder


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_copy_in_use_is_waited_for_and_is_gone_with_its_use(home: Path) -> None:
    with history_folder() as folder:
        (folder / "persons.parquet").write_bytes(b"somebody")
        assert not forget_histories()
        assert (folder / "persons.parquet").is_file()
    assert list(home.iterdir()) == []


def test_a_copy_that_a_kill_left_behind_is_removed_and_nothing_else(home: Path) -> None:
    (home / f"{HISTORY}killed").mkdir()
    (home / f"{HISTORY}killed" / "persons.parquet").write_bytes(b"somebody")
    (home / "segments").mkdir()
    assert forget_histories()
    assert [each.name for each in home.iterdir()] == ["segments"]
