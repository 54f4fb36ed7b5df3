#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The longest files and functions: a smell to look at, not a limit.
#
#     tools/check_len.sh [HOW_MANY]
set -u
cd "$(dirname "$0")/.." || exit 1
n=${1:-15}

echo 'lines  file'
tools/files.sh c | grep '^src/' | xargs wc -l | grep -v ' total$' |
    sort -rn | head -n "$n"
echo
echo 'lines  function'
# A body opens and closes in the first column; its name stands last before.
tools/files.sh c | grep '^src/.*c$' | xargs awk '
    FNR == 1 { open = 0 }
    /^[a-z_].*\(/ && !/;$/ { match($0, /[a-z0-9_]+\(/); name = substr($0, RSTART, RLENGTH - 1) }
    /^{/ { open = FNR }
    /^}/ && open { printf "%7d  %s %s:%d\n", FNR - open + 1, name, FILENAME, open; open = 0 }
' | sort -rn | head -n "$n"
