# SPDX-License-Identifier: MIT
"""OpenAI's official Python client of chat completions through Sluice, to
providers that speak other dialects."""

import asyncio
import json

import openai
import pydantic
from judge import FUNCTIONS, MAX_TOKENS, RESULT_TEXT, RESULTS, SAID, STRUCTURED
from judge import THINKING, TOOLS, URL, equal, fails, main, others, over, test
from judge import true

ASK = [
    {'role': 'system', 'content': 'Be brief.'},
    {'role': 'user', 'content': 'hi'},
]
MORE = {'api_key': 'pk', 'base_url': URL + '/v1'}
C = openai.OpenAI(**MORE, max_retries=0, timeout=10)


class Structured(pydantic.BaseModel):
    answer: int


def ask(model, messages=ASK, client=C, **more):
    return client.chat.completions.create(
        model=model,
        messages=messages,
        max_completion_tokens=MAX_TOKENS,
        **more,
    )


def stream(model, messages=ASK, **more):
    """What the client itself puts together of the pieces."""
    with C.chat.completions.stream(
        model=model,
        messages=messages,
        max_completion_tokens=MAX_TOKENS,
        stream_options={'include_usage': True},
        **more,
    ) as s:
        kinds = [e.type for e in s]
        return kinds, s.get_final_completion()


def check_text(a):
    choice = a.choices[0]
    equal((choice.message.content, choice.finish_reason), (SAID, 'stop'))
    equal(choice.message.role, 'assistant')
    u = a.usage
    equal((u.prompt_tokens, u.completion_tokens, u.total_tokens), (11, 7, 18))


def check_calls(a):
    choice = a.choices[0]
    equal(choice.finish_reason, 'tool_calls')
    calls = choice.message.tool_calls
    equal(
        [(c.function.name, json.loads(c.function.arguments)) for c in calls],
        TOOLS,
    )
    true(all(c.id and c.type == 'function' for c in calls))
    equal(len({c.id for c in calls}), len(calls))


def results(a):
    """The next turn: the answer as the client read it, and its results."""
    message = a.choices[0].message
    return [
        *ASK,
        message.to_dict(),
        *(
            {
                'role': 'tool',
                'tool_call_id': c.id,
                'content': RESULTS[c.function.name],
            }
            for c in message.tool_calls
        ),
    ]


@others('openai-chat')
def chat(model):
    a = ask(model('text'))
    check_text(a)
    equal(a.object, 'chat.completion')
    true(a.id and a.created and a._request_id)


@others('openai-chat')
def a_stream(model):
    kinds, a = stream(model('text'))
    check_text(a)
    true(kinds.count('content.delta') > 1, kinds)


@others('openai-chat')
def a_stream_without_usage(model):
    chunks = list(ask(model('text'), stream=True))
    true(all(c.choices and c.usage is None for c in chunks))
    equal(len({c.id for c in chunks}), 1)
    equal(''.join(c.choices[0].delta.content or '' for c in chunks), SAID)


@over('anthropic', 'gemini')
def asynchronously(model):
    async def run():
        async with openai.AsyncOpenAI(**MORE, max_retries=0) as client:
            a, s = await asyncio.gather(
                ask(model('text'), client=client),
                ask(model('text'), client=client, stream=True),
            )
            check_text(a)
            texts = [c.choices[0].delta.content or '' async for c in s]
            equal(''.join(texts), SAID)

    asyncio.run(run())


@others('openai-chat')
def tools(model):
    a = ask(model('tools'), tools=FUNCTIONS, tool_choice='auto')
    check_calls(a)
    a = ask(model('tools'), results(a), tools=FUNCTIONS)
    equal(a.choices[0].message.content, RESULT_TEXT)


@others('openai-chat')
def streamed_tools(model):
    kinds, a = stream(model('tools'), tools=FUNCTIONS)
    check_calls(a)
    equal(kinds.count('tool_calls.function.arguments.done'), len(TOOLS))
    _, a = stream(model('tools'), results(a), tools=FUNCTIONS)
    equal(a.choices[0].message.content, RESULT_TEXT)


@others('openai-chat')
def a_parsed_answer(model):
    a = C.chat.completions.parse(
        model=model('schema'), messages=ASK, response_format=Structured
    )
    equal(a.choices[0].message.parsed, Structured(**STRUCTURED))
    _, a = stream(model('schema'), response_format=Structured)
    equal(a.choices[0].message.parsed, Structured(**STRUCTURED))


@others('openai-chat')
def reasoning(model):
    a = ask(model('reason'), reasoning_effort='medium')
    check_text(a)
    equal(a.choices[0].message.reasoning_content, THINKING)
    chunks = list(ask(model('reason'), reasoning_effort='low', stream=True))
    deltas = [c.choices[0].delta.model_extra for c in chunks]
    equal(
        ''.join(d.get('reasoning_content') or '' for d in deltas), THINKING
    )


@others('openai-chat')
def a_rate_limit(model):
    for more in ({}, {'stream': True}):
        e = fails(openai.RateLimitError, ask, model('error'), **more)
        equal(e.status_code, 429)
        true('scripted limit' in e.message, e.message)
        equal(e.response.headers['retry-after'], '7')


@others('openai-chat')
def a_refused_request(model):
    e = fails(
        openai.BadRequestError, ask, model('text'), temperature='warm'
    )
    equal((e.param, e.type), ('temperature', 'invalid_request_error'))
    # What the provider itself refuses: there are no tools in this one.
    e = fails(openai.BadRequestError, ask, model('tools'))
    true('strict:' in e.message, e.message)


@test
def a_wrong_secret():
    client = openai.OpenAI(api_key='no', base_url=URL + '/v1', max_retries=0)
    fails(openai.AuthenticationError, ask, 'anthropic/m-text', client=client)


@test
def an_unknown_model():
    fails(openai.NotFoundError, ask, 'nobody/m-text')


main()
