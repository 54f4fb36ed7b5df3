# SPDX-License-Identifier: MIT
"""A real inference engine behind Sluice, asked by the official client; what it
says directly is the oracle."""

import pathlib
import subprocess
import sys
import tempfile
import threading

import openai

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'wire'))
from wire import Sluice, equal, main, test, true, wait_for  # noqa: E402

DIR = tempfile.TemporaryDirectory()
ASK = [{'role': 'user', 'content': 'say something, é 😀'}]
FIXED = {'messages': ASK, 'temperature': 0, 'seed': 1, 'max_tokens': 40}


class Engine:
    def __init__(self, *args):
        self.log = open(DIR.name + '/%s.log' % (args or ('chat',))[0], 'wb')
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / 'engine.py'), DIR.name, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()
        wait_for(
            lambda: self.process.poll() is not None or self.lines,
            60,
            'the engine',
        )
        self.url = 'http://127.0.0.1:%s/v1' % self.lines[0]
        self.client = openai.OpenAI(
            api_key='x', base_url=self.url, max_retries=0, timeout=60
        )

    def read(self):
        for line in self.process.stdout:
            if line.startswith('port '):
                self.lines.append(line.split()[1])


E = Engine()
V = Engine('embedding')
S = Sluice(
    {},
    {
        'CUSTOM_OPENAI_ENDPOINTS': [
            {'name': 'tiny', 'baseUrl': E.url},
            {'name': 'vectors', 'baseUrl': V.url, 'models': ['tiny']},
        ]
    },
)
C = openai.OpenAI(
    api_key='pk',
    base_url='http://127.0.0.1:%d/v1' % S.port,
    max_retries=0,
    timeout=60,
)


@test
def models():
    ids = [m.id for m in C.models.list()]
    true('tiny/tiny' in ids and 'vectors/tiny' in ids, ids)
    equal(C.models.retrieve('tiny/tiny').id, 'tiny/tiny')


@test
def whole_answer():
    want = E.client.chat.completions.create(model='tiny', **FIXED)
    got = C.chat.completions.create(model='tiny/tiny', **FIXED)
    equal(got.choices[0].message.content, want.choices[0].message.content)
    equal(got.choices[0].finish_reason, 'length')
    equal(got.usage.completion_tokens, 40)


@test
def stream():
    want = (
        E.client.chat.completions.create(model='tiny', **FIXED)
        .choices[0]
        .message.content
    )
    chunks = list(
        C.chat.completions.create(model='tiny/tiny', stream=True, **FIXED)
    )
    equal(''.join(c.choices[0].delta.content or '' for c in chunks), want)
    equal(chunks[-1].choices[0].finish_reason, 'length')
    true(all(c.choices for c in chunks), 'a usage chunk nobody asked for')


@test
def stream_with_usage():
    chunks = list(
        C.chat.completions.create(
            model='tiny/tiny',
            stream=True,
            stream_options={'include_usage': True},
            **FIXED,
        )
    )
    equal(chunks[-1].usage.completion_tokens, 40)


@test
def json_by_grammar():
    """Structured output reaches the engine: nonsense, yet JSON of the given
    shape."""
    schema = {
        'type': 'object',
        'properties': {'ok': {'type': 'boolean'}},
        'required': ['ok'],
        'additionalProperties': False,
    }
    a = C.chat.completions.create(
        model='tiny/tiny',
        messages=ASK,
        max_tokens=200,
        seed=1,
        response_format={
            'type': 'json_schema',
            'json_schema': {'name': 'answer', 'schema': schema, 'strict': True},
        },
    )
    true(
        a.choices[0].message.content.replace(' ', '').replace('\n', '')
        in ('{"ok":true}', '{"ok":false}'),
        a.choices[0].message.content,
    )


@test
def legacy_completions():
    want = (
        E.client.completions.create(
            model='tiny', prompt='abc', temperature=0, seed=1, max_tokens=20
        )
        .choices[0]
        .text
    )
    equal(
        C.completions.create(
            model='tiny/tiny',
            prompt='abc',
            temperature=0,
            seed=1,
            max_tokens=20,
        )
        .choices[0]
        .text,
        want,
    )


@test
def embeddings():
    for form in ('float', 'base64', None):
        more = {'encoding_format': form} if form else {}
        want = V.client.embeddings.create(
            model='tiny', input=['abc', 'de'], **more
        ).data
        got = C.embeddings.create(
            model='vectors/tiny', input=['abc', 'de'], **more
        ).data
        equal([d.embedding for d in got], [d.embedding for d in want])
        equal(len(got), 2)


@test
def the_engines_own_error():
    """A prompt beyond the context."""
    try:
        C.chat.completions.create(
            model='tiny/tiny',
            messages=[{'role': 'user', 'content': 'x' * 20000}],
        )
        raise AssertionError('no error')
    except openai.APIStatusError as e:
        true(e.status_code in (400, 500) and 'context' in e.message, e)


@test
def leaving_a_stream_frees_the_engine():
    """Both of its slots are taken by streams that would go on for long; after
    we left, it answers at once."""
    for _ in range(4):
        s = C.chat.completions.create(
            model='tiny/tiny', messages=ASK, stream=True, max_tokens=1500
        )
        next(iter(s))
        s.close()
    equal(
        C.with_options(timeout=5)
        .chat.completions.create(model='tiny/tiny', **FIXED)
        .usage.completion_tokens,
        40,
    )


@test
def pass_through():
    a = S.post('/tiny/chat/completions', {'model': 'tiny', **FIXED})
    equal(a.status, 200)
    equal(a.json['usage']['completion_tokens'], 40)


@test
def many_at_once():
    want = E.client.chat.completions.create(
        model='tiny', **FIXED
    ).usage.prompt_tokens
    got = []
    threads = [
        threading.Thread(
            target=lambda: got.append(
                C.chat.completions.create(
                    model='tiny/tiny', **FIXED
                ).usage.prompt_tokens
            )
        )
        for _ in range(8)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    equal(got, [want] * 8)


try:
    main()
finally:
    for e in (E, V):
        e.process.stdin.close()
        try:
            e.process.wait(10)
        except subprocess.TimeoutExpired:
            e.process.kill()
