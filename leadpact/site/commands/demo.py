"""`demo`: a sample company in a home of its own, lived up to the present, then served."""

from dataclasses import asdict
from pathlib import Path
from threading import Thread

import click
from django.conf import settings
from rich.console import Console
from rich.progress import Progress

from leadpact.flow.clock import now as moment
from leadpact.flow.simulating import founding, living
from leadpact.flow.worker import Worker
from leadpact.site.cli import print_json
from leadpact.site.commands.install import make_ready
from leadpact.site.commands.serve import listen, run_server

PASSWORD = "calibrate-2026"  # noqa: S105  # of sample logins, printed by the command


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port to serve on.")
@click.option("--scale", default=1.0, show_default=True, help="1 is about 400 persons and 12,000 events.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another company history.")
@click.option("--no-serve", is_flag=True, help="Simulate and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (with --no-serve).")
def demo(*, port: int, scale: float, seed: int, no_serve: bool, as_json: bool) -> None:
    """Run Leadpact with a sample company; a later start goes on to the present."""
    if as_json and not no_serve:
        raise click.UsageError("Give --json with --no-serve: a server says more than one document.")
    listening = None if no_serve else listen("127.0.0.1", port)  # a port in use is said before the work, not after
    # No mail of the sample company ever leaves this machine.
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    make_ready()
    settings.SECRET_KEY = (Path(settings.HOME) / "secret_key").read_text().strip()  # this process came before the key
    home, console = Path(settings.HOME), Console(stderr=True)
    progress = living.found(home, seed=seed, scale=scale, password=PASSWORD, now=moment())
    if listening is None:
        lived = _live(home, progress, console)
        if as_json:
            print_json({**asdict(lived), "since": lived.since.isoformat(), "until": lived.until.isoformat(),
                        "logins": [one.email for one in founding.COLLEAGUES]})  # fmt: skip
        return
    _say_logins(console)
    console.print(f"Open [bold]http://localhost:{listening.getsockname()[1]}[/bold]; the months fill in meanwhile.")
    from leadpact.site.asgi import Application  # sets all of the web up: only where it is served

    # The worker lives today; it starts once the sample company has come so far.  A daemon: a day cut short is
    # lived again at the next start.
    Thread(target=_live_and_work, args=(home, progress, console), daemon=True).start()
    run_server(Application(with_worker=False), listening)


def _live(home: Path, progress: living.Progress, console: Console) -> living.Lived:
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Four months of a sample company", total=None)
        return living.live(
            home, progress, now=moment(), told=lambda done, days: bar.update(task, completed=done, total=days)
        )


def _live_and_work(home: Path, progress: living.Progress, console: Console) -> None:
    lived = _live(home, progress, console)
    console.print(f"The sample company has come to today: {lived.days} days, {lived.events:,} events.")
    Worker(moment).run()


def _say_logins(console: Console) -> None:
    console.print(f"\nLog in with the password [bold]{PASSWORD}[/bold] as")
    for one in founding.COLLEAGUES:
        roles = ", ".join(role.value.replace("_", " ") for role in one.roles)
        console.print(f"  {one.email:<24} {one.name}, {roles}")
    console.print("Mails of the sample company go nowhere.\n")


commands: list[click.Command] = [demo]
