#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No secret reaches a text. Its one field is private to secret.c, so what is
# left to look for are the two ways out: somebody else reads that field, or a
# line that tells people things (printf, log, err_set, an assertion) writes a
# secret. It sees lines, not data flow: a tripwire, not a proof.
#
#     tools/check_secrets.sh [-v]      -v: also every place that opens one
set -u
cd "$(dirname "$0")/.." || exit 1

tellers='(printf|log_[a-z_]+|syslog|perror|err_set[a-z_]*|SL_ASSERT)[[:space:]]*\('
bad=0

if grep -rnE '(\.|->)hidden_\b' src | grep -v '^src/core/secret\.c:'; then
    echo 'the inside of a secret is read outside of secret.c' >&2
    bad=1
fi
if grep -rnE "$tellers.*secret_(write|of)\b" src ||
    grep -nE 'secret_write[[:space:]]*\(' src/server/log*.c 2>/dev/null; then
    echo 'a secret is written where people read' >&2
    bad=1
fi
if [ "${1:-}" = -v ]; then
    grep -rnE '\bsecret_(write|of)\(' src | grep -v '^src/core/secret\.[ch]:'
fi
exit "$bad"
