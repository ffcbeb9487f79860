#!/usr/bin/env bash
# Lints the page's scripts and styles for Chromium 69 (old 360 browsers): eslint with
# eslint-plugin-compat, stylelint with browserslist. Linted, not run there: tests/browser run
# in today's Chromium. scripts/page-lint/package-lock.json pins every package by hash and names no
# registry: npm takes them from whichever it is set to. To renew the lock, in that folder:
#   npm install --package-lock-only --omit-lockfile-registry-resolved
# and take the "funding" entries out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for program in node npm; do
  command -v "$program" >/dev/null || { echo "lint-page: needs $program" >&2; exit 2; }
done
if grep -nE '://|"resolved"' scripts/page-lint/package-lock.json >&2; then
  echo "lint-page: the lock names a host; see the head of scripts/lint-page.sh" >&2
  exit 2
fi
work=build/page-lint
mkdir -p "$work"
rm -rf "$work/out"
mkdir "$work/out"
cp scripts/page-lint/*.json scripts/page-lint/*.mjs "$work/"
if ! cmp -s scripts/page-lint/package-lock.json "$work/.installed"; then
  (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
  cp scripts/page-lint/package-lock.json "$work/.installed"
fi
.venv/bin/python - "$work/out" <<'PYTHON'
import sys
from importlib import resources
from pathlib import Path

from siting.mapping.frame import _own_script

target = Path(sys.argv[1])
(target / "page.js").write_text(_own_script(), encoding="utf-8")
for style in (resources.files("siting.mapping") / "page").iterdir():
    if style.name.endswith(".css"):
        (target / style.name).write_text(style.read_text(encoding="utf-8"), encoding="utf-8")
PYTHON
cd "$work"
npx --no-install eslint --max-warnings 0 out/page.js
npx --no-install stylelint --max-warnings 0 "out/*.css"
echo "lint-page: scripts and styles pass for Chromium 69 (linted, not run there)"
