# SPDX-License-Identifier: MIT
"""/{provider}/…: any method and path, bodies streamed both ways, headers kept,
credentials replaced."""

import json
import time

from wire import (
    AUTH,
    JSON,
    Closed,
    Sluice,
    check_memory,
    equal,
    fake,
    in_thread,
    main,
    openai,
    rows,
    test,
    true,
)

P = fake.Provider().__enter__()
S = Sluice(openai(P))


def echo(method='GET', path='/openai/echo', headers=(AUTH,), body=b''):
    a = S.call(method, path, headers, body)
    equal(a.status, 200)
    return a.json


def up_headers(e, name):
    return [v for n, v in e['headers'] if n.lower() == name]


@rows(
    [
        (m, m)
        for m in (
            'GET',
            'POST',
            'PUT',
            'PATCH',
            'DELETE',
            'PROPFIND',
            'M-SEARCH',
        )
    ]
)
def method(name, method):
    body = b'' if method in ('GET', 'DELETE') else b'body of it'
    e = echo(method, body=body)
    equal((e['method'], e['body']), (method, body.decode()))


@rows(
    [
        ('plain', '/openai/echo/a/b', '/v1/echo/a/b'),
        ('24 prefix twice', '/openai/openai/echo', '/v1/openai/echo'),
        ('base again', '/openai/v1/echo', '/v1/v1/echo'),
        ('query', '/openai/echo?a=1&b=%20c', '/v1/echo?a=1&b=%20c'),
        (
            'escapes kept',
            '/openai/echo/a%2Fb%20c%E2%9C%93',
            '/v1/echo/a%2Fb%20c%E2%9C%93',
        ),
        ('dot segments', '/openai/x/../echo/./y', '/v1/echo/y'),
        ('trailing slash', '/openai/echo/', '/v1/echo/'),
        (
            '25',
            '/openai/echo/chat/completions?key=pk&other=value',
            '/v1/echo/chat/completions?other=value',
        ),
        ('colon and at', '/openai/echo/m:run@1', '/v1/echo/m:run@1'),
        (
            'key in the path',
            '/openai/echo/key=1&key=2/z',
            '/v1/echo/key=1&key=2/z',
        ),
    ]
)
def target(name, path, want):
    equal(echo(path=path)['target'], want)


@rows(
    [
        ('above the root', '/openai/../../echo'),
        ('above the provider', '/openai/../echo'),
        ('escaped dots', '/openai/%2e%2e/%2e%2e/echo'),
        ('escaped slash after dots', '/openai/..%2f..%2fecho'),
        ('only the name', '/openai'),
    ]
)
def does_not_leave_the_provider(name, path):
    before = len(P.requests)
    a = S.get(path)
    ups = P.requests[before:]
    true(
        a.status in (400, 404)
        or all(
            r.target.startswith('/v1/') and '..' not in r.target for r in ups
        ),
        '%d %r' % (a.status, [r.target for r in ups]),
    )


@test
def headers_are_kept_credentials_replaced():
    e = echo(
        'POST',
        headers=(
            AUTH,
            ('x-api-key', 'pk'),
            ('x-goog-api-key', 'pk'),
            ('sluice-key', 'pk'),
            ('content-type', 'application/x-thing; a="b"'),
            ('anthropic-beta', 'one'),
            ('OpenAI-Organization', 'org'),
            ('X-Custom', 'v\xe9'.encode().decode('latin-1')),
            ('accept', 'a/b'),
            ('accept', 'c/d'),
            ('accept-encoding', 'br'),
            ('user-agent', 'ua/1'),
            ('content-encoding', 'zz'),
            ('connection', 'x-hop, close'),
            ('x-hop', '1'),
            ('keep-alive', 'timeout=5'),
            ('te', 'trailers'),
            ('proxy-authorization', 'Basic x'),
            ('upgrade', 'h2c'),
            ('proxy-connection', 'keep-alive'),
        ),
        body=b'zz',
    )
    equal(up_headers(e, 'authorization'), ['Bearer k0'])
    equal(up_headers(e, 'host'), [P.url[7:]])
    for name, want in (
        ('content-type', ['application/x-thing; a="b"']),
        ('anthropic-beta', ['one']),
        ('openai-organization', ['org']),
        ('accept', ['a/b', 'c/d']),
        ('accept-encoding', ['br']),
        ('user-agent', ['ua/1']),
        ('content-encoding', ['zz']),
        ('content-length', ['2']),
    ):
        equal(up_headers(e, name), want, name)
    for name in (
        'x-api-key',
        'x-goog-api-key',
        'sluice-key',
        'x-hop',
        'keep-alive',
        'te',
        'proxy-authorization',
        'upgrade',
        'proxy-connection',
        'transfer-encoding',
    ):
        equal(up_headers(e, name), [], name)
    true(
        'pk' not in [v for _, v in e['headers']],
        'the caller\'s secret went upstream',
    )


