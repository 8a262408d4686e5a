"""Import of files: looked at first, then run; a second time changes nothing."""

from leadpact.flow.importing.running import look, run
from leadpact.flow.importing.types import Options, Preview, Report

__all__ = ["Options", "Preview", "Report", "look", "run"]
