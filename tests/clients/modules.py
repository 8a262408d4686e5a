"""The npm clients, installed once from the lock file beside this one."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_INSTALLED = MODULES / ".package-lock.json"  # npm writes it last
_LOCK = HERE / "package-lock.json"


def node_modules() -> Path:
    """Return the folder with the clients, installing them first; skips the test where there is no npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node on this machine")
    with (HERE / ".npm-lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < _LOCK.stat().st_mtime:
            words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            subprocess.run(words, cwd=HERE, check=True, timeout=300)
    return MODULES
