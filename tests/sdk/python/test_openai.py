# SPDX-License-Identifier: MIT
"""The official Python client of OpenAI through Sluice, over HTTP and over TLS
on both sides."""

import asyncio
import base64
import io
import pathlib
import ssl
import struct
import sys
import tempfile
import threading
import time

import httpx2 as httpx
import openai

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import Sluice, equal, fake, main, test, true  # noqa: E402
from wire import openai as env_of  # noqa: E402
import certs  # noqa: E402

TEXT = fake.TEXT
ASK = [{'role': 'user', 'content': 'hi'}]
DIR = tempfile.TemporaryDirectory()
C = certs.make(DIR.name)
PEM = (str(C / 'server.pem'), str(C / 'server.key'))


class Place:
    """A provider, Sluice before it, and a client of Sluice."""

    def __init__(self, tls):
        self.p = fake.Provider(tls=PEM if tls else None).__enter__()
        env, config, http = env_of(self.p), {}, None
        if tls:
            env['SSL_CERT_FILE'] = str(C / 'ca.pem')
            config['server'] = {'tls': {'cert': PEM[0], 'key': PEM[1]}}
            http = httpx.Client(
                verify=ssl.create_default_context(cafile=str(C / 'ca.pem'))
            )
        self.s = Sluice(env, config)
        self.url = (
            'https://localhost:%d/v1' if tls else 'http://127.0.0.1:%d/v1'
        ) % self.s.port
        self.client = openai.OpenAI(
            api_key='pk',
            base_url=self.url,
            max_retries=0,
            timeout=10,
            http_client=http,
        )

    @property
    def last(self):
        return self.p.requests[-1]


PLACES = {'http': Place(False), 'tls': Place(True)}


def both(function):
    """A test that holds over HTTP and over TLS."""
    for name, place in PLACES.items():

        def run(place=place):
            function(place)

        run.__name__ = '%s_%s' % (name, function.__name__)
        test(run)
    return function


def fails(kind, function, *args, **more):
    try:
        function(*args, **more)
    except kind as e:
        equal(type(e), kind)
        return e
    raise AssertionError('no %s' % kind.__name__)


@both
def chat(x):
    a = x.client.chat.completions.create(
        model='openai/gpt-4o', messages=ASK, temperature=0.5
    )
    equal(a.choices[0].message.content, TEXT)
    equal(
        (
            a.choices[0].finish_reason,
            a.usage.total_tokens,
            a.usage.prompt_tokens_details.cached_tokens,
        ),
        ('stop', 18, 3),
    )
    equal(x.last.json['model'], 'gpt-4o')
    equal(x.last.key, 'k0')
    true(a._request_id, 'no request id')


@both
def headers_are_readable(x):
    raw = x.client.chat.completions.with_raw_response.create(
        model='openai/gpt-4o', messages=ASK
    )
    equal(
        (
            raw.headers['sluice-provider'],
            raw.headers['sluice-model'],
            raw.headers['sluice-attempts'],
        ),
        ('openai', 'gpt-4o', '1'),
    )
    equal(raw.parse().choices[0].message.content, TEXT)


@both
def stream(x):
    text, finish = '', None
    for chunk in x.client.chat.completions.create(
        model='openai/gpt-4o', messages=ASK, stream=True
    ):
        true(chunk.choices, 'a usage chunk nobody asked for')
        true(chunk.usage is None)
        text += chunk.choices[0].delta.content or ''
        finish = chunk.choices[0].finish_reason or finish
    equal((text, finish), (TEXT, 'stop'))


@both
def stream_with_usage(x):
    chunks = list(
        x.client.chat.completions.create(
            model='openai/gpt-4o',
            messages=ASK,
            stream=True,
            stream_options={'include_usage': True},
        )
    )
    equal(chunks[-1].choices, [])
    equal(chunks[-1].usage.total_tokens, 18)
    equal(''.join(c.choices[0].delta.content or '' for c in chunks[:-1]), TEXT)


@both
def stream_cut_into_bytes(x):
    for model in ('openai/bytes', 'openai/crlf'):
        got = x.client.chat.completions.create(
            model=model, messages=ASK, stream=True
        )
        equal(''.join(c.choices[0].delta.content or '' for c in got), TEXT)


