# SPDX-License-Identifier: MIT
"""What the wire tests share: starting the real binary, a client made of a raw
socket, and a small runner.

    @test
    def name():                      one behaviour; an exception is a failure
    @rows(table)
    def name(row_name, …):           one behaviour per row
    main()                           ends in "N passed, N failed"

Everything waits for a condition with a deadline; ports come from the
kernel."""

import atexit
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'fake'))
import provider as fake  # noqa: E402

SLUICE = os.environ.get('SLUICE', str(ROOT / 'build' / 'dev' / 'sluice'))
TIMEOUT = 10
# A sanitizer's own memory says nothing about ours.
SANITIZED = (
    os.path.exists(SLUICE)
    and b'__asan_init' in pathlib.Path(SLUICE).read_bytes()
)
AUTH = ('authorization', 'Bearer pk')
JSON = ('content-type', 'application/json')
TESTS = []


def test(function):
    TESTS.append((function.__name__.replace('_', ' '), function))
    return function


def rows(table):
    def add(function):
        for row in table:
            name = '%s: %s' % (function.__name__.replace('_', ' '), row[0])
            TESTS.append((name, lambda row=row: function(*row)))
        return function

    return add


def equal(got, want, what=''):
    if got != want:
        raise AssertionError('%s\n    want %r\n    got  %r' % (what, want, got))


def true(condition, what=''):
    if not condition:
        raise AssertionError(what or 'not true')


def wait_for(condition, seconds=5, what='condition'):
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError('not within %s s: %s' % (seconds, what))
        time.sleep(0.005)


def main():
    only = sys.argv[1:]
    passed, failed = 0, []
    for name, function in TESTS:
        if only and not any(word in name for word in only):
            continue
        try:
            function()
            passed += 1
        except Exception as e:
            failed.append(name)
            where = traceback.extract_tb(e.__traceback__)
            script = pathlib.Path(sys.argv[0]).name
            line = next(
                (
                    f.lineno
                    for f in reversed(where)
                    if pathlib.Path(f.filename).name == script
                ),
                0,
            )
            print(
                'FAIL %s: %s (line %d)\n    %s: %s'
                % (script, name, line, type(e).__name__, str(e)[:1500]),
                flush=True,
            )
            if os.environ.get('VERBOSE'):
                traceback.print_exc()
    for s in list(Sluice.running):
        try:
            s.stop()
        except Exception as e:
            failed.append('stop')
            print(
                'FAIL %s: a server did not stop well: %s'
                % (pathlib.Path(sys.argv[0]).name, e)
            )
    for failure in fake.Provider.failures:
        failed.append('provider')
        print('FAIL: the scripted provider itself failed: %s' % failure)
    print('%d passed, %d failed' % (passed, len(failed)), flush=True)
    sys.exit(1 if failed else 0)


