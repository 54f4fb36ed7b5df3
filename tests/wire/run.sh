#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# HTTP behaviour of the real binary: every *.vtc (varnishtest) and every other *.py here, two at a time.
#
#     tests/wire/run.sh [NAME…]        SLUICE=path of the binary (build/dev/sluice)
#
# Ends in "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
SLUICE=$(realpath "${SLUICE:-$root/build/dev/sluice}")
export SLUICE
if [ ! -x "$SLUICE" ]; then
    echo "no binary at $SLUICE: run make first" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

one() {
    name=$(basename "$1")
    case $1 in
    *.vtc)
        if timeout 60 varnishtest -t 30 -D "sluice=$SLUICE" -D "wire=$(dirname "$1")" "$1" >"$2/$name" 2>&1; then
            echo "1 passed, 0 failed" >>"$2/$name"
        else
            grep -E '^-{4}|TEST .* FAILED' "$2/$name" >"$2/$name.why"
            { echo "FAIL $name"; cat "$2/$name.why"; echo "0 passed, 1 failed"; } >"$2/$name"
            rm -f "$2/$name.why"
        fi
        ;;
    *)
        PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 "$1" >"$2/$name" 2>&1
        tail -1 "$2/$name" | grep -qE '^[0-9]+ passed, [0-9]+ failed$' ||
            echo "FAIL $name: it did not come to its end
0 passed, 1 failed" >>"$2/$name"
        ;;
    esac
}
export -f one

# The long ones first, so that two at a time end together.
files=$(ls "$here"/{tenthousand,blackbox,chat,commands,hostile,framing}.py "$here"/*.py "$here"/*.vtc |
    grep -v '/wire\.py$' | awk '!seen[$0]++')
if [ $# -gt 0 ]; then
    files=$(for n in "$@"; do ls "$here/$n" 2>/dev/null || ls "$here/$n".*; done)
fi
printf '%s\n' "$files" | xargs -P 2 -I{} bash -c 'one "$1" "$2"' _ {} "$out"

passed=0 failed=0
for f in "$out"/*; do
    grep -vE '^[0-9]+ passed, [0-9]+ failed$|^\*' "$f"
    read -r p f2 < <(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$f" | tail -1 | sed -E 's/([0-9]+) passed, ([0-9]+) failed/\1 \2/')
    printf '%-20s %s passed, %s failed\n' "$(basename "$f"):" "${p:-0}" "${f2:-1}"
    passed=$((passed + ${p:-0})) failed=$((failed + ${f2:-1}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
