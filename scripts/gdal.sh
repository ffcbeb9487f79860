#!/usr/bin/env bash
# See that GDAL's own programs are there: gdaldem is the tests' second opinion on slopes.
set -euo pipefail

command -v gdaldem >/dev/null && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "gdal: installing gdal-bin" >&2
  if apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      gdal-bin >/dev/null; then
    exit 0
  fi
fi
echo "gdal: missing and not to be installed by this user; the second opinion on slopes will be SKIPPED." >&2
echo "gdal: install it with: sudo apt-get install gdal-bin" >&2
