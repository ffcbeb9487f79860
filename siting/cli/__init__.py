"""The command line: talk and progress on stderr, results on stdout."""

from siting.cli.main import app, entry, main

__all__ = ["app", "entry", "main"]
