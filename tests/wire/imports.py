# SPDX-License-Identifier: MIT
"""sluice import: whole files against what is expected of them
(tests/import/NAME.out and NAME.err; UPDATE=1 writes them anew), and bad
input."""

import json
import os
import pathlib
import subprocess
import tempfile

from wire import ROOT, SLUICE, equal, main, rows, test, true

FILES = ROOT / 'tests' / 'import'
SECRETS = ['sk-', 'very-secret', 'secret-1', 'password', 'xai-', 'tg-1', 'mi-1']


def run(*args, cwd=FILES):
    keep = ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')
    return subprocess.run(
        [SLUICE, *args],
        cwd=cwd,
        env={k: os.environ[k] for k in keep if k in os.environ},
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def given(text, name='in.yaml'):
    """What import says of a text, and what check says of its output."""
    with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
        path = pathlib.Path(home)
        data = text if isinstance(text, bytes) else text.encode()
        (path / name).write_bytes(data)
        done = run('import', name, cwd=home)
        if done.returncode == 0:
            (path / 'out.jsonc').write_bytes(done.stdout)
            checked = run('check', '--config', 'out.jsonc', cwd=home)
            equal(checked.returncode, 0, checked.stderr.decode())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def strip(text):
    """The JSON of what is printed: comments are lines here."""
    lines = [x for x in text.split('\n') if not x.lstrip().startswith('//')]
    text = '\n'.join(lines)
    for bracket in '}]':
        text = text.replace(',\n  ' + bracket, '\n' + bracket)
        text = text.replace(',\n' + bracket, '\n' + bracket)
    return json.loads(text)


@rows([('litellm', 'litellm.yaml'), ('earlier', 'earlier.jsonc')])
def golden(name, file):
    done = run('import', file)
    equal(done.returncode, 0, done.stderr.decode())
    for kind, got in ('out', done.stdout), ('err', done.stderr):
        path = FILES / (name + '.' + kind)
        if os.environ.get('UPDATE'):
            path.write_bytes(got)
        equal(got.decode(), path.read_text(), path.name)
    code, _, err = given((FILES / file).read_bytes(), file)
    equal(code, 0)
    for secret in SECRETS:
        true(secret not in err, '%s on stderr' % secret)


MODELS = {
    name: {'m': {'targets': [target]}} if target else None
    for name, target in [
        ('bare', 'anthropic/claude-x'),
        ('other name', 'cohere/c'),
        ('number', 'openai/gpt-4'),
        ('its own address', 'openai/gpt-4'),
        ('IPv6', '1-9/q'),
        ('a host named like a provider', 'ollama-server/q'),
        ('key with a blank', 'openai/gpt-4'),
        ('control characters', None),
    ]
}
MODEL = 'model_list:\n- model_name: m\n  litellm_params:\n'


@rows(
    [
        ('bare', 'model: claude-x', 'a', {'ANTHROPIC_API_KEY': ['a']}),
        ('other name', 'model: cohere_chat/c', 'a', {'COHERE_API_KEY': ['a']}),
        ('number', 'model: gpt-4', '007', {'OPENAI_API_KEY': ['007']}),
        (
            'its own address',
            'model: gpt-4\n    api_base: https://api.openai.com/v1/',
            'a',
            {'OPENAI_API_KEY': ['a']},
        ),
        (
            'IPv6',
            'model: openai/q\n    api_base: http://[::1]:9/v1',
            'a',
            {
                'CUSTOM_OPENAI_ENDPOINTS': [
                    {
                        'name': '1-9',
                        'baseUrl': 'http://[::1]:9/v1',
                        'apiKeys': ['a'],
                        'models': ['q'],
                    }
                ]
            },
        ),
        (
            'a host named like a provider',
            'model: openai/q\n    api_base: http://ollama/v1',
            'a',
            {
                'CUSTOM_OPENAI_ENDPOINTS': [
                    {
                        'name': 'ollama-server',
                        'baseUrl': 'http://ollama/v1',
                        'apiKeys': ['a'],
                        'models': ['q'],
                    }
                ]
            },
        ),
        ('key with a blank', 'model: gpt-4', '"a b"', {}),
        ('control characters', 'model: "gpt-4\\n}"', '"a\\n\\"},"', {}),
    ]
)
def one_model(name, params, key, want):
    text = MODEL + '    %s\n    api_key: %s\n' % (params, key)
    code, out, err = given(text)
    equal(code, 0, err)
    got = strip(out)
    # The name that clients ask for stands for the model, where it is one.
    equal(got.pop('models', None), MODELS[name])
    equal(got, want)


@test
def two_paths_of_one_host():
    text = 'model_list:\n' + ''.join(
        '- litellm_params: {model: openai/q, api_base: "http://h.x/%s"}\n' % p
        for p in 'ab'
    )
    code, out, err = given(text)
    equal(code, 0, err)
    found = strip(out)['CUSTOM_OPENAI_ENDPOINTS']
    equal([e['name'] for e in found], ['h.x', 'h.x-b'])


@test
def names_and_fallbacks():
    deployment = '- {model_name: %s, litellm_params: {model: %s, api_key: k}}\n'
    text = 'model_list:\n' + ''.join(
        deployment % pair
        for pair in [
            ('fast', 'groq/a'),
            ('fast', 'xai/b'),
            ('smart', 'gpt-4'),
            ('smart', 'gpt-4'),
            ('openai/gpt-4', 'gpt-4'),
        ]
    )
    text += 'litellm_settings: {fallbacks: [{smart: [fast, nobody]}]}\n'
    code, out, err = given(text)
    equal(code, 0, err)
    equal(
        strip(out)['models'],
        {
            'fast': {'targets': ['groq/a', 'grok/b'], 'strategy': 'weighted'},
            'smart': {'targets': ['openai/gpt-4', 'fast']},
        },
    )


@test
def keys_stay_with_their_address():
    """A key of the provider itself never goes to somebody's proxy."""
    text = (
        'model_list:\n'
        '- litellm_params: {model: groq/a, api_key: real}\n'
        '- litellm_params: {model: groq/b, api_key: other, '
        'api_base: "http://proxy.x"}\n'
    )
    code, out, err = given(text)
    equal((code, strip(out)), (0, {'GROQ_API_KEY': ['real']}))
    true('another api_base' in err, err)


@rows(
    [
        ('no file', None, "can't read"),
        ('empty', '', 'in.yaml:1:1: is empty'),
        ('no model_list', 'a: 1\n', 'has no model_list'),
        ('a list', '- 1\n', 'not an object'),
        ('broken', 'a: [1\nb: 2\n', 'in.yaml:2:'),
        ('tab', 'a:\n\t- secret-key\n', 'in.yaml:2:1: '),
        ('not UTF-8', b'a: \xff\xfe\n', 'in.yaml:'),
        ('odd name', '? [a]\n: 1\n', 'a name must be a text'),
        ('deep', 'a: ' + '[' * 60 + ']' * 60, 'nested too deeply'),
        ('endless', 'a: &a [*a]\n', 'nested too deeply'),
        ('merges itself', 'a: &a\n  <<: *a\n', 'nested too deeply'),
        (
            'grows',
            'a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n'
            + ''.join(
                'a%d: &a%d [%s]\n' % (i, i, ','.join(['*a%d' % (i - 1)] * 10))
                for i in range(1, 12)
            ),
            'too large',
        ),
        ('merge of a text', 'a:\n  <<: b\n', 'a merge key needs a mapping'),
    ]
)
def bad_yaml(name, text, word):
    if text is None:
        done = run('import', 'none.yaml')
        code, out, err = done.returncode, '', done.stderr.decode()
    else:
        code, out, err = given(text)
    equal((code, out), (1, ''), err)
    true(word in err and 'secret' not in err, err)
    equal(err.count('\n'), 1)


@rows(
    [
        ('comment without end', '{\n /* secret', 'in.jsonc:2:2: '),
        ('no JSON', '{"OPENAI_API_KEY": secret}', 'in.jsonc:1:'),
        ('a list', '["secret"]', 'not an object'),
    ]
)
def bad_jsonc(name, text, word):
    code, out, err = given(text, 'in.jsonc')
    equal((code, out), (1, ''), err)
    true(word in err and 'secret' not in err, err)


@test
def usage():
    done = run('import')
    equal((done.returncode, done.stdout), (2, b''))
    equal(done.stderr, b'sluice: usage: sluice import FILE\n')


@rows(
    [
        ('no ending, JSON', 'config', '{"DEV": true}', {'DEV': True}),
        ('no ending, YAML', 'config', 'model_list: []', {}),
        ('nothing in it', 'in.jsonc', '{}', {}),
        ('all empty', 'in.jsonc', '{"A": null, "B": "", "C": []}', {}),
    ]
)
def kinds_of_files(name, file, text, want):
    code, out, err = given(text, file)
    equal((code, strip(out), err), (0, want, ''))


main()
