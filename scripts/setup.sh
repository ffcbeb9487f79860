#!/usr/bin/env bash
# Make .venv and install into it what requirements/*.lock pin by hash. Usage: setup.sh run|dev|bench
# Needs Python 3.11 or newer and a package index; nothing else of siting needs a network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/debian.sh
what=${1:?run, dev or bench}
venv=.venv

say() { printf 'setup: %s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

no_python() {
  say "no Python 3.11 or newer found. Install it (Debian: apt-get install python3 python3-venv),"
  say "or name it: make PYTHON=/path/to/python3.11 …"
  exit 2
}

install_python() {
  is_admin_with_apt || no_python
  say "no Python 3.11 or newer found: installing Debian's"
  apt_install python3 python3-venv
}

make_venv() {
  local python
  python=$(find_python) || { install_python && python=$(find_python) || no_python; }
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if is_admin_with_apt; then
      say "python3-venv is missing: installing it"
      apt_install python3-venv
    else
      say "this Python cannot make virtual environments."
      say "Install it first: sudo apt-get install python3-venv"
      exit 2
    fi
  fi
  "$python" -m venv "$venv"
}

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  say "making $venv"
  make_venv
fi

# Done before, from these very files?
stamp="$venv/.siting-$what"
sum=$(cat pyproject.toml requirements/build.lock "requirements/$what.lock" | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then exit 0; fi

say "installing requirements/$what.lock (by hash); the first time this takes a few minutes"
install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
install --require-hashes -r "requirements/$what.lock"
install --require-hashes -r requirements/build.lock
install --no-deps --no-build-isolation -e .
printf '%s\n' "$sum" > "$stamp"
