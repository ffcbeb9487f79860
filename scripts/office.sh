#!/usr/bin/env bash
# See that LibreOffice is there, which the slow tests of the Word files ask what it makes of them;
# install Debian's where we may, say it where not.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

needs libreoffice-writer-nogui has_program soffice
needs poppler-utils has_program pdftotext
needs fontconfig has_program fc-list
needs fonts-noto-cjk has_chinese_fonts
install_missing office "the slow tests that open the Word files will be SKIPPED."
