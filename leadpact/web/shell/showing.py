"""How a member likes an area shown, such as deals as a board or a table; kept in a cookie of their browser."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from leadpact.web.shell.theme import YEAR_SECONDS

_COOKIE = "show_{area}_as"
AREAS = ("deals",)


def kept_ways(request: HttpRequest) -> Mapping[str, str]:
    """Return the word that was chosen last, by area key."""
    return {area: request.COOKIES.get(_COOKIE.format(area=area), "") for area in AREAS}


def keep_way(request: HttpRequest, response: HttpResponse, area: str, ways: tuple[str, ...]) -> HttpResponse:
    """Keep the way that the address asks for with `as`, where it is one of these."""
    chosen = request.GET.get("as", "")
    if chosen in ways:
        response.set_cookie(_COOKIE.format(area=area), chosen, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
    return response
