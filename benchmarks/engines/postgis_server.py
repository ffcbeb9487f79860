"""A PostgreSQL of our own in a temporary folder, ended with the process; Debian's package."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

#: The server refuses to run as root; Debian's package brings this account.
ACCOUNT = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "2GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "1GB",
    "max_parallel_workers_per_gather": "0",
    "fsync": "off",
    "autovacuum": "off",
    "jit": "off",
}


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL with PostGIS, or None."""
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists()
    ]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def start() -> Path:
    """Start a server and return the folder of its socket."""
    programs = binaries()
    if programs is None:
        raise SystemExit("no PostgreSQL with PostGIS here: scripts/postgis.sh installs Debian's")
    folder = Path(tempfile.mkdtemp(prefix="siting-postgis-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT)
    cluster = folder / "cluster"
    _as_account([str(programs / "initdb"), "-D", str(cluster), "-A", "trust", "-U", ACCOUNT]).wait()
    options = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
    server = _as_account(
        [str(programs / "postgres"), "-D", str(cluster), "-k", str(folder), *options]
    )
    atexit.register(server.wait)
    # a fast shutdown: the default one waits for connections that are still open
    atexit.register(server.send_signal, signal.SIGINT)
    return folder


def _as_account(command: list[str]) -> subprocess.Popen[bytes]:
    user = ACCOUNT if os.geteuid() == 0 else None
    return subprocess.Popen(  # noqa: S603 - our own command
        command, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
