"""Every address of the product as the code has it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from leadpact.web.api.access import Bearer
from leadpact.web.api.app import api
from tests.access.listing import API, Listed


def patterns() -> dict[str, URLPattern]:
    """Every address that Django knows, those of the API too."""
    return {f"/{route}": each for route, each in _walked(get_resolver(), "")}


def _walked(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walked(each, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each


def operations() -> Iterator[Listed]:
    """Every operation of the API with the verb it asks for; "" where it asks for none."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                guard = operation.auth_param
                verb = guard.verb if isinstance(guard, Bearer) else None
                address = API + prefix + path.replace("{", "<").replace("}", ">")
                for method in operation.methods:
                    yield Listed(method, address, verb or "")
