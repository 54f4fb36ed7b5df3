-- SPDX-License-Identifier: MIT
-- The request wrk repeats: BENCH_BODY is the file with its body, BENCH_AUTH
-- the value of the Authorization field.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("BENCH_AUTH")

-- One line that a program can read.
function done(summary, latency)
    local e = summary.errors
    io.write(string.format("BENCH %d %d %d %d %d\n", summary.requests,
        e.connect + e.read + e.write + e.timeout + e.status,
        summary.duration, latency:percentile(50), latency:percentile(99)))
end
