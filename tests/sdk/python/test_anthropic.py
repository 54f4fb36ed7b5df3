# SPDX-License-Identifier: MIT
"""The official Python client of Anthropic through Sluice, to a provider that
speaks OpenAI's chat completions."""

import pathlib
import sys

import anthropic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import Sluice, equal, fake, main, test, true  # noqa: E402
from wire import openai as env_of  # noqa: E402

ASK = [{'role': 'user', 'content': 'hi'}]
P = fake.Provider().__enter__()
S = Sluice(env_of(P))
# The Python client of today sends a Bearer token, that of before x-api-key.
NEW = anthropic.Anthropic(
    auth_token='pk',
    api_key=None,
    base_url='http://127.0.0.1:%d' % S.port,
    max_retries=0,
    timeout=10,
)
OLD = anthropic.Anthropic(
    api_key='pk',
    base_url='http://127.0.0.1:%d' % S.port,
    max_retries=0,
    timeout=10,
)
TOOL = {'name': 'weather', 'input_schema': {'type': 'object'}}


def ask(model, client=NEW, **more):
    return client.messages.create(
        model='openai/' + model, max_tokens=64, messages=ASK, **more
    )


def stream(model, **more):
    return NEW.messages.stream(
        model='openai/' + model, max_tokens=64, messages=ASK, **more
    )


def fails(kind, function, *args, **more):
    try:
        function(*args, **more)
    except kind as e:
        equal(type(e), kind)
        return e
    raise AssertionError('%s did not fail' % function)


@test
def a_message():
    for client in (NEW, OLD):
        m = ask('gpt-4o', client, system='be short')
        equal(m.type, 'message')
        equal([b.type for b in m.content], ['text'])
        equal(m.content[0].text, fake.TEXT)
        equal(m.stop_reason, 'end_turn')
        true(m.id.startswith('msg_'))
        true(m.usage.input_tokens > 0 and m.usage.output_tokens > 0)
    equal(P.requests[-1].json['messages'][0]['role'], 'system')


@test
def a_stream():
    with stream('gpt-4o') as s:
        kinds = [e.type for e in s]
        m = s.get_final_message()
    equal(kinds[0], 'message_start')
    equal(kinds[-1], 'message_stop')
    equal(m.content[0].text, fake.TEXT)
    equal(m.stop_reason, 'end_turn')
    true(m.usage.output_tokens > 0)


@test
def tool_calls_in_a_stream():
    with stream('tools', tools=[TOOL]) as s:
        m = s.get_final_message()
    calls = [b for b in m.content if b.type == 'tool_use']
    equal(len(calls), 2)
    true(all(isinstance(c.input, dict) and c.input for c in calls))
    equal(m.stop_reason, 'tool_use')


@test
def tool_calls_and_their_results():
    m = ask('tools', tools=[TOOL], tool_choice={'type': 'auto'})
    calls = [b for b in m.content if b.type == 'tool_use']
    equal(len(calls), 2)
    turn = [
        *ASK,
        {'role': 'assistant', 'content': m.content},
        {
            'role': 'user',
            'content': [
                {'type': 'tool_result', 'tool_use_id': c.id, 'content': 'ok'}
                for c in calls
            ],
        },
    ]
    NEW.messages.create(
        model='openai/gpt-4o', max_tokens=64, messages=turn, tools=[TOOL]
    )
    sent = P.requests[-1].json['messages']
    equal(
        [t['tool_call_id'] for t in sent if t['role'] == 'tool'],
        [c.id for c in calls],
    )


@test
def an_answer_that_is_too_long():
    equal(ask('length').stop_reason, 'max_tokens')


@test
def errors():
    e = fails(anthropic.RateLimitError, ask, 'status-429-after-7')
    equal(e.body['error']['type'], 'rate_limit_error')
    equal(e.response.headers['retry-after'], '7')
    fails(anthropic.BadRequestError, ask, 'status-400')
    fails(anthropic.BadRequestError, ask, 'gpt-4o', tools=[{'name': 'f'}])


@test
def a_stream_that_is_cut():
    def read():
        with stream('cut') as s:
            s.get_final_message()

    fails(anthropic.APIStatusError, read)


main()
