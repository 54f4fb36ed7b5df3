# SPDX-License-Identifier: MIT
"""Cloud platforms: Azure's deployments, requests to Bedrock with a signature
that is made a second time here and chats in its own words, Vertex AI with
access tokens for a key made for this run."""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile

from wire import (
    AUTH,
    JSON,
    Sluice,
    equal,
    fake,
    in_thread,
    main,
    rows,
    test,
    true,
    wait_for,
)

import dialects  # of tests/fake, whose path wire has set

P = fake.Provider().__enter__()
D = dialects.Dialects().__enter__()
DIR = tempfile.TemporaryDirectory(prefix='sluice-cloud-')
KEY = pathlib.Path(DIR.name) / 'robot.key'


def openssl(*args, data=b''):
    done = subprocess.run(
        ['openssl', *map(str, args)], input=data, capture_output=True
    )
    return done.returncode, done.stdout


openssl('genpkey', '-algorithm', 'RSA', '-out', KEY)


def service_file(name='robot', **more):
    path = pathlib.Path(DIR.name) / (name + '.json')
    value = {
        'type': 'service_account',
        'project_id': 'proj',
        'private_key_id': 'kid-' + name,
        'private_key': KEY.read_text(),
        'client_email': name + '@proj.example',
        'token_uri': P.url + '/token',
        **more,
    }
    path.write_text(json.dumps(value))
    return str(path)


# ---- Azure ----


def azure(**more):
    return Sluice(
        {
            'AZURE_OPENAI_API_KEY': 'az0',
            'AZURE_OPENAI_ENDPOINT': P.url,
            **more,
        }
    )


@rows(
    [
        ('v1', None, '/openai/v1/%s'),
        ('v1, said', 'v1', '/openai/v1/%s'),
        (
            'classic',
            '2024-10-21',
            '/openai/deployments/gpt-4o/%s?api-version=2024-10-21',
        ),
    ]
)
def azure_end_to_end(name, version, path):
    with azure(AZURE_OPENAI_API_VERSION=version) as s:
        P.reset()
        a = s.chat('azure-openai/gpt-4o')
        equal((a.status, a.text), (200, fake.TEXT))
        equal(a.get('sluice-provider'), 'azure-openai')
        a = s.chat('azure/gpt-4o', stream=True)
        equal((a.status, a.text), (200, fake.TEXT))
        equal(a.events[-1], '[DONE]')
        a = s.post(
            '/v1/embeddings', {'model': 'azure-openai/gpt-4o', 'input': 'x'}
        )
        equal(a.status, 200)
        a = s.post(
            '/v1/images/generations',
            {'model': 'azure-openai/gpt-4o', 'prompt': 'x'},
        )
        equal(a.status, 200)
        equal(
            [r.target for r in P.requests],
            [
                path % 'chat/completions',
                path % 'chat/completions',
                path % 'embeddings',
                path % 'images/generations',
            ],
        )
        for r in P.requests:
            equal((r.get('api-key'), r.get('authorization')), ('az0', None))
            equal(r.json['model'], 'gpt-4o')


@test
def azure_form():
    part = b'--b\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (b'model', b'azure/whisper') + part % (b'file', b'sound')
    with azure(OPENAI_API_VERSION='2024-10-21') as s:
        P.reset()
        a = s.call(
            'POST',
            '/v1/audio/transcriptions',
            (AUTH, ('content-type', 'multipart/form-data; boundary=b')),
            body + b'--b--\r\n',
        )
        equal(a.status, 200)
        equal(
            P.requests[0].target,
            '/openai/deployments/whisper/audio/transcriptions'
            '?api-version=2024-10-21',
        )


@test
def azure_passes_through():
    with azure() as s:
        a = s.get('/azure-openai/echo/deployments?api-version=2')
        equal(a.json['target'], '/openai/echo/deployments?api-version=2')
        equal(a.json['key'], 'az0')


@test
def azure_next_key():
    with azure(AZURE_OPENAI_API_KEY='bad,az1') as s:
        for _ in range(4):
            equal(s.chat('azure/gpt-4o').status, 200)


