// SPDX-License-Identifier: MIT
// The official Node client of OpenAI through Sluice, over HTTP and over TLS on both sides.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import OpenAI, { toFile } from 'openai';

const ROOT = process.env.ROOT;
const SLUICE = process.env.SLUICE ?? `${ROOT}/build/dev/sluice`;
const TEXT = 'Hello, wörld \u2028😀!';
const ASK = [{ role: 'user', content: 'hi' }];
const CALLS = [
  ['call_a', 'get_weather', '{"city":"Kyiv 😀"}'],
  ['call_b', 'add', '{"a":1,"b":2}'],
];
const children = [];
const tests = [];

// Runs until `pattern` stands in what it prints; the match is the answer.
function start(command, args, env, stream, pattern) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${command} did not start: ${text}`)),
      10000,
    );
    child.stdout.on('data', () => {});
    child.stderr.on('data', () => {});
    child[stream].on('data', (data) => {
      text += data;
      const found = pattern.exec(text);
      if (found) {
        clearTimeout(late);
        resolve(found);
      }
    });
    child.on('exit', (code) =>
      reject(new Error(`${command} ended with ${code}: ${text}`)),
    );
  });
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-sdk-'));
const CERTS = process.env.CERTS;
const pem = [`${CERTS}/server.pem`, `${CERTS}/server.key`];

// A provider, Sluice before it, and a client of Sluice.
async function place(tls) {
  const [, up] = await start(
    'python3',
    [`${ROOT}/tests/fake/provider.py`, ...(tls ? ['--tls', ...pem] : [])],
    {},
    'stdout',
    /port (\d+)/,
  );
  const scheme = tls ? 'https' : 'http';
  const config = `${dir}/${scheme}.jsonc`;
  fs.writeFileSync(
    config,
    JSON.stringify(
      tls ? { server: { tls: { cert: pem[0], key: pem[1] } } } : {},
    ),
  );
  const env = {
    PROXY_API_KEY: 'pk',
    OPENAI_API_KEY: 'k0',
    OPENAI_BASE_URL: `${scheme}://localhost:${up}/v1`,
  };
  if (tls) env.SSL_CERT_FILE = `${CERTS}/ca.pem`;
  const [, port] = await start(
    SLUICE,
    ['--config', config, '--listen', '127.0.0.1:0'],
    env,
    'stderr',
    /listening on https?:\/\/\S*?:(\d+)/,
  );
  const base = `${scheme}://localhost:${port}`;
  const client = new OpenAI({
    apiKey: 'pk',
    baseURL: `${base}/v1`,
    maxRetries: 0,
    timeout: 10000,
  });
  const direct = new OpenAI({
    apiKey: 'x',
    baseURL: `${scheme}://localhost:${up}`,
    maxRetries: 0,
  });
  return { base, client, requests: () => direct.get('/_requests') };
}

function test(name, run) {
  tests.push([name, run]);
}

async function last(x) {
  return (await x.requests()).at(-1);
}

async function text(stream) {
  let out = '';
  for await (const chunk of stream)
    out += chunk.choices[0]?.delta?.content ?? '';
  return out;
}

// The provider must see within a few seconds that the caller of `model` left.
async function left(x, model) {
  for (const until = Date.now() + 5000; Date.now() < until;) {
    const found = (await x.requests())
      .filter((r) => r.body.includes(model))
      .at(-1);
    if (found?.closed) return;
    await new Promise((r) => setTimeout(r, 20));
  }
  throw new Error('the provider was not told');
}

