#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sluice against nginx proxy_pass, side by side, one thread each.

    make bench                     a few minutes
    bench/run.py --quick           one short round: does it all run?
    bench/run.py --stand-in        a second nginx in Sluice's place: what the
                                   ratios are worth on this machine (all 1.0)

Rounds of both proxies alternate, and the median of the rounds counts. CPU is
what the proxy's threads ran (/proc/PID/task/*/schedstat, nanoseconds), not
what the load or the provider took. Sluice runs with its features on: callers
are authenticated, three keys rotate, usage is counted, requests are logged.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
REL = ROOT / "build" / "rel"
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
AUTH = "Bearer bench-caller"

NGINX = """
daemon off; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log;
worker_rlimit_nofile {files};
events {{ worker_connections 25000; }}
http {{
    access_log {dir}/access.log combined buffer=64k flush=1s;
    client_body_buffer_size 128k; client_max_body_size 32m;
    client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2;
    fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4;
    scgi_temp_path {dir}/t5;
    keepalive_requests 1000000000;
    upstream mock {{
        server 127.0.0.1:{mock}; keepalive 512;
        keepalive_requests 1000000000;
    }}
    proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_read_timeout 600s;
    server {{ listen 127.0.0.1:{port};
              location / {{ proxy_pass http://mock; }} }}
    server {{ listen 127.0.0.1:{unbuffered};
              location / {{ proxy_pass http://mock; proxy_buffering off; }} }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(c) for c in path.read_text().split()] if path.exists() else []


class Process:
    """A program of the bench; its log is shown when it dies."""

    def __init__(self, name, argv, folder, env=None):
        self.name = name
        self.log = folder / f"{name}.log"
        self.started = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)

    def wait_line(self, pattern, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.0005)
        sys.exit(f"{self.name} did not start:\n{self.log.read_text()}")

    def pids(self):
        return [self.process.pid] + children(self.process.pid)

    def cpu_us(self):
        total = 0
        for pid in self.pids():
            for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(stat.read_text().split()[0])
        return total / 1000

    def memory_kb(self, field="Pss"):
        total = 0
        for pid in self.pids():
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(rf"^{field}:\s+(\d+)", text, re.M).group(1))
        return total

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Proxy(Process):
    """Knows its ports: the whole answers' and the streams'."""

    def first_answer(self, port):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as s:
                    s.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
                    if s.recv(64).startswith(b"HTTP/1.1 "):
                        return (time.monotonic() - self.started) * 1000
            except OSError:
                time.sleep(0.0005)
        sys.exit(f"{self.name} gives no answer")


def start_nginx(name, folder, mock):
    home = folder / name
    home.mkdir(exist_ok=True)
    port, unbuffered = free_port(), free_port()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    conf = NGINX.format(dir=home, mock=mock, port=port, unbuffered=unbuffered,
                        files=files)
    if os.getuid() == 0:
        conf = "user root;" + conf
    (home / "nginx.conf").write_text(conf)
    p = Proxy(name, ["nginx", "-p", str(home), "-e", str(home / "error.log"),
                     "-c", str(home / "nginx.conf")], folder)
    p.port, p.stream_port = port, unbuffered
    p.start_ms = p.first_answer(port)
    return p


def start_sluice(name, folder, mock, threads=1):
    base = f"http://127.0.0.1:{mock}"
    env = {"PATH": os.environ["PATH"], "PROXY_API_KEY": "bench-caller",
           "OPENAI_API_KEY": "k1,k2,k3", "OPENAI_BASE_URL": base + "/v1",
           "ANTHROPIC_API_KEY": "k1,k2,k3", "ANTHROPIC_BASE_URL": base}
    p = Proxy(name, [str(REL / "sluice"), "--listen", "127.0.0.1:0",
                     "--threads", str(threads)], folder, env)
    p.port = int(p.wait_line(r"listening on http://127\.0\.0\.1:(\d+)"))
    p.stream_port = p.port
    p.start_ms = p.first_answer(p.port)
    return p


def body(folder, name, model, stream=False, size=0):
    """A chat request as the official client writes it."""
    text = "Say hello." if size == 0 else "All work and no play. " * (size // 22)
    path = folder / f"{name}.json"
    chat = {"model": model, "messages": [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": text}], "max_tokens": 256,
        "temperature": 0.7}
    if stream:
        chat["stream"] = True
        chat["stream_options"] = {"include_usage": True}
    path.write_text(json.dumps(chat, separators=(",", ":")))
    return path


class Bench:
    def __init__(self, args, folder):
        self.args = args
        self.folder = folder
        self.seconds = 1 if args.quick else args.seconds
        self.rounds = 1 if args.quick else args.rounds
        self.failed = 0
        self.mock = Process("mock", [str(REL / "bench" / "mock")], folder)
        self.mock.port = int(self.mock.wait_line(r"listening on (\d+)"))
        self.bodies = {
            "small": body(folder, "small", "openai/gpt-4o"),
            "64 KB": body(folder, "large", "openai/gpt-4o", size=65536),
            "stream": body(folder, "stream", "openai/gpt-4o", stream=True),
            "translated": body(folder, "translated",
                               "anthropic/claude-sonnet-4-5", stream=True)}

    def start(self, which):
        if which == "sluice" and not self.args.stand_in:
            return start_sluice("sluice", self.folder, self.mock.port)
        return start_nginx(which, self.folder, self.mock.port)

    def pace(self, ms, events):
        urllib.request.urlopen(
            f"http://127.0.0.1:{self.mock.port}/pace?{ms},{events}", timeout=5)

    def wrk(self, port, kind, conns, seconds):
        env = dict(os.environ, BENCH_BODY=str(self.bodies[kind]),
                   BENCH_AUTH=AUTH)
        out = subprocess.run(
            ["wrk", "-t1", f"-c{conns}", f"-d{seconds}s", "--latency", "-s",
             str(ROOT / "bench" / "chat.lua"), f"http://127.0.0.1:{port}{CHAT}"],
            env=env, capture_output=True, text=True, timeout=seconds + 30)
        found = re.search(r"^BENCH (\d+) (\d+) (\d+) (\d+) (\d+)", out.stdout,
                          re.M)
        if not found:
            sys.exit(f"wrk failed:\n{out.stdout}{out.stderr}")
        n, errors, us, p50, p99 = map(int, found.groups())
        self.failed += errors
        return {"n": n, "per_s": n * 1e6 / us, "p50": p50, "p99": p99}

    def requests(self, proxy, kind, conns=16):
        self.wrk(proxy.port, kind, conns, 1)
        before = proxy.cpu_us()
        got = self.wrk(proxy.port, kind, conns, self.seconds)
        got["cpu"] = (proxy.cpu_us() - before) / got["n"]
        return got

    def load(self, mode, port, kind, n, seconds):
        path = MESSAGES if kind == "messages" else CHAT
        return subprocess.Popen(
            [str(REL / "bench" / "load"), mode, str(port), path,
             str(self.bodies[kind]), AUTH, str(n), str(seconds)],
            stdout=subprocess.PIPE, text=True)

    def numbers(self, text):
        words = text.split()
        got = dict(zip(words[::2], map(int, words[1::2])))
        self.failed += got["failed"]
        return got

    def streams(self, proxy, kind, n=100, ms=20):
        self.pace(ms, self.seconds * 1000 // ms)
        before = proxy.cpu_us()
        load = self.load("streams", proxy.stream_port, kind, n,
                         self.seconds + 10)
        out = load.communicate(timeout=self.seconds + 60)[0]
        cpu = proxy.cpu_us() - before
        got = self.numbers(out.strip().splitlines()[-1])
        return {"cpu": cpu / max(got["events"], 1), "n": got["events"]}

    def memory(self, proxy):
        """Kilobytes for each stream that is open."""
        n = 100 if self.args.quick else self.args.streams
        self.pace(500, 8)
        before = proxy.memory_kb()
        load = self.load("streams", proxy.stream_port, "stream", n, 60)
        line = load.stdout.readline().strip()
        time.sleep(0.6)
        during = proxy.memory_kb()
        rest = load.communicate(timeout=90)[0]
        if line != "open":
            sys.exit(f"streams did not open on {proxy.name}: {line}{rest}")
        self.numbers(rest.strip().splitlines()[-1])
        return {"kb": (during - before) / n, "total_mb": during / 1024}

    def rate(self, port):
        load = self.load("rate", port, "small", 500, self.seconds)
        return self.numbers(load.communicate(timeout=self.seconds + 60)[0])

    def syscalls(self, proxy, conns):
        if shutil.which("strace") is None:
            return None
        out = self.folder / "strace"
        trace = subprocess.Popen(
            ["strace", "-f", "-c", "-o", str(out)] +
            [a for pid in proxy.pids() for a in ("-p", str(pid))],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            got = self.wrk(proxy.port, "small", conns, 1)
        finally:
            trace.send_signal(signal.SIGINT)
            trace.wait(10)
        total = re.search(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?"
                          r"total", out.read_text(), re.M)
        return int(total.group(1)) / got["n"] if total else None

    def measure_requests(self, proxy, keep):
        small = self.requests(proxy, "small")
        for name in ("cpu", "per_s", "p50", "p99"):
            keep["small_" + name].append(small[name])
        keep["large_cpu"].append(self.requests(proxy, "64 KB")["cpu"])

    def measure_streams(self, proxy, keep):
        keep["chunk_cpu"].append(self.streams(proxy, "stream")["cpu"])
        # nginx translates nothing: its plain streams are the measure.
        other = "translated" if proxy.name == "sluice" else "stream"
        keep["translated_cpu"].append(self.streams(proxy, other)["cpu"])

    def measure_memory(self, proxy, keep):
        keep["stream_kb"].append(self.memory(proxy)["kb"])

    def measure_latency(self, proxy, keep):
        direct = self.rate(self.mock.port)
        through = self.rate(proxy.port)
        for p in ("p50", "p99"):
            keep["added_" + p].append(
                (through[p + "_us"] - direct[p + "_us"]) / 1000)

    def measure_syscalls(self, proxy, keep):
        if not keep["calls_1"]:
            keep["calls_1"].append(self.syscalls(proxy, 1))
            keep["calls_64"].append(self.syscalls(proxy, 64))

    def one_round(self, results, order):
        proxies = []
        try:
            time.sleep(1)  # what the last round left behind is gone
            for kind in order:
                proxies.append(self.start(kind))
            time.sleep(0.3)
            for proxy in proxies:
                results[proxy.name]["start_ms"].append(proxy.start_ms)
                results[proxy.name]["idle_mb"].append(
                    proxy.memory_kb("Rss") / 1024)
            # Memory first: a heap that was large once stays so.
            for measure in (self.measure_memory, self.measure_requests,
                            self.measure_streams, self.measure_latency,
                            self.measure_syscalls):
                for proxy in proxies:
                    measure(proxy, results[proxy.name])
        finally:
            for proxy in proxies:
                proxy.stop()


# Name, unit, key, goal, and whether the goal is for the ratio to nginx.
ROWS = [
    ("CPU per small chat request", "µs", "small_cpu", 1.0, True),
    ("CPU per request, 64 KB prompt", "µs", "large_cpu", 1.2, True),
    ("CPU per relayed SSE chunk", "µs", "chunk_cpu", 1.0, True),
    ("CPU per translated SSE chunk", "µs", "translated_cpu", 2.0, True),
    ("requests, 16 connections", "1/s", "small_per_s", None, True),
    ("latency p50, 16 connections", "µs", "small_p50", None, True),
    ("latency p99, 16 connections", "µs", "small_p99", None, True),
    ("added latency p50, 500/s", "ms", "added_p50", 0.08, False),
    ("added latency p99, 500/s", "ms", "added_p99", 0.5, False),
    ("memory per open stream", "KB", "stream_kb", 8, False),
    ("system calls, 1 connection", "", "calls_1", 6, False),
    ("system calls, 64 connections", "", "calls_64", 5, False),
    ("start to first answer", "ms", "start_ms", 20, False),
    ("idle memory (RSS)", "MB", "idle_mb", 7, False),
]


def median(values):
    known = [v for v in values if v is not None]
    return statistics.median(known) if known else None


def show(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(results):
    print(f"{'':32} {'nginx':>9} {'sluice':>9} {'ratio':>7}  goal")
    missed = 0
    for name, unit, key, goal, is_ratio in ROWS:
        nginx, sluice = (median(results[k][key]) for k in ("nginx", "sluice"))
        known = nginx is not None and sluice is not None and nginx > 0
        ratio = sluice / nginx if known else None
        verdict = ""
        if goal is not None:
            value = ratio if is_ratio else sluice
            met = value is not None and value <= goal
            missed += not met
            verdict = (f"≤ {goal}{' of nginx' if is_ratio else ''}"
                       f"  {'ok' if met else 'MISSED'}")
        label = f"{name}, {unit}" if unit else name
        print(f"{label:32} {show(nginx):>9} {show(sluice):>9} "
              f"{show(ratio):>7}  {verdict}")
    return missed


def binary_size(folder):
    path = REL / "sluice"
    if not path.exists():
        return 0
    out = folder / "stripped"
    subprocess.run(["strip", "-o", str(out), str(path)], check=True)
    mb = out.stat().st_size / 1e6
    print(f"{'binary, stripped, MB':32} {'':9} {mb:9.3g} {'':7}  ≤ 3  "
          f"{'ok' if mb <= 3 else 'MISSED'}")
    return mb > 3


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--quick", action="store_true")
    p.add_argument("--stand-in", action="store_true")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--streams", type=int, default=1000)
    p.add_argument("--json", help="also write all rounds to this file")
    return p.parse_args()


def main():
    args = arguments()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    keys = [row[2] for row in ROWS]
    results = {k: {key: [] for key in keys} for k in ("nginx", "sluice")}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        folder = pathlib.Path(name)
        bench = Bench(args, folder)
        try:
            for i in range(bench.rounds):
                print(f"round {i + 1} of {bench.rounds}", file=sys.stderr)
                order = ("nginx", "sluice") if i % 2 == 0 else ("sluice", "nginx")
                bench.one_round(results, order)
        finally:
            bench.mock.stop()
        missed = table(results) + binary_size(folder)
    index = REL / "bench" / "bench_json"
    if index.exists():
        print()
        sys.stdout.flush()
        subprocess.run([str(index)], timeout=120)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=1))
    print(f"\n{missed} goals missed, {bench.failed} requests failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