# ---- Bedrock ----


def bedrock(**more):
    return Sluice(
        {
            'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
            'AWS_SECRET_ACCESS_KEY': 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
            'AWS_BEDROCK_BASE_URL': P.url,
            **more,
        }
    )


def sign(e, secret, region):
    """The signature of an echoed request, by the book."""
    headers = {n.lower(): v for n, v in e['headers']}
    given = headers['authorization']
    names = given.split('SignedHeaders=')[1].split(',')[0].split(';')
    date = headers['x-amz-date']
    quoted = ''.join(
        c if c.isalnum() or c in '-._~/' else '%%%02X' % ord(c)
        for c in e['path']
    )
    body = e['body'].encode()
    canonical = '\n'.join(
        [
            e['method'],
            quoted,
            '&'.join(sorted(e['query'].split('&'))),
            *('%s:%s' % (n, headers[n].strip()) for n in names),
            '',
            ';'.join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = '%s/%s/bedrock/aws4_request' % (date[:8], region)
    text = '\n'.join(
        [
            'AWS4-HMAC-SHA256',
            date,
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = b'AWS4' + secret.encode()
    for part in scope.split('/'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return names, given, scope, signature


def check_signed(e, secret, region='us-east-1', token=None):
    names, given, scope, signature = sign(e, secret, region)
    true('host' in names and 'x-amz-date' in names, names)
    equal('x-amz-security-token' in names, token is not None)
    true(given.endswith('Signature=' + signature), given)
    true('/%s,' % scope in given, given)
    headers = {n.lower(): v for n, v in e['headers']}
    equal(headers.get('x-amz-security-token'), token)


@rows(
    [
        ('small', '/model/a.b-v1%3A0/echo', b'{"a":1}'),
        ('colon', '/model/a.b-v1:0/echo', b'{"a":1}'),
        ('query', '/echo?b=2&a=1', b'{}'),
        ('large', '/model/m/echo', b'x' * 300000),
        ('none', '/model/m/echo', b''),
    ]
)
def bedrock_signs(name, path, body):
    with bedrock() as s:
        a = s.call('POST', '/aws-bedrock' + path, (AUTH, JSON), body)
        equal(a.status, 200)
        equal(a.json['body'].encode(), body)
        check_signed(a.json, 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
        true('Credential=AKIDEXAMPLE/' in dict(a.json['headers'])['authorization'])


@test
def bedrock_signs_pieces():
    with bedrock(
        AWS_SESSION_TOKEN='session', AWS_DEFAULT_REGION='eu-north-1'
    ) as s:
        with s.connect() as c:
            c.send(
                'POST /bedrock/model/m/echo HTTP/1.1\r\nhost: x\r\n'
                'authorization: Bearer pk\r\ntransfer-encoding: chunked\r\n\r\n'
            )
            for piece in (b'5\r\nhello\r\n', b'6\r\n world\r\n', b'0\r\n\r\n'):
                c.send(piece)
            a = c.response('POST')
        equal(a.status, 200)
        equal(a.json['body'], 'hello world')
        check_signed(
            a.json,
            'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
            'eu-north-1',
            'session',
        )
        headers = dict(a.json['headers'])
        equal(headers['content-length'], '11')


@test
def bedrock_takes_turns():
    with bedrock(
        AWS_ACCESS_KEY_ID='AKA,AKB',
        AWS_SECRET_ACCESS_KEY='sa,sb',
        ENABLE_GLOBAL_ROUND_ROBIN='true',
    ) as s:
        seen = []
        for _ in range(4):
            e = s.post('/aws-bedrock/echo', {}).json
            id = dict(e['headers'])['authorization'].split('=')[1][:3]
            check_signed(e, {'AKA': 'sa', 'AKB': 'sb'}[id])
            seen.append(id)
        equal(seen, ['AKA', 'AKB', 'AKA', 'AKB'])
        text = s.get('/status').body.decode()
        true('AKA' not in text and 'sa"' not in text.replace('***', ''), text)


@test
def bedrock_bearer():
    with bedrock(AWS_BEARER_TOKEN_BEDROCK='bt') as s:
        e = s.post('/aws-bedrock/echo', {}).json
        equal(e['key'], 'bt')
        equal(dict(e['headers']).get('x-amz-date'), None)


@test
def bedrock_frames_are_passed_on():
    with bedrock() as s:
        a = s.post('/aws-bedrock/model/m/frames', {})
        equal(a.get('content-type'), 'application/vnd.amazon.eventstream')
        equal(a.body, fake.FRAMES)
        true(a.complete)


@test
def bedrock_wrong_pairs_are_refused():
    s = Sluice(
        {'AWS_ACCESS_KEY_ID': 'a,b', 'AWS_SECRET_ACCESS_KEY': 'c'}, ready=False
    )
    equal(s.process.wait(10), 1)
    true('one item for each AWS_ACCESS_KEY_ID' in s.errors, s.errors)
    Sluice.running.remove(s)


# ---- chats with Bedrock ----

CLAUDE = 'aws-bedrock/anthropic.claude-sonnet-4-5-%s'
FUNCTIONS = [
    ('get_weather', {'city': {'type': 'string'}}),
    ('add', {'a': {'type': 'number'}, 'b': {'type': 'number'}}),
]


def converse(**more):
    return Sluice(
        {
            'AWS_BEARER_TOKEN_BEDROCK': 'k-bedrock',
            'AWS_BEDROCK_BASE_URL': D.url + '/bedrock',
            **more,
        }
    )


def message_events(a):
    return [json.loads(e) for e in a.events]


@rows([('whole', False), ('stream', True)])
def bedrock_chats(name, stream):
    with converse() as s:
        D.reset()
        a = s.chat(CLAUDE % 'text', stream=stream, temperature=0.5, seed=1)
        equal((a.status, a.text), (200, dialects.SAID))
        equal(a.get('sluice-provider'), 'aws-bedrock')
        equal(a.get('sluice-loss'), 'seed;dropped')
        if stream:
            equal(a.events[-1], '[DONE]')
        else:
            usage = a.json['usage']
            equal((usage['prompt_tokens'], usage['completion_tokens']), (11, 7))
            equal(usage['prompt_tokens_details']['cached_tokens'], 3)
        r = D.requests[-1]
        tail = 'converse-stream' if stream else 'converse'
        equal(
            r.target,
            '/bedrock/model/anthropic.claude-sonnet-4-5-text/' + tail,
        )
        equal(
            r.get('accept'),
            'application/vnd.amazon.eventstream'
            if stream
            else 'application/json',
        )
        equal(r.json['inferenceConfig'], {'temperature': 0.5})


@rows([('whole', False), ('stream', True)])
def bedrock_chats_with_anthropic_clients(name, stream):
    ask = {
        'model': CLAUDE % 'reason',
        'max_tokens': 4000,
        'thinking': {'type': 'enabled', 'budget_tokens': 2000},
        'messages': [{'role': 'user', 'content': 'hi'}],
        'stream': stream,
    }
    with converse() as s:
        a = s.post('/v1/messages', ask)
        equal(a.status, 200)
        if stream:
            events = message_events(a)
            equal(events[0]['type'], 'message_start')
            deltas = [e['delta'] for e in events if 'delta' in e]
            thought = ''.join(d.get('thinking', '') for d in deltas)
            text = ''.join(d.get('text', '') for d in deltas)
            seal = ''.join(d.get('signature', '') for d in deltas)
            equal(events[-1]['type'], 'message_stop')
        else:
            first, second = a.json['content']
            thought, seal, text = (
                first['thinking'],
                first['signature'],
                second['text'],
            )
        equal(thought, ''.join(dialects.THOUGHT))
        equal(text, dialects.SAID)
        equal(seal, 'sluice:bedrock:' + dialects.SIGNATURE)
        # What was thought comes back as the provider has signed it.
        ask['messages'] += [
            {
                'role': 'assistant',
                'content': [
                    {
                        'type': 'thinking',
                        'thinking': thought,
                        'signature': seal,
                    },
                    {'type': 'text', 'text': text},
                ],
            },
            {'role': 'user', 'content': 'more'},
        ]
        equal(s.post('/v1/messages', ask).status, 200)
        block = D.requests[-1].json['messages'][1]['content'][0]
        equal(
            block['reasoningContent']['reasoningText'],
            {'text': thought, 'signature': dialects.SIGNATURE},
        )


@rows([('whole', False), ('stream', True)])
def bedrock_calls_tools(name, stream):
    tools = [
        {
            'type': 'function',
            'function': {
                'name': n,
                'parameters': {'type': 'object', 'properties': p},
            },
        }
        for n, p in FUNCTIONS
    ]
    with converse() as s:
        a = s.chat(CLAUDE % 'tools', tools=tools, stream=stream)
        equal(a.status, 200)
        calls = {}
        if stream:
            for e in a.events[:-1]:
                for choice in json.loads(e)['choices']:
                    for c in choice['delta'].get('tool_calls', []):
                        f = c['function']
                        got = calls.setdefault(c['index'], ['', ''])
                        got[0] += f.get('name') or ''
                        got[1] += f.get('arguments') or ''
        else:
            message = a.json['choices'][0]['message']
            for i, c in enumerate(message['tool_calls']):
                calls[i] = [c['function']['name'], c['function']['arguments']]
            equal(a.json['choices'][0]['finish_reason'], 'tool_calls')
        equal(
            [(n, json.loads(v)) for n, v in calls.values()], dialects.TOOLS
        )


@test
def bedrock_fails_in_the_stream():
    with bedrock() as s:
        a = s.chat('bedrock/frames', stream=True)
        equal((a.status, a.complete), (200, True))
        last = json.loads(a.events[-1])['error']
        equal(last['type'], 'rate_limit_error')
        equal(last['code'], 'rate_limit_exceeded')
        true('Too many requests' in last['message'], last)
        true('Hi' in json.loads(a.events[-2])['choices'][0]['delta']['content'])
        a = s.post(
            '/v1/messages',
            {
                'model': 'bedrock/frames',
                'max_tokens': 5,
                'stream': True,
                'messages': [{'role': 'user', 'content': 'hi'}],
            },
        )
        last = message_events(a)[-1]
        equal(last['type'], 'error')
        equal(last['error']['type'], 'rate_limit_error')


@test
def bedrock_signs_chats():
    with bedrock() as s:
        P.reset()
        # It answers with what it was asked, which is no answer of a model.
        equal(s.chat('bedrock/echo-v1:0').status, 502)
        r = P.requests[-1]
        equal(r.target, '/model/echo-v1%3A0/converse')
        check_signed(r.as_json(), 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')


@test
def bedrock_says_what_is_wrong():
    with converse() as s:
        a = s.chat(CLAUDE % 'error')
        equal((a.status, a.error['code']), (429, 'rate_limit_exceeded'))
        equal(a.get('retry-after'), '7')
        strict = (AUTH, JSON, ('sluice-strict', 'true'))
        a = s.chat(CLAUDE % 'text', seed=1, headers=strict)
        equal(a.status, 400)
        true('seed' in a.error['message'], a.error)
        image = {'type': 'image_url', 'image_url': {'url': 'https://x/a.png'}}
        a = s.post(
            '/v1/chat/completions',
            {
                'model': CLAUDE % 'text',
                'messages': [{'role': 'user', 'content': [image]}],
            },
        )
        equal(a.status, 400)


# ---- Vertex AI ----


def vertex(**more):
    return Sluice(
        {
            'GOOGLE_APPLICATION_CREDENTIALS': service_file(),
            'GOOGLE_VERTEX_BASE_URL': P.url,
            **more,
        }
    )


def part(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


@test
def vertex_gets_a_token():
    with vertex() as s:
        P.reset()
        first = s.post('/google-vertex-ai/v1/echo', {'a': 1}).json
        again = s.post('/vertex/v1/echo', {'a': 2}).json
        asked = [r for r in P.requests if r.path == '/token']
        equal(len(asked), 1)
        true(first['key'].startswith('ya29.'), first['key'])
        equal(again['key'], first['key'])
        form = dict(p.split('=', 1) for p in asked[0].body.decode().split('&'))
        equal(
            form['grant_type'],
            'urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer',
        )
        head, claims, signature = form['assertion'].split('.')
        equal(
            json.loads(part(head)),
            {'alg': 'RS256', 'typ': 'JWT', 'kid': 'kid-robot'},
        )
        said = json.loads(part(claims))
        equal(said['iss'], 'robot@proj.example')
        equal(said['aud'], P.url + '/token')
        equal(said['exp'] - said['iat'], 3600)
        public, made = KEY.with_suffix('.pub'), KEY.with_suffix('.sig')
        openssl('pkey', '-in', KEY, '-pubout', '-out', public)
        made.write_bytes(part(signature))
        code, out = openssl(
            'dgst',
            '-sha256',
            '-verify',
            public,
            '-signature',
            made,
            data=(head + '.' + claims).encode(),
        )
        equal((code, out.strip()), (0, b'Verified OK'))


@test
def vertex_streams_while_it_waits():
    with vertex() as s:
        with s.connect() as c:
            c.send(
                'POST /vertex/duplex HTTP/1.1\r\nhost: x\r\n'
                'authorization: Bearer pk\r\ncontent-length: 10\r\n\r\nfirst'
            )
            a = c.head()
            equal(a.status, 200)
            pieces = c.body_pieces(a)
            equal(next(pieces), b'first')
            c.send('after')
            equal(next(pieces), b'after')


@test
def vertex_says_what_the_issuer_says():
    with vertex() as s:
        P.tokens.append(
            (
                400,
                {'error': 'invalid_grant', 'error_description': 'Invalid JWT'},
            )
        )
        a = s.post('/vertex/v1/echo', {})
        equal(a.status, 502)
        # Its clients speak Gemini's dialect.
        equal(a.json['error']['status'], 'UNAVAILABLE')
        true('invalid_grant: Invalid JWT' in a.json['error']['message'])
        log = wait_for(lambda: s.log, what='a line of the log')
        true('BEGIN' not in log + s.errors + a.body.decode())
        wait_for(lambda: 'key 0 is' in s.errors, what='the verdict')
        # It goes on to be tried: there is no other.
        equal(s.post('/vertex/v1/echo', {}).status, 200)


@test
def vertex_next_account():
    files = [service_file('one'), service_file('two')]
    with vertex(GOOGLE_APPLICATION_CREDENTIALS=','.join(files)) as s:
        P.tokens.append((401, {'error': 'invalid_client'}))
        a = s.post('/vertex/v1/echo', {})
        equal((a.status, a.get('sluice-attempts')), (200, '2'))


@test
def vertex_renews():
    with vertex() as s:
        kept = s.post('/vertex/v1/echo', {}).json['key']
        P.reset()
        a = s.post('/vertex/v1/status/401', {})
        equal(a.status, 401)
        equal([r.path for r in P.requests].count('/token'), 1)
        equal(P.requests[0].key, kept)
        true(P.requests[-1].key != kept)


@test
def vertex_many_at_once():
    with vertex() as s:
        asked = [
            in_thread(s.post, '/vertex/v1/echo', {'n': n}) for n in range(16)
        ]
        for a in asked:
            equal(a.result().status, 200)


@test
def vertex_express():
    with vertex(GOOGLE_VERTEX_API_KEY='ek') as s:
        e = s.post('/vertex/v1/echo', {}).json
        equal(dict(e['headers']).get('x-goog-api-key'), 'ek')


@rows(
    [
        ('absent', None, "can't read"),
        ('no account', {'type': 'authorized_user'}, '"service_account"'),
        ('no key', {'private_key': 'x'}, '"private_key"'),
    ]
)
def vertex_bad_file(name, more, want):
    path = '/nowhere/x.json' if more is None else service_file('bad', **more)
    s = Sluice({'GOOGLE_APPLICATION_CREDENTIALS': path}, ready=False)
    equal(s.process.wait(10), 1)
    true(want in s.errors and 'GOOGLE_APPLICATION_CREDENTIALS' in s.errors)
    true('BEGIN' not in s.errors)
    Sluice.running.remove(s)


main()