class Sluice:
    """A running server. env: more variables; config: a file's content (dict or
    text)."""

    running = []

    def __init__(
        self, env=None, config=None, args=(), listen='127.0.0.1:0', ready=True
    ):
        self.dir = tempfile.TemporaryDirectory(prefix='sluice-wire-')
        self.path = pathlib.Path(self.dir.name)
        self.env = {
            'PATH': os.environ.get('PATH', ''),
            'HOME': self.dir.name,
            'PROXY_API_KEY': 'pk',
        }
        for name in (
            'ASAN_OPTIONS',
            'UBSAN_OPTIONS',
            'TSAN_OPTIONS',
            'LSAN_OPTIONS',
        ):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.env.update(env or {})
        self.env = {k: v for k, v in self.env.items() if v is not None}
        self.config_file = self.path / 'test.jsonc'
        command = [SLUICE]
        if config is not None:
            self.write_config(config)
            command += ['--config', str(self.config_file)]
        command += ['--listen', listen] if listen else []
        command += list(args)
        self.listen, self.port, self.tls, self.last_log = (
            listen or '',
            None,
            False,
            '',
        )
        self.out = open(self.path / 'stdout', 'wb')
        self.err = open(self.path / 'stderr', 'wb')
        self.process = subprocess.Popen(
            command,
            env=self.env,
            cwd=self.dir.name,
            stdin=subprocess.DEVNULL,
            stdout=self.out,
            stderr=self.err,
        )
        Sluice.running.append(self)
        if ready:
            self.wait_ready()

    def write_config(self, config):
        text = config if isinstance(config, str) else json.dumps(config)
        self.config_file.write_text(text)

    @property
    def log(self):
        return (self.path / 'stdout').read_text(errors='replace')

    @property
    def errors(self):
        return (self.path / 'stderr').read_text(errors='replace')

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(
                    'exit %d at start: %s'
                    % (self.process.returncode, self.errors)
                )
            found = re.search(
                r'listening on (https?)://\S*?:(\d+)\b', self.errors
            )
            if found:
                self.tls, self.port = found[1] == 'https', int(found[2])
            return found or (self.unix and 'listening on' in self.errors)

        wait_for(ready, 10, 'listening on … on stderr')
        wait_for(self.healthy, 5, '/healthz')

    @property
    def unix(self):
        return self.listen[5:] if self.listen.startswith('unix:') else None

    def healthy(self):
        try:
            return self.get('/healthz', headers=()).status == 200
        except (OSError, Closed):
            return False

    def connect(self, tls_name=None, timeout=TIMEOUT, rcvbuf=None):
        if self.unix:
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(timeout)
            s.connect(self.unix)
        else:
            s = socket.socket()
            if rcvbuf:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
            s.settimeout(timeout)
            s.connect(('127.0.0.1', self.port))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            context = ssl._create_unverified_context()
            s = context.wrap_socket(s, server_hostname=tls_name or 'localhost')
        return Conn(s)

    def call(self, method, path, headers=(AUTH,), body=b'', timeout=TIMEOUT):
        c = self.connect(timeout=timeout)
        try:
            c.request(method, path, headers, body)
            return c.response(method)
        finally:
            c.close()

    def get(self, path, headers=(AUTH,)):
        return self.call('GET', path, headers)

    def post(self, path, value, headers=(AUTH, JSON), timeout=TIMEOUT):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.call('POST', path, headers, body, timeout)

    def chat(self, model, headers=(AUTH, JSON), timeout=TIMEOUT, **more):
        value = {
            'model': model,
            'messages': [{'role': 'user', 'content': 'hi'}],
            **more,
        }
        return self.post('/v1/chat/completions', value, headers, timeout)

    def kill(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=10):
        """SIGTERM; the exit status must be 0: sanitizers and asserts speak
        through it."""
        if self in Sluice.running:
            Sluice.running.remove(self)
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            try:
                code = self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(
                    'did not end within %s s of SIGTERM' % seconds
                )
            if code != 0:
                raise AssertionError(
                    'exit %d: %s' % (code, self.errors[-3000:])
                )
        finally:
            self.out.close()
            self.err.close()
            self.last_log = self.log + self.errors
            self.dir.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is None:
            self.stop()
            return
        try:
            self.stop()
        except AssertionError as e:
            print('    and the server: %s' % e)


# A script that fails outside its tests must not leave a server behind.
atexit.register(lambda: [s.process.kill() for s in Sluice.running])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


class Closed(Exception):
    """The connection ended inside (or before) an answer."""


class Answer:
    def __init__(self, status, reason, headers):
        self.status, self.reason, self.headers = status, reason, headers
        self.body, self.complete, self.pieces = b'', False, []

    def get(self, name):
        for n, v in self.headers:
            if n.lower() == name:
                return v
        return None

    def get_all(self, name):
        return [v for n, v in self.headers if n.lower() == name]

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """The error object; checks that it is OpenAI's shape."""
        e = self.json['error']
        true(
            set(e) >= {'message', 'type', 'param', 'code'},
            'not an error object: %r' % e,
        )
        true(
            isinstance(e['message'], str) and e['message'], 'no message: %r' % e
        )
        return e

    @property
    def events(self):
        """The data of each event, the body being cut at blank lines."""
        out = []
        for event in re.split(rb'\r?\n\r?\n', self.body):
            data = [
                line[5:].lstrip(b' ')
                for line in re.split(rb'\r?\n', event)
                if line.startswith(b'data:')
            ]
            if data:
                out.append(b'\n'.join(data).decode())
        return out

    @property
    def text(self):
        """The text of a chat answer, streamed or not."""
        if (self.get('content-type') or '').startswith('text/event-stream'):
            out = ''
            for data in self.events:
                if data != '[DONE]':
                    for choice in json.loads(data).get('choices') or []:
                        out += choice['delta'].get('content') or ''
            return out
        return self.json['choices'][0]['message']['content']


