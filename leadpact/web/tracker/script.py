"""The tracker's script as it is served: the source without its comments, indentation and spaces between signs.

The source keeps to what makes that safe, and a test holds it to that: a statement that goes on in the next line
begins that line with a sign, a comment stands after two spaces or alone, and no text or pattern has a space beside
a sign in it.
"""

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

SOURCE = Path(__file__).with_name("t.js")
FOR_MAUTIC = Path(__file__).with_name("mtc.js")  # what pages written for Mautic load
HONOURS, DOES_NOT = "honoursSignal = true;", "honoursSignal = false;"

_COMMENT = re.compile(r"(^| )// .*$")
_SPACE_BY_A_SIGN = re.compile(r" ?([-+=<>?:;,{}()|&!*]) ?")


@dataclass(frozen=True)
class Script:
    """Ready to be sent, plain and packed; `tag` changes when it does."""

    plain: bytes
    packed: bytes
    tag: str


def squeeze(source: str) -> str:
    """Return the script without what only its readers need."""
    lines = (_SPACE_BY_A_SIGN.sub(r"\1", _COMMENT.sub("", line.strip()).strip()) for line in source.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


@lru_cache(maxsize=4)
def script(file: Path = SOURCE, *, honours_signal: bool) -> Script:
    """Return the script; without `honours_signal` it follows those too who send Global Privacy Control."""
    source = file.read_text(encoding="utf-8")
    plain = squeeze(source if honours_signal else source.replace(HONOURS, DOES_NOT)).encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), blake2b(plain, digest_size=8).hexdigest())