const behaviours = {
  async chat(x) {
    const a = await x.client.chat.completions.create({
      model: 'openai/gpt-4o',
      messages: ASK,
      temperature: 0.5,
    });
    assert.equal(a.choices[0].message.content, TEXT);
    assert.equal(a.usage.total_tokens, 18);
    assert.ok(a._request_id);
    const up = await last(x);
    assert.equal(up.key, 'k0');
    assert.equal(JSON.parse(up.body).model, 'gpt-4o');
  },
  async 'headers are readable'(x) {
    const { data, response } = await x.client.chat.completions
      .create({ model: 'openai/gpt-4o', messages: ASK })
      .withResponse();
    assert.equal(data.choices[0].message.content, TEXT);
    assert.equal(response.headers.get('sluice-provider'), 'openai');
    assert.equal(response.headers.get('sluice-attempts'), '1');
  },
  async stream(x) {
    const chunks = [];
    for await (const c of await x.client.chat.completions.create({
      model: 'openai/gpt-4o',
      messages: ASK,
      stream: true,
    }))
      chunks.push(c);
    assert.equal(
      chunks.map((c) => c.choices[0].delta.content ?? '').join(''),
      TEXT,
    );
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
    assert.ok(
      chunks.every((c) => !c.usage),
      'usage for a client that did not ask',
    );
  },
  async 'stream with usage'(x) {
    const chunks = [];
    for await (const c of await x.client.chat.completions.create({
      model: 'openai/gpt-4o',
      messages: ASK,
      stream: true,
      stream_options: { include_usage: true },
    }))
      chunks.push(c);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.total_tokens, 18);
  },
  async 'stream cut into bytes'(x) {
    for (const model of ['openai/bytes', 'openai/crlf']) {
      assert.equal(
        await text(
          await x.client.chat.completions.create({
            model,
            messages: ASK,
            stream: true,
          }),
        ),
        TEXT,
      );
    }
  },
  async 'stream helper with tools'(x) {
    const s = x.client.chat.completions.stream({
      model: 'openai/tools',
      messages: ASK,
    });
    const {
      choices: [choice],
    } = await s.finalChatCompletion();
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.deepEqual(
      choice.message.tool_calls.map((t) => [
        t.id,
        t.function.name,
        t.function.arguments,
      ]),
      CALLS,
    );
  },
  async 'tools, whole'(x) {
    const a = await x.client.chat.completions.create({
      model: 'openai/tools',
      messages: ASK,
    });
    assert.deepEqual(
      a.choices[0].message.tool_calls.map((t) => t.function.arguments),
      CALLS.map((c) => c[2]),
    );
  },
  async 'legacy completions'(x) {
    assert.equal(
      (
        await x.client.completions.create({
          model: 'openai/gpt-4o',
          prompt: 'x',
        })
      ).choices[0].text,
      TEXT,
    );
    let out = '';
    for await (const c of await x.client.completions.create({
      model: 'openai/gpt-4o',
      prompt: 'x',
      stream: true,
    }))
      out += c.choices[0].text;
    assert.equal(out, TEXT);
  },
  async embeddings(x) {
    const ask = { model: 'openai/text-embedding-3-small', input: ['a', 'b'] };
    assert.deepEqual(
      (await x.client.embeddings.create(ask)).data.map((d) => d.embedding),
      [
        [0.5, -1.25, 0.125],
        [0.5, -1.25, 0.125],
      ],
    );
    assert.equal(JSON.parse((await last(x)).body).encoding_format, 'base64');
    assert.deepEqual(
      (await x.client.embeddings.create({ ...ask, encoding_format: 'float' }))
        .data[1].embedding,
      [0.5, -1.25, 0.125],
    );
    assert.equal(
      (await x.client.embeddings.create({ ...ask, encoding_format: 'base64' }))
        .data[1].embedding,
      'AAAAPwAAoL8AAAA+',
    );
  },
  async models(x) {
    const ids = [];
    for await (const m of x.client.models.list()) ids.push(m.id);
    for (const id of ['openai/gpt-4o', 'openai/org/deep/model']) {
      assert.ok(ids.includes(id), ids.join());
      assert.equal((await x.client.models.retrieve(id)).id, id);
    }
    await assert.rejects(
      x.client.models.retrieve('openai/none'),
      OpenAI.NotFoundError,
    );
  },
  async images(x) {
    const a = await x.client.images.generate({
      model: 'openai/gpt-image-1',
      prompt: 'x',
    });
    assert.equal(
      Buffer.from(a.data[0].b64_json, 'base64').toString('latin1'),
      '\x89PNG fake',
    );
  },
  async speech(x) {
    const a = await x.client.audio.speech.create({
      model: 'openai/tts-1',
      voice: 'alloy',
      input: 'x',
    });
    const bytes = Buffer.from(await a.arrayBuffer());
    assert.equal(bytes.length, 256 * 40);
    assert.ok(bytes.every((b, i) => b === i % 256));
  },
  async transcription(x) {
    for (const n of [5, 1000000]) {
      const file = await toFile(Buffer.alloc(n, 'x'), 'a.wav');
      assert.equal(
        (
          await x.client.audio.transcriptions.create({
            model: 'openai/whisper-1',
            file,
          })
        ).text,
        `whisper-1 a.wav ${n}`,
      );
    }
  },
  async 'typed errors'(x) {
    for (const [status, kind] of [
      [400, OpenAI.BadRequestError],
      [404, OpenAI.NotFoundError],
      [422, OpenAI.UnprocessableEntityError],
      [429, OpenAI.RateLimitError],
      [500, OpenAI.InternalServerError],
      [503, OpenAI.InternalServerError],
    ]) {
      for (const stream of [false, true]) {
        await assert.rejects(
          x.client.chat.completions.create({
            model: `openai/status-${status}`,
            messages: ASK,
            stream,
          }),
          (e) => {
            assert.ok(e instanceof kind, `${status}: ${e.constructor.name}`);
            assert.equal(e.status, status);
            assert.match(e.message, new RegExp(`scripted failure ${status}`));
            assert.ok(e.requestID);
            return true;
          },
        );
      }
    }
  },
  async 'our own errors'(x) {
    const wrong = x.client.withOptions({ apiKey: 'wrong' });
    await assert.rejects(
      wrong.chat.completions.create({ model: 'openai/gpt-4o', messages: ASK }),
      OpenAI.AuthenticationError,
    );
    await assert.rejects(
      x.client.chat.completions.create({ model: 'nobody/x', messages: ASK }),
      (e) => [400, 404].includes(e.status) && /nobody/.test(e.message),
    );
  },
  async 'errors in a stream'(x) {
    for (const model of ['cut', 'laterr', 'cuttool', 'nofinish']) {
      await assert.rejects(
        async () =>
          text(
            await x.client.chat.completions.create({
              model: `openai/${model}`,
              messages: ASK,
              stream: true,
            }),
          ),
        OpenAI.APIError,
      );
    }
  },
  async timeout(x) {
    await assert.rejects(
      x.client.chat.completions.create(
        { model: 'openai/hang', messages: ASK },
        { timeout: 500 },
      ),
      OpenAI.APIConnectionTimeoutError,
    );
    await left(x, 'hang');
  },
  async 'cancellation of a stream'(x) {
    const s = await x.client.chat.completions.create({
      model: 'openai/long-400',
      messages: ASK,
      stream: true,
    });
    let n = 0;
    for await (const _ of s) if (++n === 3) break;
    await left(x, 'long-400');
  },
  async 'cancellation before the answer'(x) {
    const abort = new AbortController();
    const asked = x.client.chat.completions.create(
      { model: 'openai/hang-2', messages: ASK, stream: true },
      { signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 300);
    await assert.rejects(asked, OpenAI.APIUserAbortError);
    await left(x, 'hang-2');
  },
  async 'many at once'(x) {
    const got = await Promise.all(
      Array.from({ length: 20 }, async () =>
        text(
          await x.client.chat.completions.create({
            model: 'openai/gpt-4o',
            messages: ASK,
            stream: true,
          }),
        ),
      ),
    );
    assert.deepEqual(got, Array(20).fill(TEXT));
  },
  async 'a browser may read it'(x) {
    const a = await fetch(`${x.base}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-stainless-os',
      },
    });
    assert.ok(a.ok);
    assert.equal(a.headers.get('access-control-allow-origin'), '*');
  },
};

let passed = 0,
  failed = 0;
try {
  for (const tls of [false, true]) {
    const x = await place(tls);
    for (const [name, run] of Object.entries(behaviours))
      test(`${tls ? 'tls' : 'http'} ${name}`, () => run(x));
  }
  for (const [name, run] of tests) {
    try {
      await run();
      passed++;
    } catch (e) {
      failed++;
      console.log(
        `FAIL ${name}: ${e.stack?.split('\n').slice(0, 6).join('\n    ')}`,
      );
    }
  }
} catch (e) {
  failed++;
  console.log(`FAIL at start: ${e.stack}`);
}
for (const c of children) c.kill();
fs.rmSync(dir, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
