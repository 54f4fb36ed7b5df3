# SPDX-License-Identifier: MIT
"""HTTP/1.1 as it must be: what is refused and how, what connections live
through."""

import contextlib
import json
import time

from wire import (
    AUTH,
    JSON,
    Closed,
    Sluice,
    equal,
    fake,
    in_thread,
    main,
    openai,
    rows,
    test,
    true,
    wait_for,
)

P = fake.Provider().__enter__()
S = Sluice(
    openai(P),
    {
        'limits': {
            'head': '8k',
            'headFields': 40,
            'body': '64k',
            'headTimeout': '600ms',
            'bodyTimeout': '600ms',
            'idleTimeout': '800ms',
        }
    },
)
H = 'host: a\r\nauthorization: Bearer pk\r\n'
CHAT = json.dumps(
    {'model': 'openai/gpt-4o', 'messages': [{'role': 'user', 'content': 'hi'}]}
)


def post(fields, body='', line='POST /v1/chat/completions HTTP/1.1'):
    return ('%s\r\n%s%s\r\n%s' % (line, H, fields, body)).encode()


def chunked(text, fields='transfer-encoding: chunked\r\n'):
    return post(fields + 'content-type: application/json\r\n', text)


SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n'
REFUSED = [
    (
        'content-length and transfer-encoding',
        chunked(
            '0\r\n\r\n' + SMUGGLED,
            'content-length: 5\r\ntransfer-encoding: chunked\r\n',
        ),
    ),
    (
        'transfer-encoding and content-length',
        chunked(
            '0\r\n\r\n',
            'transfer-encoding: chunked\r\n' 'content-length: 5\r\n',
        ),
    ),
    (
        'two different lengths',
        post('content-length: 2\r\ncontent-length: 3\r\n', '{} '),
    ),
    ('a list of different lengths', post('content-length: 2, 3\r\n', '{} ')),
    ('negative length', post('content-length: -1\r\n')),
    ('signed length', post('content-length: +2\r\n', '{}')),
    ('hexadecimal length', post('content-length: 0x2\r\n', '{}')),
    ('length with a blank', post('content-length: 2 2\r\n', '{}')),
    ('empty length', post('content-length:\r\n', '{}')),
    (
        'length beyond 64 bits',
        post('content-length: 99999999999999999999999\r\n', '{}'),
    ),
    (
        'coding is not last chunked',
        chunked('0\r\n\r\n', 'transfer-encoding: chunked, identity\r\n'),
    ),
    (
        'chunked twice',
        chunked('0\r\n\r\n', 'transfer-encoding: chunked, chunked\r\n'),
    ),
    (
        'chunked in two fields',
        chunked(
            '0\r\n\r\n',
            'transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n',
        ),
    ),
    (
        'coding with a vertical tab',
        chunked('0\r\n\r\n', 'transfer-encoding: \x0bchunked\r\n'),
    ),
    ('empty coding', chunked('0\r\n\r\n', 'transfer-encoding:\r\n')),
    ('chunk size is no number', chunked('zz\r\n{}\r\n0\r\n\r\n')),
    ('chunk size with 0x', chunked('0x2\r\n{}\r\n0\r\n\r\n')),
    ('chunk size signed', chunked('+2\r\n{}\r\n0\r\n\r\n')),
    (
        'chunk size beyond 64 bits',
        chunked('fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
    ),
    ('chunk size empty', chunked('\r\n{}\r\n0\r\n\r\n')),
    ('chunk ends in bare LF', chunked('2\n{}\n0\n\n')),
    ('chunk data not followed by CRLF', chunked('2\r\n{}x\r\n0\r\n\r\n')),
    ('chunk longer than its size', chunked('1\r\n{}\r\n0\r\n\r\n')),
    ('chunk size then blank', chunked('2 \r\n{}\r\n0\r\n\r\n')),
    ('obs-fold', post('x: a\r\n b\r\ncontent-length: 2\r\n', '{}')),
    ('obs-fold by tab', post('x: a\r\n\tb\r\ncontent-length: 2\r\n', '{}')),
    ('first field folded', b'GET /ping HTTP/1.1\r\n host: a\r\n\r\n'),
    ('bare LF between fields', b'GET /ping HTTP/1.1\nhost: a\n\n'),
    ('bare LF inside fields', b'GET /ping HTTP/1.1\r\nhost: a\nx: b\r\n\r\n'),
    ('bare CR in a value', b'GET /ping HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n'),
    ('bare CR ends a line', b'GET /ping HTTP/1.1\rhost: a\r\r'),
    ('NUL in a value', b'GET /ping HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'),
    ('NUL in the target', b'GET /pi\0ng HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('space before the colon', post('content-length : 2\r\n', '{}')),
    (
        'tab before the colon',
        post('transfer-encoding\t: chunked\r\n', '0\r\n\r\n'),
    ),
    ('space inside a name', b'GET /ping HTTP/1.1\r\nhost: a\r\nx y: b\r\n\r\n'),
    ('no name', b'GET /ping HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n'),
    ('no colon', b'GET /ping HTTP/1.1\r\nhost: a\r\nxyz\r\n\r\n'),
    ('name with a bracket', b'GET /ping HTTP/1.1\r\nhost: a\r\nx(y: b\r\n\r\n'),
    (
        'name with high bytes',
        b'GET /ping HTTP/1.1\r\nhost: a\r\nx\xe9: b\r\n\r\n',
    ),
    ('no host', b'GET /ping HTTP/1.1\r\n\r\n'),
    ('two hosts', b'GET /ping HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'),
    ('host with a slash', b'GET /ping HTTP/1.1\r\nhost: a/b\r\n\r\n'),
    ('host with a user', b'GET /ping HTTP/1.1\r\nhost: u@a\r\n\r\n'),
    ('two blanks after the method', b'GET  /ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('two blanks after the target', b'GET /ping  HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('tab in the request line', b'GET\t/ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('blank before the method', b' GET /ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('blank after the version', b'GET /ping HTTP/1.1 \r\nhost: a\r\n\r\n'),
    ('no version', b'GET /ping\r\nhost: a\r\n\r\n'),
    ('lower-case http', b'GET /ping http/1.1\r\nhost: a\r\n\r\n'),
    ('version of one digit', b'GET /ping HTTP/1\r\nhost: a\r\n\r\n'),
    ('target without slash', b'GET ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    (
        'raw high byte in the target',
        b'GET /pi\xffng HTTP/1.1\r\nhost: a\r\n\r\n',
    ),
    (
        'TLS hello on a plain port',
        b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
        + b'\x00' * 40
        + b'\r\n\r\n',
    ),
    ('garbage', b'\x00\x01\x02\x03\r\n\r\n'),
    (
        'HTTP/1.0 with transfer-encoding',
        post(
            'transfer-encoding: chunked\r\n',
            '0\r\n\r\n',
            'POST /v1/chat/completions HTTP/1.0',
        ),
    ),
]


@rows(REFUSED)
def refused_with_400_and_closed(name, data):
    before = len(P.requests)
    with S.connect() as c:
        c.send(data)
        a = c.response()
        equal(a.status, 400)
        true(a.complete, 'answer cut')
        a.error
        true(c.closes(), 'still open; then %r' % c.buf[:100])
    equal(len(P.requests), before, 'requests upstream')


OTHER = [
    (
        'unknown coding',
        chunked('0\r\n\r\n', 'transfer-encoding: gzip, chunked\r\n'),
        (400, 501),
    ),
    ('HTTP/2.0', b'GET /ping HTTP/2.0\r\nhost: a\r\n\r\n', (505, 400)),
    ('HTTP/2 preface', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (505, 400)),
    ('CONNECT', b'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', (400, 405, 501)),
    ('TRACE', b'TRACE /ping HTTP/1.1\r\nhost: a\r\n\r\n', (400, 405, 501)),
    (
        'unknown expectation',
        post('expect: coffee\r\ncontent-length: 2\r\n', '{}'),
        (417,),
    ),
    (
        'head too large',
        b'GET /ping HTTP/1.1\r\nhost: a\r\nx: ' + b'y' * 9000 + b'\r\n\r\n',
        (431,),
    ),
    (
        'head too large, never ending',
        b'GET /ping HTTP/1.1\r\nhost: a\r\nx: ' + b'y' * 20000,
        (431,),
    ),
    (
        'target too large',
        b'GET /' + b'y' * 9000 + b' HTTP/1.1\r\nhost: a\r\n\r\n',
        (431, 414),
    ),
    (
        'too many fields',
        b'GET /ping HTTP/1.1\r\nhost: a\r\n' + b'x: y\r\n' * 41 + b'\r\n',
        (431,),
    ),
    ('body too large by length', post('content-length: 65537\r\n'), (413,)),
    (
        'body too large in chunks',
        chunked('10001\r\n' + 'x' * 65537 + '\r\n0\r\n\r\n'),
        (413,),
    ),
    (
        'body too large, 100-continue',
        post('content-length: 65537\r\nexpect: 100-continue\r\n'),
        (413,),
    ),
    (
        'encoded body',
        post('content-encoding: gzip\r\ncontent-length: 2\r\n', '{}'),
        (415,),
    ),
]


@rows(OTHER)
def refused(name, data, statuses):
    with S.connect() as c:
        try:
            c.send(data)
        except OSError:
            pass  # the answer may come while we still write
        a = c.response()
        true(a.status in statuses, 'status %d' % a.status)
        a.error


FINE = [
    ('plain', b'GET /ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('one empty line first', b'\r\nGET /ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('absolute form', b'GET http://a/ping HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('no blank after the colon', b'GET /ping HTTP/1.1\r\nhost:a\r\n\r\n'),
    (
        'blanks and tabs around a value',
        b'GET /ping HTTP/1.1\r\nhost: \t a \t\r\n\r\n',
    ),
    ('empty value', b'GET /ping HTTP/1.1\r\nhost: a\r\nx:\r\n\r\n'),
    (
        'high bytes in a value',
        b'GET /ping HTTP/1.1\r\nhost: a\r\nx: \xe9\r\n\r\n',
    ),
    (
        'same length twice',
        b'GET /ping HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n',
    ),
    ('host in capitals', b'GET /ping HTTP/1.1\r\nHOST: a\r\n\r\n'),
    ('host with port', b'GET /ping HTTP/1.1\r\nhost: [::1]:80\r\n\r\n'),
    ('a query', b'GET /ping?x=1 HTTP/1.1\r\nhost: a\r\n\r\n'),
    ('HTTP/1.0', b'GET /ping HTTP/1.0\r\n\r\n'),
    (
        'as many fields as allowed',
        b'GET /ping HTTP/1.1\r\nhost: a\r\n' + b'x: y\r\n' * 39 + b'\r\n',
    ),
]


@rows(FINE)
def accepted(name, data):
    with S.connect() as c:
        c.send(data)
        a = c.response()
        equal((a.status, a.body), (200, b'Pong'))


@rows(FINE[:4])
def accepted_byte_by_byte(name, data):
    with S.connect() as c:
        for i in range(len(data)):
            c.send(data[i : i + 1])
        equal(c.response().status, 200)


@test
def chat_in_chunks_cut_at_every_place():
    body = CHAT.encode()
    wire = b''.join(
        b'%x;ext="a b"\r\n%s\r\n' % (len(body[i : i + 7]), body[i : i + 7])
        for i in range(0, len(body), 7)
    )
    data = chunked(wire.decode() + '0\r\nx-trailer: 1\r\n\r\n')
    with S.connect() as c:
        for i in range(len(data)):
            c.send(data[i : i + 1])
        a = c.response()
    equal(a.status, 200)
    equal(a.text, fake.TEXT)
    equal(P.requests[-1].json['model'], 'gpt-4o')
    true(P.requests[-1].get('x-trailer') is None, 'a trailer became a header')


@test
def answers_carry_date_and_request_id():
    a = S.get('/ping')
    true(a.get('date'), 'no date')
    true(a.get('x-request-id'), 'no x-request-id')
    true(
        a.get('x-request-id') != S.get('/ping').get('x-request-id'),
        'the same id twice',
    )


@test
def kept_alive():
    with S.connect() as c:
        for _ in range(5):
            c.request('GET', '/ping')
            equal(c.response().status, 200)
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), CHAT.encode())
        equal(c.response().text, fake.TEXT)
        c.request('GET', '/nothing-here')
        equal(c.response().status, 404)
        c.request('GET', '/ping')
        equal(c.response().status, 200)


@test
def connection_close_is_obeyed():
    with S.connect() as c:
        c.request('GET', '/ping', (AUTH, ('connection', 'close')))
        a = c.response()
        equal((a.get('connection') or '').lower(), 'close')
        true(c.closes(), 'still open')


@test
def http_1_0_closes():
    with S.connect() as c:
        c.send(b'GET /ping HTTP/1.0\r\n\r\n')
        c.response()
        true(c.closes(), 'still open')


@test
def http_1_0_stream_has_no_chunks():
    body = json.dumps(
        {
            'model': 'openai/gpt-4o',
            'stream': True,
            'messages': [{'role': 'user', 'content': 'x'}],
        }
    )
    with S.connect() as c:
        c.send(
            'POST /v1/chat/completions HTTP/1.0\r\nauthorization: Bearer pk\r\ncontent-length: %d\r\n\r\n%s'
            % (len(body), body)
        )
        a = c.response()
    equal(a.status, 200)
    true(a.get('transfer-encoding') is None, 'chunked for HTTP/1.0')
    equal(a.text, fake.TEXT)
    equal(a.events[-1], '[DONE]')


@test
def pipelined_requests_are_answered_in_order():
    with S.connect() as c:
        one = post(
            'content-length: %d\r\ncontent-type: application/json\r\n'
            % len(CHAT),
            CHAT,
        )
        ping = b'GET /ping HTTP/1.1\r\nhost: a\r\n\r\n'
        missing = ('GET /missing HTTP/1.1\r\n%s\r\n' % H).encode()
        c.send(ping + one + missing + ping + one + ping)
        equal(
            [c.response().status for _ in range(6)],
            [200, 200, 404, 200, 200, 200],
        )


@test
def answers_nobody_reads_hold_the_requests_back():
    """A client that asks and asks and reads nothing must not fill our
    memory; once it reads, each of its requests is answered. Without the short
    time limits of the others: the kernel's window probes of a peer that has
    stopped reading come more than 600 ms apart."""
    one = b'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
    last = b'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
    status = b'HTTP/1.1 401 '
    most = 32 << 20
    with Sluice(openai(P)) as sluice, sluice.connect(rcvbuf=4096) as c:
        c.s.settimeout(1)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < most:
                sent += c.s.send(one * 2000)
        true(sent < most, 'it reads on, whatever waits to be written')

        def send_rest():
            c.send(one[sent % len(one) :] + last)

        c.s.settimeout(10)
        sending = in_thread(send_rest)
        answers, tail = 0, b''
        while data := c.s.recv(1 << 20):
            answers += (tail + data).count(status)
            tail = data[1 - len(status) :]
        sending.result()
        equal(answers, sent // len(one) + 2, 'answers')


@test
def pipelined_request_cut_in_two_writes():
    with S.connect() as c:
        c.send(b'GET /ping HTTP/1.1\r\nhost: a\r\n\r\nGET /pi')
        equal(c.response().status, 200)
        c.send(b'ng HTTP/1.1\r\nhost: a\r\n\r\n')
        equal(c.response().status, 200)


@test
def continue_is_said_before_the_body():
    with S.connect() as c:
        c.send(
            post(
                'content-length: %d\r\nexpect: 100-continue\r\ncontent-type: application/json\r\n'
                % len(CHAT)
            )
        )
        equal(c.head().status, 100)
        c.send(CHAT)
        equal(c.response().text, fake.TEXT)


@test
def continue_not_said_to_a_caller_without_credentials():
    with S.connect() as c:
        c.send(
            b'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n'
        )
        equal(c.head().status, 401)


@test
def head_has_no_body():
    with S.connect() as c:
        c.request('HEAD', '/ping')
        a = c.response('HEAD')
        equal(a.status, 200)
        c.request('GET', '/ping')
        equal(c.response().body, b'Pong')


@test
def slow_head_is_408():
    with S.connect() as c:
        c.send(b'GET /ping HT')
        start = time.monotonic()
        a = c.response()
        equal(a.status, 408)
        true(0.3 < time.monotonic() - start < 3, 'at the wrong time')
        true(c.closes(), 'still open')


@test
def slow_drip_does_not_extend_the_head():
    with S.connect() as c:
        start, status = time.monotonic(), None
        while time.monotonic() - start < 3 and status is None:
            try:
                c.send(
                    b'GET /ping HTTP/1.1\r\n'
                    if time.monotonic() - start < 0.01
                    else b'x: y\r\n'
                )
            except OSError:
                break
            time.sleep(0.1)
            c.s.settimeout(0.001)
            try:
                c.fill()
                status = True
            except (TimeoutError, OSError):
                pass
            except Closed:
                break
        true(time.monotonic() - start < 2.5, 'a head was awaited for ever')


@test
def slow_body_is_408():
    with S.connect() as c:
        c.send(
            post(
                'content-length: 100\r\ncontent-type: application/json\r\n',
                '{"model":',
            )
        )
        a = c.response()
        equal(a.status, 408)
        true(c.closes(), 'still open')


@test
def idle_connection_is_closed_quietly():
    with S.connect() as c:
        c.request('GET', '/ping')
        c.response()
        start = time.monotonic()
        true(c.closes(4), 'still open')
        true(time.monotonic() - start > 0.4, 'closed at once')


@test
def connection_that_says_nothing_is_closed():
    with S.connect() as c:
        c.s.settimeout(4)
        try:
            a = c.response()
            equal(a.status, 408)
        except Closed:
            pass


@test
def body_cut_by_the_client():
    before = len(P.requests)
    with S.connect() as c:
        c.send(
            post(
                'content-length: 100\r\ncontent-type: application/json\r\n',
                '{"model":',
            )
        )
    time.sleep(0.05)
    equal(S.get('/ping').status, 200)
    equal(len(P.requests), before, 'requests upstream')


@test
def unread_body_does_not_become_a_request():
    """A refused request's body must never be read as the next request."""
    inner = 'GET /ping HTTP/1.1\r\nhost: a\r\n\r\n'
    with S.connect() as c:
        c.send(
            'POST /nowhere HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n%s'
            % (len(inner), inner)
        )
        a = c.response()
        equal(a.status, 401)
        c.s.settimeout(0.3)
        try:
            c.fill()
            raise AssertionError('a second answer: %r' % c.buf)
        except (TimeoutError, Closed):
            pass


@test
def many_connections_at_once():
    conns = [S.connect() for _ in range(200)]
    for c in conns:
        c.request('GET', '/ping')
    equal({c.response().status for c in conns}, {200})
    for c in conns:
        c.close()


@test
def connection_limit_is_503():
    with Sluice({}, {'limits': {'connections': 8}}) as s:
        held = []

        # The connection that saw the start may still be closing.
        def held_all():
            c = s.connect()
            c.request('GET', '/ping')
            if c.response().status == 200:
                held.append(c)
            else:
                c.close()
            return len(held) == 8

        wait_for(held_all, 5, 'eight connections within the limit')

        def full():
            try:
                with s.connect() as c:
                    c.request('GET', '/ping')
                    return c.response().status == 503
            except (Closed, OSError):
                return False

        wait_for(full, 5, '503 beyond the connection limit')
        for c in held:
            c.close()
        wait_for(s.healthy, 5, 'room again')


main()
