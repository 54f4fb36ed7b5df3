# SPDX-License-Identifier: MIT
"""The commands that ask providers and end: sluice models, sluice check --live,
sluice chat; and sluice explain and translate, which ask nobody."""

import json
import os
import pty
import re
import subprocess
import tempfile
import time

from wire import (
    SLUICE,
    equal,
    fake,
    main,
    openai,
    refused_port,
    rows,
    test,
    true,
    wait_for,
)

P = fake.Provider().__enter__()
Q = fake.Provider(models=['m2', 'm1', 'deep/m']).__enter__()
BUILTIN = [
    'sluice/' + m for m in ('cut', 'echo', 'error', 'slow', 'tools')
]


def environment(env, home):
    keep = ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')
    out = {k: os.environ[k] for k in keep if k in os.environ}
    return {**out, 'HOME': home, **(env or {})}


class Ran:
    """A command that has ended."""

    def __init__(self, *args, env=None, config=None, stdin='', seconds=20):
        with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
            if config is not None:
                with open(home + '/sluice.jsonc', 'w') as f:
                    f.write(
                        config if isinstance(config, str) else json.dumps(config)
                    )
            done = subprocess.run(
                [SLUICE, *args],
                env=environment(env, home),
                cwd=home,
                input=stdin.encode(),
                capture_output=True,
                timeout=seconds,
            )
        self.code = done.returncode
        self.out, self.err = done.stdout.decode(), done.stderr.decode()

    def is_(self, code, out=None, err=None):
        equal(self.code, code, self.out + self.err)
        if out is not None:
            equal(self.out, out, self.err)
        if err is not None:
            equal(self.err, err)
        return self


def custom(provider, name='lab', **more):
    return {'name': name, 'baseUrl': provider.url + '/x', **more}


# ---- explain ----


@test
def a_plan():
    config = {
        'models': {
            'cheap': {
                'targets': ['openai/gpt-4o', 'groq/x', 'openai/gpt-4o-mini'],
                'strategy': 'cheapest',
            }
        }
    }
    ran = Ran('explain', 'cheap', env=openai(P), config=config)
    ran.is_(
        0,
        '1. openai/gpt-4o-mini: 1 key; takes 128000 tokens; gives 16384; '
        '$0.15 in, $0.60 out for a million; tools, vision\n'
        '2. openai/gpt-4o: 1 key; takes 128000 tokens; gives 16384; '
        '$2.50 in, $10.00 out for a million; tools, vision\n'
        '-  groq/x has no key\n',
    )
    ran = Ran('explain', 'cheap', '--json', env=openai(P), config=config)
    plan = json.loads(ran.is_(0).out)
    equal(plan['targets'][0]['target'], 'openai/gpt-4o-mini')
    equal(plan['skipped'], [{'target': 'groq/x', 'why': 'has no key'}])


@rows(
    [
        ('nobody', 'groq/x', 'provider groq is not configured'),
        ('bare', 'gpt-4o', 'nobody is asked for a list'),
        ('empty', '', 'model must be a string that is not empty'),
    ]
)
def no_plan(name, model, why):
    asked = len(P.requests)
    ran = Ran('explain', model, env=openai(P)).is_(1, '')
    true(ran.err.startswith('sluice: no plan: ') and why in ran.err, ran.err)
    equal(len(P.requests), asked)


@test
def a_plan_of_what():
    ran = Ran('explain', env=openai(P)).is_(2, '')
    true('MODEL' in ran.err or 'argument' in ran.err, ran.err)


# ---- translate ----


