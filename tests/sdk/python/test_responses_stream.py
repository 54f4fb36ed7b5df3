# SPDX-License-Identifier: MIT
"""The official Python client reads what an answer of a chat provider becomes
for a client of Responses, and of the legacy completions: build/…/translate
gives the bytes, no server is needed, but in the last test."""

import json
import os
import pathlib
import subprocess
import sys

import httpx2 as httpx
import openai
import pydantic
from openai.types.responses import Response, ResponseStreamEvent

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import ROOT, SLUICE, Sluice, fake  # noqa: E402
from wire import equal, main, test, true  # noqa: E402

BUILD = pathlib.Path(SLUICE).resolve().parent
TOOL = BUILD / 'tests' / 'sdk' / 'translate'
subprocess.run(
    ['make', '-s', 'V=' + BUILD.name, str(TOOL.relative_to(ROOT))],
    cwd=ROOT,
    env={k: v for k, v in os.environ.items() if k != 'MAKEFLAGS'},
    stdout=subprocess.DEVNULL,
    check=True,
)
EVENT = pydantic.TypeAdapter(ResponseStreamEvent)


def translated(client, mode, request, *frames):
    text = [json.dumps(request)]
    text += [f if isinstance(f, str) else json.dumps(f) for f in frames]
    return subprocess.run(
        [TOOL, 'openai-chat', client, mode],
        input='\n'.join(text).encode(),
        stdout=subprocess.PIPE,
        timeout=10,
        check=True,
    ).stdout


class Client:
    """The official client, before a provider that streams these frames, or
    answers with the one."""

    def __init__(self, dialect, *frames):
        def respond(request):
            body = json.loads(request.content)
            mode = 'stream' if body.get('stream') else 'whole'
            self.bytes = translated(dialect, mode, body, *frames)
            kind = {
                'stream': 'text/event-stream',
                'whole': 'application/json',
            }[mode]
            return httpx.Response(
                200, headers={'content-type': kind}, content=self.bytes
            )

        self.client = openai.OpenAI(
            api_key='k',
            base_url='http://sluice/v1',
            max_retries=0,
            http_client=httpx.Client(transport=httpx.MockTransport(respond)),
        )

    def stream(self, **more):
        with self.client.responses.stream(
            model='m', input='hi', **more
        ) as stream:
            events = list(stream)
            return events, stream.get_final_response()

    def raw(self, **more):
        return list(
            self.client.responses.create(
                model='m', input='hi', stream=True, **more
            )
        )

    def strict(self):
        """Every event is one of those that the client knows, to the letter:
        it does not itself insist."""
        lines = self.bytes.decode().splitlines()
        data = [json.loads(x[6:]) for x in lines if x.startswith('data: ')]
        for i, event in enumerate(data):
            EVENT.validate_python(event)
            equal(event['sequence_number'], i)
        return data


def chunk(delta, finish=None, **more):
    choice = {'index': 0, 'delta': delta, 'finish_reason': finish}
    return dict(
        id='chatcmpl-1',
        object='chat.completion.chunk',
        created=1700000009,
        model='up',
        choices=[dict(choice, **more)],
    )


def call(index, **function):
    more = {}
    if 'name' in function:
        more = {'id': 'call_%d' % index, 'type': 'function'}
    return {'tool_calls': [dict(more, index=index, function=function)]}


USAGE = dict(
    chunk({}),
    choices=[],
    usage={
        'prompt_tokens': 5,
        'completion_tokens': 7,
        'prompt_tokens_details': {'cached_tokens': 2},
        'completion_tokens_details': {'reasoning_tokens': 3},
    },
)
TOOLS = [
    {
        'type': 'function',
        'name': 'f',
        'strict': True,
        'parameters': {
            'type': 'object',
            'properties': {'a': {'type': 'integer'}},
            'required': ['a'],
            'additionalProperties': False,
        },
    }
]


@test
def a_text_is_streamed():
    c = Client(
        'openai-responses',
        chunk({'role': 'assistant', 'content': ''}),
        chunk({'content': 'Hé'}),
        chunk({'content': 'llo'}),
        chunk({}, 'stop'),
        USAGE,
        '[DONE]',
    )
    events, final = c.stream(instructions='I', temperature=0.5)
    c.strict()
    equal(final.output_text, 'Héllo')
    equal(final.status, 'completed')
    equal(final.instructions, 'I')
    equal(final.temperature, 0.5)
    equal(final.usage.total_tokens, 12)
    equal(final.usage.input_tokens_details.cached_tokens, 2)
    equal(final.usage.output_tokens_details.reasoning_tokens, 3)
    equal(
        [e.type.removeprefix('response.') for e in events],
        [
            'created',
            'in_progress',
            'output_item.added',
            'content_part.added',
            'output_text.delta',
            'output_text.delta',
            'output_text.done',
            'content_part.done',
            'output_item.done',
            'completed',
        ],
    )


@test
def reasoning_and_calls_that_alternate():
    c = Client(
        'openai-responses',
        chunk({'reasoning_content': 'hm'}),
        chunk({'content': 'ok'}),
        chunk(call(0, name='f', arguments='')),
        chunk(call(1, name='f', arguments='')),
        chunk(call(0, arguments='{"a"')),
        chunk(call(1, arguments='{"a":2}')),
        chunk(call(0, arguments=':1}')),
        chunk({}, 'tool_calls'),
        '[DONE]',
    )
    _, final = c.stream(tools=TOOLS)
    c.strict()
    equal(
        [i.type for i in final.output],
        ['reasoning', 'message', 'function_call', 'function_call'],
    )
    equal(final.output[0].summary[0].text, 'hm')
    equal([i.parsed_arguments for i in final.output[2:]], [{'a': 1}, {'a': 2}])
    equal([i.call_id for i in final.output[2:]], ['call_0', 'call_1'])
    ids = [i.id for i in final.output]
    equal(len(set(ids)), len(ids))