@test
def answer_headers():
    a = S.get('/openai/echo')
    equal(a.get('x-custom'), 'kept')
    true(a.get('x-hop') is None, 'a hop-by-hop field of the provider')
    equal(a.get_all('x-two') in (['a', 'b'], ['a, b']), True)
    equal(a.get('sluice-provider'), 'openai')
    equal(a.get('openai-processing-ms'), '3')


@rows([('404', 404), ('429', 429), ('500', 500)])
def status_is_relayed(name, status):
    a = S.get('/openai/status/%d' % status)
    equal(a.status, status)
    equal(a.json['error']['message'], 'scripted failure %d' % status)
    equal(a.get('retry-after'), '7')


@test
def redirect_is_not_followed():
    a = S.get('/openai/redirect')
    equal(a.status, 302)
    equal(a.get('location'), 'http://127.0.0.1:1/elsewhere')


@test
def head():
    with S.connect() as c:
        c.request('HEAD', '/openai/echo')
        a = c.response('HEAD')
        equal(a.status, 200)
        true(int(a.get('content-length')) > 0, 'no length')
        c.request('GET', '/ping')
        equal(c.response().body, b'Pong')


@test
def body_streams_both_ways():
    """Each piece of the upload comes back before the next one is sent."""
    with S.connect() as c:
        c.send(
            'POST /openai/duplex HTTP/1.1\r\nhost: a\r\nauthorization: Bearer pk\r\ntransfer-encoding: chunked\r\n\r\n'
        )
        answer = pieces = None
        for i in range(5):
            data = b'piece %d' % i * 100
            c.send(b'%x\r\n%s\r\n' % (len(data), data))
            if answer is None:
                answer = c.head()
                equal(answer.status, 200)
                pieces = c.body_pieces(answer)
            got = b''
            while len(got) < len(data):
                got += next(pieces)
            equal(got, data)
        c.send('0\r\n\r\n')
        equal(list(pieces), [])
        true(answer.complete)


@test
def chunked_upload_stays_chunked_or_gets_its_length():
    with S.connect() as c:
        c.send(
            'POST /openai/echo HTTP/1.1\r\nhost: a\r\nauthorization: Bearer pk\r\ntransfer-encoding: chunked\r\n\r\n'
            '3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\ntrailer: 1\r\n\r\n'
        )
        e = c.response().json
    equal(e['body'], 'abcdefg')
    true(
        up_headers(e, 'transfer-encoding') == ['chunked']
        or up_headers(e, 'content-length') == ['7'],
        e['headers'],
    )
    equal(up_headers(e, 'trailer'), [])


@test
def big_upload():
    body = bytes(range(256)) * 40000
    a = S.call('PUT', '/openai/duplex', (AUTH,), b'')
    equal((a.status, a.body), (200, b''))
    with S.connect() as c:
        sender = in_thread(c.request, 'PUT', '/openai/duplex', (AUTH,), body)
        a = c.response()
        sender.result()
    equal((a.status, len(a.body), a.body == body), (200, len(body), True))


@test
def body_beyond_limits_body_streams_through():
    with Sluice(openai(P), {'limits': {'body': '64k'}}) as s, s.connect() as c:
        body = b'x' * 1000000
        sender = in_thread(c.request, 'PUT', '/openai/duplex', (AUTH,), body)
        a = c.response()
        sender.result()
        equal((a.status, len(a.body)), (200, len(body)))


