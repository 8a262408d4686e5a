"""The installation and server of the collector's tests."""

from tests.collector.conftest import ready_home, server, server_key, with_key

__all__ = ["ready_home", "server", "server_key", "with_key"]
