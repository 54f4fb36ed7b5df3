# SPDX-License-Identifier: MIT
"""Cohere's official Python client through Sluice to a provider that speaks its
dialect: nothing is translated, so it is also the judge of that provider."""

import asyncio
import json

import cohere
from judge import FUNCTIONS, MAX_TOKENS, P, RESULT_TEXT, RESULTS, SAID
from judge import STRUCTURED, THINKING, TOOLS, URL, equal, fails, main, test
from judge import true

ASK = [{'role': 'user', 'content': 'hi'}]
MORE = {'base_url': URL + '/cohere', 'timeout': 10, 'max_retries': 0}
C = cohere.ClientV2('pk', **MORE)
SCHEMA = {
    'type': 'object',
    'properties': {'answer': {'type': 'integer'}},
    'required': ['answer'],
}


def ask(kind, messages=ASK, client=C, **more):
    return client.chat(
        model='m-' + kind, messages=messages, max_tokens=MAX_TOKENS, **more
    )


def stream(kind, messages=ASK, client=C, **more):
    return client.chat_stream(
        model='m-' + kind, messages=messages, max_tokens=MAX_TOKENS, **more
    )


def text_of(message):
    return ''.join(p.text for p in message.content if p.type == 'text')


def check_text(a):
    equal((text_of(a.message), a.finish_reason), (SAID, 'COMPLETE'))
    equal((a.usage.tokens.input_tokens, a.usage.tokens.output_tokens), (11, 7))


def check_calls(calls):
    equal([(name, json.loads(text)) for name, text in calls], TOOLS)


@test
def chat():
    check_text(ask('text'))
    equal(P.requests[-1].get('authorization'), 'Bearer k-cohere')


@test
def a_stream():
    events = list(stream('text'))
    kinds = [e.type for e in events]
    equal((kinds[0], kinds[-1]), ('message-start', 'message-end'))
    deltas = [e for e in events if e.type == 'content-delta']
    equal(''.join(e.delta.message.content.text for e in deltas), SAID)
    end = events[-1].delta
    equal((end.finish_reason, end.usage.tokens.output_tokens), ('COMPLETE', 7))


@test
def asynchronously():
    async def run():
        c = cohere.AsyncClientV2('pk', **MORE)
        check_text(await ask('text', client=c))
        kinds = [e.type async for e in stream('text', client=c)]
        equal(kinds[-1], 'message-end')

    asyncio.run(run())


@test
def tools():
    a = ask('tools', tools=FUNCTIONS)
    equal(a.finish_reason, 'TOOL_CALL')
    calls = a.message.tool_calls
    check_calls([(c.function.name, c.function.arguments) for c in calls])
    answers = [
        {
            'role': 'tool',
            'tool_call_id': c.id,
            'content': RESULTS[c.function.name],
        }
        for c in calls
    ]
    turn = {'role': 'assistant', 'tool_calls': calls}
    a = ask('tools', [*ASK, turn, *answers], tools=FUNCTIONS)
    equal(text_of(a.message), RESULT_TEXT)


@test
def streamed_tools():
    calls = []
    for e in stream('tools', tools=FUNCTIONS):
        if e.type == 'tool-call-start':
            calls.append([e.delta.message.tool_calls.function.name, ''])
        elif e.type == 'tool-call-delta':
            calls[-1][1] += e.delta.message.tool_calls.function.arguments
    check_calls(calls)


@test
def structured():
    form = {'type': 'json_object', 'json_schema': SCHEMA}
    a = ask('schema', response_format=form)
    equal(json.loads(text_of(a.message)), STRUCTURED)


@test
def thinking():
    a = ask('reason', thinking={'type': 'enabled', 'token_budget': 2048})
    check_text(a)
    thoughts = [p.thinking for p in a.message.content if p.type == 'thinking']
    equal(''.join(thoughts), THINKING)


@test
def errors():
    e = fails(cohere.TooManyRequestsError, ask, 'error')
    equal(e.body['message'], 'scripted limit')
    e = fails(cohere.BadRequestError, ask, 'tools')
    true('strict:' in e.body['message'], e.body)
    client = cohere.ClientV2('no', **MORE)
    fails(cohere.UnauthorizedError, ask, 'text', client=client)


main()
