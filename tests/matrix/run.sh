#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every client dialect against every provider dialect, through the real binary.
#
#     tests/matrix/run.sh [WORD…]        SLUICE=path of the binary (build/dev/sluice)
#
# Ends in "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
SLUICE=$(realpath "${SLUICE:-build/dev/sluice}")
export SLUICE PYTHONDONTWRITEBYTECODE=1
if [ ! -x "$SLUICE" ]; then
    echo "no binary at $SLUICE: run make first" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
exec timeout 120 python3 tests/matrix/matrix.py "$@"
