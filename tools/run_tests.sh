#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs suites one after the other and adds up what they say.
#
#     tools/run_tests.sh -s COMMAND ... -c COMMAND ...
#
# -s  a suite: its last line of the form "N passed, N failed" is its count.
#     None, an empty count, or a bad exit with no failure named: 1 failed.
# -c  a check: its exit code alone counts, as 1 passed or 1 failed.
#
# Of what goes well only the counts are shown, of what fails everything. The
# last line of all is the sum.
set -u
cd "$(dirname "$0")/.." || exit 1

limit=${SUITE_SECONDS:-900}
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
closing='^[0-9]+ passed, [0-9]+ failed$'
all_passed=0
all_failed=0
broken=()

# The numbers of the suite whose log and exit code are given: "passed failed".
count() {
    local line passed failed

    line=$(grep -aE "$closing" "$1" | tail -n 1)
    if [ -z "$line" ]; then
        echo '0 1 (no closing line)'
        return
    fi
    passed=${line%% *}
    failed=${line#*, }
    failed=${failed%% *}
    if [ "$failed" -eq 0 ] && [ "$2" -ne 0 ]; then
        echo "$passed 1 (exit code $2)"
    elif [ $((passed + failed)) -eq 0 ]; then
        echo '0 1 (nothing ran)'
    else
        echo "$passed $failed"
    fi
}

run() {
    local kind=$1 cmd=$2 log=$logs/log rc passed failed why start=$SECONDS

    echo "== $cmd"
    timeout -k 5 "$limit" bash -c "$cmd" </dev/null >"$log" 2>&1
    rc=$?
    if [ "$kind" = c ]; then
        passed=$((rc == 0)) failed=$((rc != 0)) why="(exit code $rc)"
    else
        read -r passed failed why < <(count "$log" "$rc")
    fi
    if [ "$failed" -ne 0 ]; then
        broken+=("$cmd ${why:-}")
        tail -c 200000 "$log"
        [ -z "${why:-}" ] || echo "-- failed $why: $cmd"
    else
        grep -aE "$closing|^== " "$log"
    fi
    echo "-- $((SECONDS - start)) s"
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
}

while getopts 'c:s:' kind; do
    case $kind in
    c | s) run "$kind" "$OPTARG" ;;
    *) exit 2 ;;
    esac
done
for cmd in ${broken[@]+"${broken[@]}"}; do
    echo "FAILED: $cmd"
done
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
