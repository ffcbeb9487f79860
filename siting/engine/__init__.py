"""Where the kernel runs: this process, or processes; a cluster slots in here."""

from siting.engine.local import run

__all__ = ["run"]
