"""Where numba is, functions marked `jit` are compiled when first called; where it is not, they stay as they are."""

from collections.abc import Callable
from typing import Any


def jit[**Given, Answer](function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Have the function compiled, without the interpreter's lock; its result is kept in numba's cache folder.

    Arrays are only lent to it: counting who holds them, as numba does by itself, takes two thirds of the time.
    """
    try:
        import numba
    except ImportError:
        return function
    njit: Any = numba.njit  # whose types do not know `_nrt`
    compiled: Callable[Given, Answer] = njit(cache=True, nogil=True, error_model="numpy", forceinline=True, _nrt=False)(
        function
    )
    return compiled
