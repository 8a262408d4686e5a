"""What the server runs: the collector and the health check by their paths, Django for everything else."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadpact.site.settings")
_django = get_asgi_application()  # sets Django up: what comes from the packages is imported after it

from leadpact.flow import clock  # noqa: E402
from leadpact.flow.worker import Worker  # noqa: E402
from leadpact.ledger.inbox import open_inbox  # noqa: E402
from leadpact.web.collect.answers import Receive, Scope, Send  # noqa: E402
from leadpact.web.collect.app import Collector  # noqa: E402
from leadpact.web.collect.group import GroupCommit  # noqa: E402
from leadpact.web.collect.health import answer_health  # noqa: E402
from leadpact.web.collect.keys import KeyRing  # noqa: E402
from leadpact.web.collect.limits import Limits  # noqa: E402
from leadpact.web.collect.routes import is_collectors  # noqa: E402
from leadpact.web.collect.sightings import Sightings  # noqa: E402
from leadpact.web.collect.turned_away import TurnedAway  # noqa: E402


class Application:
    """One for a process; `with_worker` False leaves the due work to `leadpact worker`."""

    def __init__(self, *, with_worker: bool) -> None:
        self._worker = Worker(clock.now) if with_worker else None
        self._collector = Collector(
            self._open_group,
            KeyRing(),
            clock.now,
            limits=Limits(settings.EVENTS_PER_SECOND),
            sightings=Sightings(),
            turned_away=TurnedAway(),
            honours_signal=settings.HONOURS_PRIVACY_SIGNAL,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        elif is_collectors(scope["path"]):
            await self._collector(scope, receive, send)
        elif scope["path"] == "/healthz":
            await answer_health(send, self._collector.lately(), clock.now())
        else:
            await _django(scope, receive, send)

    def _open_group(self) -> GroupCommit:
        return GroupCommit(open_inbox().put, on_stored=self._worker.wake if self._worker else lambda: None)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        if self._worker:
            self._worker.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._collector.close()
        if self._worker:
            self._worker.stop()
        open_inbox().close()
        await send({"type": "lifespan.shutdown.complete"})


application = Application(with_worker=os.environ.get("LEADPACT_WORKER", "inline") != "none")