@test
def a_translation():
    asked = len(P.requests)
    said = {
        'model': 'openai/gpt-4o',
        'max_tokens': 9,
        'top_k': 4,
        'messages': [{'role': 'user', 'content': 'hi'}],
    }
    ran = Ran(
        'translate',
        '--from',
        'anthropic',
        '-',
        env=openai(P),
        stdin=json.dumps(said),
    )
    shown = json.loads(ran.is_(0, err='').out)
    equal(shown['dialect'], 'openai-chat')
    equal(shown['method'], 'POST')
    equal(shown['url'], P.url + '/v1/chat/completions')
    equal(
        shown['body'],
        {
            'model': 'gpt-4o',
            'messages': [{'role': 'user', 'content': 'hi'}],
            'max_completion_tokens': 9,
        },
    )
    equal(shown['loss'], ['top_k;dropped'])
    true('***' in shown['headers']['authorization'], shown)
    equal(len(P.requests), asked)


@test
def a_translation_of_a_file():
    with tempfile.NamedTemporaryFile(suffix='.json') as f:
        f.write(b'{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}')
        f.flush()
        path = '/v1beta/models/sluice/echo:streamGenerateContent'
        ran = Ran('translate', '--path=' + path, f.name).is_(0, err='')
        equal(json.loads(ran.out)['body']['stream'], True)
        ran = Ran('translate', '--path=/v1/models', f.name).is_(1, '')
        true(ran.err.startswith('sluice: no translation: '), ran.err)
    ran = Ran('translate', '/nowhere/x.json').is_(1, '')
    true('/nowhere/x.json' in ran.err, ran.err)
    ran = Ran('chat', '--from', 'anthropic').is_(2, '')
    true('--from' in ran.err, ran.err)


# ---- models ----


@test
def models_without_a_provider():
    Ran('models').is_(0, '\n'.join(BUILTIN) + '\n', '')


@test
def models_are_sorted_by_provider():
    env = openai(P)
    config = {
        'PROXY_API_KEY': 'secret',
        'CUSTOM_OPENAI_ENDPOINTS': [
            custom(Q, 'lab'),
            custom(Q, 'lab-b', models=['x']),
        ],
    }
    want = ['lab/deep/m', 'lab/m1', 'lab/m2', 'lab-b/x']
    want += sorted('openai/' + m for m in P.models) + BUILTIN
    Ran('models', env=env, config=config).is_(0, '\n'.join(want) + '\n', '')


@test
def models_as_json():
    ran = Ran('models', '--json', env=openai(P)).is_(0, None, '')
    value = json.loads(ran.out)
    equal(value['object'], 'list')
    true('openai/gpt-4o' in [m['id'] for m in value['data']])


@rows(
    [
        ('refused key', 'bad', 'status 401'),
        ('server error', 'down', 'status 500'),
        ('page', 'html', 'its answer is no list of models'),
        ('closes', 'close', 'the provider closed the connection early'),
        ('garbage', 'garbage', "the provider's answer is not understood"),
        ('never answers', 'hang', 'the provider took too long'),
    ]
)
def models_name_who_is_missing(name, key, why):
    config = {'CUSTOM_OPENAI_ENDPOINTS': [custom(Q)]}
    ran = Ran('models', env=openai(P, key), config=config)
    ran.is_(1, None, 'sluice: openai: %s\n' % why)
    equal(ran.out.split()[:3], ['lab/deep/m', 'lab/m1', 'lab/m2'])


@test
def models_of_two_that_fail():
    held, port = refused_port()
    url = 'http://127.0.0.1:%d' % port
    config = {'CUSTOM_OPENAI_ENDPOINTS': [{'name': 'gone', 'baseUrl': url}]}
    ran = Ran('models', env=openai(P, 'bad'), config=config).is_(1)
    equal(
        ran.err,
        'sluice: openai: status 401\n'
        'sluice: gone: the provider could not be reached\n',
    )
    equal(ran.out.split(), BUILTIN)
    held.close()


@test
def models_with_a_bad_configuration():
    ran = Ran('models', config='{"nonsense": 1}').is_(1, '')
    true('nonsense' in ran.err, ran.err)


# ---- check --live ----

KEYS = 'good-key-0001,bad-key-0002,down-key-003,x'


