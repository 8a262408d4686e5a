"""Django's own command line, for makemigrations and the like; users have `leadpact`."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    home = Path(os.environ.setdefault("LEADPACT_HOME", str(Path(__file__).parent / ".dev")))
    home.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadpact.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
