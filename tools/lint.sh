#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All that can be said about the code without running it, cheapest first.
#
#     tools/lint.sh            all; ends in "N passed, N failed"
#     tools/lint.sh format     one of them: format tidy analyzer cppcheck
set -u
cd "$(dirname "$0")/.." || exit 1

jobs=$(nproc)
include=(-std=c17 -Isrc)

# Runs "$@ FILE" for each file named on stdin, as many at once as there are
# processors; every one runs, one failing fails all.
each() {
    xargs -P "$jobs" -n 1 -- "$@"
}

format() {
    tools/files.sh c | xargs clang-format-14 --dry-run -Werror
}

# Compiler flags after -- differ for the host: it has the feature macros.
tidy() {
    local rc=0

    tools/files.sh sources | grep '^src/core' |
        each tools/tidy_one.sh "${include[@]}" || rc=1
    tools/files.sh sources | grep -v '^src/core' |
        each tools/tidy_one.sh "${include[@]}" -D_GNU_SOURCE \
            "-DSLUICE_VERSION=\"$(cat VERSION)\"" || rc=1
    return "$rc"
}

analyzer() {
    tools/files.sh sources | grep '^src/core' |
        each gcc "${include[@]}" -O2 -fanalyzer -Werror -c -o /dev/null
}

# Its style and performance opinions are not asked for. internalAstError: it
# can't read `c ? (struct s){0} : x`, and gives the file up. legacyUninitvar: it
# takes an array given to a function to be filled for one that is read.
cppcheck_all() {
    tools/files.sh sources |
        cppcheck --quiet --std=c11 --language=c -Isrc -j "$jobs" -D__GNUC__=12 \
            -DSLUICE_VERSION="\"$(cat VERSION)\"" --enable=warning,portability \
            --inline-suppr --suppress=normalCheckLevelMaxBranches \
            --suppress='*:/usr/include/*' --suppress=missingIncludeSystem \
            --suppress=internalAstError --suppress=legacyUninitvar \
            --error-exitcode=1 --file-list=-
}

case ${1:-all} in
format | tidy | analyzer) "$1" ;;
cppcheck) cppcheck_all ;;
all)
    exec tools/run_tests.sh -c 'tools/lint.sh format' \
        -c tools/check_banned.sh -c tools/check_secrets.sh \
        -c tools/check_headers.sh -c tools/check_core.sh \
        -c tools/check_docs.sh -c 'make --no-print-directory gen-check' \
        -c 'tools/lint.sh cppcheck' -c 'tools/lint.sh tidy' \
        -c 'tools/lint.sh analyzer'
    ;;
*)
    echo "usage: tools/lint.sh [format | tidy | analyzer | cppcheck]" >&2
    exit 2
    ;;
esac
