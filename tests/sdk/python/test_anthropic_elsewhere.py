# SPDX-License-Identifier: MIT
"""Anthropic's official Python client through Sluice, to providers that speak
other dialects."""

import asyncio

import anthropic
import pydantic
from anthropic.types import Message, RawMessageStreamEvent
from judge import MAX_TOKENS, RESULT_TEXT, RESULTS, SAID, SCHEMAS, STRUCTURED
from judge import THINKING, TOOLS, URL, equal, fails, main, others, over, test
from judge import true

EVENT = pydantic.TypeAdapter(RawMessageStreamEvent)
ASK = [{'role': 'user', 'content': 'hi'}]
MORE = {'api_key': 'pk', 'base_url': URL}
C = anthropic.Anthropic(**MORE, max_retries=0, timeout=10)
FUNCTIONS = [
    {'name': name, 'description': 'does it', 'input_schema': schema}
    for name, schema in SCHEMAS.items()
]
WARM = {'temperature': 'warm'}
THINK = {'type': 'enabled', 'budget_tokens': 2048}


class Structured(pydantic.BaseModel):
    answer: int


def asked(model, messages):
    return {
        'model': model,
        'max_tokens': MAX_TOKENS,
        'system': 'Be brief.',
        'messages': messages,
    }


def ask(model, messages=ASK, client=C, **more):
    m = client.messages.create(**asked(model, messages), **more)
    if isinstance(m, Message):
        Message.model_validate(m.to_dict())
    return m


def stream(model, messages=ASK, **more):
    """What the client itself puts together of the events."""
    with C.messages.stream(**asked(model, messages), **more) as s:
        kinds = [e.type for e in s]
        return kinds, s.get_final_message()


def text_of(m):
    return ''.join(b.text for b in m.content if b.type == 'text')


def check_text(m):
    equal((text_of(m), m.stop_reason, m.role), (SAID, 'end_turn', 'assistant'))
    u = m.usage
    equal(u.input_tokens + (u.cache_read_input_tokens or 0), 11)
    equal(u.output_tokens, 7)


def calls_of(m):
    return [b for b in m.content if b.type == 'tool_use']


def check_calls(m):
    equal(m.stop_reason, 'tool_use')
    calls = calls_of(m)
    equal([(c.name, c.input) for c in calls], TOOLS)
    equal(len({c.id for c in calls}), len(calls))


def results(m):
    answers = [
        {
            'type': 'tool_result',
            'tool_use_id': c.id,
            'content': RESULTS[c.name],
        }
        for c in calls_of(m)
    ]
    return [
        *ASK,
        {'role': 'assistant', 'content': m.content},
        {'role': 'user', 'content': answers},
    ]


@others('anthropic')
def a_message(model):
    m = ask(model('text'))
    check_text(m)
    true(m.id.startswith('msg_') and m._request_id)


@others('anthropic')
def a_stream(model):
    kinds, m = stream(model('text'))
    check_text(m)
    true(kinds.count('text') > 1, kinds)
    equal((kinds[0], kinds[-1]), ('message_start', 'message_stop'))


@others('anthropic')
def every_event_is_known(model):
    for kind, more in (
        ('text', {}),
        ('tools', {'tools': FUNCTIONS}),
        ('reason', {'thinking': THINK}),
    ):
        for e in ask(model(kind), stream=True, **more):
            EVENT.validate_python(e.to_dict())


@over('openai-chat', 'gemini')
def asynchronously(model):
    async def run():
        async with anthropic.AsyncAnthropic(**MORE, max_retries=0) as client:
            m, s = await asyncio.gather(
                ask(model('text'), client=client),
                ask(model('text'), client=client, stream=True),
            )
            check_text(m)
            texts = [
                e.delta.text async for e in s if e.type == 'content_block_delta'
            ]
            equal(''.join(texts), SAID)

    asyncio.run(run())


@others('anthropic')
def tools(model):
    m = ask(model('tools'), tools=FUNCTIONS, tool_choice={'type': 'auto'})
    check_calls(m)
    m = ask(model('tools'), results(m), tools=FUNCTIONS)
    equal(text_of(m), RESULT_TEXT)


@others('anthropic')
def streamed_tools(model):
    _, m = stream(model('tools'), tools=FUNCTIONS)
    check_calls(m)
    _, m = stream(model('tools'), results(m), tools=FUNCTIONS)
    equal(text_of(m), RESULT_TEXT)


@others('anthropic')
def a_runner_of_tools(model):
    """The client calls the functions itself, and asks until there is text."""

    @anthropic.beta_tool
    def get_weather(city: str) -> str:
        equal(city, TOOLS[0][1]['city'])
        return RESULTS['get_weather']

    @anthropic.beta_tool
    def add(a: int, b: int) -> str:
        return str(a + b)

    runner = C.beta.messages.tool_runner(
        model=model('tools'),
        max_tokens=MAX_TOKENS,
        messages=ASK,
        tools=[get_weather, add],
    )
    equal(text_of(runner.until_done()), RESULT_TEXT)


@others('anthropic')
def a_parsed_answer(model):
    m = C.messages.parse(
        **asked(model('schema'), ASK), output_format=Structured
    )
    equal(m.parsed_output, Structured(**STRUCTURED))


@others('anthropic')
def thinking(model):
    m = ask(model('reason'), thinking=THINK)
    for m in (m, stream(model('reason'), thinking=THINK)[1]):
        check_text(m)
        equal([b.type for b in m.content], ['thinking', 'text'])
        equal(m.content[0].thinking, THINKING)
        again = [*ASK, {'role': 'assistant', 'content': m.content}, *ASK]
        check_text(ask(model('reason'), again, thinking=THINK))


@others('anthropic')
def counted_tokens(model):
    more = {'messages': ASK, 'system': 'Be brief.', 'tools': FUNCTIONS}
    true(C.messages.count_tokens(model=model('text'), **more).input_tokens > 0)


@others('anthropic')
def a_rate_limit(model):
    for more in ({}, {'stream': True}):
        e = fails(anthropic.RateLimitError, ask, model('error'), **more)
        equal(e.body['error']['type'], 'rate_limit_error')
        true('scripted limit' in e.body['error']['message'], e.body)
        equal(e.response.headers['retry-after'], '7')


@others('anthropic')
def a_refused_request(model):
    e = fails(
        anthropic.BadRequestError, ask, model('text'), extra_body=WARM
    )
    equal(e.body['error']['type'], 'invalid_request_error')
    e = fails(anthropic.BadRequestError, ask, model('tools'))
    true('strict:' in e.body['error']['message'], e.body)


@test
def a_wrong_secret():
    client = anthropic.Anthropic(api_key='no', base_url=URL, max_retries=0)
    e = fails(
        anthropic.AuthenticationError, ask, 'gemini/m-text', client=client
    )
    equal(e.body['error']['type'], 'authentication_error')


@test
def an_unknown_model():
    fails(anthropic.NotFoundError, ask, 'nobody/m-text')


main()
