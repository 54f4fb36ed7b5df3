# SPDX-License-Identifier: MIT
"""Ollama's official Python client through Sluice, to providers that speak
other dialects."""

import asyncio
import json

import ollama
from judge import FUNCTIONS, RESULT_TEXT, RESULTS, SAID, SCHEMAS, STRUCTURED
from judge import THINKING, TOOLS, URL, equal, fails, main, others, over, test
from judge import true

ASK = [
    {'role': 'system', 'content': 'Be brief.'},
    {'role': 'user', 'content': 'hi'},
]
MORE = {'host': URL, 'timeout': 10}
C = ollama.Client(**MORE, headers={'authorization': 'Bearer pk'})
OPTIONS = {'num_predict': 4096, 'temperature': 0}
SCHEMA = {
    'type': 'object',
    'properties': {'answer': {'type': 'integer'}},
    'required': ['answer'],
    'additionalProperties': False,
}


def ask(model, messages=ASK, client=C, **more):
    return client.chat(model, messages, options=OPTIONS, **more)


def stream(model, messages=ASK, **more):
    """The pieces, and what they make together."""
    pieces = list(ask(model, messages, stream=True, **more))
    equal([p.done for p in pieces], [False] * (len(pieces) - 1) + [True])
    message = ollama.Message(
        role='assistant',
        content=''.join(p.message.content or '' for p in pieces),
        thinking=''.join(p.message.thinking or '' for p in pieces) or None,
        tool_calls=[c for p in pieces for c in p.message.tool_calls or []],
    )
    return pieces, message


def check_end(a):
    equal((a.done, a.done_reason), (True, 'stop'))
    equal((a.prompt_eval_count, a.eval_count), (11, 7))
    true(a.model and a.created_at)


def check_calls(message):
    calls = [(c.function.name, c.function.arguments) for c in message.tool_calls]
    equal(calls, TOOLS)


def results(message):
    answers = [
        {
            'role': 'tool',
            'tool_name': c.function.name,
            'content': RESULTS[c.function.name],
        }
        for c in message.tool_calls
    ]
    return [*ASK, message, *answers]


@others('ollama')
def a_chat(model):
    a = ask(model('text'))
    equal((a.message.role, a.message.content), ('assistant', SAID))
    check_end(a)


@others('ollama')
def a_stream(model):
    pieces, message = stream(model('text'))
    equal(message.content, SAID)
    true(len([p for p in pieces if p.message.content]) > 1, pieces)
    check_end(pieces[-1])


@others('ollama')
def generate(model):
    more = {'system': 'Be brief.', 'options': OPTIONS}
    a = C.generate(model('text'), 'hi', **more)
    equal(a.response, SAID)
    check_end(a)
    pieces = list(C.generate(model('text'), 'hi', stream=True, **more))
    equal(''.join(p.response for p in pieces), SAID)
    check_end(pieces[-1])


@over('anthropic', 'gemini')
def asynchronously(model):
    async def run():
        c = ollama.AsyncClient(**MORE, headers={'authorization': 'Bearer pk'})
        a = await ask(model('text'), client=c)
        equal(a.message.content, SAID)
        pieces = await ask(model('text'), client=c, stream=True)
        equal(''.join([p.message.content async for p in pieces]), SAID)

    asyncio.run(run())


@others('ollama')
def tools(model):
    a = ask(model('tools'), tools=FUNCTIONS)
    check_calls(a.message)
    a = ask(model('tools'), results(a.message), tools=FUNCTIONS)
    equal(a.message.content, RESULT_TEXT)


@others('ollama')
def streamed_tools(model):
    _, message = stream(model('tools'), tools=FUNCTIONS)
    check_calls(message)
    _, message = stream(model('tools'), results(message), tools=FUNCTIONS)
    equal(message.content, RESULT_TEXT)


@others('ollama')
def functions_as_tools(model):
    """The client makes the schemas of Python's functions."""

    def get_weather(city: str) -> str:
        """Says the weather."""

    def add(a: int, b: int) -> int:
        """Adds."""

    equal(list(SCHEMAS), [get_weather.__name__, add.__name__])
    check_calls(ask(model('tools'), tools=[get_weather, add]).message)


@others('ollama')
def structured(model):
    a = ask(model('schema'), format=SCHEMA)
    equal(json.loads(a.message.content), STRUCTURED)
    _, message = stream(model('schema'), format=SCHEMA)
    equal(json.loads(message.content), STRUCTURED)


@others('ollama')
def thinking(model):
    for think in (True, 'medium'):
        a = ask(model('reason'), think=think)
        equal((a.message.thinking, a.message.content), (THINKING, SAID))
        _, message = stream(model('reason'), think=think)
        equal((message.thinking, message.content), (THINKING, SAID))
        again = [*ASK, message, *ASK[1:]]
        equal(ask(model('reason'), again, think=think).message.content, SAID)


@others('ollama')
def a_rate_limit(model):
    for function in (ask, stream):
        e = fails(ollama.ResponseError, function, model('error'))
        equal(e.status_code, 429)
        true('scripted limit' in e.error, e.error)


@others('ollama')
def a_refused_request(model):
    e = fails(ollama.ResponseError, ask, model('tools'))
    equal(e.status_code, 400)
    true('strict:' in e.error, e.error)


@test
def a_wrong_secret():
    c = ollama.Client(**MORE, headers={'authorization': 'Bearer no'})
    e = fails(ollama.ResponseError, ask, 'anthropic/m-text', client=c)
    equal(e.status_code, 401)


@test
def an_unknown_model():
    e = fails(ollama.ResponseError, ask, 'nobody/m-text')
    equal(e.status_code, 404)


main()
