// SPDX-License-Identifier: MIT
// Vercel's AI SDK through Sluice, in each of the dialects it can speak, to providers that speak other ones.
import assert from 'node:assert/strict';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, Output, generateObject, generateText, isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';
import {
  MAX_TOKENS,
  RESULTS,
  RESULT_TEXT,
  SAID,
  STRUCTURED,
  THINKING,
  TOOLS,
  URL,
  fails,
  main,
  others,
  over,
} from './judge.mjs';

const openai = createOpenAI({ apiKey: 'pk', baseURL: `${URL}/v1` });
const anthropic = createAnthropic({ apiKey: 'pk', baseURL: `${URL}/v1` });
const MAKERS = [
  ['openai-chat', (name) => openai.chat(name), { openai: { reasoningEffort: 'medium', forceReasoning: true } }],
  [
    'openai-responses',
    (name) => openai.responses(name),
    { openai: { reasoningEffort: 'medium', reasoningSummary: 'auto', store: false, forceReasoning: true } },
  ],
  [
    'anthropic',
    (name) => anthropic(name),
    { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
  ],
];
const schema = z.object({ answer: z.number().int() });
globalThis.AI_SDK_LOG_WARNINGS = false;
const tools = {
  get_weather: tool({
    description: 'does it',
    inputSchema: z.object({ city: z.string() }),
    execute: async () => RESULTS.get_weather,
  }),
  add: tool({
    description: 'does it',
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: async ({ a, b }) => String(a + b),
  }),
};
const asked = (model, more) => ({
  model,
  instructions: 'Be brief.',
  prompt: 'hi',
  maxOutputTokens: MAX_TOKENS,
  maxRetries: 0,
  ...more,
});

function checkUsage(usage) {
  assert.deepEqual([usage.inputTokens, usage.outputTokens], [11, 7]);
}

function checkSteps(steps) {
  assert.deepEqual(
    steps[0].toolCalls.map((c) => [c.toolName, c.input]),
    TOOLS,
  );
  assert.deepEqual(
    steps.map((s) => s.finishReason),
    ['tool-calls', 'stop'],
  );
}

for (const [dialect, make, thinking] of MAKERS) {
  const each = (name, run) =>
    over(others(dialect), `${name} by ${dialect}`, (model) => run((kind) => make(model(kind))));

  each('generateText', async (model) => {
    const a = await generateText(asked(model('text')));
    assert.deepEqual([a.text, a.finishReason], [SAID, 'stop']);
    checkUsage(a.usage);
  });

  each('streamText', async (model) => {
    const a = streamText(asked(model('text')));
    const pieces = [];
    for await (const piece of a.textStream) pieces.push(piece);
    assert.equal(pieces.join(''), SAID);
    assert.ok(pieces.length > 1);
    assert.equal(await a.finishReason, 'stop');
    checkUsage(await a.usage);
  });

  each('tools', async (model) => {
    const more = { tools, stopWhen: isStepCount(3) };
    const a = await generateText(asked(model('tools'), more));
    assert.equal(a.text, RESULT_TEXT);
    checkSteps(a.steps);
  });

  each('streamed tools', async (model) => {
    const a = streamText(asked(model('tools'), { tools, stopWhen: isStepCount(3) }));
    await a.consumeStream();
    assert.equal(await a.text, RESULT_TEXT);
    checkSteps(await a.steps);
  });

  each('generateObject', async (model) => {
    // Of models that it does not know Anthropic's client asks for a tool call instead.
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' } };
    const { object } = await generateObject(asked(model('schema'), { schema, providerOptions }));
    assert.deepEqual(object, STRUCTURED);
    const { output } = await generateText(
      asked(model('schema'), { output: Output.object({ schema }), providerOptions }),
    );
    assert.deepEqual(output, STRUCTURED);
  });

  each('reasoning', async (model) => {
    const a = await generateText(asked(model('reason'), { providerOptions: thinking }));
    assert.equal(a.text, SAID);
    // The client of chat completions does not read it.
    if (dialect !== 'openai-chat') assert.equal(a.reasoningText, THINKING);
  });

  each('a rate limit', async (model) => {
    const e = await fails(APICallError, () => generateText(asked(model('error'))));
    assert.equal(e.statusCode, 429);
    assert.match(e.message, /scripted limit/);
    assert.equal(e.responseHeaders['retry-after'], '7');
  });
}

await main();
