"""`demo` and `simulate`: a sample company in a home of its own, lived up to the present and served, or beyond it."""

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Final

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded
from leadpact.flow.clock import now as moment
from leadpact.flow.simulating import founding, living
from leadpact.flow.simulating.living import Lived, NotASample
from leadpact.flow.simulating.progress import DAYS, Progress
from leadpact.flow.simulating.prospects import ZONE
from leadpact.flow.worker import STEPS, Worker
from leadpact.scoring.replay.compiling import begin_compiling
from leadpact.site.cli import print_json
from leadpact.site.commands.install import make_ready
from leadpact.site.commands.serve import listen, run_server

PASSWORD = "calibrate-2026"  # noqa: S105  # of sample logins, printed by the command
_STOP_SECONDS: Final = 5.0
_READING: Final = {"columns", "look back"}  # steps that a page waits for and that change nothing of what is being lived
_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}
_COMMAND: Final = "from leadpact.site.cli import main; main()"


class SampleIsBusy(BadState):
    """Another process lets this sample company live on."""

    code = "sample_is_busy"
    what_to_do = worded("Wait until it has come to the present, or stop the other process.")


class BadUntil(BadInput):
    """--until names no moment."""

    code = "bad_until"
    what_to_do = worded(
        "Give hours, days or weeks beyond where the sample company stands (+12h, +7d, +2w), a day, or now."
    )


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port to serve on.")
@click.option("--scale", default=1.0, show_default=True, help="1 is about 12,000 visitors and 3,000 known persons.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another company history.")
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(1, 3_650), help="How long ago it began.")
@click.option("--no-serve", is_flag=True, help="Simulate and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (with --no-serve).")
def demo(*, port: int, scale: float, seed: int, days: int, no_serve: bool, as_json: bool) -> None:
    """Run Leadpact with a sample company; a later start goes on to the present."""
    if as_json and not no_serve:
        raise click.UsageError("Give --json with --no-serve: a server says more than one document.")
    listening = None if no_serve else listen("127.0.0.1", port)  # a port in use is said before the work, not after
    _keep_mail_at_home()
    make_ready()
    settings.SECRET_KEY = (Path(settings.HOME) / "secret_key").read_text().strip()  # this process came before the key
    home, console = Path(settings.HOME), Console(stderr=True)
    progress = living.found(home, seed=seed, scale=scale, password=PASSWORD, now=moment(), days=days)
    if listening is None:
        with _alone(home):
            lived = _live(home, progress, moment(), console)
        if as_json:
            print_json({**_document(lived), "logins": [one.email for one in founding.COLLEAGUES]})
        return
    _say_logins(console)
    begin_compiling()  # done before the months are: nobody who looks at a replay waits for it
    console.print(f"Open [bold]http://localhost:{listening.getsockname()[1]}[/bold]; the months fill in meanwhile.")
    from leadpact.site.asgi import Application  # sets all of the web up: only where it is served

    with _living_beside(console):
        run_server(Application(with_worker=False), listening)


@click.command()
@click.option("--until", default="now", show_default=True, help="+12h, +7d or +2w from where it stands, a day, or now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--while-read", is_flag=True, hidden=True, help="End as soon as standard input is closed.")
def simulate(*, until: str, as_json: bool, while_read: bool) -> None:
    """Let the sample company of this home live on; refuses any other home."""
    home, console = Path(settings.HOME), Console(stderr=True)
    progress = Progress.read(home)
    if progress is None:
        raise NotASample(worded("{home} holds no sample company.", home=home), details={"home": str(home)})
    _keep_mail_at_home()
    with _alone(home):
        lived = _live(home, progress, _until(until, progress), console, is_stopping=_closed() if while_read else None)
    if as_json:
        print_json(_document(lived))
    else:
        stands = f"{lived.until.astimezone(ZONE):%d %B %Y %H:%M}"
        console.print(f"The sample company stands at {stands}: {lived.days} days, {lived.events:,} events.")


def _keep_mail_at_home() -> None:
    """No mail of the sample company ever leaves this machine."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}


def _until(text: str, progress: Progress) -> datetime:
    if text == "now":
        return moment()
    if found := re.fullmatch(r"\+(\d{1,4})([hdw])", text):
        return progress.until + timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        said = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadUntil(worded("{text} is no moment.", text=repr(text)), details={"until": text}) from error
    return said if said.tzinfo is not None else said.replace(tzinfo=ZONE)


def _live(
    home: Path,
    progress: Progress,
    until: datetime,
    console: Console,
    *,
    is_stopping: Callable[[], bool] | None = None,
) -> Lived:
    columns = TextColumn("The sample company is at {task.description}"), BarColumn(), TimeRemainingColumn()
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{progress.until.astimezone(ZONE):%B %Y}", total=None)

        def told(lived: Progress, done: int, days: int) -> None:
            bar.update(task, completed=done, total=days, description=f"{lived.until.astimezone(ZONE):%B %Y}")

        return living.live(home, progress, now=until, told=told, is_stopping=is_stopping or (lambda: False))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the home's lock: two that simulate would each live the same days.  Raises `SampleIsBusy`."""
    with (home / "sample.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SampleIsBusy(worded("Another process lets this sample company live on.")) from error
        yield


@contextmanager
def _living_beside(console: Console) -> Iterator[None]:
    """Let the months fill in beside the server, in a process of their own: pages do not wait for them.

    It ends when we do, whatever ends us, since its standard input closes then.
    """
    child = subprocess.Popen([sys.executable, "-c", _COMMAND, "simulate", "--while-read"], stdin=subprocess.PIPE)
    # The worker lives today; it starts once the sample company has come so far.
    Thread(target=_work_after, args=(child, console), daemon=True).start()
    try:
        yield
    finally:
        assert child.stdin is not None
        child.stdin.close()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()  # a day cut short is lived again at the next start


def _work_after(child: "subprocess.Popen[bytes]", console: Console) -> None:
    reading = Worker(moment, tuple(step for step in STEPS if step.name in _READING))
    reading.start()
    is_lived = child.wait() == 0
    reading.stop()
    if is_lived:
        Worker(moment).run()
    else:
        console.print("The sample company stands still; start the demo again to let it go on.")


def _closed() -> Callable[[], bool]:
    """Return what says whether standard input has been closed."""
    closed = Event()

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin.read: Python cannot end while a thread is inside that
            pass
        closed.set()

    Thread(target=wait, daemon=True).start()
    return closed.is_set


def _document(lived: Lived) -> dict[str, object]:
    return {**asdict(lived), "since": lived.since.isoformat(), "until": lived.until.isoformat()}


def _say_logins(console: Console) -> None:
    console.print(f"\nLog in with the password [bold]{PASSWORD}[/bold] as")
    for one in founding.COLLEAGUES:
        roles = ", ".join(role.value.replace("_", " ") for role in one.roles)
        console.print(f"  {one.email:<24} {one.name}, {roles}")
    console.print("Mails of the sample company go nowhere.\n")


commands: list[click.Command] = [demo, simulate]
