# SPDX-License-Identifier: MIT
"""Google's official Python client for Gemini through Sluice, to a provider
that speaks OpenAI's chat completions."""

import pathlib
import sys

from google import genai
from google.genai import errors, types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import Sluice, equal, fake, main, test, true  # noqa: E402
from wire import openai as env_of  # noqa: E402

P = fake.Provider().__enter__()
S = Sluice(env_of(P))
CLIENT = genai.Client(
    api_key='pk',
    http_options=types.HttpOptions(
        base_url='http://127.0.0.1:%d' % S.port, timeout=10000
    ),
)
WEATHER = types.Tool(
    function_declarations=[
        {
            'name': name,
            'parameters': {
                'type': 'OBJECT',
                'properties': {'city': {'type': 'STRING', 'nullable': True}},
            },
        }
        for name in ('get_weather', 'add')
    ]
)


def ask(model, contents='hi', **config):
    return CLIENT.models.generate_content(
        model='openai/' + model,
        contents=contents,
        config=types.GenerateContentConfig(**config),
    )


def stream(model, **config):
    return CLIENT.models.generate_content_stream(
        model='openai/' + model,
        contents='hi',
        config=types.GenerateContentConfig(**config),
    )


def fails(code, function, *args):
    try:
        function(*args)
    except errors.APIError as e:
        equal(e.code, code)
        return e
    raise AssertionError('%s did not fail' % function)


@test
def an_answer():
    a = ask('gpt-4o', system_instruction='be short', temperature=0)
    equal(a.text, fake.TEXT)
    equal(a.candidates[0].finish_reason, types.FinishReason.STOP)
    true(a.usage_metadata.prompt_token_count > 0)
    true(a.response_id)
    sent = P.requests[-1].json
    equal(sent['messages'][0], {'role': 'system', 'content': 'be short'})
    equal(sent['temperature'], 0)


@test
def a_stream():
    pieces = list(stream('gpt-4o'))
    equal(''.join(p.text or '' for p in pieces), fake.TEXT)
    equal(
        pieces[-1].candidates[0].finish_reason, types.FinishReason.STOP
    )
    true(pieces[-1].usage_metadata.candidates_token_count > 0)


@test
def calls_and_their_results():
    a = ask('tools', tools=[WEATHER])
    equal([c.name for c in a.function_calls], ['get_weather', 'add'])
    equal(a.function_calls[1].args, {'a': 1, 'b': 2})
    schema = P.requests[-1].json['tools'][0]['function']['parameters']
    equal(schema['type'], 'object')
    equal(schema['properties']['city']['type'], ['string', 'null'])
    turn = [
        types.Content(role='user', parts=[types.Part(text='hi')]),
        a.candidates[0].content,
        types.Content(
            role='user',
            parts=[
                types.Part.from_function_response(
                    name=c.name, response={'output': 'ok'}
                )
                for c in a.function_calls
            ],
        ),
    ]
    equal(ask('gpt-4o', turn).text, fake.TEXT)
    sent = [m for m in P.requests[-1].json['messages'] if m['role'] == 'tool']
    equal(
        [(m['tool_call_id'], m['content']) for m in sent],
        [(c.id, 'ok') for c in a.function_calls],
    )


@test
def calls_in_a_stream():
    calls = [c for p in stream('tools') for c in p.function_calls or []]
    equal([c.name for c in calls], ['get_weather', 'add'])
    equal(calls[0].args, {'city': 'Kyiv 😀'})


@test
def a_chat_that_is_streamed():
    chat = CLIENT.chats.create(model='openai/gpt-4o')
    for text in ('one', 'two'):
        pieces = chat.send_message_stream(text)
        said = ''.join(p.text or '' for p in pieces)
        equal(said, fake.TEXT)
    sent = P.requests[-1].json['messages']
    equal([m['role'] for m in sent], ['user', 'assistant', 'user'])
    equal(sent[1]['content'], fake.TEXT)


@test
def an_answer_that_is_too_long():
    a = ask('length')
    equal(a.candidates[0].finish_reason, types.FinishReason.MAX_TOKENS)


@test
def failures():
    e = fails(429, ask, 'status-429-after-7')
    equal(e.status, 'RESOURCE_EXHAUSTED')
    fails(400, ask, 'status-400')
    fails(404, ask, 'status-404')


@test
def a_stream_that_breaks():
    fails(502, lambda: list(stream('cut')))


main()