@both
def stream_helper_with_tools(x):
    tools = [
        {
            'type': 'function',
            'function': {
                'name': 'get_weather',
                'parameters': {'type': 'object', 'properties': {}},
            },
        }
    ]
    with x.client.chat.completions.stream(
        model='openai/tools', messages=ASK, tools=tools
    ) as s:
        for _ in s:
            pass
        message = s.get_final_completion().choices[0]
    equal(message.finish_reason, 'tool_calls')
    equal(
        [
            (t.id, t.function.name, t.function.arguments)
            for t in message.message.tool_calls
        ],
        [(i, n, ''.join(a)) for i, n, a in fake.TOOL_CALLS],
    )
    equal(x.last.json['tools'], tools)


@both
def tools_in_a_raw_stream(x):
    calls = {}
    for chunk in x.client.chat.completions.create(
        model='openai/tools', messages=ASK, stream=True
    ):
        for call in chunk.choices[0].delta.tool_calls or []:
            c = calls.setdefault(call.index, {'id': '', 'args': ''})
            c['id'] += call.id or ''
            c['args'] += call.function.arguments or ''
    equal(
        [(c['id'], c['args']) for c in calls.values()],
        [(i, ''.join(a)) for i, _, a in fake.TOOL_CALLS],
    )


@both
def tools_whole(x):
    a = x.client.chat.completions.create(model='openai/tools', messages=ASK)
    equal(
        [t.function.arguments for t in a.choices[0].message.tool_calls],
        [''.join(a) for _, _, a in fake.TOOL_CALLS],
    )


@both
def legacy_completions(x):
    a = x.client.completions.create(model='openai/gpt-4o', prompt='x')
    equal(a.choices[0].text, TEXT)
    got = x.client.completions.create(
        model='openai/gpt-4o', prompt='x', stream=True
    )
    equal(''.join(c.choices[0].text for c in got), TEXT)


@both
def embeddings(x):
    a = x.client.embeddings.create(
        model='openai/text-embedding-3-small', input=['a', 'b']
    )
    equal([d.embedding for d in a.data], [fake.VECTOR, fake.VECTOR])
    equal(x.last.json['encoding_format'], 'base64')
    b = x.client.embeddings.create(
        model='openai/text-embedding-3-small',
        input='a',
        encoding_format='float',
    )
    equal(b.data[0].embedding, fake.VECTOR)
    c = x.client.embeddings.create(
        model='openai/text-embedding-3-small',
        input='a',
        encoding_format='base64',
    )
    equal(
        list(struct.unpack('<3f', base64.b64decode(c.data[0].embedding))),
        fake.VECTOR,
    )


@both
def models(x):
    ids = [m.id for m in x.client.models.list()]
    for m in fake.MODELS:
        true('openai/' + m in ids, ids)
    equal(x.client.models.retrieve('openai/gpt-4o').id, 'openai/gpt-4o')
    equal(
        x.client.models.retrieve('openai/org/deep/model').id,
        'openai/org/deep/model',
    )
    fails(openai.NotFoundError, x.client.models.retrieve, 'openai/none')


@both
def images(x):
    a = x.client.images.generate(model='openai/gpt-image-1', prompt='x')
    equal(base64.b64decode(a.data[0].b64_json), b'\x89PNG fake')
    b = x.client.images.edit(
        model='openai/gpt-image-1', prompt='x', image=('a.png', b'\x89PNG in')
    )
    equal(base64.b64decode(b.data[0].b64_json), b'\x89PNG in')


@both
def speech(x):
    want = bytes(range(256)) * 40
    equal(
        x.client.audio.speech.create(
            model='openai/tts-1', voice='alloy', input='x'
        ).content,
        want,
    )
    with x.client.audio.speech.with_streaming_response.create(
        model='openai/tts-1', voice='alloy', input='x'
    ) as r:
        equal(b''.join(r.iter_bytes()), want)


@both
def transcription(x):
    for data in (b'short', bytes(range(256)) * 4000):
        a = x.client.audio.transcriptions.create(
            model='openai/whisper-1', file=('a.wav', io.BytesIO(data))
        )
        equal(a.text, 'whisper-1 a.wav %d' % len(data))


@both
def moderation(x):
    equal(
        x.client.moderations.create(
            model='openai/omni-moderation-latest', input='x'
        )
        .results[0]
        .flagged,
        False,
    )