@test
def a_schema_is_parsed():
    class Answer(pydantic.BaseModel):
        a: int

    c = Client(
        'openai-responses',
        chunk({'content': '{"a":'}),
        chunk({'content': '1}'}),
        chunk({}, 'stop'),
        '[DONE]',
    )
    _, final = c.stream(text_format=Answer)
    c.strict()
    equal(final.output_parsed, Answer(a=1))


@test
def the_limit_and_the_filter():
    for finish, reason in [
        ('length', 'max_output_tokens'),
        ('content_filter', 'content_filter'),
    ]:
        c = Client(
            'openai-responses',
            chunk({'content': 'Hel'}),
            chunk(call(0, name='f', arguments='{"a')),
            chunk({}, finish),
            '[DONE]',
        )
        last = c.raw()[-1]
        c.strict()
        equal(last.type, 'response.incomplete')
        equal(last.response.incomplete_details.reason, reason)
        equal(last.response.output[-1].status, 'incomplete')


@test
def a_refusal_sources_and_probabilities():
    token = {'token': 'a', 'logprob': -1, 'bytes': [97], 'top_logprobs': []}
    note = {'url': 'https://h', 'title': 'H', 'start_index': 0, 'end_index': 0}
    cited = {'type': 'url_citation', 'url_citation': note}
    image = {'url': 'data:image/png;base64,QQ'}
    c = Client(
        'openai-responses',
        chunk({'content': 'a'}, logprobs={'content': [token]}),
        chunk({'annotations': [cited]}),
        chunk({'images': [{'image_url': image}]}),
        chunk({'refusal': 'no'}),
        chunk({}, 'stop'),
        '[DONE]',
    )
    final = c.raw()[-1].response
    c.strict()
    text = final.output[0].content[0]
    equal(text.annotations[0].url, 'https://h')
    equal(text.logprobs[0].token, 'a')
    equal(final.output[1].result, 'QQ')
    equal(final.output[2].content[0].refusal, 'no')


@test
def an_error_in_the_middle():
    c = Client(
        'openai-responses',
        chunk({'content': 'a'}),
        {'error': {'message': 'broken', 'code': 'server_error'}},
    )
    events = c.raw()
    equal([e.type for e in events[-2:]], ['error', 'response.failed'])
    equal(events[-2].message, 'broken')
    equal(events[-1].response.error.message, 'broken')
    c.strict()


@test
def a_whole_answer():
    c = Client(
        'openai-responses',
        dict(
            USAGE,
            choices=[
                {
                    'index': 0,
                    'finish_reason': 'tool_calls',
                    'message': {
                        'role': 'assistant',
                        'content': 'ok',
                        'reasoning_content': 'hm',
                        'tool_calls': [
                            {
                                'id': 'c1',
                                'type': 'function',
                                'function': {'name': 'f', 'arguments': '{}'},
                            }
                        ],
                    },
                }
            ],
        ),
    )
    answer = c.client.responses.create(model='m', input='hi', tools=TOOLS)
    Response.model_validate_json(c.bytes)
    equal(answer.output_text, 'ok')
    equal(answer.tools[0].name, 'f')
    equal(answer.usage.output_tokens, 7)
    # What was said goes in again with the next question.
    back = [x.model_dump(exclude_none=True) for x in answer.output]
    back.append(
        {'type': 'function_call_output', 'call_id': 'c1', 'output': '1'}
    )
    again = c.client.responses.create(model='m', input=back)
    equal(again.status, 'completed')


@test
def the_legacy_completions():
    c = Client(
        'openai-completions',
        chunk({'content': 'Hé'}),
        chunk({'content': 'llo'}),
        chunk({}, 'length'),
        USAGE,
        '[DONE]',
    )
    chunks = list(
        c.client.completions.create(
            model='m',
            prompt='> ',
            echo=True,
            stream=True,
            stream_options={'include_usage': True},
        )
    )
    equal(''.join(x.choices[0].text for x in chunks if x.choices), '> Héllo')
    equal(chunks[-2].choices[0].finish_reason, 'length')
    equal(chunks[-1].usage.total_tokens, 12)
    true(all(x.object == 'text_completion' for x in chunks))


@test
def through_the_gateway():
    with fake.Provider() as p:
        url = 'http://127.0.0.1:%d/v1' % p.port
        env = {'GROQ_API_KEY': 'k', 'GROQ_BASE_URL': url}
        with Sluice(env) as s:
            client = openai.OpenAI(
                api_key='pk',
                base_url='http://127.0.0.1:%d/v1' % s.port,
                max_retries=0,
            )
            with client.responses.stream(
                model='groq/m', instructions='I', input='hi'
            ) as stream:
                final = stream.until_done().get_final_response()
                equal(final.status, 'completed')
            equal(
                json.loads(p.requests[-1].body)['messages'],
                [
                    {'role': 'system', 'content': 'I'},
                    {'role': 'user', 'content': 'hi'},
                ],
            )
            answer = client.responses.create(model='groq/m', input='hi')
            equal(answer.output_text, fake.TEXT)
            try:
                client.responses.create(
                    model='groq/m', input='hi', previous_response_id='resp_1'
                )
                true(False)
            except openai.BadRequestError as e:
                equal(e.param, 'previous_response_id')


main()
