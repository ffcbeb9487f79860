#!/usr/bin/env bash
# See that what the browser tests need is there; install it where we may; say it where not.
set -euo pipefail

has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
# the driver that comes with playwright links against it, and a small Debian does not have it
has_libatomic() { /sbin/ldconfig -p | grep -q libatomic.so.1; }
# without Chinese letters the pages would be measured with empty boxes
has_fonts() { fc-list :lang=zh | grep -q .; }

missing=()
has_chromium >/dev/null || missing+=(chromium)
has_libatomic 2>/dev/null || missing+=(libatomic1)
has_fonts 2>/dev/null || missing+=(fontconfig fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "browser: installing ${missing[*]}" >&2
  if apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null; then
    exit 0
  fi
fi
echo "browser: missing and not to be installed by this user: ${missing[*]}" >&2
echo "browser: without Chromium the tests that open the maps in a browser will be SKIPPED." >&2
echo "browser: install it with: sudo apt-get install ${missing[*]}" >&2
