# SPDX-License-Identifier: MIT
"""Mistral's official Python client through Sluice, to providers that speak
other dialects. Its words are OpenAI's, with a few of its own. It can't read
calls whose arguments come in pieces, so there are no streamed ones here."""

import asyncio
import json

import pydantic
from judge import FUNCTIONS, MAX_TOKENS, P, RESULT_TEXT, RESULTS, SAID
from judge import STRUCTURED, TOOLS, URL, equal, fails, main, over, others
from judge import test, true
from mistralai.client import Mistral, errors
from mistralai.client.models import ToolMessage, UserMessage

ASK = [UserMessage(content='hi')]
C = Mistral(api_key='pk', server_url=URL, timeout_ms=10000)


class Structured(pydantic.BaseModel):
    answer: int


def asked(model, messages, more):
    return dict(
        model=model,
        messages=messages,
        max_tokens=MAX_TOKENS,
        temperature=0.5,
        **more,
    )


def ask(model, messages=ASK, client=C, **more):
    return client.chat.complete(**asked(model, messages, more))


def check_text(a):
    choice = a.choices[0]
    equal((choice.message.content, choice.finish_reason), (SAID, 'stop'))
    u = a.usage
    equal((u.prompt_tokens, u.completion_tokens, u.total_tokens), (11, 7, 18))


def check_calls(calls):
    got = [
        (c.function.name, json.loads(c.function.arguments)) for c in calls
    ]
    equal(got, TOOLS)


@others()
def complete(model):
    a = ask(model('text'))
    check_text(a)
    equal(a.object, 'chat.completion')


@over('anthropic', 'gemini', 'openai-responses')
def its_own_words(model):
    ask(
        model('text'),
        random_seed=5,
        safe_prompt=False,
        stop=['END'],
        top_p=0.5,
        parallel_tool_calls=True,
    )
    true(b'random_seed' not in P.requests[-1].body, P.requests[-1].body)


@others()
def a_stream(model):
    with C.chat.stream(**asked(model('text'), ASK, {})) as s:
        chunks = [event.data for event in s]
    texts = [c.choices[0].delta.content for c in chunks if c.choices]
    texts = [t for t in texts if t]
    equal(''.join(texts), SAID)
    true(len(texts) > 1, texts)
    finishes = [c.choices[0].finish_reason for c in chunks if c.choices]
    equal([f for f in finishes if f], ['stop'])


@over('anthropic', 'gemini')
def asynchronously(model):
    async def run():
        check_text(await C.chat.complete_async(**asked(model('text'), ASK, {})))
        s = await C.chat.stream_async(**asked(model('text'), ASK, {}))
        chunks = [event.data async for event in s]
        texts = [c.choices[0].delta.content or '' for c in chunks if c.choices]
        equal(''.join(texts), SAID)

    asyncio.run(run())


# It sends back more of a call than OpenAI takes, and that is relayed as it is.
@others('openai-chat')
def tools(model):
    a = ask(model('tools'), tools=FUNCTIONS, tool_choice='auto')
    message = a.choices[0].message
    equal(a.choices[0].finish_reason, 'tool_calls')
    check_calls(message.tool_calls)
    answers = [
        ToolMessage(
            tool_call_id=c.id,
            name=c.function.name,
            content=RESULTS[c.function.name],
        )
        for c in message.tool_calls
    ]
    a = ask(model('tools'), [*ASK, message, *answers], tools=FUNCTIONS)
    equal(a.choices[0].message.content, RESULT_TEXT)


@others()
def a_parsed_answer(model):
    a = C.chat.parse(
        Structured, model=model('schema'), messages=ASK, max_tokens=99
    )
    equal(a.choices[0].message.parsed, Structured(**STRUCTURED))


@others()
def a_rate_limit(model):
    e = fails(errors.SDKError, ask, model('error'))
    equal(e.status_code, 429)
    true('scripted limit' in e.body, e.body)
    equal(e.headers['retry-after'], '7')


@others()
def a_refused_request(model):
    e = fails(errors.SDKError, ask, model('tools'))
    equal(e.status_code, 400)
    true('strict:' in e.body, e.body)


@test
def a_wrong_secret():
    client = Mistral(api_key='no', server_url=URL)
    e = fails(errors.SDKError, ask, 'anthropic/m-text', client=client)
    equal(e.status_code, 401)


@test
def an_unknown_model():
    equal(fails(errors.SDKError, ask, 'nobody/m-text').status_code, 404)


main()
