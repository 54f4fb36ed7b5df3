# SPDX-License-Identifier: MIT
"""Providers behind a proxy, and providers named by path or field."""

import base64
import json
import select
import socket
import threading

from wire import AUTH, JSON, Sluice, equal, fake, main, openai, rows, true

P = fake.Provider().__enter__()
HOST, PORT = P.url.split('//')[1].split(':')
CHAT = json.dumps(
    {
        'model': 'openai/gpt-4o',
        'messages': [{'role': 'user', 'content': 'hi'}],
    }
).encode()


def read_exactly(s, n):
    data = b''
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


class Proxy:
    """CONNECT and SOCKS 5 on one port; whatever is asked for, it leads to the
    scripted provider. Answers go out `step` bytes at a time."""

    def __init__(self, user=None, step=1000, says=None):
        self.user, self.step, self.says = user, step, says
        self.asked, self.heads = [], []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            s, _ = self.listener.accept()
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        with s:
            try:
                if self.open(s):
                    self.relay(s)
            except (EOFError, OSError):
                pass

    def say(self, s, data):
        for i in range(0, len(data), self.step):
            s.sendall(data[i : i + self.step])

    def open(self, s):
        first = read_exactly(s, 1)
        return self.socks(s) if first == b'\5' else self.connect(s, first)

    def connect(self, s, head):
        while not head.endswith(b'\r\n\r\n'):
            head += read_exactly(s, 1)
        head = head.decode()
        self.heads.append(head)
        self.asked.append(head.split()[1])
        token = self.user and base64.b64encode(self.user.encode()).decode()
        if token and 'proxy-authorization: Basic %s\r\n' % token not in head:
            self.say(s, b'HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n')
            return False
        self.say(s, self.says or b'HTTP/1.1 200 OK\r\nvia: test\r\n\r\n')
        return self.says is None

    def socks(self, s):
        methods = read_exactly(s, read_exactly(s, 1)[0])
        if self.user:
            if 2 not in methods:
                self.say(s, b'\5\xff')
                return False
            self.say(s, b'\5\2')
            read_exactly(s, 1)
            user = read_exactly(s, read_exactly(s, 1)[0])
            password = read_exactly(s, read_exactly(s, 1)[0])
            good = (user + b':' + password).decode() == self.user
            self.say(s, b'\1\0' if good else b'\1\1')
            if not good:
                return False
        else:
            self.say(s, b'\5\0')
        equal(read_exactly(s, 4), b'\5\1\0\3')
        name = read_exactly(s, read_exactly(s, 1)[0]).decode()
        port = int.from_bytes(read_exactly(s, 2), 'big')
        self.asked.append('%s:%d' % (name, port))
        self.say(s, b'\5\0\0\1\0\0\0\0\0\0')
        return True

    def relay(self, s):
        with socket.create_connection((HOST, int(PORT))) as up:
            while True:
                for a, b in ((s, up), (up, s)):
                    if a in select.select([s, up], [], [], 10)[0]:
                        data = a.recv(65536)
                        if not data:
                            return
                        b.sendall(data)


def behind(proxy, scheme, login='', **more):
    env = openai(P, **more)
    env['OPENAI_BASE_URL'] = 'http://provider.invalid/v1'
    # Of no effect: nothing would answer there.
    env['HTTP_PROXY'] = env['http_proxy'] = 'http://127.0.0.1:9'
    url = '%s://%s127.0.0.1:%d' % (scheme, login, proxy.port)
    return Sluice(env, config={'providers': {'openai': {'proxy': url}}})


@rows(
    [
        ('%s, %s, %d at a time' % (s, l or 'no login', n), s, l, n)
        for s in ('http', 'socks5h')
        for l in ('', 'ann:pw')
        for n in (1, 1000)
    ]
)
def through(name, scheme, login, step):
    proxy = Proxy(user=login or None, step=step)
    s = behind(proxy, scheme, login + '@' if login else '')
    for _ in range(2):
        a = s.call('POST', '/v1/chat/completions', (AUTH, JSON), CHAT)
        equal(a.status, 200)
    true(set(proxy.asked) == {'provider.invalid:80'}, proxy.asked)
    true('pw' not in s.log + s.errors, 'credentials in the log')


@rows(
    [
        ('http', 'http', 'ann:no@', 'refused the user or the password'),
        ('socks', 'socks5h', 'ann:no@', 'refused the user or the password'),
        ('http, none', 'http', '', 'wants a user and a password'),
        ('socks, none', 'socks5h', '', 'wants a user and a password'),
    ]
)
def wrong_credentials(name, scheme, login, text):
    s = behind(Proxy(user='ann:pw'), scheme, login)
    a = s.call('POST', '/v1/chat/completions', (AUTH, JSON), CHAT)
    equal(a.status, 502)
    true('the proxy' in a.error['message'], a.error['message'])
    true(text in a.error['message'], a.error['message'])
    true('ann' not in a.body.decode() + s.log, 'credentials are shown')


@rows(
    [
        ('refused', b'HTTP/1.1 403 No\r\n\r\n', 'the proxy refused'),
        ('too large', b'HTTP/1.1 200 OK\r\na: ' + b'x' * 20000, 'the proxy'),
        ('no http', b'hello\r\n\r\n', 'not understood'),
    ]
)
def bad_answers(name, says, text):
    s = behind(Proxy(says=says), 'http')
    a = s.call('POST', '/v1/chat/completions', (AUTH, JSON), CHAT)
    equal(a.status, 502)
    true(text in a.error['message'], a.error['message'])


# Cases 87, 88 and 93 of the earlier systems.
S = Sluice(openai(P))
OWN = (('sluice-key', 'pk'), ('authorization', 'Bearer own-key-1'))


@rows(
    [
        ('87', '/v1/chat/completions', (AUTH, ('supplier', 'openai')), 'k0'),
        ('88', '/v2/openai/chat/completions', (AUTH,), 'k0'),
        ('own', '/v2/openai/chat/completions', OWN, 'own-key-1'),
    ]
)
def suppliers(name, path, headers, key):
    P.reset()
    body = CHAT.replace(b'openai/', b'')
    a = S.call('POST', path, (*headers, JSON), body)
    equal(a.status, 200)
    up = P.requests[-1]
    text = '%s %s' % (up.headers, up.body)
    true('Bearer ' + key in text, text)
    equal(text.count(key), 1, '93: the key is in its field alone')


@rows(
    [
        ('87', '/v1/chat/completions', (AUTH, ('supplier', 'foo'))),
        ('88', '/v2/foo/chat/completions', (AUTH,)),
        ('88 alone', '/v2/foo', (AUTH,)),
    ]
)
def unknown_suppliers(name, path, headers):
    a = S.call('POST', path, (*headers, JSON), CHAT)
    equal(a.status, 404)
    message = a.error['message']
    true(message.startswith('supported suppliers: '), message)
    true(', openai,' in message, message)


main()
