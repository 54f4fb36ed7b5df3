#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares docs/configuration.md with what the program's tables say, and the
# table of models with what it is made from.
# usage: tools/check_gen.sh GEN_CONFIG_DOC     (the built tool)
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 path/to/gen_config_doc" >&2
    exit 2
fi
root=$(dirname "$0")/..
new=$(mktemp)
trap 'rm -f "$new"' EXIT
"$1" > "$new"
if ! diff -u "$root/docs/configuration.md" "$new"; then
    echo "docs/configuration.md is stale: $1 > docs/configuration.md" >&2
    exit 1
fi
"$root/tools/gen_models.py" > "$new"
if ! diff -u "$root/src/core/tbl/models.h" "$new"; then
    echo "src/core/tbl/models.h is stale: tools/gen_models.py > it" >&2
    exit 1
fi
