#!/bin/sh
# SPDX-License-Identifier: MIT
# clang-tidy over one file, the last argument; those before are for the
# compiler. Silent when all is well: clang-tidy counts what it hides.
n=$#
for arg; do
    shift
    if [ "$n" -gt 1 ]; then
        set -- "$@" "$arg"
    else
        file=$arg
    fi
    n=$((n - 1))
done
out=$(clang-tidy-14 --quiet "$file" -- "$@" 2>/dev/null)
rc=$?
[ "$rc" -eq 0 ] || printf '%s\n' "$out"
exit "$rc"