class Conn:
    def __init__(self, sock):
        self.s, self.buf = sock, b''

    def close(self):
        self.s.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def send(self, data):
        self.s.sendall(data if isinstance(data, bytes) else data.encode())

    def request(self, method, path, headers=(AUTH,), body=b''):
        lines = ['%s %s HTTP/1.1' % (method, path), 'host: localhost'] + [
            '%s: %s' % h for h in headers
        ]
        if body or method in ('POST', 'PUT', 'PATCH'):
            lines.append('content-length: %d' % len(body))
        self.send('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)

    def fill(self):
        try:
            data = self.s.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b''
        if not data:
            raise Closed('after %r' % self.buf[:200])
        self.buf += data

    def line(self):
        while b'\r\n' not in self.buf:
            self.fill()
        line, self.buf = self.buf.split(b'\r\n', 1)
        return line

    def take(self, n):
        while len(self.buf) < n:
            self.fill()
        data, self.buf = self.buf[:n], self.buf[n:]
        return data

    def head(self):
        first = self.line().decode('latin-1')
        version, status, *reason = first.split(' ', 2)
        true(
            version == 'HTTP/1.1' and len(status) == 3,
            'bad status line %r' % first,
        )
        headers = []
        while line := self.line():
            name, colon, value = line.decode('latin-1').partition(':')
            true(
                colon and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name),
                'bad field %r' % line,
            )
            headers.append((name, value.strip()))
        return Answer(int(status), reason[0] if reason else '', headers)

    def body_pieces(self, answer, method='GET'):
        """The pieces of the body as they arrive; checks the framing."""
        if (
            method == 'HEAD'
            or answer.status in (204, 304)
            or answer.status < 200
        ):
            answer.complete = True
            return
        coding, length = answer.get('transfer-encoding'), answer.get(
            'content-length'
        )
        true(
            not (coding and length), 'both content-length and transfer-encoding'
        )
        true(len(answer.get_all('content-length')) <= 1, 'content-length twice')
        if coding:
            while True:
                size = int(self.line(), 16)
                data = self.take(size)
                equal(self.take(2), b'\r\n', 'end of a chunk')
                if size == 0:
                    break
                yield data
        elif length is not None:
            left = int(length)
            while left:
                if not self.buf:
                    self.fill()
                data = self.take(min(left, len(self.buf)))
                left -= len(data)
                yield data
        else:
            while True:
                try:
                    if not self.buf:
                        self.fill()
                except Closed:
                    break
                yield self.take(len(self.buf))
        answer.complete = True

    def response(self, method='GET'):
        answer = self.head()
        while answer.status == 100:
            answer = self.head()
        try:
            for piece in self.body_pieces(answer, method):
                answer.body += piece
                answer.pieces.append((time.monotonic(), piece))
        except Closed:
            answer.complete = False
        return answer

    def closes(self, seconds=3):
        """True when the peer ends the connection in time and says nothing more
        before."""
        self.s.settimeout(seconds)
        try:
            return not self.buf and self.s.recv(1) == b''
        except (socket.timeout, TimeoutError):
            return False
        except (ConnectionError, ssl.SSLError):
            return True

    def is_open(self):
        """True when nothing has been said nor the connection ended for a
        moment."""
        self.s.settimeout(0.05)
        try:
            return self.s.recv(1, socket.MSG_PEEK) != b''
        except (socket.timeout, TimeoutError):
            return True
        finally:
            self.s.settimeout(TIMEOUT)


def check_memory(s, limit):
    """The server's resident memory, in bytes."""
    used = int(
        open('/proc/%d/statm' % s.process.pid).read().split()[1]
    ) * os.sysconf('SC_PAGE_SIZE')
    true(SANITIZED or used < limit, 'memory grew to %d' % used)


def in_thread(function, *args):
    """Runs it beside the test; .result() waits for it and raises what it
    raised."""
    box = {}

    def run():
        try:
            box['value'] = function(*args)
        except BaseException as e:  # handed to the test's own thread
            box['error'] = e

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result(seconds=TIMEOUT):
        thread.join(seconds)
        true(not thread.is_alive(), 'still running after %s s' % seconds)
        if 'error' in box:
            raise box['error']
        return box['value']

    thread.result = result
    return thread


def openai(p, keys='k0', **more):
    """The environment that makes a scripted provider OpenAI's."""
    return {'OPENAI_API_KEY': keys, 'OPENAI_BASE_URL': p.url + '/v1', **more}


def refused_port():
    """A port of this machine where nobody listens: bound, never listening,
    kept by the caller."""
    s = socket.socket()
    s.bind(('127.0.0.1', 0))
    return s, s.getsockname()[1]
