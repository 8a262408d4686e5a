"""API tokens: made once, shown once, kept as a digest."""

import secrets
from hashlib import blake2b

PREFIX = "lp_"  # so that a token that leaks is recognised by those who search for leaks


def new_token() -> str:
    """Return a new token: the prefix and 32 random bytes."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(plain: str) -> bytes:
    """Return what is kept of a token.  It is random in itself, so a fast digest is enough."""
    return blake2b(plain.encode(), digest_size=32).digest()
