#!/usr/bin/env bash
# See that what the browser tests need is there; install it where we may; say it where not.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
# the driver that comes with playwright links against it, and a small Debian does not have it
has_libatomic() { /sbin/ldconfig -p | grep -q libatomic.so.1; }

needs chromium has_chromium
needs libatomic1 has_libatomic
needs fontconfig has_program fc-list
needs fonts-noto-cjk has_chinese_fonts
install_missing browser \
  "without Chromium the tests that open the maps in a browser will be SKIPPED."
