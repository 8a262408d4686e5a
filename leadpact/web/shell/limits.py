"""How often one address of the network may do something that anybody can do without logging in."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_too_often(request: HttpRequest, what: str, *, most: int, within_seconds: int) -> bool:
    """Count one more try from this address of the network; True once there were more than `most`."""
    return is_over(f"{what}:{get_adapter(request).get_client_ip(request)}", most=most, within_seconds=within_seconds)


def is_over(key: str, *, most: int, within_seconds: int) -> bool:
    """Count one more of something; True once there were more than `most`."""
    cache.add(key, 0, within_seconds)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it ran out between the two
        return False
