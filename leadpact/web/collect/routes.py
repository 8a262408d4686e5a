"""The collector's addresses: whose format is taken where."""

from dataclasses import dataclass

from leadpact.engagement.types import Format


@dataclass(frozen=True)
class Route:
    """An address that takes events.

    type       what a single event there is; "" is said by the event itself
    is_batch   the body is a batch; None: either, as its shape says
    fetches    also taken as a GET, with the event in the query
    """

    format: Format
    type: str = ""
    is_batch: bool | None = False
    fetches: bool = False


_TYPES = ("track", "identify", "page", "screen", "group", "alias")
_SHORT = {name[0]: name for name in _TYPES}  # those of Segment's browser library
_POSTHOG = ("/batch", "/e", "/i/v0/e", "/capture", "/track")
ROUTES: dict[str, Route] = {
    **{f"/v1/{name}": Route(Format.SEGMENT, name) for name in _TYPES},
    **{f"/v1/{short}": Route(Format.SEGMENT, name) for short, name in _SHORT.items()},
    **{f"/v1/{name}": Route(Format.SEGMENT, is_batch=True) for name in ("batch", "import", "b")},
    **{path + end: Route(Format.POSTHOG, is_batch=None) for path in _POSTHOG for end in ("", "/")},
    "/mtc/event": Route(Format.MAUTIC, "page"),
    "/mtracking.gif": Route(Format.MAUTIC, "page", fetches=True),
    "/form/submit": Route(Format.MAUTIC_FORM),
}
# What a client asks before it sends anything.
FLAGS = frozenset({"/flags", "/flags/", "/decide", "/decide/"})
DEVICE = "/mtc"
_SETTINGS, _CONFIG = "/v1/projects/", "/array/"
OF_KEYS = (f"{_SETTINGS}<key>/settings", f"{_CONFIG}<key>/config", f"{_CONFIG}<key>/config.js")
PREFIXES = ("/v1/", _CONFIG)  # every address under them is the collector's


def is_collectors(path: str) -> bool:
    return path.startswith(PREFIXES) or path in ROUTES or path in FLAGS or path == DEVICE


def settings_key(path: str) -> str:
    """Return whose settings Segment's browser library asks for; "" where it asks for something else."""
    name, _, rest = path.removeprefix(_SETTINGS).partition("/")
    return name if path.startswith(_SETTINGS) and rest == "settings" else ""


def config_key(path: str) -> tuple[str, bool]:
    """Return whose configuration PostHog's browser library asks for, and whether as a script; ("", False) if not."""
    name, _, rest = path.removeprefix(_CONFIG).partition("/")
    if path.startswith(_CONFIG) and rest in ("config", "config.js"):
        return name, rest == "config.js"
    return "", False
