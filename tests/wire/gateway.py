# SPDX-License-Identifier: MIT
"""Cloudflare's AI Gateway between Sluice and the providers, and the universal
endpoint with and without it."""

import json
import re
import socket

from wire import (
    AUTH,
    JSON,
    Sluice,
    equal,
    fake,
    in_thread,
    main,
    openai,
    test,
    true,
)

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


UNIVERSAL = dict(GATEWAY, AI_GATEWAY_UNIVERSAL='true')


@test
def chat_in_many_large_steps():
    keys = ','.join('k%d' % i for i in range(70))
    with Sluice(dict(UNIVERSAL, OPENAI_API_KEY=keys)) as s:
        chat = {'model': 'openai/m', 'messages': 'x' * 400000}
        s.post('/g/echo/v1/chat/completions', chat)
        steps = G.requests[-1].json
        equal(len(steps), 64)
        equal(len({i['headers']['authorization'] for i in steps}), 64)
        for step in steps:
            equal(step['query']['messages'], chat['messages'])


@test
def universal_chats_answer_as_any_chat_does():
    def gateway(status, body, *headers):
        """A gateway that gives one answer, once."""

        def serve():
            c, _ = listener.accept()
            with c:
                data = b''
                while b'\r\n\r\n' not in data:
                    data += c.recv(65536)
                head, _, rest = data.partition(b'\r\n\r\n')
                n = int(re.search(rb'content-length: (\d+)', head)[1])
                while len(rest) < n:
                    rest += c.recv(65536)
                lines = ['HTTP/1.1 %d X' % status, *headers]
                lines.append('content-length: %d' % len(body))
                c.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)
                return json.loads(rest)

        return in_thread(serve)

    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen(1)
        url = 'http://127.0.0.1:%d/v1' % listener.getsockname()[1]
        env = dict(UNIVERSAL, AI_GATEWAY_BASE_URL=url)
        with Sluice(dict(env, OPENAI_API_KEY='a,b,c')) as s:
            served = gateway(
                200,
                b'{"choices":[{"message":{"content":"hi"}}]}',
                'cf-aig-step: 1',
                'content-type: application/json',
            )
            a = s.chat('openai/m')
            steps = [i['headers']['authorization'] for i in served.result()]
            equal((a.status, a.text, a.get('cf-aig-step')), (200, 'hi', '1'))
            key = 'Bearer ' + 'abc'[int(a.get('sluice-key-index'))]
            equal(steps[1], key)
            served = gateway(
                400,
                b'{"success":false,"error":[{"code":2001,"message":"none"}]}',
                'content-type: application/json',
            )
            a = s.chat('openai/m')
            served.result()
            equal(a.status, 400)
            true('code 2001' in a.error['message'], a.error)


@test
def accounts_take_turns_and_fail_over():
    accounts = [{'id': 'a0', 'key': 'k0'}, {'id': 'a1', 'key': 'bad'}]
    config = {
        'CLOUDFLARE_ACCOUNTS': accounts,
        'ENABLE_GLOBAL_ROUND_ROBIN': True,
        'providers': {'workers-ai': {'baseUrl': P.url + '/{account}/ai'}},
    }
    with Sluice({}, config) as s:
        P.reset()
        for _ in range(4):
            a = s.chat('workers-ai/gpt-4o')
            equal((a.status, a.get('sluice-key-index')), (200, '0'))
        seen = [(r.path, r.key) for r in P.requests]
        chat = '/ai/v1/chat/completions'
        equal(seen.count(('/a0' + chat, 'k0')), 4)
        equal(seen.count(('/a1' + chat, 'bad')), 1)
        equal(len(seen), 5)
        health = s.get('/status').json['providers']['workers-ai']['keys']
        equal([k['health'] for k in health], ['ok', 'refused'])
        a = s.get('/key/1/workers-ai/echo')
        equal((a.json['target'], a.json['key']), ('/a1/ai/echo', 'bad'))


@test
def token_is_not_logged():
    S.get('/status')
    true('cf-token' not in S.log + S.errors, 'the token in the log')
    true(b'cf-token' not in S.get('/status').body, 'the token in /status')


main()