@test
def keys_are_tried_and_masked():
    config = {'CUSTOM_OPENAI_ENDPOINTS': [custom(Q, apiKeys=['lab-key-9'])]}
    ran = Ran('check', '--live', env=openai(P, KEYS), config=config)
    ran.is_(
        1,
        'openai  **********001  valid\n'
        'openai  *********002   invalid\n'
        'openai  *********003   unknown\n'
        'openai  ***            valid\n'
        'lab     ******y-9      valid\n',
        'sluice: 1 of 5 keys are refused\n',
    )
    for key in KEYS.split(',')[:3]:
        true(key not in ran.out + ran.err, 'a key in clear')


@test
def keys_as_json():
    ran = Ran('check', '--live', '--json', env=openai(P, 'good-1,down-1'))
    ran.is_(0, None, '')
    equal(
        json.loads(ran.out),
        [
            {'provider': 'openai', 'key': '***d-1', 'status': 'valid'},
            {'provider': 'openai', 'key': '***n-1', 'status': 'unknown'},
        ],
    )


@test
def no_keys_at_all():
    Ran('check', '--live').is_(0, 'no provider has a key\n', '')
    Ran('check', '--live', '--json').is_(0, '[]\n', '')


@test
def keys_are_tried_at_the_same_time():
    start = time.monotonic()
    ran = Ran('check', '--live', env=openai(P, 'hang-1,hang-2,hang-3,good'))
    ran.is_(0)
    equal(re.findall(r'\w+$', ran.out, re.M), ['unknown'] * 3 + ['valid'])
    true(time.monotonic() - start < 9, 'one after the other')


@rows(
    [
        ('unknown option', {'nonsense': 1}, 'nonsense'),
        (
            'open to other machines',
            {'server': {'listen': '0.0.0.0:1'}},
            'PROXY_API_KEY',
        ),
    ]
)
def the_configuration_is_checked_first(name, config, word):
    P.reset()
    ran = Ran('check', '--live', env=openai(P), config=config).is_(1, '')
    true(word in ran.err, ran.err)
    equal(len(P.requests), 0)


@test
def json_needs_live():
    Ran('check', '--json').is_(2, '', 'sluice: --json goes with --live\n')


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *args, env=None):
        self.home = tempfile.TemporaryDirectory(prefix='sluice-wire-')
        self.text = ''
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [SLUICE, *args],
            env=environment(env, self.home.name),
            cwd=self.home.name,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        os.set_blocking(self.master, False)

    def read(self):
        try:
            self.text += os.read(self.master, 65536).decode()
        except (BlockingIOError, OSError):
            pass
        return self.text

    def wait(self, word):
        wait_for(lambda: word in self.read(), 8, '%r in %r' % (word, self.text))

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        code = self.process.wait(10)
        self.read()
        os.close(self.master)
        self.home.cleanup()
        return code


@test
def a_terminal_sees_progress():
    t = Terminal('check', '--live', env=openai(P, 'late-1,good-1'))
    t.wait('1 of 2 keys tried')
    equal(t.end(), 0)
    true('\r\x1b[K' in t.text, repr(t.text))


# ---- chat ----


@test
def chat_with_a_text():
    ran = Ran('chat', 'openai/gpt-4o', '-m', 'hi', env=openai(P))
    ran.is_(0, fake.TEXT + '\n', '')
    sent = P.requests[-1].json
    equal(sent['messages'], [{'role': 'user', 'content': 'hi'}])
    equal(sent['stream'], True)


@test
def chat_with_a_text_of_stdin():
    ran = Ran('chat', 'sluice/echo', stdin=' two\nlines "é"\n')
    ran.is_(0, 'two\nlines "é"\n', '')


@test
def chat_with_the_default_model():
    env = openai(P, DEFAULT_MODEL='openai/gpt-4o')
    Ran('chat', '-m', 'hi', env=env).is_(0, fake.TEXT + '\n', '')


