#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Functions of libc that invite a mistake, and words that do not enter main.
set -u
cd "$(dirname "$0")/.." || exit 1

# Unbounded or silently cutting copies; parsers that can't say "no"; hidden
# state shared by threads; the locale.
banned='strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|gets|strtok'
banned+='|atoi|atol|atoll|atof|scanf|sscanf|fscanf|rand|srand|random|drand48'
banned+='|localtime|gmtime|asctime|ctime|gethostbyname|inet_ntoa'
banned+='|tmpnam|mktemp|alloca|system|popen|setjmp|longjmp|setlocale|signal'
bad=0

# Comments are cut off first, and what is a member (x->signal) is none of it.
find src -name '*.[ch]' | sort | while read -r file; do
    sed -E 's|/\*.*\*/||; s|^ ?\* .*||; s|//.*||; s|"([^"\\]\|\\.)*"|""|g' "$file" |
        grep -nE "(^|[^A-Za-z0-9_.>])($banned)[[:space:]]*\(" |
        sed "s|^|$file:|"
done | grep . && bad=1

if grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' src tests fuzz bench tools docs \
    --include='*.[chm]*' --include='*.sh' --include='*.py' --include='*.js' |
    grep -v '^tools/check_banned.sh:'; then
    bad=1
fi

# Each file says its licence.
while read -r file; do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' && continue
    echo "$file: no SPDX line"
    bad=1
done < <(tools/files.sh c && tools/files.sh sh && tools/files.sh py)
exit "$bad"
