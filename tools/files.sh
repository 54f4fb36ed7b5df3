#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The files of a kind, one a line, those not yet added to git included.
#
#     tools/files.sh c | sources | headers | sh | py
#
# c: all C sources and headers. sources: those that make the program.
set -u
cd "$(dirname "$0")/.." || exit 1

dirs=()
for d in src tests fuzz bench; do
    [ ! -d "$d" ] || dirs+=("$d")
done
case ${1:-} in
c) find "${dirs[@]}" -name '*.[ch]' ;;
sources) find src/core src/server src/store -name '*.c' 2>/dev/null ;;
headers) find src tests/unit -name '*.h' -not -path 'src/worker/libc/*' ;;
sh) find tools tests bench .ci \( -name '*.sh' -o -path .ci/run \) ;;
py) find tools tests bench -name '*.py' -not -path '*/node_modules/*' ;;
*)
    echo "usage: tools/files.sh c | sources | headers | sh | py" >&2
    exit 2
    ;;
esac | sort
