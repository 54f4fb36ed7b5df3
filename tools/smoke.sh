#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The first minute of a user, with the program given: version, help, a start
# without any key on a port from the kernel, the first curl, a stream, a
# wrong path, a clean stop.
#
#     tools/smoke.sh build/rel/sluice
set -u
cd "$(dirname "$0")/.." || exit 1

sluice=${1:?the program}
dir=$(mktemp -d) || exit 1
passed=0
failed=0
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT

check() {
    local name=$1

    shift
    if "$@" >"$dir/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $name"
        head -c 2000 "$dir/out"
    fi
}

ask() {
    curl -sS --max-time 10 "$@"
}

# The answer of a request has a text in it.
answers() {
    local text=$1

    shift
    ask "$@" | tee "$dir/answer" | grep -qF -- "$text" || {
        cat "$dir/answer"
        return 1
    }
}

has_status() {
    [ "$(ask -o /dev/null -w '%{http_code}' "${@:2}")" = "$1" ]
}

# What the hardening flags promise: position independent, relro, bound at
# once, no stack that can be run.
is_hardened() {
    readelf -hW "$sluice" | grep -q 'Type:.*DYN' &&
        readelf -lW "$sluice" | grep -q GNU_RELRO &&
        readelf -dW "$sluice" | grep -qE 'BIND_NOW|FLAGS.* NOW' &&
        ! readelf -lW "$sluice" | grep -qE 'GNU_STACK.* RWE'
}

stops_cleanly() {
    local rc

    kill -TERM "$pid"
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    wait "$pid"
    rc=$?
    pid=
    [ "$rc" -eq 0 ] || { echo "exit code $rc"; return 1; }
}

says_version() {
    "$sluice" --version | grep -qF "$(cat VERSION)"
}

check version says_version
check help "$sluice" --help
check hardened is_hardened

env -i PATH="$PATH" "$sluice" --listen 127.0.0.1:0 >"$dir/log" 2>&1 </dev/null &
pid=$!
base=
for _ in $(seq 100); do
    base=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$dir/log" | head -n 1)
    [ -n "$base" ] && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
done
if [ -z "$base" ]; then
    echo 'failed: it does not start'
    cat "$dir/log"
    echo "$passed passed, $((failed + 1)) failed"
    exit 1
fi

json='Content-Type: application/json'
say='"model":"sluice/echo","messages":[{"role":"user","content":"Hello there"}]'
check ping has_status 200 "$base/ping"
check answer answers '"chat.completion"' -H "$json" -d "{$say}" "$base/v1/chat/completions"
check 'answer says hello' answers 'Hello there' -H "$json" -d "{$say}" "$base/v1/chat/completions"
check stream answers 'data: [DONE]' -N -H "$json" -d "{$say,\"stream\":true}" "$base/v1/chat/completions"
check 'unknown path' has_status 404 "$base/v1/nothing-here"
check 'wrong method' has_status 405 "$base/v1/chat/completions"
check 'bad JSON' has_status 400 -H "$json" -d '{"model":' "$base/v1/chat/completions"
check stop stops_cleanly

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
