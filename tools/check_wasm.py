#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the core's wasm must hold.

    check_wasm.py objects FILE.o ...   undefined symbols of all together are
                                       the mem functions and sl_panic at most;
                                       no data that can be written
    check_wasm.py module FILE.wasm     no imports

Reads the files itself: sections as in the WebAssembly core specification 5.5,
symbols and segments as in the tool conventions ("linking", version 2).
Exit code 1 names what is wrong.
"""
import sys

ALLOWED = {"memcpy", "memmove", "memset", "memcmp", "memchr", "sl_panic"}
# What the compiler itself asks the linker for.
LINKER = {"__linear_memory", "__indirect_function_table", "__stack_pointer"}
CUSTOM, IMPORT = 0, 2
SEGMENT_INFO, SYMBOL_TABLE = 5, 8
FUNCTION, DATA, GLOBAL, SECTION, EVENT, TABLE = range(6)
UNDEFINED, EXPLICIT_NAME = 0x10, 0x40


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def u32(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError("truncated")
        self.at += n
        return self.data[self.at - n:self.at]

    def name(self):
        return self.take(self.u32()).decode()

    def sub(self):
        return Reader(self.take(self.u32()))

    def more(self):
        return self.at < len(self.data)


def sections(path):
    with open(path, "rb") as f:
        r = Reader(f.read())
    if r.take(8) != b"\0asm\1\0\0\0":
        raise ValueError("not a wasm file of version 1")
    while r.more():
        kind = r.byte()
        yield kind, r.sub()


def imports(path):
    """(module, field, kind) of each import."""
    for kind, r in sections(path):
        if kind != IMPORT:
            continue
        for _ in range(r.u32()):
            module, field, what = r.name(), r.name(), r.byte()
            if what == 0:
                r.u32()
            elif what in (1, 2):
                if what == 1:
                    r.byte()
                if r.byte() & 1:
                    r.u32()
                r.u32()
            elif what == 3:
                r.take(2)
            else:
                raise ValueError(f"import of kind {what}")
            yield module, field, ("function", "table", "memory", "global")[what]


def read_symbols(r, imported, defined, undefined):
    for _ in range(r.u32()):
        kind, flags = r.byte(), r.u32()
        name = None
        if kind in (FUNCTION, GLOBAL, EVENT, TABLE):
            index = r.u32()
            if not flags & UNDEFINED or flags & EXPLICIT_NAME:
                name = r.name()
            elif kind == FUNCTION:
                name = imported[index]
        elif kind == DATA:
            name = r.name()
            if not flags & UNDEFINED:
                r.u32(), r.u32(), r.u32()
        else:
            r.u32()
        if name is not None:
            (undefined if flags & UNDEFINED else defined).add(name)


def read_object(path):
    """(defined names, undefined names, names of segments) of an object."""
    imported = [f for _, f, kind in imports(path) if kind == "function"]
    defined, undefined, segments = set(), set(), []
    for kind, r in sections(path):
        if kind != CUSTOM or r.name() != "linking":
            continue
        r.u32()
        while r.more():
            what, part = r.byte(), r.sub()
            if what == SYMBOL_TABLE:
                read_symbols(part, imported, defined, undefined)
            elif what == SEGMENT_INFO:
                for _ in range(part.u32()):
                    segments.append(part.name())
                    part.u32(), part.u32()
    return defined, undefined, segments


def check_objects(paths):
    wrong = []
    defined, undefined = set(), {}
    for path in paths:
        d, u, segments = read_object(path)
        defined |= d
        for name in u:
            undefined.setdefault(name, path)
        for s in segments:
            if not s.startswith((".rodata", ".data.rel.ro")):
                wrong.append(f"{path}: data that can be written: {s}")
    for name in sorted(set(undefined) - defined - ALLOWED - LINKER):
        wrong.append(f"{undefined[name]}: asks for {name}")
    if not defined:
        wrong.append("no symbols found: the check itself is broken")
    return wrong


def main(argv):
    if len(argv) < 3 or argv[1] not in ("objects", "module"):
        sys.exit(__doc__)
    if argv[1] == "objects":
        wrong = check_objects(argv[2:])
    else:
        wrong = [f"{argv[2]}: imports {m}.{f} ({k})"
                 for m, f, k in imports(argv[2])]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
