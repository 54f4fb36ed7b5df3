#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Replays the corpus through every fuzz target, then fuzzes for SECONDS in
# all, the targets in turn and as many at once as there are processors.
#
#     tools/fuzz.sh SECONDS      (0: replay alone)
#
# An input that breaks something is left in build/fuzz/found/. It becomes a
# row of a unit test, and then goes to fuzz/corpus/TARGET/. What is learnt
# while fuzzing stays in build/fuzz/learnt/.
set -u
cd "$(dirname "$0")/.." || exit 1

seconds=${1:-0}
jobs=$(nproc)
out=build/fuzz
mkdir -p "$out/found" "$out/learnt"
export ASAN_OPTIONS=${ASAN_OPTIONS:-allocator_may_return_null=1}

targets=()
for src in fuzz/fuzz_*.c; do
    [ -e "$src" ] && targets+=("$(basename "$src" .c)")
done
if [ ${#targets[@]} -eq 0 ]; then
    echo 'no fuzz targets' >&2
    exit 1
fi

# fuzz_json and its like keep their corpus in fuzz/corpus/json.
replay() {
    local name=${1#fuzz_} dirs=() n

    [ -d "fuzz/corpus/$name" ] && dirs=("fuzz/corpus/$name")
    n=$(find "${dirs[@]:-/nonexistent}" -type f 2>/dev/null | wc -l)
    "build/fuzz/fuzz/$1" -runs=0 -timeout=20 -rss_limit_mb=1024 \
        -artifact_prefix="build/fuzz/found/$1-" "${dirs[@]}" \
        >"build/fuzz/$1.log" 2>&1 || {
        tail -n 60 "build/fuzz/$1.log"
        echo "replay $1: FAILED"
        return 1
    }
    echo "replay $1: $n inputs"
}

# New inputs land in the first directory, the corpus is only read.
fuzz() {
    local name=${1#fuzz_} dirs=("build/fuzz/learnt/$1")

    mkdir -p "${dirs[0]}"
    [ -d "fuzz/corpus/$name" ] && dirs+=("fuzz/corpus/$name")
    timeout -k 5 $(($2 + 60)) "build/fuzz/fuzz/$1" -max_total_time="$2" \
        -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found/$1-" "${dirs[@]}" \
        >"build/fuzz/$1.log" 2>&1 || {
        tail -n 60 "build/fuzz/$1.log"
        echo "fuzz $1: FAILED"
        return 1
    }
    sed -n "s/^stat::number_of_executed_units: /fuzz $1: $2 s, executions /p" \
        "build/fuzz/$1.log"
}
export -f replay fuzz

results=$(mktemp) || exit 1
trap 'rm -f "$results"' EXIT
printf '%s\n' "${targets[@]}" |
    xargs -P "$jobs" -I{} bash -c 'replay {}' | tee "$results"
if [ "$seconds" -gt 0 ]; then
    each=$((seconds * jobs / ${#targets[@]}))
    [ "$each" -gt 0 ] || each=1
    [ "$each" -lt "$seconds" ] || each=$seconds
    printf '%s\n' "${targets[@]}" |
        xargs -P "$jobs" -I{} bash -c "fuzz {} $each" | tee -a "$results"
fi

# Counted by what went well: a target that died without a word is a failure.
wanted=$((${#targets[@]} * (seconds > 0 ? 2 : 1)))
passed=$(grep -cE '^(replay|fuzz) [a-z0-9_]+: [0-9]' "$results")
echo "$passed passed, $((wanted - passed)) failed"
[ "$passed" -eq "$wanted" ]
