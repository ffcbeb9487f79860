#!/usr/bin/env bash
# See that Chromium is there for the browser tests; install it where we may; say it where not.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "browser: Chromium is missing: installing it" >&2
  # the fonts too: without Chinese letters the pages would be measured with empty boxes
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends \
      chromium fontconfig fonts-noto-cjk >/dev/null; then
    exit 0
  fi
fi
echo "browser: Chromium is not here and could not be installed." >&2
echo "browser: the tests that open the maps in a browser will be SKIPPED." >&2
echo "browser: install it with: sudo apt-get install chromium" >&2