@test
def continue_before_the_body():
    with S.connect() as c:
        c.send(
            'PUT /openai/duplex HTTP/1.1\r\nhost: a\r\nauthorization: Bearer pk\r\ncontent-length: 3\r\n'
            'expect: 100-continue\r\n\r\n'
        )
        equal(c.head().status, 100)
        c.send('abc')
        equal(c.response().body, b'abc')


@rows([('chunked', '/openai/cut'), ('with a length', '/openai/cutlength')])
def cut_answer_is_cut_for_the_client(name, path):
    with S.connect() as c:
        c.request('GET', path)
        a = c.response()
        equal((a.status, a.body), (200, b'first half'))
        true(not a.complete, 'a cut answer looks whole')


@test
def raw_stream_arrives_as_it_is_made():
    a = S.get('/openai/sse')
    equal(a.body, b''.join(b'event: tick\ndata: %d\n\n' % i for i in range(5)))
    true(a.pieces[-1][0] - a.pieces[0][0] > 0.25, 'all at once')


@test
def early_answer_to_a_big_upload():
    with S.connect() as c:
        c.send(
            'PUT /openai/early HTTP/1.1\r\nhost: a\r\nauthorization: Bearer pk\r\ncontent-length: 50000000\r\n\r\n'
        )
        try:
            for _ in range(100):
                c.send(b'x' * 65536)
        except OSError:
            pass
        try:
            true(c.response().status in (413, 502), 'status')
        except Closed:
            pass  # a reset may overtake the answer
    equal(S.get('/openai/echo').status, 200)


@test
def slow_client_holds_the_provider_back():
    n = 80000000
    with S.connect(rcvbuf=4096) as c:
        c.request('GET', '/openai/flood/%d' % n)
        equal(c.head().status, 200)
        up = P.requests[-1]
        time.sleep(0.7)
        held = up.sent
        true(held < 30000000, '%d bytes went nowhere' % held)
        time.sleep(0.3)
        true(up.sent - held < 1000000, 'still flowing')
        check_memory(S, 20000000)
    true(P.wait(lambda: up.closed, 3), 'the provider was not cancelled')


@test
def slow_provider_holds_the_client_back():
    sent = 0
    with (
        Sluice(openai(P), {'limits': {'drain': '300ms'}}) as s,
        s.connect() as c,
    ):
        c.send(
            'PUT /openai/hang HTTP/1.1\r\nhost: a\r\nauthorization: Bearer pk\r\ncontent-length: 200000000\r\n\r\n'
        )
        c.s.settimeout(0.5)
        try:
            while sent < 100000000:
                sent += c.s.send(b'x' * 65536)
        except (TimeoutError, OSError):
            pass
        true(sent < 40000000, '%d bytes were taken' % sent)


@test
def client_that_leaves_stops_the_provider():
    with S.connect() as c:
        c.request('GET', '/openai/hang')
        true(
            P.wait(
                lambda: P.requests
                and P.requests[-1].path.endswith('/hang')
                and P.requests[-1].method == 'GET'
            )
        )
        up = P.requests[-1]
    true(P.wait(lambda: up.closed, 2), 'the provider still works')


@test
def provider_without_key_is_not_called_open():
    a = S.get('/groq/models')
    true(a.status in (400, 401, 404, 503), a.status)
    a.error


@test
def next_key_for_a_small_body():
    with Sluice(
        openai(P, 'bad,k1'),
        {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}},
    ) as s:
        a = s.post(
            '/openai/chat/completions', {'model': 'gpt-4o', 'messages': []}
        )
        equal(a.status, 200)
        equal(P.requests[-1].key, 'k1')
        equal(
            json.loads(P.requests[-1].body), {'model': 'gpt-4o', 'messages': []}
        )


@test
def cors_is_ours_also_when_the_provider_has_none():
    equal(
        S.call('GET', '/openai/echo', (AUTH, JSON)).get(
            'access-control-allow-origin'
        ),
        '*',
    )


main()
