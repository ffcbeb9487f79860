#!/usr/bin/env bash
# See that PostgreSQL with PostGIS is there, for the second opinion on areas; install Debian's.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control'; }

needs postgresql has_program psql
needs postgresql-postgis has_postgis
# -scripts holds the extension itself
needs postgresql-postgis-scripts has_postgis
install_missing postgis "the second opinion on areas will be SKIPPED."
