#!/usr/bin/env bash
# See that PostgreSQL with PostGIS is there, for the second opinion on areas; install Debian's.
set -euo pipefail

has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; }
has_postgis && command -v psql >/dev/null && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "postgis: installing PostgreSQL with PostGIS" >&2
  # -scripts holds the extension itself
  if apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      postgresql postgresql-postgis postgresql-postgis-scripts >/dev/null; then
    exit 0
  fi
fi
echo "postgis: missing and not to be installed by this user; the second opinion will be SKIPPED." >&2
echo "postgis: install it with: sudo apt-get install postgresql postgresql-postgis-scripts" >&2
