#!/usr/bin/env bash
# See that node and npm are there, which lint the page's scripts and styles; install Debian's.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

needs nodejs has_program node
needs npm has_program npm
install_missing node "the page's scripts and styles will NOT be linted."
