# SPDX-License-Identifier: MIT
"""LangChain's chat models of OpenAI (both of its interfaces) and of Anthropic
through Sluice, to providers that speak other dialects."""

import asyncio

import anthropic
import openai
import pydantic
from judge import MAX_TOKENS, RESULT_TEXT, RESULTS, SAID, STRUCTURED, THINKING
from judge import TOOLS, URL, equal, fails, main, over, test, true
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

ASK = [SystemMessage('Be brief.'), HumanMessage('hi')]
# Its clients are kept, with the loop that they were made in.
LOOP = asyncio.new_event_loop()
OTHERS = ('gemini', 'bedrock', 'cohere', 'ollama', 'workers-ai')


class Structured(pydantic.BaseModel):
    """The answer."""

    answer: int


@tool
def get_weather(city: str) -> str:
    """Says the weather."""
    return RESULTS['get_weather']


@tool
def add(a: int, b: int) -> str:
    """Adds."""
    return str(a + b)


def chat(model, **more):
    return ChatOpenAI(
        model=model,
        base_url=URL + '/v1',
        api_key='pk',
        max_completion_tokens=MAX_TOKENS,
        max_retries=0,
        timeout=10,
        **more,
    )


def responses(model, **more):
    return chat(model, use_responses_api=True, store=False, **more)


def messages(model, **more):
    return ChatAnthropic(
        model=model,
        base_url=URL,
        api_key='pk',
        max_tokens=MAX_TOKENS,
        max_retries=0,
        timeout=10,
        **more,
    )


MAKERS = {
    chat: ('anthropic', *OTHERS),
    responses: ('anthropic', 'openai-chat', *OTHERS),
    messages: ('openai-chat', 'openai-responses', *OTHERS),
}


def each(function):
    """Once for each chat model and each provider of another dialect."""
    for maker, names in MAKERS.items():

        def run(model, maker=maker):
            function(maker, model)

        run.__name__ = '%s of %s' % (function.__name__, maker.__name__)
        over(*names)(run)
    return function


def check_calls(message):
    calls = [(c['name'], c['args']) for c in message.tool_calls]
    equal(calls, TOOLS)


def check_usage(message):
    u = message.usage_metadata
    equal((u['input_tokens'], u['output_tokens']), (11, 7))


def streamed(llm, asked):
    """The pieces, and their sum as LangChain adds them."""
    pieces = list(llm.stream(asked))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    return pieces, whole


def results(message):
    answers = [
        ToolMessage(RESULTS[c['name']], tool_call_id=c['id'])
        for c in message.tool_calls
    ]
    return [*ASK, message, *answers]


@each
def invoke(maker, model):
    a = maker(model('text')).invoke(ASK)
    equal(a.text, SAID)
    check_usage(a)


@each
def stream(maker, model):
    pieces, whole = streamed(maker(model('text'), stream_usage=True), ASK)
    equal(whole.text, SAID)
    true(len([p for p in pieces if p.text]) > 1, pieces)
    check_usage(whole)


@each
def asynchronously(maker, model):
    async def run():
        llm = maker(model('text'))
        equal((await llm.ainvoke(ASK)).text, SAID)
        equal(''.join([p.text async for p in llm.astream(ASK)]), SAID)

    LOOP.run_until_complete(run())


@each
def bind_tools(maker, model):
    llm = maker(model('tools')).bind_tools([get_weather, add])
    message = llm.invoke(ASK)
    check_calls(message)
    equal(llm.invoke(results(message)).text, RESULT_TEXT)


@each
def streamed_tools(maker, model):
    llm = maker(model('tools')).bind_tools([get_weather, add])
    _, message = streamed(llm, ASK)
    check_calls(message)
    _, message = streamed(llm, results(message))
    equal(message.text, RESULT_TEXT)


@each
def with_structured_output(maker, model):
    llm = maker(model('schema')).with_structured_output(
        Structured, method='json_schema'
    )
    equal(llm.invoke(ASK), Structured(**STRUCTURED))


@each
def reasoning(maker, model):
    more = {
        chat: {'reasoning_effort': 'medium'},
        responses: {'reasoning': {'effort': 'medium', 'summary': 'auto'}},
        messages: {'thinking': {'type': 'enabled', 'budget_tokens': 2048}},
    }[maker]
    llm = maker(model('reason'), **more)
    message = llm.invoke(ASK)
    equal(message.text, SAID)
    if maker is not chat:
        kinds = [b['type'] for b in message.content_blocks]
        equal(kinds, ['reasoning', 'text'])
        equal(message.content_blocks[0]['reasoning'], THINKING)
    equal(llm.invoke([*ASK, message, HumanMessage('and?')]).text, SAID)


@each
def a_rate_limit(maker, model):
    kind = anthropic if maker is messages else openai
    fails(kind.RateLimitError, maker(model('error')).invoke, ASK)
    fails(kind.RateLimitError, streamed, maker(model('error')), ASK)


@test
def an_unknown_model():
    fails(openai.NotFoundError, chat('nobody/m').invoke, ASK)
    fails(anthropic.NotFoundError, messages('nobody/m').invoke, ASK)


main()
