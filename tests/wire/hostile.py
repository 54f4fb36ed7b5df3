# SPDX-License-Identifier: MIT
"""Providers are hostile too: whatever bytes they say, the caller gets a
well-formed answer and the server lives on."""

import json
import socket
import threading
import time

from wire import (
    Closed,
    Sluice,
    equal,
    fake,
    main,
    openai,
    rows,
    test,
    true,
    wait_for,
)

P = fake.Provider().__enter__()
TEXT = '{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}'


class Raw:
    """Answers every request with the same bytes (or what the iterable yields),
    then closes."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.data = b''
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            s, _ = self.listener.accept()
            threading.Thread(target=self.answer, args=(s,), daemon=True).start()

    def answer(self, s):
        s.settimeout(5)
        try:
            while b'\r\n\r\n' not in s.recv(65536):
                pass
            for piece in (
                [self.data] if isinstance(self.data, bytes) else self.data()
            ):
                s.sendall(piece)
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass
        except OSError:
            pass
        finally:
            s.close()


R = Raw()
S = Sluice(
    {
        'OPENAI_API_KEY': 'k',
        'OPENAI_BASE_URL': 'http://127.0.0.1:%d/v1' % R.port,
    },
    {
        'providers': {
            'openai': {
                'timeouts': {
                    'firstByte': '2s',
                    'firstEvent': '2s',
                    'idle': '2s',
                    'total': '4s',
                }
            }
        }
    },
)


def head(fields='', status='200 OK', ctype='application/json'):
    return (
        'HTTP/1.1 %s\r\ncontent-type: %s\r\n%s\r\n' % (status, ctype, fields)
    ).encode()


def whole(body, fields=''):
    return (
        head('content-length: %d\r\n%s' % (len(body), fields)) + body.encode()
    )


def endless(start, piece):
    def say():
        yield start
        until = time.monotonic() + 5
        while time.monotonic() < until:
            yield piece

    return say


# name, bytes, may it be a good answer?
ANSWERS = [
    ('fine', whole(TEXT), True),
    ('nothing', b'', False),
    ('half a status line', b'HTTP/1.1 20', False),
    ('no status', b'HTTP/1.1\r\n\r\n', False),
    ('status of two digits', b'HTTP/1.1 20 OK\r\n\r\n', False),
    (
        'status of four digits',
        b'HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n',
        False,
    ),
    ('status 999', b'HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n', True),
    ('status 000', b'HTTP/1.1 000 X\r\ncontent-length: 0\r\n\r\n', False),
    ('HTTP/2', b'HTTP/2 200\r\ncontent-length: 0\r\n\r\n', False),
    ('HTTP/0.9', b'<html>hello</html>', False),
    ('bare LF', b'HTTP/1.1 200 OK\ncontent-length: 2\n\n{}', False),
    (
        'upgrade',
        b'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
        False,
    ),
    (
        'interim answers without end',
        endless(b'', b'HTTP/1.1 100 Continue\r\n\r\n'),
        False,
    ),
    (
        'head without end',
        endless(b'HTTP/1.1 200 OK\r\n', b'x: y\r\n' * 100),
        False,
    ),
    (
        'field without end',
        endless(b'HTTP/1.1 200 OK\r\nx: ', b'y' * 1000),
        False,
    ),
    (
        'length and chunks',
        head('content-length: 3\r\ntransfer-encoding: chunked\r\n')
        + b'2\r\n{}\r\n0\r\n\r\n',
        False,
    ),
    (
        'two lengths',
        head('content-length: 2\r\ncontent-length: 3\r\n') + b'{} ',
        False,
    ),
    ('length negative', head('content-length: -2\r\n') + b'{}', False),
    (
        'length beyond 64 bits',
        head('content-length: 99999999999999999999\r\n') + b'{}',
        False,
    ),
    (
        'length never fulfilled',
        head('content-length: 9000000000000000000\r\n') + b'{}',
        False,
    ),
    (
        'chunk size is garbage',
        head('transfer-encoding: chunked\r\n') + b'zz\r\n{}\r\n0\r\n\r\n',
        False,
    ),
    (
        'chunk without end',
        head('transfer-encoding: chunked\r\n') + b'2\r\n{',
        False,
    ),
    (
        'no last chunk',
        head('transfer-encoding: chunked\r\n') + b'2\r\n{}\r\n',
        False,
    ),
    (
        'chunk extension without end',
        endless(head('transfer-encoding: chunked\r\n') + b'2;', b'x' * 1000),
        False,
    ),
    (
        'trailers without end',
        endless(
            head('transfer-encoding: chunked\r\n') + b'2\r\n{}\r\n0\r\n',
            b'x: y\r\n' * 100,
        ),
        False,
    ),
    (
        'unknown coding',
        head('transfer-encoding: gzip, chunked\r\n') + b'2\r\n{}\r\n0\r\n\r\n',
        False,
    ),
    ('NUL in a field', whole(TEXT, 'x: a\0b\r\n'), False),
    ('space before colon', whole(TEXT, 'x : b\r\n'), False),
    ('answers twice', whole(TEXT) + whole(TEXT), True),
    ('empty body', whole(''), False),
    ('JSON cut', whole(TEXT[:-1]), False),
    ('JSON and more', whole(TEXT + 'x'), False),
    ('deep', whole('{"choices":' + '[' * 100000 + ']' * 100000 + '}'), False),
    ('choices is a number', whole('{"choices":1,"usage":"x"}'), True),
    (
        'usage is absurd',
        whole(
            TEXT[:-1]
            + ',"usage":{"prompt_tokens":1e400,"completion_tokens":-5,"total_tokens":"x"}}'
        ),
        True,
    ),
    (
        'usage is huge',
        whole(
            TEXT[:-1] + ',"usage":{"prompt_tokens":99999999999999999999999}}'
        ),
        True,
    ),
    (
        'bad UTF-8',
        head('content-length: 13\r\n') + b'{"x":"\xff\xfe\xc0\x80"}',
        True,
    ),
    (
        'retry-after is garbage',
        head('retry-after: soon\r\ncontent-length: 2\r\n', '400 Bad') + b'{}',
        True,
    ),
    (
        'retry-after is huge',
        head(
            'retry-after: 99999999999999999999\r\ncontent-length: 2\r\n',
            '400 Bad',
        )
        + b'{}',
        True,
    ),
    ('error without a body', head('content-length: 0\r\n', '400 Bad'), True),
    (
        'error is a page',
        head('content-length: 4\r\n', '404 Not Found', 'text/html') + b'<p/>',
        True,
    ),
    (
        'error is a text',
        head('content-length: 16\r\n', '400 Bad') + b'{"error":"texts"}'[:16],
        True,
    ),
    ('204', b'HTTP/1.1 204 No Content\r\n\r\n', True),
    ('304', b'HTTP/1.1 304 Not Modified\r\n\r\n', True),
    (
        'redirect',
        head(
            'location: http://127.0.0.1:1/\r\ncontent-length: 0\r\n',
            '307 Temporary Redirect',
        ),
        True,
    ),
]


def sse(*events, end=True):
    body = b''.join(
        b'%x\r\n%s\r\n' % (len(e), e)
        for e in (x if isinstance(x, bytes) else x.encode() for x in events)
        if e
    )
    return (
        head('transfer-encoding: chunked\r\n', ctype='text/event-stream')
        + body
        + (b'0\r\n\r\n' if end else b'')
    )


HI = 'data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}\n\n'
STREAMS = [
    ('nothing', sse(), None),
    ('only comments', sse(': x\n\n: y\n\n'), None),
    ('no blank line at the end', sse(HI, 'data: [DONE]'), 'hi'),
    ('not JSON', sse(HI, 'data: {"cho\n\n', 'data: [DONE]\n\n'), 'hi'),
    (
        'JSON but no object',
        sse(
            HI,
            'data: [1]\n\n',
            'data: 5\n\n',
            'data: null\n\n',
            'data: [DONE]\n\n',
        ),
        'hi',
    ),
    (
        'wrong types',
        sse(
            HI,
            'data: {"choices":{"a":1}}\n\n',
            'data: {"choices":[5]}\n\n',
            'data: {"choices":[{"delta":3}]}\n\n',
        ),
        'hi',
    ),
    ('bad UTF-8', sse(HI, b'data: {"x":"\xff"}\n\n', 'data: [DONE]\n\n'), 'hi'),
    ('NUL', sse(HI, b'data: \0\n\n', 'data: [DONE]\n\n'), 'hi'),
    (
        'event without end',
        endless(sse(HI, end=False), b'1000\r\n' + b'x' * 4096 + b'\r\n'),
        'hi',
    ),
    (
        'comments without end',
        endless(sse(end=False), b'1000\r\n:' + b'x' * 4093 + b'\n\n\r\n'),
        None,
    ),
    (
        'lines without end',
        endless(sse(HI, end=False), b'6\r\ndata:\n\r\n'),
        'hi',
    ),
    ('chunk sizes are garbage later', sse(HI, end=False) + b'zz\r\n', 'hi'),
    ('reset', sse(HI, end=False), 'hi'),
    ('error is a text', sse(HI, 'data: {"error":"boom"}\n\n'), 'hi'),
    (
        'error is null',
        sse(
            'data: {"error":null,"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n',
            'data: [DONE]\n\n',
        ),
        'hi',
    ),
    (
        'text after [DONE]',
        sse(
            HI,
            'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
            'data: [DONE]\n\n',
            HI,
        ),
        'hi',
    ),
    (
        'byte order mark',
        sse(
            b'\xef\xbb\xbf' + HI.encode(),
            'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
            'data: [DONE]\n\n',
        ),
        'hi',
    ),
    (
        'lines end in CR',
        sse(
            HI.replace('\n', '\r'),
            'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\r\r',
            'data: [DONE]\r\r',
        ),
        'hi',
    ),
]

# These end well; a relay does not look into the bytes of a text.
GOOD = (
    'text after [DONE]',
    'byte order mark',
    'lines end in CR',
    'error is null',
    'no blank line at the end',
    'bad UTF-8',
)


@rows(ANSWERS)
def answer(name, data, may_be_good):
    R.data = data
    a = S.chat('openai/m')
    true(a.complete, 'cut')
    if not may_be_good:
        true(a.status in (502, 504), 'status %d %r' % (a.status, a.body[:200]))
        true('openai' in a.error['message'], a.body)
    elif a.status >= 400:
        a.error
    true(S.healthy())


@rows(ANSWERS)
def answer_to_a_stream(name, data, may_be_good):
    R.data = data
    a = S.chat('openai/m', stream=True)
    true(a.complete, 'cut')
    if not may_be_good:
        true(a.status in (502, 504), 'status %d %r' % (a.status, a.body[:200]))
    true(S.healthy())


@rows(ANSWERS)
def answer_to_a_pass_through(name, data, may_be_good):
    R.data = data
    try:
        S.get('/openai/x')
    except Closed as e:
        raise AssertionError('closed without an answer: %s' % e)
    true(S.healthy())


@rows(STREAMS)
def stream(name, data, text):
    R.data = data
    a = S.chat('openai/m', stream=True)
    true(a.complete, 'cut')
    if text is None:
        true(
            a.status in (502, 503, 504),
            'status %d %r' % (a.status, a.body[:200]),
        )
        a.error
    else:
        equal(a.status, 200)
        true(text.encode() in a.body, a.body[:300])
        equal(
            b'data: [DONE]' in a.body and b'"error":{' not in a.body,
            name in GOOD,
            'told as a good end',
        )
    true(S.healthy())


@rows(
    [
        ('CR LF', 'a\r\nx-evil: 1'),
        ('LF', 'a\nx-evil: 1'),
        ('NUL', 'a\0b'),
        ('escape', 'a\x1b[31m'),
        ('long', 'x' * 20000),
        ('dots', '../../x'),
    ]
)
def model_names_can_not_inject(name, model):
    with Sluice(openai(P)) as s:
        before = s.log.count('\n')
        for streamed in (False, True):
            a = s.chat('openai/' + model, stream=streamed)
            true(a.status in (200, 400, 404), a.status)
            true(a.get('x-evil') is None, 'a header of the caller\'s making')
            equal(P.requests[-1].path, '/v1/chat/completions')
        wait_for(lambda: s.log.count('chat/completions') >= 2, 3, 'log lines')
        lines = s.log[:].split('\n')
        true(not any(line.startswith(('x-evil', 'b')) for line in lines), s.log)
        true('\x1b' not in s.log and '\0' not in s.log, repr(s.log))
        true(s.log.count('\n') >= before + 2)


@test
def request_fields_can_not_inject_into_the_log():
    with Sluice(openai(P), args=('--log-format', 'json')) as s:
        s.get('/openai/echo/%0a%22x?a=%22')
        s.get('/a"b\\c%0a')
        wait_for(lambda: s.log.count('\n') >= 3, 3, 'log lines')
        for line in s.log.splitlines():
            json.loads(line)


@test
def key_goes_to_its_provider_alone():
    """Neither an absolute target, nor a Host field, nor a redirect changes
    where a key goes."""
    with fake.Provider() as other, Sluice(openai(P)) as s:
        for target in (
            'http://127.0.0.1:%d/openai/echo' % other.port,
            '/openai/http://127.0.0.1:%d/echo' % other.port,
            '/openai/@127.0.0.1:%d/echo' % other.port,
            '/openai/redirect',
        ):
            with s.connect() as c:
                c.send(
                    'GET %s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nauthorization: Bearer pk\r\nx-forwarded-host: 127.0.0.1:%d\r\n\r\n'
                    % (target, other.port, other.port)
                )
                c.response()
        equal(len(other.requests), 0, 'a request went elsewhere')


main()
