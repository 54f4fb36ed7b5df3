# SPDX-License-Identifier: MIT
"""Who may call what: credentials, methods, unknown paths, CORS. Numbers are
the cases of the earlier systems."""

import json

from wire import AUTH, JSON, Sluice, equal, fake, main, openai, rows, test, true

P = fake.Provider().__enter__()
S = Sluice(openai(P))
CHAT = {
    'model': 'openai/gpt-4o',
    'messages': [{'role': 'user', 'content': 'hi'}],
}

# Every surface that is served, with its methods. Open ones are listed apart.
ROUTES = [
    ('POST', '/v1/chat/completions'),
    ('POST', '/chat/completions'),
    ('POST', '/v1/completions'),
    ('POST', '/v1/embeddings'),
    ('POST', '/embeddings'),
    ('POST', '/v1/images/generations'),
    ('POST', '/v1/audio/speech'),
    ('POST', '/v1/audio/transcriptions'),
    ('POST', '/v1/moderations'),
    ('GET', '/v1/models'),
    ('GET', '/models'),
    ('GET', '/v1/models/openai%2Fgpt-4o'),
    ('GET', '/v1/models/openai/gpt-4o'),
    ('POST', '/v2/openai/chat/completions'),
    ('POST', '/v2/openai/embeddings'),
    ('POST', '/v2/foo/chat/completions'),
    ('GET', '/v2'),
    ('GET', '/openai/models'),
    ('POST', '/openai/chat/completions'),
    ('DELETE', '/openai/x'),
    ('GET', '/openai/'),
    ('GET', '/key/0/openai/models'),
    ('GET', '/status'),
    ('GET', '/metrics'),
    ('GET', '/'),
    ('POST', '/'),
    ('GET', '/unknown'),
    ('POST', '/v1/unknown'),
    ('GET', '/v1'),
    ('GET', '/favicon.ico'),
    ('PUT', '/v1/chat/completions'),
    ('GET', '/v1/chat/completions'),
    ('POST', '/v1/responses'),
    ('POST', '/v1/messages'),
    ('POST', '/v1/messages/count_tokens'),
    ('POST', '/v2/openai/messages/count_tokens'),
    ('POST', '/v1beta/models/openai/gpt-4o:countTokens'),
    ('POST', '/v1/translate'),
    ('POST', '/translate'),
    ('POST', '/v1beta/models/openai/gpt-4o:generateContent'),
    ('POST', '/api/chat'),
    ('POST', '/api/generate'),
    ('POST', '/api/embed'),
    ('POST', '/api/embeddings'),
    ('GET', '/api/tags'),
    ('GET', '/api/ps'),
    ('GET', '/api/version'),
    ('POST', '/api/show'),
    ('GET', '/v1beta/models'),
    ('GET', '/v1beta/models/openai/gpt-4o'),
    ('POST', '/v1/models/openai%2Fgpt-4o:generateContent'),
    ('POST', '/models/openai%2Fgpt-4o:generateContent'),
    ('POST', '/v1/threads'),
    ('POST', '/v1/assistants'),
    ('POST', '/v1/rerank'),
    ('GET', '/v1/threads/thread_1'),
    ('GET', '/g/gw/openai/models'),
    ('POST', '/compat/chat/completions'),
    ('POST', '/v2/openai/chat/completions'),
    ('GET', '/ui/'),
    ('GET', '/admin/keys'),
    ('GET', '/ping/'),
    ('GET', '/PING'),
    ('GET', '/%70ing/x'),
    ('GET', '/ping/../status'),
    ('GET', '/ping/..%2fstatus'),
    ('GET', '/ping%2f..%2fstatus'),
    ('GET', '/healthz/../v1/models'),
    ('GET', '/ping;/v1/models'),
    ('GET', '/v1/./models'),
]


def error_of(path, a):
    """The error object, in the shape of the path's dialect."""
    if '/messages' in path:
        equal(a.json['type'], 'error')
        equal(a.json['error']['type'], 'authentication_error')
    elif '/v1beta/' in path or ':generateContent' in path:
        equal(a.json['error']['code'], 401)
        equal(a.json['error']['status'], 'UNAUTHENTICATED')
    elif path.startswith('/api/'):
        return {'message': a.json['error']}
    else:
        return a.error
    return a.json['error']


