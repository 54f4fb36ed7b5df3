#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The core stays pure: what its files include, what its wasm objects ask for,
# no data that changes, and a linked module that imports nothing.
set -u
cd "$(dirname "$0")/.." || exit 1

out=build/wasm
flags=(--target=wasm32 -std=c17 -Os -mbulk-memory -msimd128 -nostdlib
    -ffreestanding -isystem src/worker/libc -Isrc -Wall -Wextra -Wpedantic
    -Werror -Wshadow -Wconversion -Wsign-conversion -Wshorten-64-to-32
    -Wundef -Wvla -Wcast-qual -Wswitch-enum -Wcomma -Wstrict-prototypes
    -Wmissing-prototypes -Wdouble-promotion -MMD -MP)
bad=0

# Sources and headers are looked at alike: tbl/ files are included too.
if grep -rnE '^[[:space:]]*#[[:space:]]*include' src/core |
    grep -vE '#[[:space:]]*include ("core/[a-z0-9_/]+\.h"|<(stdbool|stddef|stdint|string|limits|float)\.h>)' |
    grep -vE '^src/core/base/simd\.h:[0-9]+:#include <(emmintrin|arm_neon|wasm_simd128)\.h>$'
then
    echo 'src/core includes what it must not' >&2
    bad=1
fi

# Only what is older than its source or a header is compiled again; make
# reads the dependencies the compiler left.
{
    printf 'all:'
    for src in $(find src/core src/worker -name '*.c' | sort); do
        printf ' %s' "$out/${src%.c}.o"
    done
    printf '\n%s/%%.o: %%.c tools/check_core.sh\n' "$out"
    printf "\t@mkdir -p \$(@D)\n\tclang-14 %s \$(if \$(filter %%/mem.c,\$<),-fno-builtin) -c -o \$@ \$<\n" "${flags[*]}"
    printf -- '-include %s\n' "$(find "$out" -name '*.d' 2>/dev/null | tr '\n' ' ')"
} | make --no-print-directory -s -k -j"$(nproc)" -f - all || exit 1

mapfile -t objects < <(find src/core -name '*.c' | sed "s|^|$out/|;s|c\$|o|")
python3 tools/check_wasm.py objects "${objects[@]}" || bad=1

mapfile -t worker < <(find src/worker -name '*.c' | sed "s|^|$out/|;s|c\$|o|")
clang-14 --target=wasm32 -nostdlib -fuse-ld=lld -Wl,--no-entry \
    -Wl,--stack-first -Wl,--export-dynamic -Wl,--no-gc-sections \
    -Wl,--strip-debug -o "$out/core.wasm" "${objects[@]}" "${worker[@]}" ||
    exit 1
python3 tools/check_wasm.py module "$out/core.wasm" || bad=1
[ "$bad" -eq 0 ] &&
    echo "${#objects[@]} objects, $(stat -c %s "$out/core.wasm") bytes linked"
exit "$bad"
