"""`demo`: a sample company in a home of its own, lived up to the present, then served."""

from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.progress import Progress

from leadpact.flow.clock import now as moment
from leadpact.flow.simulating import founding, living
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
    listening = None if no_serve else listen("127.0.0.1", port)  # a port in use is said before the work, not after
    # No mail of the sample company ever leaves this machine.
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    make_ready()
    settings.SECRET_KEY = (Path(settings.HOME) / "secret_key").read_text().strip()  # this process came before the key
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Four months of a sample company", total=None)
        lived = living.live(
            Path(settings.HOME),
            seed=seed,
            scale=scale,
            password=PASSWORD,
            now=moment(),
            told=lambda done, days: bar.update(task, completed=done, total=days),
        )
    if as_json:
        print_json({"since": lived.since.isoformat(), "until": lived.until.isoformat(), "days": lived.days,
                    "events": lived.events, "logins": [one.email for one in founding.COLLEAGUES]})  # fmt: skip
    else:
        _say_logins(console)
    if listening is not None:
        click.echo(f"Open http://localhost:{listening.getsockname()[1]}")
        from leadpact.site.asgi import Application  # sets all of the web up: only where it is served

        run_server(Application(with_worker=True), listening)


def _say_logins(console: Console) -> None:
    console.print(f"\nLog in with the password [bold]{PASSWORD}[/bold] as")
    for one in founding.COLLEAGUES:
        roles = ", ".join(role.value.replace("_", " ") for role in one.roles)
        console.print(f"  {one.email:<24} {one.name}, {roles}")
    console.print("Mails of the sample company go nowhere.\n")


commands: list[click.Command] = [demo]
