#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each header compiles as the only line of a file, with both compilers. The
# lists in tbl/ are not headers: they have no meaning without their X.
set -u
cd "$(dirname "$0")/.." || exit 1

one() {
    local cc defs=()

    case $1 in
    src/core/*) ;;
    *) defs=(-D_GNU_SOURCE -Itests/unit) ;;
    esac
    for cc in gcc clang-14; do
        printf '#include "%s"\ntypedef int not_empty;\n' "${1#src/}" |
            "$cc" -std=c17 "${defs[@]}" -I. -Isrc -Wall -Wextra -Wpedantic -Werror \
                -fsyntax-only -x c - || {
            echo "$1 does not compile alone ($cc)" >&2
            return 1
        }
    done
}
export -f one

tools/files.sh headers | grep -v '^src/core/tbl/' |
    xargs -P "$(nproc)" -I{} bash -c 'one {}'
