#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A scripted provider: an HTTP/1.1 server that plays OpenAI's part, well or
badly.

    provider.py [--port 0] [--tls CERT KEY]     prints "port N" when it listens

or inside a test:

    with Provider() as p:                       p.url, p.requests, p.reset()

What a request gets is decided by its key if that is one of KEYS, else by its
model's name (the part before the first "-" is the behaviour, the rest its
arguments), else it is answered as OpenAI would.

    gpt-4o, …             a plain answer, whole or streamed; usage in a stream
                          only when asked for
    tools                 two tool calls, their arguments in pieces
    length                finish_reason length
    status-429-after-7    that status as an error object, with Retry-After: 7
    slow-1500             waits so many milliseconds before its first byte
    pause-1500            a stream that waits between its first and second text
    hang                  never answers (60 s)
    close                 closes without an answer
    garbage               bytes that are not HTTP
    html                  200 with a page instead of JSON
    gzip                  a compressed answer nobody asked for
    big-1000000           an answer with so many bytes of text
    flood-20000000        a stream of so many bytes, as fast as it is read
    long-200              a stream of so many texts, 50 ms apart
    bytes                 a stream written three bytes at a time
    crlf                  a stream with CRLF and comments between events
    cut                   a stream cut after two texts; a whole answer cut in
                          the middle
    cuttool               a stream cut inside a tool call's arguments
    nodone                a stream that ends without [DONE]
    nofinish              a stream that ends without finish reason and [DONE]
    deadstream            a stream cut before its first text
    roleerr               200, a role-only chunk, then an error event
    laterr                200, two texts, then an error event
    badevent              200, a text, then data that is not JSON

Paths for pass-through, below any base path: /echo… (what was received, as
JSON), /duplex (each piece of the body comes back at once), /cut (a chunked
body without its end), /cutlength (a body shorter than promised), /redirect,
/status/N, /sse (a slow event stream), /flood/N, /early (answers before it
reads the body), /hang, /frames (an AWS event stream), /token (gives the next
of Provider.tokens, or else an access token).

