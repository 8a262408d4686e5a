"""Plant each fault in a copy of the product, run its tests there, and tell which turned red.

    python -m tests.mutants.run [PART OF A NAME]

Ends with 1 when a fault survives, when its place is not found, or when the tests are red without any fault.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.faults import FAULTS
from tests.mutants.planting import Fault

ROOT = Path(__file__).parents[2]
COPIED = ("leadpact", "tests", "docs/reference")


def copy_to(folder: Path) -> None:
    for name in COPIED:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "data", "node_modules")
        )
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)


def red_tests(folder: Path, tests: Iterable[str]) -> list[str]:
    """Run these tests in the copy and return the names of those that fail."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-rf", "--tb=no", "-p", "no:randomly", *tests],
        cwd=folder,
        env={**os.environ, "HYPOTHESIS_PROFILE": "mutants", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"the tests did not run:\n{done.stdout}{done.stderr}")
    return re.findall(r"^FAILED \S+::([^\s\[]+)", done.stdout, re.MULTILINE)


def plant(fault: Fault, folder: Path) -> str:
    """Write the fault into the copy; return the text as it was."""
    file = folder / fault.file
    sound = file.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        raise SystemExit(f"{fault.name}: its place in {fault.file} is there {sound.count(fault.old)} times, not once")
    file.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    return sound


def is_the_copy(folder: Path) -> bool:
    """Say whether the tests would import the copy: a fault planted elsewhere would prove nothing."""
    found = subprocess.run(
        [sys.executable, "-B", "-c", "import leadpact; print(leadpact.__file__)"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip()).is_relative_to(folder)


def main(wanted: str) -> int:
    faults = [fault for fault in FAULTS if wanted in fault.name]
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        copy_to(folder)
        every = sorted({test for fault in faults for test in fault.tests})
        if not is_the_copy(folder) or (red := red_tests(folder, every)):
            print("without a fault the tests are red or do not test the copy", red, file=sys.stderr)
            return 1
        for fault in faults:
            sound = plant(fault, folder)
            red = red_tests(folder, fault.tests)
            (folder / fault.file).write_text(sound, encoding="utf-8")
            survivors += not red
            names = sorted(set(red))
            print(f"{fault.name:<54} {len(red):>3} red  {', '.join(names[:2]) or 'SURVIVED'}", flush=True)
    print(f"{len(faults) - survivors} of {len(faults)} faults turned a test red")
    return 1 if survivors or not faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
