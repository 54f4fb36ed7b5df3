// SPDX-License-Identifier: MIT
// OpenAI's official Node client, of chat completions and of Responses, through Sluice to providers that speak other
// dialects.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import {
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

const make = (apiKey) => new OpenAI({ apiKey, baseURL: `${URL}/v1`, maxRetries: 0, timeout: 10000 });
const client = make('pk');
const CHAT = others('openai-chat');
const RESPONSES = others('openai-responses');
const ASK = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'hi' },
];
const Structured = z.object({ answer: z.number().int() });
const described = Object.entries(SCHEMAS).map(([name, parameters]) => ({
  name,
  description: 'does it',
  parameters,
}));
const chatTools = described.map((f) => ({ type: 'function', function: f }));
const responsesTools = described.map((f) => ({ type: 'function', ...f, strict: false }));

const asked = (model, messages, more) => ({
  model,
  messages,
  max_completion_tokens: MAX_TOKENS,
  ...more,
});
const chat = (model, messages = ASK, more = {}) => client.chat.completions.create(asked(model, messages, more));
const chatStream = (model, messages = ASK, more = {}) =>
  client.chat.completions
    .stream(asked(model, messages, { stream_options: { include_usage: true }, ...more }))
    .finalChatCompletion();

const itemsOf = (model, input, more) => ({
  model,
  input,
  max_output_tokens: MAX_TOKENS,
  store: false,
  ...more,
});
const respond = (model, input = ASK, more = {}) => client.responses.create(itemsOf(model, input, more));
const responseStream = (model, input = ASK, more = {}) =>
  client.responses.stream(itemsOf(model, input, more)).finalResponse();

function checkChat(a) {
  const [{ message, finish_reason }] = a.choices;
  assert.deepEqual([message.content, finish_reason], [SAID, 'stop']);
  assert.deepEqual([a.usage.prompt_tokens, a.usage.completion_tokens], [11, 7]);
}

function checkCalls(calls) {
  assert.deepEqual(
    calls.map((c) => [c.name, JSON.parse(c.arguments)]),
    TOOLS,
  );
}

function checkResponse(a) {
  assert.deepEqual([a.output_text, a.status], [SAID, 'completed']);
  assert.deepEqual([a.usage.input_tokens, a.usage.output_tokens], [11, 7]);
}

over(CHAT, 'chat', async (model) => {
  checkChat(await chat(model('text')));
  checkChat(await chatStream(model('text')));
  let pieces = 0;
  for await (const chunk of await chat(model('text'), ASK, { stream: true }))
    if (chunk.choices[0].delta.content) pieces++;
  assert.ok(pieces > 1);
});

over(CHAT, 'tools', async (model) => {
  for (const call of [chat, chatStream]) {
    const a = await call(model('tools'), ASK, { tools: chatTools });
    const { message } = a.choices[0];
    checkCalls(message.tool_calls.map((c) => c.function));
    const results = message.tool_calls.map((c) => ({
      role: 'tool',
      tool_call_id: c.id,
      content: RESULTS[c.function.name],
    }));
    const next = await call(model('tools'), [...ASK, message, ...results], { tools: chatTools });
    assert.equal(next.choices[0].message.content, RESULT_TEXT);
  }
});

over(CHAT, 'functions that the client calls', async (model) => {
  const run = (name, result) => ({
    type: 'function',
    function: {
      name,
      description: 'does it',
      parameters: SCHEMAS[name],
      parse: JSON.parse,
      function: result,
    },
  });
  const runner = client.chat.completions.runTools(
    asked(model('tools'), ASK, {
      tools: [run('get_weather', () => RESULTS.get_weather), run('add', ({ a, b }) => String(a + b))],
    }),
  );
  assert.equal(await runner.finalContent(), RESULT_TEXT);
});

over(CHAT, 'a parsed answer', async (model) => {
  const form = { response_format: zodResponseFormat(Structured, 'answer') };
  const a = await client.chat.completions.parse(asked(model('schema'), ASK, form));
  assert.deepEqual(a.choices[0].message.parsed, STRUCTURED);
});

over(CHAT, 'reasoning', async (model) => {
  const a = await chat(model('reason'), ASK, { reasoning_effort: 'medium' });
  checkChat(a);
  assert.equal(a.choices[0].message.reasoning_content, THINKING);
});

over(CHAT, 'a rate limit', async (model) => {
  for (const call of [chat, chatStream]) {
    const e = await fails(OpenAI.RateLimitError, () => call(model('error')));
    assert.match(e.message, /scripted limit/);
    assert.equal(e.headers.get('retry-after'), '7');
  }
});

over(RESPONSES, 'a response', async (model) => {
  checkResponse(await respond(model('text')));
  checkResponse(await responseStream(model('text')));
});

over(RESPONSES, 'tools of a response', async (model) => {
  for (const call of [respond, responseStream]) {
    const a = await call(model('tools'), ASK, { tools: responsesTools });
    const calls = a.output.filter((item) => item.type === 'function_call');
    checkCalls(calls);
    const results = calls.map((c) => ({
      type: 'function_call_output',
      call_id: c.call_id,
      output: RESULTS[c.name],
    }));
    // What the client itself has read out of the arguments is no part of them.
    const before = a.output.map(({ parsed_arguments: _, ...item }) => item);
    const next = await call(model('tools'), [...ASK, ...before, ...results], { tools: responsesTools });
    assert.equal(next.output_text, RESULT_TEXT);
  }
});

over(RESPONSES, 'a parsed response', async (model) => {
  const form = { text: { format: zodTextFormat(Structured, 'answer') } };
  const a = await client.responses.parse(itemsOf(model('schema'), ASK, form));
  assert.deepEqual(a.output_parsed, STRUCTURED);
});

over(RESPONSES, 'reasoning of a response', async (model) => {
  const more = { reasoning: { effort: 'medium', summary: 'auto' } };
  for (const call of [respond, responseStream]) {
    const a = await call(model('reason'), ASK, more);
    checkResponse(a);
    const { content, summary } = a.output.find((item) => item.type === 'reasoning');
    const parts = content?.length ? content : summary;
    assert.equal(parts.map((p) => p.text).join(''), THINKING);
  }
});

over(RESPONSES, 'a rate limit of a response', async (model) => {
  for (const call of [respond, responseStream])
    assert.match((await fails(OpenAI.RateLimitError, () => call(model('error')))).message, /scripted limit/);
});

test('errors', async () => {
  const e = await fails(OpenAI.BadRequestError, () => chat('anthropic/m-text', ASK, { temperature: 'warm' }));
  assert.equal(e.param, 'temperature');
  await fails(OpenAI.NotFoundError, () => chat('nobody/m-text'));
  await fails(OpenAI.AuthenticationError, () =>
    make('no').chat.completions.create(asked('anthropic/m-text', ASK, {})),
  );
});

await main();
