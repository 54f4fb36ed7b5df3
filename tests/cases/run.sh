#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The conversations: on the core as it is built here, then on the core as wasm,
# told the same and compared byte for byte.
#
#     tests/cases/run.sh      SLUICE_BUILD=where the tests were built (build/dev)
#
# Ends in "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${SLUICE_BUILD:-build/dev}
cases=$build/tests/cases/test_cases

exec tools/run_tests.sh -s "$cases" -c "tools/check_core.sh" \
    -s "$cases --trace $build/cases.trace >/dev/null && \
        node tests/cases/parity.mjs build/wasm/core.wasm $build/cases.trace"
