"""The negative control: a collector that answers 200 first and writes afterwards, on a slow disk.

Nothing of the product can be made to do this; it exists so that the check is seen to fail.
"""

import os
import sys
import time
from collections.abc import Sequence

from leadpact.site.cli import set_up_django

set_up_django()

from leadpact.flow import clock  # noqa: E402
from leadpact.ledger.inbox import Arrival, open_inbox  # noqa: E402
from leadpact.site.asgi import Application  # noqa: E402
from leadpact.site.commands.serve import listen, run_server  # noqa: E402
from leadpact.web.collect.group import GroupCommit, Written  # noqa: E402

SLOW_DISK_SECONDS = 0.3


class EarlyGroup(GroupCommit):
    def put(self, arrivals: Sequence[Arrival]) -> Written:
        later = super().put(arrivals)
        early: Written = later.get_loop().create_future()
        early.set_result(None)
        return early


class EarlyApplication(Application):
    def _open_group(self) -> GroupCommit:
        return EarlyGroup(slowly_put, on_stored=lambda: None)


def slowly_put(arrivals: Sequence[Arrival]) -> None:
    time.sleep(SLOW_DISK_SECONDS)
    open_inbox().put(arrivals)


if __name__ == "__main__":
    assert clock.now().tzinfo is not None
    port = int(sys.argv[sys.argv.index("--port") + 1])
    os.environ.setdefault("LEADPACT_WORKER", "inline")
    run_server(EarlyApplication(with_worker=True), listen("127.0.0.1", port))
