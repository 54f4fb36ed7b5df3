# SPDX-License-Identifier: MIT
"""OpenAI's official Python client of Responses through Sluice, to providers
that speak other dialects. Every event and every answer is also one of those
that the client knows, to the letter: it does not itself insist."""

import asyncio
import json

import openai
import pydantic
from judge import MAX_TOKENS, RESULT_TEXT, RESULTS, SAID, SCHEMAS, STRUCTURED
from judge import THINKING, TOOLS, URL, equal, fails, main, others, over, test
from judge import true
from openai.types.responses import Response, ResponseStreamEvent

EVENT = pydantic.TypeAdapter(ResponseStreamEvent)
ASK = [{'role': 'user', 'content': 'hi'}]
MORE = {'api_key': 'pk', 'base_url': URL + '/v1'}
C = openai.OpenAI(**MORE, max_retries=0, timeout=10)
FUNCTIONS = [
    {
        'type': 'function',
        'name': name,
        'description': 'does it',
        'parameters': schema,
        'strict': False,
    }
    for name, schema in SCHEMAS.items()
]


class Structured(pydantic.BaseModel):
    answer: int


def asked(model, items):
    return {
        'model': model,
        'input': items,
        'instructions': 'Be brief.',
        'max_output_tokens': MAX_TOKENS,
        'store': False,
    }


def ask(model, items=ASK, client=C, **more):
    a = client.responses.create(**asked(model, items), **more)
    if isinstance(a, Response):
        Response.model_validate(a.to_dict())
    return a


def stream(model, items=ASK, **more):
    """What the client itself puts together of the events."""
    with C.responses.stream(**asked(model, items), **more) as s:
        events = list(s)
        return [e.type for e in events], s.get_final_response()


def check_text(a):
    equal((a.output_text, a.status), (SAID, 'completed'))
    u = a.usage
    equal((u.input_tokens, u.output_tokens, u.total_tokens), (11, 7, 18))


def calls_of(a):
    return [item for item in a.output if item.type == 'function_call']


def check_calls(a):
    calls = calls_of(a)
    equal([(c.name, json.loads(c.arguments)) for c in calls], TOOLS)
    equal(len({c.call_id for c in calls}), len(calls))


def results(a):
    return [
        *ASK,
        *(item.to_dict() for item in a.output),
        *(
            {
                'type': 'function_call_output',
                'call_id': c.call_id,
                'output': RESULTS[c.name],
            }
            for c in calls_of(a)
        ),
    ]


@others('openai-responses')
def a_response(model):
    a = ask(model('text'))
    check_text(a)
    equal((a.object, a.instructions), ('response', 'Be brief.'))
    true(a.id and a.created_at and a._request_id)
    check_text(ask(model('text'), 'hi'))


@others('openai-responses')
def a_stream(model):
    kinds, a = stream(model('text'))
    check_text(a)
    true(kinds.count('response.output_text.delta') > 1, kinds)
    equal(kinds[0], 'response.created')
    equal(kinds[-1], 'response.completed')


@others('openai-responses')
def every_event_is_known(model):
    for kind, more in (
        ('text', {}),
        ('tools', {'tools': FUNCTIONS}),
        ('reason', {'reasoning': {'effort': 'medium', 'summary': 'auto'}}),
    ):
        events = list(ask(model(kind), stream=True, **more))
        for i, e in enumerate(events):
            EVENT.validate_python(e.to_dict())
            equal(e.sequence_number, i)


@over('anthropic', 'gemini')
def asynchronously(model):
    async def run():
        async with openai.AsyncOpenAI(**MORE, max_retries=0) as client:
            a, s = await asyncio.gather(
                ask(model('text'), client=client),
                ask(model('text'), client=client, stream=True),
            )
            check_text(a)
            check_text([e async for e in s][-1].response)

    asyncio.run(run())


@others('openai-responses')
def tools(model):
    a = ask(model('tools'), tools=FUNCTIONS, tool_choice='auto')
    check_calls(a)
    a = ask(model('tools'), results(a), tools=FUNCTIONS)
    equal(a.output_text, RESULT_TEXT)


@others('openai-responses')
def streamed_tools(model):
    kinds, a = stream(model('tools'), tools=FUNCTIONS)
    check_calls(a)
    equal(kinds.count('response.function_call_arguments.done'), len(TOOLS))
    _, a = stream(model('tools'), results(a), tools=FUNCTIONS)
    equal(a.output_text, RESULT_TEXT)


@others('openai-responses')
def a_parsed_answer(model):
    a = C.responses.parse(
        model=model('schema'), input=ASK, text_format=Structured
    )
    equal(a.output_parsed, Structured(**STRUCTURED))
    _, a = stream(model('schema'), text_format=Structured)
    equal(a.output_parsed, Structured(**STRUCTURED))


@others('openai-responses')
def reasoning(model):
    wanted = {'effort': 'medium', 'summary': 'auto'}
    sealed = ['reasoning.encrypted_content']
    a = ask(model('reason'), reasoning=wanted, include=sealed)
    for a in (a, stream(model('reason'), reasoning=wanted, include=sealed)[1]):
        check_text(a)
        item = next(i for i in a.output if i.type == 'reasoning')
        parts = item.content or item.summary
        equal(''.join(p.text for p in parts), THINKING)
        again = [*ASK, *(i.to_dict() for i in a.output), *ASK]
        check_text(ask(model('reason'), again, reasoning=wanted))


@others('openai-responses')
def a_rate_limit(model):
    for more in ({}, {'stream': True}):
        e = fails(openai.RateLimitError, ask, model('error'), **more)
        true('scripted limit' in e.message, e.message)
        equal(e.response.headers['retry-after'], '7')


@others('openai-responses')
def a_refused_request(model):
    e = fails(openai.BadRequestError, ask, model('text'), temperature='warm')
    equal((e.param, e.type), ('temperature', 'invalid_request_error'))
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
