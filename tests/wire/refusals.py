# SPDX-License-Identifier: MIT
"""What is wrong with keys, gateways, steps and groups is refused: a request
with a clear 4xx, a configuration before anything is served. And what only
looks wrong is not."""

import json
import subprocess
import tempfile

from wire import SLUICE, Sluice, equal, fake, main, openai, rows, test, true

P = fake.Provider().__enter__()
S = Sluice(openai(P, 'k0,k1,k2'))
GW = Sluice(
    {
        'OPENAI_API_KEY': 'k0',
        'AI_GATEWAY_BASE_URL': P.url + '/v1',
        'CLOUDFLARE_ACCOUNT_ID': 'acc',
    }
)


@rows(
    [
        ('letters', '/key/abc/openai/echo', 'number or a range'),
        ('nothing', '/key//openai/echo', 'number or a range'),
        ('no path', '/key', 'number or a range'),
        ('a dot', '/key/./openai/echo', 'number or a range'),
        ('a word and a number', '/key/x1/v1/models', 'number or a range'),
        ('after the gateway', '/g/gw/key/1/openai/echo', 'CLOUDFLARE_ACCOUNT'),
    ]
)
def selectors_that_are_none(name, path, word):
    a = S.get(path)
    equal((a.status, a.error['code']), (404, 'unknown_url'))
    true(word in a.error['message'], a.error['message'])


# A range upside down is its first key; numbers are larger than any list.
@rows(
    [
        ('upside down', '5-1', {'k2'}),
        ('upside down within', '2-1', {'k2'}),
        ('very large', '9' * 30, {'k0', 'k1', 'k2'}),
        ('up to very large', '1-' + '9' * 30, {'k1', 'k2'}),
        ('escaped', '%31', {'k1'}),
    ]
)
def selectors_that_only_look_wrong(name, selector, keys):
    a = S.get('/key/%s/openai/echo' % selector)
    equal(a.status, 200)
    true(a.json['key'] in keys, a.json['key'])


@test
def no_keys():
    a = S.get('/groq/x')
    equal((a.status, a.error['code']), (404, 'provider_not_configured'))
    true('GROQ_API_KEY' in a.error['message'])
    a = S.chat('groq/m')
    equal((a.status, a.error['code']), (404, 'model_not_found'))
    true('GROQ_API_KEY' in a.error['message'])
    a = S.post('/', {'prompt': 'x'})
    equal((a.status, a.error['code']), (404, 'provider_not_configured'))
    true('CLOUDFLARE_API_KEY' in a.error['message'])


@rows(
    [
        ('no account', S, '/g/gw/openai/echo', 404, 'CLOUDFLARE_ACCOUNT_ID'),
        ('empty', GW, '/g//openai/echo', 400, 'at most 64'),
        ('nothing', GW, '/g/', 400, 'at most 64'),
        ('a blank', GW, '/g/a%20b/openai/echo', 400, 'at most 64'),
        ('a slash', GW, '/g/a%2Fb/openai/echo', 400, 'at most 64'),
        ('too long', GW, '/g/%s/x' % ('a' * 65), 400, 'at most 64'),
        ('none', S, '/compat/x', 404, '/g/NAME/compat/'),
    ]
)
def unknown_gateways(name, s, path, status, word):
    a = s.get(path)
    equal(a.status, status)
    true(word in a.error['message'], a.error['message'])


@rows(
    [
        ('number', b'7', 'an array of steps'),
        ('text', b'"x"', 'an array of steps'),
        ('null', b'null', 'an array of steps'),
        ('object', b'{"provider":"openai"}', 'an array of steps'),
        ('nothing', b'', 'not JSON'),
        ('half', b'[{', 'not JSON'),
        ('empty', b'[]', 'is empty'),
        ('array in it', b'[[]]', '[0]: must be an object'),
        ('no prompt', b'{"prompt":null}', 'prompt must be a string'),
        ('steps', b'[%s]' % b','.join([b'{}'] * 65), 'more than 64'),
    ]
)
def universal_bodies(name, body, word):
    for s in S, GW:
        a = s.post('/', body)
        equal(a.status, 400)
        true(word in a.error['message'], a.error['message'])


