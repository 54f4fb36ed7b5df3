// SPDX-License-Identifier: MIT
// The core compiled to wasm says what the native one says, byte for byte:
//
//     node parity.mjs core.wasm trace      a trace of test_cases --trace
//
// Each case has an instance of its own. And the border itself: what is cut,
// stale or wrong is refused. Ends in "N passed, N failed".
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

// ---- the border ----

function check(condition, what) {
  if (!condition) throw new Error(what);
}

const border = {
  'a wrong configuration is refused with its place'() {
    const core = new Core();
    core.give(Buffer.from('{"nothing": 1}'));
    check(core.x.sl_config(14) === 0, 'it is taken');
    check(core.taken(200).includes('nothing'), 'it does not say what');
    core.configure(Buffer.from('{}'), Buffer.alloc(0));
    core.give(Buffer.from('{}'));
    check(core.x.sl_config(2) === 0, 'a second one is taken');
  },
  'no exchange without a configuration'() {
    const core = new Core();
    check(core.x.sl_open(0n, 0n, 1n, 2n) === 0, 'there is one');
  },
  'an event that is cut is refused, whole it is taken'() {
    const core = new Core();
    const event = first('E').subarray(8);
    core.configure(Buffer.from('{}'), Buffer.alloc(0));
    core.begin(first('B'));
    for (let n = 0; n < event.length; n++) {
      core.give(event.subarray(0, n));
      check(core.x.sl_feed(core.handle, 1000n) === 0, `${n} bytes are taken`);
    }
    core.give(Buffer.concat([event, Buffer.alloc(1)]));
    check(core.x.sl_feed(core.handle, 1000n) === 0, 'one more is taken');
    core.give(event);
    check(core.x.sl_feed(core.handle, 1000n) === 1, 'it is not taken');
    check(core.x.sl_feed(core.handle, 1000n) === 0, 'it is taken twice');
    core.close();
  },
  'a handle that is over stays over'() {
    const core = new Core();
    core.configure(Buffer.from('{}'), Buffer.alloc(0));
    core.begin(first('B'));
    const old = core.handle;
    core.close();
    core.begin(first('B'));
    check(core.handle !== old, 'it is used again');
    core.give(first('E').subarray(8));
    check(core.x.sl_feed(old, 1000n) === 0, 'it takes an event');
    check(core.x.sl_next(old) === 0, 'it says something');
    check(core.x.sl_wants_body(old) === 0, 'it wants something');
    check(core.x.sl_close(old) === 0, 'it closes twice');
    core.close();
  },
  'more than can be is refused'() {
    const core = new Core();
    check(core.x.sl_in(0xffffffff) === 0, 'four gigabytes are there');
    check(core.x.sl_abi() === 1, 'the border has changed');
  },
};

function first(what) {
  for (const record of records(trace)) if (record.what === what) return record.bytes;
  throw new Error(`no ${what} in the trace`);
}

for (const [name, run] of Object.entries(border)) {
  try {
    run();
    passed++;
  } catch (error) {
    fail({ name, at: 0 }, error);
  }
}

// ---- the cases ----

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
