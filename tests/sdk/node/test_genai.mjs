// SPDX-License-Identifier: MIT
// Google's official Node client of Gemini through Sluice, to providers that speak other dialects.
import assert from 'node:assert/strict';
import { ApiError, GoogleGenAI } from '@google/genai';
import {
  ANSWER_SCHEMA,
  MAX_TOKENS,
  RESULTS,
  RESULT_TEXT,
  SAID,
  SCHEMAS,
  STRUCTURED,
  THINKING,
  TOOLS,
  URL,
  fails,
  main,
  others,
  over,
  test,
} from './judge.mjs';

const make = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: URL, timeout: 10000 } });
const client = make('pk');
const OTHERS = others('gemini');
const functionDeclarations = Object.entries(SCHEMAS).map(([name, parametersJsonSchema]) => ({
  name,
  description: 'does it',
  parametersJsonSchema,
}));
const FUNCTIONS = { tools: [{ functionDeclarations }] };

const asked = (model, contents, config) => ({
  model,
  contents,
  config: { systemInstruction: 'Be brief.', maxOutputTokens: MAX_TOKENS, ...config },
});

// The parts of an answer, however it came, and what its last piece says.
async function ask(model, contents = 'hi', config = {}) {
  const a = await client.models.generateContent(asked(model, contents, config));
  return [a.candidates[0].content.parts, a];
}

async function stream(model, contents = 'hi', config = {}) {
  const parts = [];
  let last;
  for await (const piece of await client.models.generateContentStream(asked(model, contents, config))) {
    parts.push(...(piece.candidates?.[0]?.content?.parts ?? []));
    last = piece;
  }
  return [parts, last];
}

const BOTH = [ask, stream];
const textOf = (parts, thought = false) =>
  parts
    .filter((p) => p.text && Boolean(p.thought) === thought)
    .map((p) => p.text)
    .join('');

function check([parts, last]) {
  assert.equal(textOf(parts), SAID);
  assert.equal(last.candidates[0].finishReason, 'STOP');
  assert.equal(last.usageMetadata.totalTokenCount, 18);
}

over(OTHERS, 'generateContent', async (model) => {
  for (const call of BOTH) check(await call(model('text')));
});

over(OTHERS, 'tools', async (model) => {
  for (const call of BOTH) {
    const [parts] = await call(model('tools'), 'hi', FUNCTIONS);
    const calls = parts.filter((p) => p.functionCall).map((p) => p.functionCall);
    assert.deepEqual(
      calls.map((c) => [c.name, c.args]),
      TOOLS,
    );
    const results = calls.map(({ id, name }) => ({
      functionResponse: { id, name, response: { output: RESULTS[name] } },
    }));
    const turn = [
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts },
      { role: 'user', parts: results },
    ];
    assert.equal(textOf((await call(model('tools'), turn, FUNCTIONS))[0]), RESULT_TEXT);
  }
});

over(OTHERS, 'structured', async (model) => {
  const [parts] = await ask(model('schema'), 'hi', {
    responseMimeType: 'application/json',
    responseJsonSchema: ANSWER_SCHEMA,
  });
  assert.deepEqual(JSON.parse(textOf(parts)), STRUCTURED);
});

over(OTHERS, 'thinking', async (model) => {
  for (const call of BOTH) {
    const got = await call(model('reason'), 'hi', {
      thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
    });
    check(got);
    assert.equal(textOf(got[0], true), THINKING);
  }
});

over(OTHERS, 'counted tokens', async (model) => {
  const a = await client.models.countTokens({ model: model('text'), contents: 'hi' });
  assert.ok(a.totalTokens > 0);
});

over(OTHERS, 'a rate limit', async (model) => {
  for (const call of BOTH) {
    const e = await fails(ApiError, () => call(model('error')));
    assert.equal(e.status, 429);
    assert.match(e.message, /RESOURCE_EXHAUSTED/);
    assert.match(e.message, /scripted limit/);
  }
});

test('errors', async () => {
  const wrong = { config: { temperature: 'warm' } };
  const status = async (run) => (await fails(ApiError, run)).status;
  assert.equal(await status(() => ask('openai/m-text', 'hi', wrong.config)), 400);
  assert.equal(await status(() => ask('nobody/m-text')), 404);
  assert.equal(await status(() => make('no').models.generateContent(asked('openai/m-text', 'hi'))), 401);
});

await main();
