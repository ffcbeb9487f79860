#!/usr/bin/env bash
# See that LibreOffice is there, which the slow tests of the Word files ask what it makes of them;
# install Debian's where we may, say it where not.
set -euo pipefail

missing=()
command -v soffice >/dev/null || missing+=(libreoffice-writer-nogui)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
# without Chinese letters a PDF has empty boxes and no text
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "office: installing ${missing[*]}" >&2
  if apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null; then
    exit 0
  fi
fi
echo "office: missing and not to be installed by this user: ${missing[*]}" >&2
echo "office: the slow tests that open the Word files will be SKIPPED." >&2
echo "office: install them with: sudo apt-get install ${missing[*]}" >&2
