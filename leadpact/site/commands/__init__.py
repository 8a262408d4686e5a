"""One module per group of commands; each lists its own in `commands`."""
