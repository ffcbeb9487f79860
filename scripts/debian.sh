# shellcheck shell=bash
# Sourced by the scripts that install programs: what is missing is taken from Debian where we may,
# and said where not. Usage: . "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

missing=()

# needs PACKAGE COMMAND…: note the Debian package when the command fails
needs() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_program() { command -v "$1"; }
# without Chinese letters pages are measured with empty boxes, and a PDF has no text
has_chinese_fonts() { fc-list :lang=zh | grep -q .; }

is_admin_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# install_missing NAME WITHOUT: install what is noted; where that cannot be, say what goes without.
# Always 0: what cannot run without it is skipped, or fails under SITING_REQUIRE_ALL=1.
install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  if is_admin_with_apt; then
    echo "$1: installing ${missing[*]}" >&2
    apt_install "${missing[@]}" && return 0
  fi
  echo "$1: missing and not to be installed by this user: ${missing[*]}" >&2
  echo "$1: $2" >&2
  echo "$1: install with: sudo apt-get install ${missing[*]}" >&2
}