@both
def typed_exceptions(x):
    for status, kind in (
        (400, openai.BadRequestError),
        (404, openai.NotFoundError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ):
        for streamed in (False, True):
            e = fails(
                kind,
                x.client.chat.completions.create,
                model='openai/status-%d' % status,
                messages=ASK,
                stream=streamed,
            )
            equal(e.status_code, status)
            true('scripted failure %d' % status in e.message, e.message)
            true(isinstance(e.body, dict) and e.body.get('type'), e.body)
            true(e.request_id, 'no request id')


@both
def our_own_errors(x):
    wrong = x.client.with_options(api_key='wrong')
    e = fails(
        openai.AuthenticationError,
        wrong.chat.completions.create,
        model='openai/gpt-4o',
        messages=ASK,
    )
    equal(e.status_code, 401)
    fails(openai.AuthenticationError, lambda: list(wrong.models.list()))
    for model in ('nobody/x', 'zzz'):
        try:
            x.client.chat.completions.create(model=model, messages=ASK)
            raise AssertionError('no error')
        except (openai.BadRequestError, openai.NotFoundError) as e:
            true(model.split('/')[0] in e.message, e.message)


@both
def retry_after_reaches_the_client(x):
    e = fails(
        openai.RateLimitError,
        x.client.chat.completions.create,
        model='openai/status-429-after-7',
        messages=ASK,
    )
    equal(e.response.headers['retry-after'], '7')


@both
def client_retries_are_one_id_each(x):
    before = len(x.p.requests)
    fails(
        openai.InternalServerError,
        x.client.with_options(max_retries=1).chat.completions.create,
        model='openai/status-500',
        messages=ASK,
    )
    true(len(x.p.requests) - before >= 2)


@both
def stream_errors_raise(x):
    for model in ('cut', 'laterr', 'cuttool', 'nofinish'):

        def run():
            for _ in x.client.chat.completions.create(
                model='openai/' + model, messages=ASK, stream=True
            ):
                pass

        e = fails(openai.APIError, run)
        true(e.message, model)


@both
def timeout(x):
    start = time.monotonic()
    fails(
        openai.APITimeoutError,
        x.client.with_options(timeout=0.5).chat.completions.create,
        model='openai/hang',
        messages=ASK,
    )
    true(time.monotonic() - start < 3)
    up = x.last
    true(x.p.wait(lambda: up.closed), 'the provider was not told')


@both
def leaving_a_stream(x):
    s = x.client.chat.completions.create(
        model='openai/long-400', messages=ASK, stream=True
    )
    for i, _ in enumerate(s):
        if i == 3:
            break
    s.close()
    up = x.last
    true(x.p.wait(lambda: up.closed), 'the provider was not told')


@both
def raw_answers_and_any_path(x):
    a = x.client.with_options(
        base_url=x.url[:-3] + '/openai'
    ).chat.completions.create(model='gpt-4o', messages=ASK)
    equal(a.choices[0].message.content, TEXT)


@both
def threads_of_one_client(x):
    got, threads = [], []
    for _ in range(16):
        t = threading.Thread(
            target=lambda: got.append(
                x.client.chat.completions.create(
                    model='openai/gpt-4o', messages=ASK
                )
                .choices[0]
                .message.content
            )
        )
        t.start()
        threads.append(t)
    for t in threads:
        t.join(10)
    equal(got, [TEXT] * 16)


@test
def asynchronous_client_and_its_cancellation():
    x = PLACES['http']

    async def run():
        async with openai.AsyncOpenAI(
            api_key='pk', base_url=x.url, max_retries=0
        ) as client:

            async def one():
                text = ''
                async for c in await client.chat.completions.create(
                    model='openai/gpt-4o', messages=ASK, stream=True
                ):
                    text += c.choices[0].delta.content or ''
                return text

            equal(
                await asyncio.gather(*[one() for _ in range(20)]), [TEXT] * 20
            )
            task = asyncio.create_task(
                client.chat.completions.create(
                    model='openai/hang', messages=ASK
                )
            )
            await asyncio.sleep(0.3)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass

    asyncio.run(run())
    up = [r for r in x.p.requests if b'hang' in r.body][-1]
    true(x.p.wait(lambda: up.closed), 'the provider was not told')


@test
def echo_model_without_any_provider():
    with Sluice({}) as s:
        client = openai.OpenAI(
            api_key='pk',
            base_url='http://127.0.0.1:%d/v1' % s.port,
            max_retries=0,
        )
        a = client.chat.completions.create(model='sluice/echo', messages=ASK)
        true('hi' in a.choices[0].message.content)
        got = client.chat.completions.create(
            model='sluice/echo', messages=ASK, stream=True
        )
        true(
            'hi'
            in ''.join(
                c.choices[0].delta.content or '' for c in got if c.choices
            )
        )


main()