@test
def chat_needs_no_credentials_of_callers():
    env = openai(P, PROXY_API_KEY='pk')
    Ran('chat', 'openai/gpt-4o', '-m', 'hi', env=env).is_(0)


@test
def chat_as_json():
    ran = Ran('chat', 'openai/gpt-4o', '--json', '-m', 'hi', env=openai(P))
    ran.is_(0, None, '')
    equal(json.loads(ran.out)['choices'][0]['message']['content'], fake.TEXT)


@rows(
    [
        ('status', 'status-429', '', 'no answer: scripted failure 429'),
        ('unknown model', 'none', '', 'no answer: '),
        (
            'cut',
            'cut',
            ''.join(fake.PIECES[:2]) + '\n',
            'the answer broke off: ',
        ),
        (
            'error event',
            'laterr',
            ''.join(fake.PIECES[:2]) + '\n',
            'the answer broke off: scripted overload',
        ),
        ('closes', 'close', '', 'no answer: '),
    ]
)
def chat_that_fails(name, model, out, err):
    model = 'no/model' if model == 'none' else 'openai/' + model
    ran = Ran('chat', model, '-m', 'hi', env=openai(P)).is_(1, out)
    true(ran.err.startswith('sluice: ' + err), ran.err)
    equal(ran.err.count('\n'), 1)


@test
def chat_that_fails_as_json():
    ran = Ran('chat', 'openai/status-401', '--json', '-m', 'x', env=openai(P))
    ran.is_(1, None, 'sluice: no answer: scripted failure 401\n')
    equal(json.loads(ran.out)['error']['message'], 'scripted failure 401')


@rows(
    [
        ('no model', ['-m', 'x'], '', 'no DEFAULT_MODEL is set'),
        ('empty text', ['sluice/echo', '-m', ' '], '', 'nothing to say'),
        ('empty stdin', ['sluice/echo'], ' \n', 'nothing to say'),
    ]
)
def chat_with_bad_input(name, args, stdin, word):
    ran = Ran('chat', *args, stdin=stdin).is_(1, '')
    true(word in ran.err, ran.err)


@test
def words_come_as_they_are_said():
    t = Terminal('chat', 'sluice/echo-300ms', '-m', 'one two three four')
    t.wait('one')
    true('four' not in t.text, t.text)
    t.wait('four')
    equal(t.end(), 0)


@test
def a_conversation_on_a_terminal():
    P.reset()
    t = Terminal('chat', 'openai/gpt-4o', env=openai(P))
    t.wait('> ')
    t.type('first\n')
    wait_for(lambda: len(P.requests) == 1 and '!' in t.read())
    wait_for(lambda: t.read().count('> ') == 2)
    t.type('second\n')
    wait_for(lambda: t.read().count('> ') == 3)
    t.type('\x04')
    equal(t.end(), 0)
    equal(
        P.requests[-1].json['messages'],
        [
            {'role': 'user', 'content': 'first'},
            {'role': 'assistant', 'content': fake.TEXT},
            {'role': 'user', 'content': 'second'},
        ],
    )


@test
def control_characters_do_not_reach_a_terminal():
    text = 'a\x1b[31mb\x07c\x9bd\te\x7f'
    Ran('chat', 'sluice/echo', '-m', text).is_(0, text + '\n')
    t = Terminal('chat', 'sluice/echo', '-m', text)
    equal(t.end(), 0)
    equal(re.sub(r'\s+', ' ', t.text), 'a[31mbcd e ')


@test
def a_provider_that_fails_is_no_part_of_the_conversation():
    t = Terminal('chat', 'openai/status-500', env=openai(P))
    t.wait('> ')
    t.type('first\n')
    t.wait('scripted failure 500')
    t.type('second\n')
    wait_for(lambda: t.read().count('scripted failure 500') == 2)
    t.type('\x04')
    equal(t.end(), 1)
    equal(len(P.requests[-1].json['messages']), 1)


main()
