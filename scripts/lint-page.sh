#!/usr/bin/env bash
# Lints the page's scripts and styles for Chromium 69 (old 360 browsers): eslint with
# eslint-plugin-compat, stylelint with browserslist. Linted, not run there: tests/browser run
# in today's Chromium. The versions are pinned in scripts/page-lint/package.json; npm takes them
# from whatever registry it is set to, into build/, and no lock file is kept, for it would name one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v npm >/dev/null || { echo "lint-page: needs node and npm" >&2; exit 2; }
work=build/page-lint
mkdir -p "$work/out"
cp scripts/page-lint/package.json scripts/page-lint/*.mjs "$work/"
if ! cmp -s scripts/page-lint/package.json "$work/.installed"; then
  (cd "$work" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error)
  cp scripts/page-lint/package.json "$work/.installed"
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