GET /_requests lists what was received (with "closed": did the peer leave
before the answer was complete?), POST /_reset forgets it."""

import argparse
import asyncio
import base64
import email.parser
import email.policy
import gzip
import itertools
import json
import ssl
import struct
import sys
import threading
import time
import zlib

KEYS = {
    'bad': 'status-401',
    'forbidden': 'status-403',
    'limited': 'status-429-after-1',
    'down': 'status-500',
    'late': 'slow-5000',
    'hang': 'hang',
    'close': 'close',
    'garbage': 'garbage',
    'html': 'html',
    'roleerr': 'roleerr',
    'cut': 'cut',
    'dead': 'deadstream',
}
PIECES = ['Hel', 'lo, ', 'wörld ', '\u2028', '😀', '!']
TEXT = ''.join(PIECES)
TOOL_CALLS = [
    ('call_a', 'get_weather', ['{"ci', 'ty":"Ky', 'iv 😀"}']),
    ('call_b', 'add', ['{"a":1,', '"b":2}']),
]
MODELS = ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small', 'org/deep/model']
CREATED = 1700000000
USAGE = {
    'prompt_tokens': 11,
    'completion_tokens': 7,
    'total_tokens': 18,
    'prompt_tokens_details': {'cached_tokens': 3},
    'completion_tokens_details': {'reasoning_tokens': 2},
}
VECTOR = [0.5, -1.25, 0.125]
STATUS = {
    400: ('invalid_request_error', 'invalid_value'),
    401: ('invalid_request_error', 'invalid_api_key'),
    403: ('permission_error', None),
    404: ('invalid_request_error', 'model_not_found'),
    408: ('timeout', None),
    409: ('conflict', None),
    422: ('invalid_request_error', None),
    429: ('rate_limit_error', 'rate_limit_exceeded'),
    500: ('server_error', None),
    503: ('service_unavailable_error', 'server_is_overloaded'),
}
REASONS = {
    200: 'OK',
    302: 'Found',
    400: 'Bad Request',
    404: 'Not Found',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
}


def frame(headers, payload):
    """A frame of an AWS event stream; headers: (name, text)."""
    packed = b''.join(
        struct.pack('>B%dsBH' % len(n), len(n), n.encode(), 7, len(v))
        + v.encode()
        for n, v in headers
    )
    start = struct.pack('>II', 16 + len(packed) + len(payload), len(packed))
    start += struct.pack('>I', zlib.crc32(start))
    whole = start + packed + payload
    return whole + struct.pack('>I', zlib.crc32(whole))


FRAMES = frame(
    [
        (':event-type', 'contentBlockDelta'),
        (':content-type', 'application/json'),
        (':message-type', 'event'),
    ],
    b'{"contentBlockIndex":0,"delta":{"text":"Hi"}}',
) + frame(
    [
        (':exception-type', 'throttlingException'),
        (':content-type', 'application/json'),
        (':message-type', 'exception'),
    ],
    b'{"message":"Too many requests"}',
)


class Gone(Exception):
    """The peer left."""


class Cut(Exception):
    """The script wants the connection to end here."""


def dumps(value):
    return json.dumps(value, ensure_ascii=False).encode()


class Request:
    def __init__(self, conn, method, target, headers, reader):
        self.conn, self.method, self.target, self.headers = (
            conn,
            method,
            target,
            headers,
        )
        self.path, _, self.query = target.partition('?')
        self.reader, self.body, self.closed, self.done = (
            reader,
            b'',
            False,
            False,
        )
        self.at = time.monotonic()
        self.chunked = (
            self.get('transfer-encoding') or ''
        ).lower() == 'chunked'
        self.left = int(self.get('content-length') or 0)
        self.body_read = not self.chunked and self.left == 0

    def get(self, name):
        for n, v in self.headers:
            if n.lower() == name:
                return v
        return None

    def get_all(self, name):
        return [v for n, v in self.headers if n.lower() == name]

    @property
    def key(self):
        auth = self.get('authorization')
        if auth:
            return auth.partition(' ')[2]
        for name in ('x-api-key', 'x-goog-api-key', 'api-key'):
            if self.get(name):
                return self.get(name)
        return ''

    @property
    def json(self):
        return json.loads(self.body)

    async def piece(self):
        """The next piece of the body, b'' at its end."""
        if self.body_read:
            return b''
        if not self.chunked:
            data = await self.reader.read(min(self.left, 65536))
            self.left -= len(data)
            self.body_read = self.left == 0
            if not data:
                raise Gone
        else:
            size = int(
                (await self.reader.readuntil(b'\r\n')).split(b';')[0], 16
            )
            if size == 0:
                while await self.reader.readuntil(b'\r\n') != b'\r\n':
                    pass
                self.body_read = True
                return b''
            data = await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        self.body += data
        return data

    async def read_body(self):
        while not self.body_read:
            await self.piece()
        return self.body

    def as_json(self):
        return {
            'conn': self.conn,
            'method': self.method,
            'target': self.target,
            'path': self.path,
            'query': self.query,
            'headers': self.headers,
            'body': self.body.decode('utf-8', 'replace'),
            'key': self.key,
            'closed': self.closed,
            'done': self.done,
        }


class Reply:
    def __init__(self, request, reader, writer):
        self.request, self.r, self.w, self.started, self.chunked = (
            request,
            reader,
            writer,
            False,
            False,
        )

    def check(self):
        if (
            self.r.at_eof()
            or self.r.exception() is not None
            or self.w.is_closing()
        ):
            raise Gone

    async def sleep(self, seconds):
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            self.check()
            await asyncio.sleep(min(rest, 0.01))
        self.check()

    async def raw(self, data):
        self.check()
        self.w.write(data)
        await self.w.drain()

    async def head(self, status, headers, length=None):
        self.started = True
        self.chunked = length is None
        lines = ['HTTP/1.1 %d %s' % (status, REASONS.get(status, 'Status'))]
        lines += ['%s: %s' % h for h in headers]
        lines.append(
            'transfer-encoding: chunked'
            if length is None
            else 'content-length: %d' % length
        )
        await self.raw(('\r\n'.join(lines) + '\r\n\r\n').encode())

    async def chunk(self, data):
        await self.raw(b'%x\r\n%s\r\n' % (len(data), data))

    async def end(self):
        await self.raw(b'0\r\n\r\n')

    async def whole(self, status, body, ctype='application/json', extra=()):
        head = [
            ('content-type', ctype),
            ('x-request-id', 'req_fake'),
            ('openai-processing-ms', '3'),
            ('x-ratelimit-remaining-requests', '99'),
            ('set-cookie', 'upstream=1'),
        ] + list(extra)
        await self.head(status, head, len(body))
        await self.raw(b'' if self.request.method == 'HEAD' else body)

    async def error(self, status, after=None):
        kind, code = STATUS.get(status, ('server_error', None))
        extra = [('retry-after', str(after))] if after is not None else []
        message = 'scripted failure %d' % status
        body = {
            'error': {
                'message': message,
                'type': kind,
                'param': None,
                'code': code,
            }
        }
        await self.whole(status, dumps(body), extra=extra)

    async def sse_head(self):
        await self.head(
            200,
            [
                ('content-type', 'text/event-stream; charset=utf-8'),
                ('x-request-id', 'req_fake'),
                ('cache-control', 'no-cache'),
            ],
        )

    async def event(self, value):
        data = value if isinstance(value, bytes) else dumps(value)
        await self.chunk(b'data: ' + data + b'\n\n')


def chunk_of(model, delta, finish=None, usage_asked=False):
    out = {
        'id': 'chatcmpl-fake',
        'object': 'chat.completion.chunk',
        'created': CREATED,
        'model': model,
        'system_fingerprint': 'fp_1',
        'choices': [
            {
                'index': 0,
                'delta': delta,
                'logprobs': None,
                'finish_reason': finish,
            }
        ],
    }
    if usage_asked:
        out['usage'] = None
    return out


def completion(model, message, finish='stop'):
    message = {'role': 'assistant', 'content': None, 'refusal': None, **message}
    return {
        'id': 'chatcmpl-fake',
        'object': 'chat.completion',
        'created': CREATED,
        'model': model,
        'choices': [
            {
                'index': 0,
                'message': message,
                'logprobs': None,
                'finish_reason': finish,
            }
        ],
        'usage': USAGE,
        'system_fingerprint': 'fp_1',
        'x_unknown': 1.50,
    }


def tool_calls():
    return [
        {
            'id': i,
            'type': 'function',
            'function': {'name': n, 'arguments': ''.join(a)},
        }
        for i, n, a in TOOL_CALLS
    ]


class Script:
    """One chat request and its behaviour."""

    def __init__(self, request, reply, body):
        self.q, self.reply, self.body = request, reply, body
        self.model = str(body.get('model', ''))
        name = KEYS.get(request.key.split('-')[0], self.model)
        self.kind, *self.args = name.split('-')
        self.stream = bool(body.get('stream'))
        self.usage_asked = bool(
            (body.get('stream_options') or {}).get('include_usage')
        )

    def number(self, i, default):
        return (
            int(self.args[i])
            if len(self.args) > i and self.args[i].isdigit()
            else default
        )

    async def failure(self):
        """Behaviours that answer no matter what was asked. True: done."""
        reply = self.reply
        if self.kind == 'status':
            after = (
                self.args[2]
                if len(self.args) > 2 and self.args[1] == 'after'
                else None
            )
            await reply.error(self.number(0, 500), after)
        elif self.kind == 'hang':
            await reply.sleep(60)
            raise Cut
        elif self.kind == 'close':
            raise Cut
        elif self.kind == 'garbage':
            await reply.raw(b'\x16\x03\x01 this is not HTTP\r\n\r\nat all')
            raise Cut
        elif self.kind == 'html':
            await reply.whole(
                200, b'<html><body>maintenance</body></html>', 'text/html'
            )
        elif self.kind == 'gzip':
            answer = gzip.compress(
                dumps(completion(self.model, {'content': TEXT}))
            )
            await reply.whole(200, answer, extra=[('content-encoding', 'gzip')])
        else:
            if self.kind == 'slow':
                await reply.sleep(self.number(0, 1000) / 1000)
            return False
        return True

    async def chat(self):
        if await self.failure():
            return
        if self.stream:
            await self.chat_stream()
        else:
            await self.chat_whole()

    async def chat_whole(self):
        message, finish = {'content': TEXT}, 'stop'
        if self.kind == 'tools' or self.body.get('tools'):
            message, finish = {'tool_calls': tool_calls()}, 'tool_calls'
        elif self.kind == 'big':
            message = {'content': 'x' * self.number(0, 1000000)}
        elif self.kind == 'length':
            finish = 'length'
        answer = dumps(completion(self.model, message, finish))
        if self.kind == 'cut':
            await self.reply.head(
                200, [('content-type', 'application/json')], len(answer)
            )
            await self.reply.raw(answer[: len(answer) // 2])
            raise Cut
        await self.reply.whole(200, answer)

    async def send(self, delta, finish=None):
        await self.reply.event(
            chunk_of(self.model, delta, finish, self.usage_asked)
        )

    async def texts(self):
        kind, reply = self.kind, self.reply
        if kind == 'big':
            await self.send({'content': 'x' * self.number(0, 1000000)})
        elif kind == 'flood':
            sent, n = 0, self.number(0, 20000000)
            while sent < n:
                await self.send({'content': 'y' * 16000})
                sent += 16000
        elif kind == 'long':
            for i in range(self.number(0, 200)):
                await self.send({'content': '%d ' % i})
                await reply.sleep(0.05)
        else:
            for i, piece in enumerate(PIECES):
                if i == 2 and kind == 'cut':
                    await reply.raw(b'30\r\ndata: {"id":"chatcmpl-fa')
                    raise Cut
                if i == 2 and kind == 'laterr':
                    await reply.event(
                        {
                            'error': {
                                'message': 'scripted overload',
                                'type': 'server_error',
                                'param': None,
                                'code': None,
                            }
                        }
                    )
                    await reply.end()
                    return False
                if i == 1 and kind == 'badevent':
                    await reply.event(b'{"choices":[{"delta"')
                if i == 1 and kind == 'pause':
                    await reply.sleep(self.number(0, 1000) / 1000)
                await self.send({'content': piece})
        return True

    async def tools(self):
        for i, (ident, name, pieces) in enumerate(TOOL_CALLS):
            await self.send(
                {
                    'tool_calls': [
                        {
                            'index': i,
                            'id': ident,
                            'type': 'function',
                            'function': {'name': name, 'arguments': ''},
                        }
                    ]
                }
            )
            for piece in pieces:
                await self.send(
                    {
                        'tool_calls': [
                            {'index': i, 'function': {'arguments': piece}}
                        ]
                    }
                )
                if self.kind == 'cuttool':
                    raise Cut

    async def chat_stream(self):
        reply = self.reply
        await reply.sse_head()
        if self.kind == 'bytes':
            return await self.stream_bytes()
        if self.kind == 'crlf':
            return await self.stream_crlf()
        await self.send({'role': 'assistant', 'content': '', 'refusal': None})
        if self.kind == 'deadstream':
            raise Cut
        if self.kind == 'roleerr':
            await reply.event(
                {
                    'error': {
                        'message': 'scripted overload',
                        'type': 'server_error',
                        'param': None,
                        'code': 'overloaded',
                    }
                }
            )
            return await reply.end()
        finish = 'length' if self.kind == 'length' else 'stop'
        if self.kind in ('tools', 'cuttool') or self.body.get('tools'):
            await self.tools()
            finish = 'tool_calls'
        elif not await self.texts():
            return None
        if self.kind != 'nofinish':
            await self.send({}, finish)
        if self.usage_asked:
            await reply.event(
                {**chunk_of(self.model, {}), 'choices': [], 'usage': USAGE}
            )
        if self.kind not in ('nodone', 'nofinish'):
            await reply.event(b'[DONE]')
        return await reply.end()

    def all_events(self, eol):
        deltas = [{'role': 'assistant', 'content': ''}] + [
            {'content': p} for p in PIECES
        ]
        chunks = [
            chunk_of(self.model, d, None, self.usage_asked) for d in deltas
        ]
        chunks.append(chunk_of(self.model, {}, 'stop', self.usage_asked))
        if self.usage_asked:
            chunks.append(
                {**chunk_of(self.model, {}), 'choices': [], 'usage': USAGE}
            )
        return [
            b'data: ' + data + eol + eol
            for data in [dumps(c) for c in chunks] + [b'[DONE]']
        ]

    async def stream_bytes(self):
        # Three bytes a write and a turn of the loop between them: the kernel
        # may join some, never all.
        data = b''.join(self.all_events(b'\n'))
        for i in range(0, len(data), 3):
            await self.reply.chunk(data[i : i + 3])
            await asyncio.sleep(0)
        await self.reply.end()

    async def stream_crlf(self):
        for event in self.all_events(b'\r\n'):
            await self.reply.chunk(b': keep-alive\r\n\r\n' + event)
        await self.reply.end()


def embedding(values, form):
    if form == 'base64':
        return base64.b64encode(
            struct.pack('<%df' % len(values), *values)
        ).decode()
    return values


def form_parts(content_type, body):
    """multipart/form-data as {name: [(filename, bytes)]}."""
    text = b'content-type: ' + content_type.encode() + b'\r\n\r\n' + body
    parts = {}
    for part in (
        email.parser.BytesParser(policy=email.policy.HTTP)
        .parsebytes(text)
        .iter_parts()
    ):
        name = part.get_param('name', header='content-disposition')
        parts.setdefault(name, []).append(
            (part.get_filename(), part.get_payload(decode=True))
        )
    return parts


class Provider:
    failures = []  # of the script itself; there must be none

    def __init__(self, host='127.0.0.1', port=0, tls=None, models=MODELS):
        self.host, self.port, self.tls, self.models = (
            host,
            port,
            tls,
            list(models),
        )
        self.requests, self.connections, self.open = (
            [],
            itertools.count(),
            set(),
        )
        self.loop = self.thread = None
        self.tokens, self.n_tokens = [], 0

    # ---- life ----

    async def start(self):
        context = None
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.tls)
        self.server = await asyncio.start_server(
            self.connection, self.host, self.port, ssl=context, limit=1 << 20
        )
        self.port = self.server.sockets[0].getsockname()[1]

    def __enter__(self):
        ready = threading.Event()
        self.loop = asyncio.new_event_loop()

        def run():
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(self.start())
            ready.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        if not ready.wait(10):
            raise RuntimeError('the scripted provider did not start')
        return self

    def __exit__(self, *exc):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def stop_listening(self):
        """No new connections: the port refuses from now on, and kept ones are
        closed."""

        def stop():
            self.server.close()
            for writer in list(self.open):
                writer.transport.abort()

        self.loop.call_soon_threadsafe(stop)

    @property
    def url(self):
        name = 'localhost' if self.tls else self.host
        return '%s://%s:%d' % ('https' if self.tls else 'http', name, self.port)

    def reset(self):
        self.requests.clear()

    def wait(self, condition, seconds=5):
        """Polls until condition() holds; False when it did not in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return True
            time.sleep(0.005)
        return False

    # ---- connections ----

    async def connection(self, reader, writer):
        conn = next(self.connections)
        self.open.add(writer)
        try:
            while await self.exchange(conn, reader, writer):
                pass
        except (
            Gone,
            Cut,
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ssl.SSLError,
        ):
            pass
        except Exception as e:
            # A bug of the script must not look like a provider's failure.
            Provider.failures.append(repr(e))
            print('provider script failed: %r' % e, file=sys.stderr)
        finally:
            self.open.discard(writer)
            writer.close()

    async def exchange(self, conn, reader, writer):
        head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1')
        first, *lines = head[:-4].split('\r\n')
        method, target, _ = first.split(' ')
        headers = [
            (n, v.strip())
            for n, _, v in (line.partition(':') for line in lines)
        ]
        request = Request(conn, method, target, headers, reader)
        hidden = request.path in ('/_requests', '/_reset')
        if not hidden:
            self.requests.append(request)
        reply = Reply(request, reader, writer)
        try:
            if (request.get('expect') or '').lower() == '100-continue':
                await reply.raw(b'HTTP/1.1 100 Continue\r\n\r\n')
            await self.route(request, reply)
            request.done = True
        except (Gone, ConnectionError):
            request.closed = True
            raise
        return (
            request.body_read
            and (request.get('connection') or '').lower() != 'close'
        )

    async def route(self, request, reply):
        path = request.path
        if path == '/_requests':
            return await reply.whole(
                200, dumps([r.as_json() for r in self.requests])
            )
        if path == '/_reset':
            self.requests.clear()
            return await reply.whole(200, b'{}')
        for name in (
            'echo',
            'duplex',
            'cutlength',
            'cut',
            'redirect',
            'status',
            'sse',
            'flood',
            'early',
            'hang',
            'frames',
            'token',
        ):
            start = path.find('/' + name)
            if start >= 0:
                return await getattr(self, 'do_' + name)(
                    request, reply, path[start + len(name) + 1 :]
                )
        await request.read_body()
        if request.method == 'GET' and path.endswith('/models'):
            return await self.do_models(request, reply)
        if (request.get('content-type') or '').startswith(
            'multipart/form-data'
        ):
            return await self.do_form(request, reply)
        for tail in (
            '/chat/completions',
            '/completions',
            '/embeddings',
            '/images/generations',
            '/audio/speech',
            '/moderations',
            '/rerank',
            '/responses',
        ):
            if request.method == 'POST' and path.endswith(tail):
                return await self.do_json(request, reply, tail)
        return await reply.error(404)

    # ---- pass-through paths ----

    async def do_echo(self, request, reply, rest):
        await request.read_body()
        await reply.whole(
            200,
            dumps(request.as_json()),
            extra=[
                ('x-custom', 'kept'),
                ('x-two', 'a'),
                ('x-two', 'b'),
                ('connection', 'x-hop'),
                ('x-hop', 'dropped'),
            ],
        )

    async def do_frames(self, request, reply, rest):
        await request.read_body()
        ctype = 'application/vnd.amazon.eventstream'
        await reply.head(200, [('content-type', ctype)])
        for at in range(0, len(FRAMES), 7):
            await reply.chunk(FRAMES[at : at + 7])
        await reply.end()

    async def do_token(self, request, reply, rest):
        await request.read_body()
        self.n_tokens += 1
        answer = {
            'access_token': 'ya29.%d' % self.n_tokens,
            'expires_in': 3599,
            'token_type': 'Bearer',
        }
        status, answer = self.tokens.pop(0) if self.tokens else (200, answer)
        await reply.whole(status, dumps(answer))

    async def do_duplex(self, request, reply, rest):
        await reply.head(200, [('content-type', 'application/octet-stream')])
        while data := await request.piece():
            await reply.chunk(data)
        await reply.end()

    async def do_cut(self, request, reply, rest):
        await request.read_body()
        await reply.head(200, [('content-type', 'text/plain')])
        await reply.chunk(b'first half')
        await reply.sleep(0.05)
        raise Cut

    async def do_cutlength(self, request, reply, rest):
        await request.read_body()
        await reply.head(200, [('content-type', 'text/plain')], 100)
        await reply.raw(b'first half')
        await reply.sleep(0.05)
        raise Cut

    async def do_redirect(self, request, reply, rest):
        await request.read_body()
        await reply.whole(
            302, b'', extra=[('location', 'http://127.0.0.1:1/elsewhere')]
        )

    async def do_status(self, request, reply, rest):
        await request.read_body()
        await reply.error(int(rest.strip('/')), after='7')

    async def do_sse(self, request, reply, rest):
        await request.read_body()
        await reply.sse_head()
        for i in range(5):
            await reply.chunk(b'event: tick\ndata: %d\n\n' % i)
            await reply.sleep(0.1)
        await reply.end()

    async def do_flood(self, request, reply, rest):
        await request.read_body()
        n = int(rest.strip('/'))
        await reply.head(200, [('content-type', 'application/octet-stream')], n)
        request.sent = 0
        while request.sent < n:
            piece = b'z' * min(65536, n - request.sent)
            await reply.raw(piece)
            request.sent += len(piece)

    async def do_early(self, request, reply, rest):
        await reply.error(413)
        raise Cut

    async def do_hang(self, request, reply, rest):
        # Reads nothing of the body: a sender must come to a stop.
        await reply.sleep(60)

    # ---- OpenAI's surfaces ----

    async def do_models(self, request, reply):
        script = Script(request, reply, {})
        if await script.failure():
            return
        data = [
            {
                'id': m,
                'object': 'model',
                'created': CREATED,
                'owned_by': 'fake',
                'x_extra': 1,
            }
            for m in self.models
        ]
        await reply.whole(200, dumps({'object': 'list', 'data': data}))

    async def do_form(self, request, reply):
        parts = form_parts(request.get('content-type'), request.body)
        model = parts.get('model', [(None, b'')])[0][1].decode()
        if '/' in model or not model:
            return await reply.error(404)
        script = Script(request, reply, {'model': model})
        if await script.failure():
            return None
        name, data = (parts.get('file') or parts.get('image') or [(None, b'')])[
            0
        ]
        if request.path.endswith(('/images/edits', '/images/variations')):
            value = {
                'created': CREATED,
                'data': [{'b64_json': base64.b64encode(data).decode()}],
            }
        else:
            value = {
                'text': '%s %s %d' % (model, name, len(data)),
                'usage': {'type': 'duration', 'seconds': 3},
            }
        return await reply.whole(200, dumps(value))

    async def do_json(self, request, reply, tail):
        try:
            body = request.json
        except (ValueError, RecursionError):
            return await reply.error(400)
        if not isinstance(body, dict):
            return await reply.error(400)
        script = Script(request, reply, body)
        if tail == '/chat/completions':
            return await script.chat()
        if await script.failure():
            return None
        model = script.model
        if tail == '/completions':
            return await self.completions(script, reply)
        if tail == '/audio/speech':
            return await reply.whole(200, bytes(range(256)) * 40, 'audio/mpeg')
        if tail == '/embeddings':
            inputs = (
                body['input']
                if isinstance(body['input'], list)
                else [body['input']]
            )
            form = body.get('encoding_format', 'float')
            value = {
                'object': 'list',
                'model': model,
                'usage': {'prompt_tokens': 5, 'total_tokens': 5},
                'data': [
                    {
                        'object': 'embedding',
                        'index': i,
                        'embedding': embedding(VECTOR, form),
                    }
                    for i, _ in enumerate(inputs)
                ],
            }
        elif tail == '/images/generations':
            value = {
                'created': CREATED,
                'data': [
                    {'b64_json': base64.b64encode(b'\x89PNG fake').decode()}
                ],
                'usage': {
                    'input_tokens': 4,
                    'output_tokens': 9,
                    'total_tokens': 13,
                },
            }
        elif tail == '/moderations':
            value = {
                'id': 'modr-1',
                'model': model,
                'results': [
                    {
                        'flagged': False,
                        'categories': {},
                        'category_scores': {},
                        'category_applied_input_types': {},
                    }
                ],
            }
        elif tail == '/rerank':
            value = {
                'model': model,
                'results': [{'index': 0, 'relevance_score': 0.9}],
            }
        else:
            value = {
                'id': 'resp_1',
                'object': 'response',
                'created_at': CREATED,
                'status': 'completed',
                'model': model,
                'output': [
                    {
                        'type': 'message',
                        'id': 'msg_1',
                        'role': 'assistant',
                        'status': 'completed',
                        'content': [
                            {
                                'type': 'output_text',
                                'text': TEXT,
                                'annotations': [],
                            }
                        ],
                    }
                ],
                'usage': {
                    'input_tokens': 11,
                    'output_tokens': 7,
                    'total_tokens': 18,
                },
            }
        return await reply.whole(200, dumps(value))

    async def completions(self, script, reply):
        base = {
            'id': 'cmpl-fake',
            'object': 'text_completion',
            'created': CREATED,
            'model': script.model,
        }

        def part(text, finish):
            return {
                **base,
                'choices': [
                    {
                        'index': 0,
                        'text': text,
                        'logprobs': None,
                        'finish_reason': finish,
                    }
                ],
            }

        if not script.stream:
            return await reply.whole(
                200, dumps({**part(TEXT, 'stop'), 'usage': USAGE})
            )
        await reply.sse_head()
        for piece in PIECES:
            await reply.event(part(piece, None))
        await reply.event(part('', 'stop'))
        if script.usage_asked:
            await reply.event({**base, 'choices': [], 'usage': USAGE})
        await reply.event(b'[DONE]')
        return await reply.end()


async def main():
    parser = argparse.ArgumentParser(description='a scripted provider')
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--tls', nargs=2, metavar=('CERT', 'KEY'))
    args = parser.parse_args()
    provider = Provider(args.host, args.port, args.tls)
    await provider.start()
    print('port %d' % provider.port, flush=True)
    # A parent that ends (or closes our input) ends us: no orphan keeps a port.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == '__main__':
    asyncio.run(main())
