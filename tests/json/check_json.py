#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares our JSON reader and writer with Python's json module, and with
jansson where its library is installed.

    check_json.py PATH/TO/json_dump [SECONDS [SEED]]

First the texts of cases.txt, which also say what is expected, then random
ones, for two seconds. Where we differ on purpose from Python as it comes:

  * NaN, Infinity and -Infinity are refused (RFC 8259 knows none);
  * an escaped surrogate without its partner is refused, as it is no text;
  * invalid UTF-8 is refused, and so is a byte order mark;
  * more than 128 levels are refused by a limit of ours ("limit").

What jansson is not asked: numbers that do not fit its types, names with U+0000
in them, and texts with a NUL, which it takes for spaces."""
import ctypes
import ctypes.util
import json
import os
import random
import re
import struct
import subprocess
import sys
import time

DEPTH = 128
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.txt")


# ---- what is right, by Python ----


class Number(str):
    """A number as it is written."""


class Members(list):
    """The members of an object, in order, repeated ones too."""


def no_constant(name):
    raise ValueError(name)


DECODER = json.JSONDecoder(
    parse_float=Number,
    parse_int=Number,
    parse_constant=no_constant,
    object_pairs_hook=Members,
)


def integer(text):
    """The value of a number that is an integer of 64 bits, else None."""
    m = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", text)
    digits = m[2] + (m[3] or "")
    exp = int((m[4] or "0")[:30]) - len(m[3] or "")
    short = digits.rstrip("0")
    exp += len(digits) - len(short)
    short = short.lstrip("0")
    if short == "":
        return 0
    if exp < 0 or len(short) + exp > 19:
        return None
    v = int(m[1] + short) * 10**exp
    return v if -(2**63) <= v < 2**63 else None


def dump_number(text):
    v = float(text)
    if v in (float("inf"), float("-inf")):
        bits = "inf"
    else:
        bits = "%016x" % struct.unpack("<Q", struct.pack("<d", v))
    i = integer(text)
    return "#" + bits + ("" if i is None else " %d" % i)


def dump_text(text):
    return '"' + text.encode("utf-8").hex()  # fails for lone surrogates


def dump(v):
    if isinstance(v, Number):
        return dump_number(v)
    if isinstance(v, str):
        return dump_text(v)
    if isinstance(v, Members):
        return "{ " + "".join(dump_text(k) + " " + dump(e) + " " for k, e in v) + "}"
    if isinstance(v, list):
        return "[ " + "".join(dump(e) + " " for e in v) + "]"
    return {None: "n", True: "t", False: "f"}[v]


def right_answer(data):
    try:
        text = data.decode("utf-8")
        value = DECODER.decode(text)
        return "ok " + dump(value)
    except (ValueError, RecursionError):
        return "bad"


# ---- jansson ----


class JanssonError(ctypes.Structure):
    _fields_ = [
        ("line", ctypes.c_int),
        ("column", ctypes.c_int),
        ("position", ctypes.c_int),
        ("source", ctypes.c_char * 80),
        ("text", ctypes.c_char * 160),
    ]


def load_jansson():
    """A function bytes -> accepted?, or None where there is no jansson."""
    name = ctypes.util.find_library("jansson")
    if name is None:
        return None
    lib = ctypes.CDLL(name)
    lib.json_loadb.restype = ctypes.c_void_p
    lib.json_loadb.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_size_t,
        ctypes.POINTER(JanssonError),
    ]
    lib.json_delete.argtypes = [ctypes.c_void_p]
    any_value, allow_nul = 0x4, 0x10

    def accepts(data):
        err = JanssonError()
        flags = any_value | allow_nul
        v = lib.json_loadb(data, len(data), flags, ctypes.byref(err))
        # json_decref is not exported: a value is its type and a count of its
        # references, which true, false and null have none of.
        count = ctypes.sizeof(ctypes.c_size_t)
        if v and ctypes.c_size_t.from_address(v + count).value == 1:
            lib.json_delete(v)
        return bool(v)

    return accepts


def jansson_may_differ(data):
    if b"\\u0000" in data or b"\0" in data:
        return True
    for m in re.finditer(rb"-?\d+(\.\d+)?([eE][+-]?\d+)?", data):
        text = m[0].decode()
        if m[1] is None and m[2] is None:
            if not -(2**63) <= int(text[:40]) < 2**63:
                return True
        elif float(text) in (float("inf"), float("-inf")):
            return True
        elif abs(float(text)) < 1e-307:
            return True
    return False


# ---- our answers ----


def run(program, texts, *args):
    """One line for each of the texts."""
    given = b"".join(b"%d\n%s" % (len(t), t) for t in texts)
    done = subprocess.run([program, *args], input=given, stdout=subprocess.PIPE)
    lines = done.stdout.split(b"\n")[:-1]
    if done.returncode != 0 or len(lines) != len(texts):
        sys.exit(
            "%s ended with %d at %r"
            % (program, done.returncode, texts[len(lines) : len(lines) + 1])
        )
    return lines


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def count(self, ok, *said):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(*said)


def fault(data, line, jansson):
    """What is wrong with our answer, or None."""
    got = line.decode()
    want = right_answer(data)
    if got.startswith("bad ") and int(got[4:]) > len(data):
        return "offset %s of %d bytes" % (got[4:], len(data))
    if got.startswith("limit "):
        # As many brackets at least must be open there.
        opened = len(re.findall(rb"[\[{]", data[: int(got[6:])]))
        return None if opened >= DEPTH else "limit without depth"
    if got.split()[0] == "bad":
        got = "bad"
    if got != want:
        return "got  %.300s\n    want %.300s" % (got, want)
    if jansson is not None and not jansson_may_differ(data):
        if jansson(data) != (got != "bad"):
            return "got  %.300s, jansson differs" % got
    return None


# ---- the cases ----


def expand(text):
    out = re.sub(
        rb"%\((\d+)\*([^)]+)\)",
        lambda m: m[2] * int(m[1]),
        text.encode("latin-1"),
    )
    return re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), out)


def read_cases():
    with open(CASES, encoding="latin-1", newline="\n") as f:
        for n, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                verdict, _, text = line.partition(" ")
                yield n, verdict, expand(text)


def check_cases(program, jansson, tally):
    cases = list(read_cases())
    lines = run(program, [c[2] for c in cases])
    for (n, verdict, data), line in zip(cases, lines):
        wrong = fault(data, line, jansson)
        got = line.split()[0].decode()
        if wrong is None and got != verdict:
            wrong = "got  %s, the file says %s" % (got, verdict)
        tally.count(wrong is None, "cases.txt:%d: %r\n    %s" % (n, data[:99], wrong))


def check_cuts(program, tally):
    """Whatever is cut off a text that is no bare number leaves none."""
    for n, verdict, data in read_cases():
        if verdict != "ok" or len(data) > 300:
            continue
        data = data.strip(b" \n\r\t")
        if data[:1] not in (b"{", b"[", b'"'):
            continue
        lines = run(program, [data[:i] for i in range(len(data))])
        wrong = [i for i, l in enumerate(lines) if not l.startswith(b"bad ")]
        tally.count(not wrong, "cases.txt:%d: cut at %s is accepted" % (n, wrong))


# ---- random texts ----

SPACES = ["", "", "", "", " ", "\n", "\t", "\r", "  ", "\n    ", " " * 64]
BITS = [
    "a", "xyz", "0", " ", "{", "}", "[", "]", ",", ":", "/", "'", "\x7f",
    '\\"', "\\\\", "\\/", "\\n", "\\b", "\\u0000", "\\u0041", "\\uD83D\\uDE00",
    "\\udbff\\udfff", "ä", "€", "\U0001f600", "\u2028", "\uffff", "x" * 61,
]  # fmt: skip
BROKEN = [
    b"\\", b'"', b"\\q", b"\\u", b"\\u12", b"\\uD800", b"\\uDC00", b"\x00",
    b"\n", b"\x1f", b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80",
    b"{", b"}", b"[", b"]", b",", b":", b"-", b"+", b".", b"e", b"0", b"1",
    b"nul", b"NaN", b"\xef\xbb\xbf", b"/*", b" ", b"\x0c",
]  # fmt: skip


def random_number(r):
    kind = r.randrange(6)
    if kind == 0:
        return str(r.randrange(-100, 100))
    if kind == 1:
        return str(r.randrange(-(2**70), 2**70))
    if kind == 2:
        return repr(struct.unpack("<d", struct.pack("<Q", r.getrandbits(62)))[0])
    if kind == 3:
        return "%d.%se%d" % (r.randrange(10), r.getrandbits(80), r.randrange(-345, 312))
    if kind == 4:
        return "%s%d" % (r.randrange(1, 10), 0) + "0" * r.randrange(25) + ".0"
    # Near the middle of two doubles.
    bits = r.getrandbits(52) | r.randrange(1, 2046) << 52
    v = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return "%.*e" % (r.choice([15, 16, 17, 20, 30]), v)


def random_string(r):
    return '"' + "".join(r.choice(BITS) for _ in range(r.randrange(6))) + '"'


def random_value(r, depth):
    kind = r.randrange(8)
    space = lambda: r.choice(SPACES)
    if kind >= 4 and depth > 0:
        n = r.randrange(5)
        if kind < 6:
            items = [random_value(r, depth - 1) for _ in range(n)]
        else:
            items = [
                random_string(r) + space() + ":" + random_value(r, depth - 1)
                for _ in range(n)
            ]
        inner = ",".join(space() + i + space() for i in items) or space()
        text = "[" + inner + "]" if kind < 6 else "{" + inner + "}"
    elif kind % 4 == 0:
        text = r.choice(["null", "true", "false"])
    elif kind % 4 == 1:
        text = random_number(r)
    else:
        text = random_string(r)
    return space() + text + space()


def damage(r, data):
    data = bytearray(data)
    for _ in range(r.randrange(1, 3)):
        at = r.randrange(len(data) + 1)
        kind = r.randrange(5)
        if kind == 0:
            del data[at : at + r.choice([1, 1, 2, 5])]
        elif kind == 1:
            data[at:at] = r.choice(BROKEN)
        elif kind == 2 and at < len(data):
            data[at] = r.randrange(256)
        elif kind == 3:
            del data[at:]
        else:
            other = r.randrange(len(data) + 1)
            data[at:at] = data[other : other + r.randrange(8)]
    return bytes(data)


def check_random(program, jansson, tally, seconds, seed):
    r = random.Random(seed)
    ends = time.monotonic() + seconds
    n = bad = 0
    while time.monotonic() < ends and bad < 10:
        texts = []
        for _ in range(500):
            data = random_value(r, 4).encode("utf-8")
            texts += [data, damage(r, data)]
        for data, line in zip(texts, run(program, texts)):
            n += 1
            wrong = fault(data, line, jansson)
            if wrong is not None:
                bad += 1
                print("random text, seed %d: %r\n    %s" % (seed, data, wrong))
    tally.count(bad == 0, "%d of %d random texts, seed %d" % (bad, n, seed))


def check_writing(program, tally, seed):
    """Strings of any bytes, written as other decoders would replace them."""
    r = random.Random(seed)
    pieces = [b.encode() for b in BITS] + BROKEN + [b"\x80", b"\xf0\x9f\x98", b"\xf4\x90"]
    texts = [
        b"".join(r.choice(pieces) for _ in range(r.randrange(12))) for _ in range(3000)
    ] + [bytes(r.choices(range(128, 256), k=r.randrange(8))) for _ in range(3000)]
    bad = 0
    for data, line in zip(texts, run(program, texts, "write")):
        if json.loads(line.decode("utf-8")) != data.decode("utf-8", "replace"):
            bad += 1
            print("written: %r as %r" % (data, line))
    tally.count(bad == 0, "%d strings are written wrong" % bad)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    tally = Tally()
    jansson = load_jansson()

    sys.setrecursionlimit(20000)
    if jansson is None:
        print("no jansson here: compared with Python alone")
    check_cases(program, jansson, tally)
    check_cuts(program, tally)
    check_random(program, jansson, tally, seconds, seed)
    check_writing(program, tally, seed)
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