@rows([('%s %s' % r, *r) for r in ROUTES])
def without_credentials_401(name, method, path):
    before = len(P.requests)
    a = S.call(method, path, (), b'{}' if method in ('POST', 'PUT') else b'')
    equal(a.status, 401)
    e = error_of(path, a)
    true(
        'key' in e['message'].lower() or 'credential' in e['message'].lower(),
        e['message'],
    )
    true(a.get('access-control-allow-origin') == '*', 'no CORS on an error')
    equal(len(P.requests), before, 'requests upstream')


@rows([(p, p) for p in ('/ping', '/healthz', '/readyz')])
def open_without_credentials(name, path):
    equal(S.call('GET', path, ()).status, 200)
    equal(S.call('HEAD', path, ()).status, 200)


# Cases 2–8.
@rows(
    [
        ('2 bearer', (('authorization', 'Bearer pk'),), 200),
        ('2 bearer in small letters', (('authorization', 'bearer pk'),), 200),
        ('3 bare', (('authorization', 'pk'),), 200),
        ('4 x-api-key', (('x-api-key', 'pk'),), 200),
        ('5 x-goog-api-key', (('x-goog-api-key', 'pk'),), 200),
        ('sluice-key', (('sluice-key', 'pk'),), 200),
        (
            '7 wrong bearer, right x-api-key',
            (('authorization', 'Bearer no'), ('x-api-key', 'pk')),
            401,
        ),
        (
            'right bearer, wrong x-api-key',
            (('authorization', 'Bearer pk'), ('x-api-key', 'no')),
            200,
        ),
        (
            'right sluice-key, wrong bearer',
            (('sluice-key', 'pk'), ('authorization', 'Bearer no')),
            200,
        ),
        (
            'wrong sluice-key, right bearer',
            (('sluice-key', 'no'), ('authorization', 'Bearer pk')),
            401,
        ),
        ('prefix of the secret', (('x-api-key', 'p'),), 401),
        ('longer than the secret', (('x-api-key', 'pkk'),), 401),
        ('other case', (('x-api-key', 'PK'),), 401),
        ('empty', (('x-api-key', ''),), 401),
        (
            'empty bearer then x-api-key',
            (('authorization', ''), ('x-api-key', 'pk')),
            200,
        ),
        ('Azure header is not ours', (('api-key', 'pk'),), 401),
    ]
)
def credentials(name, headers, status):
    equal(S.call('GET', '/v1/models', headers).status, status)


@rows(
    [
        ('6 in the query', '/v1/models?key=pk', (), 200),
        ('escaped', '/v1/models?key=p%6b', (), 200),
        ('second parameter', '/v1/models?a=1&key=pk', (), 200),
        ('wrong', '/v1/models?key=no', (), 401),
        (
            '8 wrong bearer, right query',
            '/v1/models?key=pk',
            (('authorization', 'Bearer no'),),
            401,
        ),
        ('monkey', '/v1/models?monkey=pk', (), 401),
        ('KEY', '/v1/models?KEY=pk', (), 401),
        ('apikey', '/v1/models?apikey=pk', (), 401),
        ('in another value', '/v1/models?a=key=pk', (), 401),
    ]
)
def credentials_in_the_query(name, path, headers, status):
    equal(S.call('GET', path, headers).status, status)


@rows(
    [
        ('array', '["one","two"]'),
        ('list', 'one,two'),
        ('list with blanks', 'one, two'),
    ]
)
def case_9_several_secrets(name, value):
    with Sluice(openai(P, PROXY_API_KEY=value)) as s:
        for key, status in (('one', 200), ('two', 200), ('three', 401)):
            equal(
                s.call('GET', '/v1/models', (('x-api-key', key),)).status,
                status,
                key,
            )


@test
def case_10_without_secret_open_on_loopback():
    with Sluice(openai(P, PROXY_API_KEY=None)) as s:
        for host, status in (
            ('localhost', 200),
            ('127.0.0.1:%d' % s.port, 200),
            ('rebound.example', 403),
        ):
            with s.connect() as c:
                c.send('GET /v1/models HTTP/1.1\r\nhost: %s\r\n\r\n' % host)
                equal(c.response().status, status, host)
        a = s.call('GET', '/v1/models', (('origin', 'https://page.example'),))
        equal(a.status, 403, 'a page of another place')


