"""`serve`, `worker` and `drain`: the processes of an installation."""

import errno
import gc
import signal
import socket
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, Final

import click
import uvicorn

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.flow import arrival, clock
from leadpact.flow.worker import Worker
from leadpact.ledger import actions as ledger
from leadpact.ledger.draining import undrained
from leadpact.ledger.inbox import open_inbox
from leadpact.scoring.replay.compiling import begin_compiling
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables, wait_for_tables

if TYPE_CHECKING:
    from leadpact.site.asgi import Application

STOP_SECONDS: Final = 3  # for requests in flight; the worker then has its own
WAIT_SECONDS: Final = 0.05


class PortTaken(BadState):
    code = "port_taken"
    exit_code = 4
    what_to_do = worded("Choose another port with --port, or stop what listens there.")


class BadAddress(BadState):
    code = "bad_address"
    exit_code = 4
    what_to_do = worded("Give --host an address of this machine, and --port one you may listen on.")


class _Server(uvicorn.Server):
    """Says on stdout when it accepts: scripts wait for that line."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"ready http://{shown}:{port}\n")
            sys.stdout.flush()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--workers", type=click.Choice(["inline", "none"]), default="inline", show_default=True)
def serve(host: str, port: int, workers: str) -> None:
    """Serve pages, API and collector; prints `ready ADDRESS` when it accepts."""
    wait_for_tables()
    listening = listen(host, port)
    from leadpact.site.asgi import Application  # sets all of the web up: only where it is served

    application = Application(with_worker=workers == "inline")
    if workers == "inline":
        begin_compiling()
    run_server(application, listening)


def run_server(application: "Application", listening: socket.socket) -> None:
    """Serve until asked to end; requests in flight are answered first, for a few seconds."""
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=30,
    )
    _settle()
    # The server takes the signal and then raises it again: asked to end, the process ends with 0.
    signal.signal(signal.SIGTERM, _ignore)
    _Server(config).run(sockets=[listening])


def _settle() -> None:
    """Load every page's code before anybody asks for one, and have it left alone when memory is looked through.

    A look through all of it holds up every request for a tenth of a second.
    """
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()


@click.command()
def worker() -> None:
    """Do what is due, without a server: drains the inbox, scores, offers, sends."""
    wait_for_tables()
    runner = Worker(clock.now)

    def stop(signum: int, frame: FrameType | None) -> None:
        runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    begin_compiling()
    runner.run()


@click.command()
@click.option("--wait", is_flag=True, help="Return only when nothing waits any more.")
@click.option("--json", "as_json", is_flag=True)
def drain(*, wait: bool, as_json: bool) -> None:
    """Record what waits in the inbox; prints what became of all that ever arrived."""
    demand_tables()
    inbox = open_inbox()
    while arrival.drain(inbox, now=clock.now()).taken or (wait and undrained(inbox)):
        time.sleep(0 if undrained(inbox) else WAIT_SECONDS)
    while ledger.sequence():
        pass
    totals = arrival.totals()
    if as_json:
        print_json(totals)
        return
    for outcome, count in totals.items():
        click.echo(f"{outcome:12} {count:>12,}")


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(worded("Port {port} is taken on {host}.", port=port, host=host)) from error
        raise BadAddress(
            worded("Cannot listen on {host} port {port}: {error}.", host=host, port=port, error=error.strerror)
        ) from error
    listening.set_inheritable(True)
    return listening


def _ignore(signum: int, frame: FrameType | None) -> None:
    """A signal the server has dealt with."""


commands: list[click.Command] = [serve, worker, drain]
