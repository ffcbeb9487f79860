"""``python -m siting``."""

from siting.cli import entry

if __name__ == "__main__":
    entry()
