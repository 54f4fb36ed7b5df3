#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writes into conversations what upstream and client get now; the diff is then
# reviewed as code.
#
#     tools/golden.sh              all of tests/cases
#     tools/golden.sh FILE.md …    these
set -eu
cd "$(dirname "$0")/.."

make --no-print-directory -s build/dev/tests/cases/test_cases
build/dev/tests/cases/test_cases --golden "$@"
git --no-pager diff --stat -- tests/cases
