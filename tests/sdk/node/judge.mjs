// SPDX-License-Identifier: MIT
// What the judges share: one Sluice before a provider of each dialect, and a client of it in another one
// (tests/sdk/python/judge.py starts both, and says what is played).
//
//     over(['anthropic', 'gemini'], 'a stream', async (model) => …)     once for each; model('text') is what plays it
//     await main();                                                     ends in "N passed, N failed"
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export const SAID = 'Hello, wörld 😀!';
export const THINKING = 'Let me think.';
export const TOOLS = [
  ['get_weather', { city: 'Kyiv 😀' }],
  ['add', { a: 1, b: 2 }],
];
export const RESULTS = { get_weather: 'sunny', add: '3' };
export const RESULT_TEXT = 'It is sunny, and 3.';
export const STRUCTURED = { answer: 42 };
// Reasoning is bought within it.
export const MAX_TOKENS = 4096;
export const SCHEMAS = {
  get_weather: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
  add: {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'integer' } },
    required: ['a', 'b'],
  },
};
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: { answer: { type: 'integer' } },
  required: ['answer'],
  additionalProperties: false,
};

const places = spawn('python3', [`${process.env.ROOT}/tests/sdk/python/judge.py`], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface(places.stdout)[Symbol.asyncIterator]();
const first = await lines.next();
if (first.done) throw new Error('Sluice and its provider did not start');
export const { url: URL, models: MODELS } = JSON.parse(first.value);
const tests = [];

export function test(name, run) {
  tests.push([name, run]);
}

export function over(names, name, run) {
  for (const one of names)
    test(`${name}: ${one}`, () => run((kind) => MODELS[one].replace('%s', kind)));
}

// All providers but these.
export function others(...names) {
  return Object.keys(MODELS).filter((name) => !names.includes(name));
}

// The error, which must be of that kind.
export async function fails(kind, run) {
  try {
    await run();
  } catch (e) {
    assert.ok(e instanceof kind, `${e?.constructor?.name}: ${e?.stack}`);
    return e;
  }
  throw new Error(`no ${kind.name}`);
}

export async function main() {
  let failed = 0;
  for (const [name, run] of tests) {
    try {
      await run();
    } catch (e) {
      failed++;
      console.log(`FAIL ${name}\n    ${e?.stack ?? e}`);
    }
  }
  const end = new Promise((resolve) => places.on('exit', resolve));
  places.stdin.end();
  const code = await end;
  if (code !== 0) {
    failed++;
    console.log(`FAIL: Sluice and its provider ended with ${code}`);
  }
  console.log(`${tests.length - failed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
