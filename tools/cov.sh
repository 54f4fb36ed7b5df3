#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Coverage of the core by the unit tests and cases: a table, and the lines and branches
# not reached as a page to look at, build/cov/html/index.html.
set -u
cd "$(dirname "$0")/.." || exit 1

out=build/cov
rm -f "$out"/*.profraw
objects=()
for test in "$out"/tests/{unit,server,store,cases}/test_*; do
    [ -x "$test" ] && [ -f "$test" ] || continue
    LLVM_PROFILE_FILE="$out/$(basename "$test").profraw" "$test" \
        >"$out/log" 2>&1 || echo "failed: $test" >&2
    # The first stands alone, the others behind -object.
    [ ${#objects[@]} -eq 0 ] || objects+=(-object)
    objects+=("$test")
done
[ ${#objects[@]} -gt 0 ] || { echo 'no tests' >&2; exit 1; }
llvm-profdata-14 merge -sparse -o "$out/all.profdata" "$out"/*.profraw || exit 1
llvm-cov-14 show -format=html -show-branches=count -output-dir="$out/html" \
    -instr-profile="$out/all.profdata" "${objects[@]}" src/core
report=$(llvm-cov-14 report -show-branch-summary -show-region-summary=false \
    -instr-profile="$out/all.profdata" "${objects[@]}" src/core) || exit 1
echo "$report"
# What no test links is not in the table at all.
find src/core -name '*.c' -printf '%P\n' | sort | while read -r file; do
    grep -qE "^([a-z/]*/)?$(basename "$file") " <<<"$report" ||
        echo "no test reaches src/core/$file"
done
