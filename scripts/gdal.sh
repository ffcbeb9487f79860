#!/usr/bin/env bash
# See that GDAL's own programs are there: gdaldem is the tests' second opinion on slopes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

needs gdal-bin has_program gdaldem
install_missing gdal "the second opinion on slopes will be SKIPPED."