@test
def case_11_number_as_secret():
    with Sluice(openai(P, PROXY_API_KEY='12345')) as s:
        equal(s.call('GET', '/v1/models', ()).status, 401)
        equal(
            s.call('GET', '/v1/models', (('x-api-key', '12345'),)).status, 200
        )


@rows(
    [
        ('true', 'true', 200),
        ('false', 'false', 401),
        ('False', 'False', 401),
        ('empty', '', 401),
        ('0', '0', 401),
    ]
)
def case_12_dev(name, value, status):
    with Sluice(openai(P, DEV=value)) as s:
        equal(s.call('GET', '/v1/models', ()).status, status)


# Case 13 and 1.1.3: what becomes of ?key=.
@rows(
    [
        ('alone', '?key=pk', ''),
        ('last', '?a=1&key=pk', 'a=1'),
        ('first', '?key=pk&b=2', 'b=2'),
        ('twice', '?key=pk&o=1&key=b', 'o=1'),
        ('only keys', '?key=pk&key=x', ''),
        (
            'others untouched',
            '?monkey=1&KEY=2&a=key=3&key=pk',
            'monkey=1&KEY=2&a=key=3',
        ),
        ('escapes kept', '?x=%E2%9C%93&key=pk&y=a+b', 'x=%E2%9C%93&y=a+b'),
    ]
)
def case_13_key_never_goes_upstream(name, query, want):
    a = S.call('GET', '/openai/echo' + query, ())
    equal(a.status, 200)
    equal(a.json['query'], want)
    equal(a.json['target'], '/v1/echo' + ('?' + want if want else ''))


PREFLIGHT = (
    ('origin', 'https://app.example'),
    ('access-control-request-method', 'POST'),
    ('access-control-request-headers', 'authorization, x-stainless-os'),
)


@rows(
    [
        ('chat', '/v1/chat/completions'),
        ('pass-through', '/openai/x'),
        ('unknown', '/unknown'),
        ('models', '/v1/models'),
    ]
)
def case_14_preflight(name, path):
    a = S.call('OPTIONS', path, PREFLIGHT)
    true(a.status in (200, 204), a.status)
    equal(a.body, b'')
    equal(a.get('access-control-allow-origin'), '*')
    methods = {
        m.strip() for m in a.get('access-control-allow-methods').split(',')
    }
    true({'GET', 'HEAD', 'POST', 'OPTIONS'} <= methods, methods)
    equal(a.get('access-control-max-age'), '86400')
    equal(
        a.get('access-control-allow-headers'), 'authorization, x-stainless-os'
    )


@rows(
    [(PREFLIGHT[i][0], PREFLIGHT[:i] + PREFLIGHT[i + 1 :]) for i in range(3)]
    + [('all', ())]
)
def case_15_options_that_is_no_preflight(missing, headers):
    a = S.call('OPTIONS', '/v1/chat/completions', headers)
    true(a.status in (200, 204), a.status)
    true('POST' in a.get('allow'), a.get('allow'))
    true(
        a.get('access-control-allow-methods') is None,
        'an answer to a preflight',
    )


@test
def case_17_preflight_echoes_whatever_is_asked():
    headers = (
        ('origin', 'x'),
        ('access-control-request-method', 'PUT'),
        ('access-control-request-headers', 'a-b'),
    )
    equal(
        S.call('OPTIONS', '/openai/x', headers).get(
            'access-control-allow-headers'
        ),
        'a-b',
    )


@test
def answers_carry_cors():
    for a in (
        S.get('/v1/models'),
        S.get('/ping', ()),
        S.post('/v1/chat/completions', CHAT),
        S.get('/openai/echo'),
        S.chat('openai/gpt-4o', stream=True),
        S.get('/missing'),
    ):
        equal(a.get('access-control-allow-origin'), '*')
        true(
            a.get('access-control-expose-headers'),
            'headers are not exposed to browsers',
        )


@test
def case_18_ping():
    a = S.get('/ping')
    equal((a.status, a.body), (200, b'Pong'))
    true(a.get('content-type').startswith('text/plain'), a.get('content-type'))


