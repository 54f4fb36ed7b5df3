# SPDX-License-Identifier: MIT
"""Google's official Python client of Gemini through Sluice, to providers that
speak other dialects."""

import asyncio
import logging

import pydantic
from google import genai
from google.genai import errors, types
from judge import MAX_TOKENS, RESULT_TEXT, RESULTS, SAID, SCHEMAS, STRUCTURED
from judge import THINKING, TOOLS, URL, equal, fails, main, others, over, test
from judge import true

# Its advice about functions that it calls.
logging.getLogger('google_genai').setLevel(logging.ERROR)
DECLARED = [
    types.FunctionDeclaration(
        name=name, description='does it', parameters_json_schema=schema
    )
    for name, schema in SCHEMAS.items()
]
FUNCTIONS = [types.Tool(function_declarations=DECLARED)]


class Structured(pydantic.BaseModel):
    answer: int


def client(secret='pk'):
    options = types.HttpOptions(base_url=URL, timeout=10000)
    return genai.Client(api_key=secret, http_options=options)


C = client()


def asked(model, contents, more):
    config = types.GenerateContentConfig(
        system_instruction='Be brief.', max_output_tokens=MAX_TOKENS, **more
    )
    return {'model': model, 'contents': contents, 'config': config}


def ask(model, contents='hi', models=C.models, **more):
    return models.generate_content(**asked(model, contents, more))


def stream(model, contents='hi', **more):
    """The pieces, and all of their parts as one content."""
    pieces = list(
        C.models.generate_content_stream(**asked(model, contents, more))
    )
    parts = [
        part
        for piece in pieces
        for part in (piece.candidates[0].content.parts or [])
    ]
    return pieces, types.Content(role='model', parts=parts)


def check_end(a):
    equal(a.candidates[0].finish_reason, types.FinishReason.STOP)
    u = a.usage_metadata
    equal(u.prompt_token_count, 11)
    equal((u.candidates_token_count or 0) + (u.thoughts_token_count or 0), 7)
    equal(u.total_token_count, 18)


def check_text(a):
    equal(a.text, SAID)
    check_end(a)


def calls_of(content):
    return [p.function_call for p in content.parts if p.function_call]


def check_calls(content):
    calls = calls_of(content)
    equal([(c.name, c.args) for c in calls], TOOLS)


def results(content):
    answers = [
        types.Part(
            function_response=types.FunctionResponse(
                id=c.id, name=c.name, response={'output': RESULTS[c.name]}
            )
        )
        for c in calls_of(content)
    ]
    return [
        types.UserContent('hi'),
        content,
        types.Content(role='user', parts=answers),
    ]


@others('gemini')
def generate_content(model):
    a = ask(model('text'))
    check_text(a)
    true(a.response_id and a.model_version)


@others('gemini')
def a_stream(model):
    pieces, _ = stream(model('text'))
    texts = [p.text or '' for p in pieces]
    equal(''.join(texts), SAID)
    true(len([t for t in texts if t]) > 1, texts)
    check_end(pieces[-1])


@others('gemini')
def a_chat(model):
    chat = C.chats.create(model=model('text'))
    check_text(chat.send_message('hi'))
    equal(''.join(p.text or '' for p in chat.send_message_stream('hi')), SAID)
    equal(chat.get_history()[1].parts[0].text, SAID)
    check_text(chat.send_message('and?'))


@over('anthropic', 'openai-chat')
def asynchronously(model):
    async def run():
        async with client().aio as c:
            check_text(await ask(model('text'), models=c.models))
            pieces = await c.models.generate_content_stream(
                **asked(model('text'), 'hi', {})
            )
            equal(''.join([p.text or '' async for p in pieces]), SAID)

    asyncio.run(run())


@others('gemini')
def tools(model):
    content = ask(model('tools'), tools=FUNCTIONS).candidates[0].content
    check_calls(content)
    equal(ask(model('tools'), results(content), tools=FUNCTIONS).text, RESULT_TEXT)


@others('gemini')
def streamed_tools(model):
    _, content = stream(model('tools'), tools=FUNCTIONS)
    check_calls(content)
    pieces, _ = stream(model('tools'), results(content), tools=FUNCTIONS)
    equal(''.join(p.text or '' for p in pieces), RESULT_TEXT)


@others('gemini')
def functions_that_the_client_calls(model):
    """It calls them itself, and asks until there is text."""

    def get_weather(city: str) -> str:
        """Says the weather."""
        equal(city, TOOLS[0][1]['city'])
        return RESULTS['get_weather']

    def add(a: int, b: int) -> str:
        """Adds."""
        return str(a + b)

    a = ask(model('tools'), tools=[get_weather, add])
    equal(a.text, RESULT_TEXT)
    equal(len(a.automatic_function_calling_history), 3)


@others('gemini')
def a_parsed_answer(model):
    a = ask(
        model('schema'),
        response_mime_type='application/json',
        response_schema=Structured,
    )
    equal(a.parsed, Structured(**STRUCTURED))
    a = ask(
        model('schema'),
        response_mime_type='application/json',
        response_json_schema=Structured.model_json_schema(),
    )
    equal(a.parsed, STRUCTURED)


@others('gemini')
def thinking(model):
    config = types.ThinkingConfig(include_thoughts=True, thinking_budget=2048)
    a = ask(model('reason'), thinking_config=config)
    check_text(a)
    _, content = stream(model('reason'), thinking_config=config)
    for one in (a.candidates[0].content, content):
        thoughts = [p.text or '' for p in one.parts if p.thought]
        equal(''.join(thoughts), THINKING)
        again = [types.UserContent('hi'), one, types.UserContent('and?')]
        check_text(ask(model('reason'), again, thinking_config=config))


@others('gemini')
def counted_tokens(model):
    a = C.models.count_tokens(model=model('text'), contents='hi')
    true(a.total_tokens > 0)


@others('gemini')
def a_rate_limit(model):
    for function in (ask, stream):
        e = fails(errors.ClientError, function, model('error'))
        equal((e.code, e.status), (429, 'RESOURCE_EXHAUSTED'))
        true('scripted limit' in e.message, e.message)


@others('gemini')
def a_refused_request(model):
    e = fails(errors.ClientError, ask, model('tools'))
    equal((e.code, e.status), (400, 'INVALID_ARGUMENT'))
    true('strict:' in e.message, e.message)


@test
def a_wrong_secret():
    with client('no') as c:
        e = fails(errors.ClientError, ask, 'anthropic/m-text', models=c.models)
    equal((e.code, e.status), (401, 'UNAUTHENTICATED'))


@test
def an_unknown_model():
    e = fails(errors.ClientError, ask, 'nobody/m-text')
    equal((e.code, e.status), (404, 'NOT_FOUND'))


main()
