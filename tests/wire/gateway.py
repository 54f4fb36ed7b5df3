# SPDX-License-Identifier: MIT
"""Cloudflare's AI Gateway between Sluice and the providers, and the universal
endpoint with and without it."""

import json

from wire import AUTH, JSON, Sluice, equal, fake, main, openai, test, true

G = fake.Provider().__enter__()
P = fake.Provider().__enter__()

GATEWAY = {
    'AI_GATEWAY_BASE_URL': G.url + '/v1',
    'CLOUDFLARE_ACCOUNT_ID': 'acc',
    'AI_GATEWAY_NAME': 'gw',
    'CF_AIG_TOKEN': 'cf-token-0001',
}
S = Sluice({'OPENAI_API_KEY': 'k0', **GATEWAY})


def fields(e, name):
    return [v for n, v in e['headers'] if n.lower() == name]


@test
def pass_through_by_the_gateway():
    e = S.call(
        'POST', '/openai/echo?a=b', (AUTH, ('cf-aig-cache-ttl', '60')), b'x'
    ).json
    equal(e['target'], '/v1/acc/gw/openai/echo?a=b')
    equal(fields(e, 'authorization'), ['Bearer k0'])
    equal(fields(e, 'cf-aig-authorization'), ['Bearer cf-token-0001'])
    equal(fields(e, 'cf-aig-cache-ttl'), ['60'])


@test
def chat_by_another_gateway():
    a = S.post(
        '/g/other/v1/chat/completions',
        {'model': 'openai/m', 'messages': [{'role': 'user', 'content': 'hi'}]},
    )
    equal(a.status, 200)
    last = G.requests[-1]
    equal(last.path, '/v1/acc/other/openai/chat/completions')


@test
def compat_drops_credentials():
    e = S.call(
        'PUT', '/compat/echo?a=b&key=pk', (AUTH, ('x-api-key', 'pk')), b'body'
    ).json
    equal(e['target'], '/v1/acc/gw/compat/echo?a=b')
    equal((e['method'], e['body']), ('PUT', 'body'))
    equal(fields(e, 'authorization') + fields(e, 'x-api-key'), [])
    equal(fields(e, 'cf-aig-authorization'), ['Bearer cf-token-0001'])


@test
def universal_by_the_gateway():
    steps = [
        {'provider': 'openai', 'query': {'model': 'm'}, 'config': {'x': 1}}
    ]
    e = S.call(
        'POST', '/g/echo', (AUTH, JSON), json.dumps(steps).encode()
    ).json
    equal(e['target'], '/v1/acc/echo')
    equal(
        json.loads(e['body']),
        [
            {
                'provider': 'openai',
                'endpoint': 'chat/completions',
                'headers': {
                    'authorization': 'Bearer k0',
                    'content-type': 'application/json',
                },
                'query': {'model': 'm'},
                'config': {'x': 1},
            }
        ],
    )


@test
def universal_step_by_step():
    lab = {'name': 'lab', 'baseUrl': P.url + '/x', 'apiKeys': ['lk']}
    with Sluice(openai(P, 'down'), {'CUSTOM_OPENAI_ENDPOINTS': [lab]}) as s:
        a = s.post(
            '/',
            [
                {'provider': 'openai', 'query': {'model': 'm'}},
                {
                    'provider': 'lab',
                    'endpoint': 'echo',
                    'query': {'model': 'n'},
                },
            ],
        )
        equal((a.status, a.get('sluice-step')), (200, '1'))
        equal(a.json['target'], '/x/echo')
        equal(a.json['body'], '{"model": "n"}')
        equal(fields(a.json, 'authorization'), ['Bearer lk'])


@test
def token_is_not_logged():
    S.get('/status')
    true('cf-token' not in S.log + S.errors, 'the token in the log')
    true(b'cf-token' not in S.get('/status').body, 'the token in /status')


main()