@test
def case_19_unknown_path():
    for method, path in (
        ('GET', '/nothing'),
        ('POST', '/v1/nothing'),
        ('GET', '/'),
        ('DELETE', '/x/y/z'),
        ('GET', '/openai'),
        ('GET', '/constructor/x'),
        ('GET', '/v1'),
    ):
        a = S.call(method, path)
        equal(a.status, 404, path)
        a.error


@rows(
    [
        ('with v1', '/v1/chat/completions'),
        ('without', '/chat/completions'),
        ('with a query', '/v1/chat/completions?x=1'),
        ('dot segment', '/v1/./chat/completions'),
        ('dot dot segment', '/nowhere/../v1/chat/completions'),
        ('escaped letter', '/v1/ch%61t/completions'),
    ]
)
def case_20_chat_paths(name, path):
    a = S.post(path, CHAT)
    equal(a.status, 200)
    equal(P.requests[-1].target, '/v1/chat/completions')


@test
def case_21_models_paths():
    equal(S.get('/v1/models').body, S.get('/models').body)


@rows(
    [
        ('GET', '/v1/chat/completions', 'POST'),
        ('PUT', '/v1/chat/completions', 'POST'),
        ('DELETE', '/chat/completions', 'POST'),
        ('POST', '/v1/models', 'GET'),
        ('GET', '/v1/embeddings', 'POST'),
        ('DELETE', '/v1/models/openai%2Fgpt-4o', 'GET'),
        ('POST', '/ping', 'GET'),
        ('POST', '/metrics', 'GET'),
        ('BREW', '/v1/models', 'GET'),
    ]
)
def case_22_wrong_method(method, path, allowed):
    a = S.call(method, path, (AUTH, JSON), b'{}' if method == 'POST' else b'')
    equal(a.status, 405)
    a.error
    true(
        allowed in [m.strip() for m in a.get('allow').split(',')],
        a.get('allow'),
    )


@test
def head_on_models():
    a = S.call('HEAD', '/v1/models')
    equal((a.status, a.body), (200, b''))


@test
def case_26_27_no_gateway():
    equal(S.post('/', [{'provider': 'openai'}]).status, 400)
    equal(S.post('/compat/x', {}).status, 404)
    equal(S.post('/compatx', {}).status, 404)


@test
def healthz_says_nothing_of_the_configuration():
    for path in ('/healthz', '/readyz', '/ping'):
        true(b'openai' not in S.call('GET', path, ()).body)


@test
def metrics_are_prometheus_text():
    S.chat('openai/gpt-4o')
    a = S.get('/metrics')
    equal(a.status, 200)
    true(a.get('content-type').startswith('text/plain'), a.get('content-type'))
    text = a.body.decode()
    true('# TYPE sluice_' in text, text[:300])
    for line in text.splitlines():
        if line and not line.startswith('#'):
            float(line.rsplit(' ', 1)[1])


@test
def secrets_are_nowhere():
    """Neither a caller's secret nor a provider's key is in any answer or in
    the log."""
    with Sluice(
        openai(P, 'sk-PROVIDERSECRET', PROXY_API_KEY='CALLERSECRET1')
    ) as s:
        auth = ('authorization', 'Bearer CALLERSECRET1')
        answers = [
            s.call(m, p, (auth, JSON), b)
            for m, p, b in (
                ('GET', '/status', b''),
                ('GET', '/v1/models', b''),
                ('GET', '/metrics', b''),
                ('GET', '/missing', b''),
                ('POST', '/v1/chat/completions', json.dumps(CHAT).encode()),
                ('POST', '/v1/chat/completions', b'{'),
                (
                    'POST',
                    '/v1/chat/completions',
                    json.dumps({**CHAT, 'model': 'openai/status-401'}).encode(),
                ),
            )
        ]
        answers.append(s.call('GET', '/v1/models?key=CALLERSECRET1', ()))
        answers.append(s.call('GET', '/v1/models?key=WRONGSECRET22', ()))
        for a in answers:
            whole = repr(a.headers) + repr(a.body)
            true('SECRET' not in whole, whole[:300])
    true('SECRET' not in s.last_log, 'in the log')


main()
