// SPDX-License-Identifier: MIT
// Anthropic's official Node client through Sluice, to providers that speak other dialects.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
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

const make = (apiKey) => new Anthropic({ apiKey, baseURL: URL, maxRetries: 0, timeout: 10000 });
const client = make('pk');
const OTHERS = others('anthropic');
const ASK = [{ role: 'user', content: 'hi' }];
const THINK = { thinking: { type: 'enabled', budget_tokens: 2048 } };
const tools = Object.entries(SCHEMAS).map(([name, input_schema]) => ({
  name,
  description: 'does it',
  input_schema,
}));

const asked = (model, messages, more) => ({
  model,
  messages,
  max_tokens: MAX_TOKENS,
  system: 'Be brief.',
  ...more,
});
const ask = (model, messages = ASK, more = {}) => client.messages.create(asked(model, messages, more));
const stream = (model, messages = ASK, more = {}) =>
  client.messages.stream(asked(model, messages, more)).finalMessage();
const BOTH = [ask, stream];

const textOf = (m) =>
  m.content
    .filter((b) => b.type === 'text')
    .map((b) => b.text)
    .join('');

function checkText(m) {
  assert.deepEqual([textOf(m), m.stop_reason], [SAID, 'end_turn']);
  assert.equal(m.usage.input_tokens + (m.usage.cache_read_input_tokens ?? 0), 11);
  assert.equal(m.usage.output_tokens, 7);
}

over(OTHERS, 'a message', async (model) => {
  for (const call of BOTH) checkText(await call(model('text')));
  let pieces = 0;
  await client.messages
    .stream(asked(model('text'), ASK, {}))
    .on('text', () => pieces++)
    .finalMessage();
  assert.ok(pieces > 1);
});

over(OTHERS, 'tools', async (model) => {
  for (const call of BOTH) {
    const m = await call(model('tools'), ASK, { tools });
    assert.equal(m.stop_reason, 'tool_use');
    const calls = m.content.filter((b) => b.type === 'tool_use');
    assert.deepEqual(
      calls.map((c) => [c.name, c.input]),
      TOOLS,
    );
    const results = calls.map((c) => ({
      type: 'tool_result',
      tool_use_id: c.id,
      content: RESULTS[c.name],
    }));
    const turn = [...ASK, { role: 'assistant', content: m.content }, { role: 'user', content: results }];
    assert.equal(textOf(await call(model('tools'), turn, { tools })), RESULT_TEXT);
  }
});

over(OTHERS, 'functions that the client calls', async (model) => {
  const functions = { get_weather: () => RESULTS.get_weather, add: ({ a, b }) => String(a + b) };
  const m = await client.beta.messages.toolRunner({
    model: model('tools'),
    messages: ASK,
    max_tokens: MAX_TOKENS,
    tools: tools.map((t) => ({ ...t, type: 'custom', run: functions[t.name], parse: (x) => x })),
  });
  assert.equal(textOf(m), RESULT_TEXT);
});

over(OTHERS, 'thinking', async (model) => {
  for (const call of BOTH) {
    const m = await call(model('reason'), ASK, THINK);
    checkText(m);
    assert.equal(m.content[0].thinking, THINKING);
    const again = [...ASK, { role: 'assistant', content: m.content }, ...ASK];
    checkText(await call(model('reason'), again, THINK));
  }
});

over(OTHERS, 'structured', async (model) => {
  const m = await ask(model('schema'), ASK, {
    output_config: { format: { type: 'json_schema', schema: ANSWER_SCHEMA } },
  });
  assert.deepEqual(JSON.parse(textOf(m)), STRUCTURED);
});

over(OTHERS, 'counted tokens', async (model) => {
  const { input_tokens } = await client.messages.countTokens({
    model: model('text'),
    messages: ASK,
    tools,
  });
  assert.ok(input_tokens > 0);
});

over(OTHERS, 'a rate limit', async (model) => {
  for (const call of BOTH) {
    const e = await fails(Anthropic.RateLimitError, () => call(model('error')));
    assert.equal(e.error.error.type, 'rate_limit_error');
    assert.equal(e.headers.get('retry-after'), '7');
    assert.ok(e.requestID);
  }
});

test('errors', async () => {
  await fails(Anthropic.BadRequestError, () => ask('openai/m-text', ASK, { temperature: 'warm' }));
  await fails(Anthropic.NotFoundError, () => ask('nobody/m-text'));
  await fails(Anthropic.AuthenticationError, () => make('no').messages.create(asked('openai/m-text', ASK, {})));
});

await main();
