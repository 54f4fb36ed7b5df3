#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A real inference engine (llama.cpp's server, a model of random weights made on the spot) behind the real binary.
# Outside of `make test`: it installs 60 MB of Python packages under build/engine.
#
#     tests/engine/run.sh        SLUICE=path of the binary (build/dev/sluice)
#
# Ends in "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/build/engine/venv
SLUICE=$(realpath "${SLUICE:-$root/build/dev/sluice}")
export SLUICE PYTHONDONTWRITEBYTECODE=1
if [ ! -x "$SLUICE" ]; then
    echo "no binary at $SLUICE: run make first" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
if ! cmp -s "$venv/made-for" "$here/requirements.txt"; then
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"; }; then
        echo "the engine can't be installed"
        echo "0 passed, 1 failed"
        exit 1
    fi
    cp "$here/requirements.txt" "$venv/made-for"
fi
exec timeout 300 "$venv/bin/python" "$here/test_engine.py"
