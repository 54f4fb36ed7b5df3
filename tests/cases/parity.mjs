// SPDX-License-Identifier: MIT
// The core compiled to wasm says what the native one says, byte for byte:
//
//     node parity.mjs core.wasm trace      a trace of test_cases --trace
//
// Each case has an instance of its own. Ends in "N passed, N failed".
import { readFileSync } from 'node:fs';

const [wasm, trace] = process.argv.slice(2).map((path) => readFileSync(path));
const module = new WebAssembly.Module(wasm);

function* records(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const what = String.fromCharCode(bytes[at]);
    const n = bytes.readUInt32LE(at + 1);
    yield { what, bytes: bytes.subarray(at + 5, at + 5 + n) };
    at += 5 + n;
  }
}

class Core {
  constructor() {
    this.x = new WebAssembly.Instance(module, {}).exports;
    this.handle = 0;
  }

  // A call may grow the memory, so a view is made behind each.
  give(bytes) {
    const at = this.x.sl_in(bytes.length);
    if (at === 0) throw new Error('no memory');
    new Uint8Array(this.x.memory.buffer, at, bytes.length).set(bytes);
  }

  taken(n) {
    const at = this.x.sl_out();
    return Buffer.from(new Uint8Array(this.x.memory.buffer, at, n));
  }

  configure(file, env) {
    this.give(Buffer.concat([file, env]));
    if (this.x.sl_config(file.length) === 0)
      throw new Error('configuration: ' + this.taken(500));
  }

  begin(bytes) {
    this.close();
    const number = (i) => bytes.readBigInt64LE(8 * i);
    this.give(bytes.subarray(32));
    this.handle = this.x.sl_open(number(0), number(1), number(2), number(3));
    if (this.handle === 0) throw new Error('no exchange');
  }

  feed(bytes) {
    this.give(bytes.subarray(8));
    if (this.x.sl_feed(this.handle, bytes.readBigInt64LE(0)) === 0)
      throw new Error('the event is refused');
  }

  next() {
    const n = this.x.sl_next(this.handle);
    return this.taken(n);
  }

  // What an exchange took is given back: the same is left each time.
  close() {
    if (this.handle === 0) return;
    this.x.sl_close(this.handle);
    this.handle = 0;
    const left = this.x.sl_heap();
    this.left ??= left;
    if (this.x.sl_live() !== 0 || left !== this.left)
      throw new Error(`${left} bytes are left, ${this.left} before`);
  }
}

// ACTION_DONE ends with the line of the log, which is compared as well.
function play(core, { what, bytes }) {
  if (what === 'B') core.begin(bytes);
  else if (what === 'E') core.feed(bytes);
  else {
    const got = core.next();
    if (!got.equals(bytes))
      throw new Error(`an action differs\n  want ${bytes.toString('latin1')}\n  got  ${got.toString('latin1')}`);
  }
}

function open(bytes) {
  const text = (at) => bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at));
  const name = text(0);
  const file = text(4 + name.length);
  const core = new Core();
  core.configure(file, bytes.subarray(8 + name.length + file.length));
  return { name: name.toString(), core, at: 0, isOver: false };
}

let passed = 0;
let failed = 0;

function end(one) {
  if (one === null || one.isOver) return;
  one.core.close();
  passed++;
}

function fail(one, error) {
  console.log(`FAIL parity: ${one?.name} (record ${one?.at}): ${error.message}`);
  failed++;
  if (one !== null) one.isOver = true;
}

let one = null;
for (const record of records(trace)) {
  try {
    if (record.what === 'C') {
      end(one);
      one = null;
      one = open(record.bytes);
    } else if (one !== null && !one.isOver) {
      one.at++;
      play(one.core, record);
    }
  } catch (error) {
    fail(one, error);
  }
}
try {
  end(one);
} catch (error) {
  fail(one, error);
}
if (passed + failed === 0) {
  console.log('FAIL parity: the trace is empty');
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
