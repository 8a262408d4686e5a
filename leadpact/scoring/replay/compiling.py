"""The kernel is compiled by `init` and when a worker starts, never while somebody waits for a page.

What was compiled lies in a folder named by all it depends on: the sources, Python, numba and the processor.  A
`ready` file in it says that loading it will compile nothing.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

FOLDER = "kernel"
NONE = "none"  # as LEADPACT_KERNELS: nothing is compiled, every replay takes the plain form
_READY = "ready"
_HERE = Path(__file__).parent
_SOURCES = ("jit", "layout", "gathering", "credits", "wearing", "kernel")
_log = logging.getLogger(__name__)


def kernel_folder() -> Path | None:
    """Return where compiled kernels are kept: with the installation, or where LEADPACT_KERNELS says; None: nowhere."""
    said = os.environ.get("LEADPACT_KERNELS")
    if said:
        return None if said == NONE else Path(said).absolute()
    home = os.environ.get("LEADPACT_HOME")
    return (Path(home) if home else Path.home() / ".local/share/leadpact").absolute() / FOLDER


def begin_compiling() -> None:
    """Have the kernel compiled by a process of its own, unless that was done: for a worker that starts."""
    folder = kernel_folder()
    if folder is not None:
        subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdin=subprocess.DEVNULL)


def compile_kernel(folder: Path) -> bool:
    """Compile the kernel unless that was done; say whether it can be used.  Takes up to a minute the first time.

    folder  where compiled kernels are kept; those of other versions are removed
    """
    if find_spec("numba") is None:
        _log.warning("numba is not installed: replays take the plain form, a thousand times slower")
        return False
    if is_compiled(folder):
        return True
    began = time.perf_counter()
    from leadpact.scoring.replay.rehearsal import rehearse

    try:
        rehearse(load(folder))
    except Exception as fault:  # noqa: BLE001  # whatever keeps numba from compiling: the plain form works without
        _log.warning("the kernel cannot be compiled: replays take the plain form: %s", fault)
        return False
    own = folder / digest()
    own.mkdir(parents=True, exist_ok=True)
    (own / _READY).touch()
    for other in folder.iterdir():
        if other != own:
            shutil.rmtree(other, ignore_errors=True)
    _log.info("kernel compiled in %.1f s", time.perf_counter() - began)
    return True


def is_compiled(folder: Path) -> bool:
    return folder.exists() and find_spec("numba") is not None and (folder / digest() / _READY).exists()


@cache
def digest() -> str:
    """Return what tells one compiled kernel from another."""
    import llvmlite.binding as llvm
    import numba

    told = [sys.version, numba.__version__, llvm.get_host_cpu_name(), str(llvm.get_host_cpu_features())]
    for name in _SOURCES:
        source = _HERE / f"{name}.py"
        told += [str(source), str(source.stat().st_mtime_ns), hashlib.sha256(source.read_bytes()).hexdigest()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


@cache
def load(folder: Path) -> ModuleType:
    """Return the kernel; compiled code comes from the folder, or is written there when it is first called."""
    import numba

    own = folder / digest()
    own.mkdir(parents=True, exist_ok=True)
    vars(numba.config)["CACHE_DIR"] = str(own)  # read when the functions are marked, so before the import
    from leadpact.scoring.replay import kernel

    return kernel


if __name__ == "__main__":
    os.nice(10)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(0 if compile_kernel(Path(sys.argv[1])) else 1)
