"""The command line.  With --json exactly one JSON document goes to stdout; errors exit with 2 (input) or 3 (state)."""

import importlib
import json
import os
import sys

import click

from leadpact.base.errors import LeadpactError

# command -> (module under site.commands, needs Django)
COMMANDS: dict[str, tuple[str, bool]] = {
    "deadline": ("time", False),
    "elapsed": ("time", False),
    "pact": ("pact", True),
    "init": ("install", True),
    "serve": ("serve", True),
    "worker": ("serve", True),
    "writekey": ("writekey", True),
    "user": ("access", True),
    "token": ("access", True),
    "drain": ("serve", True),
    "ledger": ("ledger", True),
    "person": ("people", True),
    "import": ("importing", True),
    "report": ("report", True),
    "rebuild": ("people", True),
    "replay": ("replay", True),
    "bots": ("bots", True),
    "demo": ("demo", True),
    "simulate": ("demo", True),
    "generate": ("generate", True),
    "bench": ("bench", False),
    "export": ("export", True),
}


class LazyGroup(click.Group):
    """Loads a command's module when it is asked for, so that `deadline` does not wait for Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module_name, needs_django = COMMANDS[cmd_name]
        if needs_django:
            set_up_django()
        module = importlib.import_module(f"leadpact.site.commands.{module_name}")
        commands: list[click.Command] = module.commands
        return next((command for command in commands if command.name == cmd_name), None)


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadpact.site.settings")
    import django  # slow to import: only for commands that need it

    django.setup()


@click.group(cls=LazyGroup)
@click.version_option(package_name="leadpact")
def cli() -> None:
    """Leadpact: one ledger, one pact, one closed loop for marketing and sales."""


def print_json(document: object) -> None:
    """Print one JSON document to stdout; the only way a command with --json writes there."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=None) + "\n")


def main() -> None:
    as_json = "--json" in sys.argv
    try:
        ended = cli.main(standalone_mode=False)
    except LeadpactError as error:
        if as_json:
            print_json(error.as_dict())
        else:
            click.echo(f"{error.message}\n{error.what_to_do}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        if as_json:
            print_json(
                {"code": "bad_option", "message": error.format_message(), "what_to_do": "See --help.", "details": {}}
            )
        else:
            error.show()
        sys.exit(2)
    if isinstance(ended, int):  # a command that ended by ctx.exit(n) hands back n
        sys.exit(ended)