def check(config, **env):
    with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
        with open(home + '/c.jsonc', 'w') as f:
            f.write(json.dumps(config))
        done = subprocess.run(
            [SLUICE, 'check', '--config', 'c.jsonc'],
            cwd=home,
            env=env,
            capture_output=True,
            timeout=20,
        )
    return done.returncode, (done.stdout + done.stderr).decode()


def group(**more):
    return {'models': {'a': more}}


@rows(
    [
        ('empty key', {'OPENAI_API_KEY': ['a', '']}, 'OPENAI_API_KEY: '),
        ('empty item', {'OPENAI_API_KEY': 'a,,b'}, 'OPENAI_API_KEY: '),
        ('a key with a blank', {'OPENAI_API_KEY': 'a b'}, 'OPENAI_API_KEY: '),
        (
            'more accounts than keys',
            {'CLOUDFLARE_ACCOUNT_ID': 'a,b', 'CLOUDFLARE_API_KEY': 'k'},
            'CLOUDFLARE_ACCOUNT_ID: names 2 accounts, but the number of keys '
            'in CLOUDFLARE_API_KEY is 1',
        ),
        (
            'more keys than accounts',
            {
                'CLOUDFLARE_ACCOUNT_ID': ['a', 'b'],
                'CLOUDFLARE_API_TOKEN': ['k', 'l', 'm'],
            },
            'CLOUDFLARE_ACCOUNT_ID: names 2 accounts, but the number of keys '
            'in CLOUDFLARE_API_TOKEN is 3',
        ),
        (
            'an account without key',
            {'CLOUDFLARE_ACCOUNTS': [{'id': 'a'}]},
            'CLOUDFLARE_ACCOUNTS[0]: needs a key',
        ),
        (
            'an account without its pair',
            {'ACCOUNT_1_ID': 'a'},
            'ACCOUNT_1_ID: needs the account',
        ),
        (
            'no such strategy',
            {'providers': {'openai': {'keys': {'strategy': 'x'}}}},
            'providers.openai.keys.strategy: must be random',
        ),
        (
            'weights of another length',
            {
                'OPENAI_API_KEY': 'a',
                'providers': {
                    'openai': {
                        'keys': {'strategy': 'weighted', 'weights': [1, 2]}
                    }
                },
            },
            'one number for each key',
        ),
        (
            'a gateway that can be none',
            {'AI_GATEWAY_NAME': 'a/b', 'CLOUDFLARE_ACCOUNT_ID': 'a'},
            "AI_GATEWAY_NAME: must be a gateway's name",
        ),
        ('a switch', {'gateway': {'universal': 'x'}}, 'universal: must be'),
        ('a misspelt one', {'gateway': {'universe': 1}}, 'gateway.universe: '),
        (
            'an alias of itself',
            {'models': {'a': 'a'}},
            'models.a: leads back to itself',
        ),
        (
            'a loop of aliases',
            {'models': {'a': 'b', 'b': 'c', 'c': 'a'}},
            'models.a: leads back to itself',
        ),
        ('no targets', group(), 'models.a: must name its targets'),
        ('no target', group(targets=[]), 'a.targets: must name at least'),
        ('a task alone', group(targets=['workers-ai/#x']), 'must be provider/'),
        ('a provider alone', group(targets=['openai/']), 'must be provider/'),
        ('an unknown target', group(targets=['nope/m']), 'must be provider/'),
    ]
)
def configurations(name, config, word):
    code, text = check(config)
    true(code != 0 and 'c.jsonc:' in text and word in text, text)
    s = Sluice({}, config, ready=False)
    true(s.process.wait(10) != 0 and word in s.errors, s.errors)
    Sluice.running.remove(s)
    s.out.close()
    s.err.close()
    s.dir.cleanup()


@rows(
    [
        ('the name', {'AI_GATEWAY_NAME': 'gw'}),
        ('universal', {'gateway': {'universal': True}}),
        ('rest', {'gateway': {'rest': True}}),
    ]
)
def gateways_without_an_account_are_warned_of(name, config):
    code, text = check(config)
    equal(code, 0)
    true('no effect until CLOUDFLARE_ACCOUNT_ID' in text, text)


main()
