# SPDX-License-Identifier: MIT
"""A server's life: start, refusal to start, listeners, TLS on both sides,
reload, drain, stop."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import warnings

from wire import (
    AUTH,
    JSON,
    SLUICE,
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
import certs

P = fake.Provider().__enter__()
DIR = tempfile.TemporaryDirectory()
C = certs.make(DIR.name)
CHAT = {
    'model': 'openai/gpt-4o',
    'messages': [{'role': 'user', 'content': 'hi'}],
}


def run(args, env=None, seconds=10, config=None):
    """Runs the program to its end."""
    with tempfile.TemporaryDirectory() as d:
        if config is not None:
            path = pathlib.Path(d) / 'test.jsonc'
            path.write_text(
                config if isinstance(config, str) else json.dumps(config)
            )
            args = list(args) + ['--config', str(path)]
        base = {
            k: v
            for k, v in os.environ.items()
            if k in ('PATH',) or k.endswith('SAN_OPTIONS')
        }
        return subprocess.run(
            [SLUICE, *args],
            env={**base, **(env or {})},
            cwd=d,
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )


# ---- start ----


@test
def version_and_help():
    for args in (['--version'], ['--help']):
        r = run(args)
        equal(r.returncode, 0)
        true(r.stdout and not r.stderr, r)
    true('--listen' in r.stdout, r.stdout)


@rows(
    [
        ('unknown flag', ['--nonsense']),
        ('unknown command', ['nonsense']),
        ('flag without its value', ['--listen']),
        ('bad address', ['--listen', 'nonsense:x']),
        ('bad threads', ['--threads', 'many']),
    ]
)
def wrong_command_line(name, args):
    r = run(args)
    true(r.returncode not in (0, None) and r.returncode > 0, r)
    true(r.stderr.strip() and not r.stdout, r)


@rows(
    [
        ('not JSON', '{\n  "server": }', ['2']),
        ('typo', '{\n\n  "serverr": {} }', ['3', 'server']),
        ('typo inside', '{"server": {"lisen": "x"}}', ['server', 'listen']),
        ('wrong type', '{"server": {"threads": "x"}}', ['threads']),
        ('unknown provider', '{"providers": {"openia": {}}}', ['openai']),
        (
            'bad URL',
            '{"providers": {"openai": {"baseUrl": "ftp://x"}}}',
            ['baseUrl'],
        ),
        ('bad time', '{"limits": {"drain": "soon"}}', ['drain']),
        (
            'endpoint named like a provider',
            '{"CUSTOM_OPENAI_ENDPOINTS": [{"name": "openai", "baseUrl": "http://127.0.0.1"}]}',
            ['CUSTOM_OPENAI_ENDPOINTS[0].name', 'provider'],
        ),
        (
            'endpoint named like a path',
            '{"CUSTOM_OPENAI_ENDPOINTS": [{"name": "v1", "baseUrl": "http://127.0.0.1"}]}',
            ['CUSTOM_OPENAI_ENDPOINTS[0].name', 'path'],
        ),
    ]
)
def wrong_configuration_is_refused(name, text, words):
    for args in (['check'], ['--listen', '127.0.0.1:0']):
        r = run(args, {'PROXY_API_KEY': 'pk'}, config=text)
        true(r.returncode > 0, r)
        said = r.stderr + r.stdout
        true('test.jsonc' in said, said)
        for word in words:
            true(word in said, '%r not in %r' % (word, said))


@test
def missing_configuration_file():
    r = run(['--config', '/nonexistent.jsonc'])
    true(r.returncode > 0 and '/nonexistent.jsonc' in r.stderr, r)


@test
def check_says_fine():
    r = run(
        ['check'],
        {'PROXY_API_KEY': 'pk', 'OPENAI_API_KEY': 'sk-SECRETSECRET'},
        config={'limits': {'drain': '5s'}},
    )
    equal(r.returncode, 0)
    true('SECRET' not in r.stdout + r.stderr)


@test
def address_in_use():
    with Sluice(openai(P)) as s:
        held = socket.socket()
        held.bind(('127.0.0.1', 0))
        held.listen()
        r = run(
            ['--listen', '127.0.0.1:%d' % held.getsockname()[1]],
            {'PROXY_API_KEY': 'pk'},
        )
        true(r.returncode > 0 and str(held.getsockname()[1]) in r.stderr, r)
        held.close()
        equal(s.get('/ping').status, 200)


@test
def without_secret_only_on_loopback():
    r = run(['--listen', '0.0.0.0:0'], {}, seconds=5)
    true(r.returncode > 0 and 'PROXY_API_KEY' in r.stderr, r)
    with Sluice(
        {'PROXY_API_KEY': None}, args=('--insecure-open',), listen='0.0.0.0:0'
    ) as s:
        equal(s.call('GET', '/v1/models', ()).status, 200)
    with Sluice({'PROXY_API_KEY': None}) as s:
        true(
            'loopback' in s.errors.lower() or 'PROXY_API_KEY' in s.errors,
            s.errors,
        )


@test
def jsonc_with_comments_and_variables():
    text = '''// all of it
{ /* keys */ "PROXY_API_KEY": ["one"], "OPENAI_API_KEY": "k9",
  "OPENAI_BASE_URL": "%s/v1", // a comment: "x"
}''' % P.url
    with Sluice({'PROXY_API_KEY': None}, text) as s:
        equal(
            s.post(
                '/v1/chat/completions', CHAT, (('x-api-key', 'one'), JSON)
            ).status,
            200,
        )
        equal(P.requests[-1].key, 'k9')


@test
def environment_beats_file_and_flag_beats_environment():
    with Sluice(
        openai(P, 'fromenv'),
        {'OPENAI_API_KEY': 'fromfile', 'server': {'listen': '127.0.0.1:1'}},
    ) as s:
        equal(s.post('/v1/chat/completions', CHAT).status, 200)
        equal(P.requests[-1].key, 'fromenv')


@test
def starts_at_once():
    start = time.monotonic()
    with Sluice(openai(P)):
        true(
            time.monotonic() - start < 2,
            'took %.2f s' % (time.monotonic() - start),
        )


# ---- listeners ----


@test
def unix_socket():
    path = DIR.name + '/s.sock'
    with Sluice(openai(P), listen='unix:' + path) as s:
        equal(s.post('/v1/chat/completions', CHAT).text, fake.TEXT)
        equal({s.get('/ping').status for _ in range(40)}, {200})
    true(not os.path.exists(path), 'the socket file is left')


@test
def stale_unix_socket_is_replaced():
    path = DIR.name + '/t.sock'
    left = socket.socket(socket.AF_UNIX)
    left.bind(path)
    left.close()
    with Sluice(openai(P), listen='unix:' + path) as s:
        equal(s.get('/ping').status, 200)


@test
def ipv6():
    try:
        socket.socket(socket.AF_INET6).bind(('::1', 0))
    except OSError:
        return
    with Sluice(openai(P), listen='[::1]:0', ready=False) as s:
        wait_for(lambda: 'listening on' in s.errors, 5, 'listening')
        true('[::1]:' in s.errors, s.errors)


@test
def tls_listener():
    cfg = {
        'server': {
            'tls': {'cert': str(C / 'server.pem'), 'key': str(C / 'server.key')}
        }
    }
    with Sluice(openai(P), cfg) as s:
        true(s.tls, s.errors)
        context = ssl.create_default_context(cafile=str(C / 'ca.pem'))
        with (
            socket.create_connection(('127.0.0.1', s.port)) as raw,
            context.wrap_socket(raw, server_hostname='localhost') as t,
        ):
            true(t.version() in ('TLSv1.2', 'TLSv1.3'))
        equal(s.chat('openai/gpt-4o', stream=True).text, fake.TEXT)
        equal(len(s.chat('openai/big-3000000').text), 3000000)
        with s.connect() as c:
            for _ in range(3):
                c.request('GET', '/ping')
                equal(c.response().status, 200)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            old.minimum_version, old.maximum_version = (
                ssl.TLSVersion.TLSv1,
                ssl.TLSVersion.TLSv1_1,
            )
        old.set_ciphers('ALL:@SECLEVEL=0')
        with socket.create_connection(('127.0.0.1', s.port)) as raw:
            try:
                old.wrap_socket(raw)
                raise AssertionError('TLS 1.1 was accepted')
            except OSError:
                pass
        with socket.create_connection(('127.0.0.1', s.port)) as raw:
            raw.settimeout(3)
            raw.sendall(b'GET /ping HTTP/1.1\r\nhost: a\r\n\r\n')
            try:
                true(
                    b'Pong' not in raw.recv(1000), 'plain HTTP on the TLS port'
                )
            except OSError:
                pass
        equal(s.get('/ping').status, 200)


@test
def tls_listener_with_a_wrong_key_file():
    cfg = {
        'server': {
            'tls': {'cert': str(C / 'server.pem'), 'key': str(C / 'other.key')}
        }
    }
    r = run(['--listen', '127.0.0.1:0'], {'PROXY_API_KEY': 'pk'}, config=cfg)
    true(r.returncode > 0 and r.stderr, r)


def tls_provider(name):
    return fake.Provider(
        tls=(str(C / (name + '.pem')), str(C / (name + '.key')))
    )


@test
def tls_provider_is_verified_and_called():
    with (
        tls_provider('server') as t,
        Sluice(
            openai(t, SSL_CERT_FILE=str(C / 'ca.pem')), args=('--threads', '1')
        ) as s,
    ):
        equal(s.chat('openai/gpt-4o').text, fake.TEXT)
        equal(s.chat('openai/gpt-4o', stream=True).text, fake.TEXT)
        equal(len(s.chat('openai/big-3000000').text), 3000000)
        equal(len({r.conn for r in t.requests}), 1, 'connections')
        body = b'x' * 3000000
        with s.connect() as c:
            sender = in_thread(
                c.request, 'PUT', '/openai/duplex', (AUTH,), body
            )
            equal(c.response().body == body, True)
            sender.result()


@rows(
    [
        ('other name', 'other', True),
        ('expired', 'expired', True),
        ('signed by nobody', 'self', True),
        ('unknown authority', 'server', False),
    ]
)
def tls_provider_refused(name, cert, trusted):
    more = {'SSL_CERT_FILE': str(C / 'ca.pem')} if trusted else {}
    time.sleep(1.1 if cert == 'expired' else 0)
    with tls_provider(cert) as t, Sluice(openai(t, **more)) as s:
        a = s.chat('openai/gpt-4o')
        equal(a.status, 502)
        true('openai' in a.error['message'], a.body)
        equal(len(t.requests), 0, 'a request went to a stranger')


@test
def tls_spoken_to_a_plain_provider():
    cfg = {'providers': {'openai': {'timeouts': {'connect': '300ms'}}}}
    with Sluice(
        {
            'OPENAI_API_KEY': 'k',
            'OPENAI_BASE_URL': P.url.replace('http:', 'https:') + '/v1',
        },
        cfg,
    ) as s:
        # The provider waits for the end of what it takes for a head: our time
        # limit ends it.
        a = s.chat('openai/gpt-4o')
        equal(a.status, 504)
        true('openai' in a.error['message'], a.body)


# ---- reload ----


def reload_when(s, condition, what):
    s.kill(signal.SIGHUP)
    wait_for(condition, 5, what)


@test
def reload_takes_new_secrets_and_keys():
    cfg = {
        'PROXY_API_KEY': 'one',
        'OPENAI_API_KEY': 'k1',
        'OPENAI_BASE_URL': P.url + '/v1',
    }
    with Sluice({'PROXY_API_KEY': None}, cfg) as s:

        def status(secret):
            return s.call('GET', '/v1/models', (('x-api-key', secret),)).status

        equal((status('one'), status('two')), (200, 401))
        s.write_config(
            {**cfg, 'PROXY_API_KEY': ['two'], 'OPENAI_API_KEY': 'k2'}
        )
        reload_when(s, lambda: status('two') == 200, 'the new secret')
        equal(status('one'), 401)
        equal(
            s.post(
                '/v1/chat/completions', CHAT, (('x-api-key', 'two'), JSON)
            ).status,
            200,
        )
        equal(P.requests[-1].key, 'k2')


@test
def reload_of_a_bad_file_leaves_the_old():
    cfg = {
        'PROXY_API_KEY': 'one',
        'OPENAI_API_KEY': 'k1',
        'OPENAI_BASE_URL': P.url + '/v1',
    }
    with Sluice({'PROXY_API_KEY': None}, cfg) as s:
        s.write_config('{ "PROXY_API_KEY": "two", "serverr": 1 }')
        reload_when(s, lambda: 'serverr' in s.errors + s.log, 'the complaint')
        equal(
            s.post(
                '/v1/chat/completions', CHAT, (('x-api-key', 'one'), JSON)
            ).status,
            200,
        )
        equal(s.call('GET', '/v1/models', (('x-api-key', 'two'),)).status, 401)


@test
def reload_does_not_touch_a_running_stream():
    cfg = {
        'PROXY_API_KEY': 'pk',
        'OPENAI_API_KEY': 'k1',
        'OPENAI_BASE_URL': P.url + '/v1',
    }
    with Sluice({'PROXY_API_KEY': None}, cfg) as s:
        t = in_thread(lambda: s.chat('openai/long-20', stream=True))
        time.sleep(0.2)
        s.write_config({**cfg, 'PROXY_API_KEY': 'new'})
        s.kill(signal.SIGHUP)
        a = t.result()
        equal(
            (a.text, a.events[-1]),
            (''.join('%d ' % i for i in range(20)), '[DONE]'),
        )


# ---- stop ----


@rows([('SIGTERM', signal.SIGTERM), ('SIGINT', signal.SIGINT)])
def drain_lets_a_stream_end(name, number):
    with Sluice(openai(P)) as s:
        with s.connect() as kept:
            kept.request('GET', '/ping')
            kept.response()
            t = in_thread(lambda: s.chat('openai/long-20', stream=True))
            time.sleep(0.3)
            s.kill(number)
            true(kept.closes(3), 'an idle connection is not closed')

            def refused():
                try:
                    s.connect().close()
                    return False
                except OSError:
                    return True

            wait_for(refused, 3, 'new connections are refused')
            a = t.result()
        equal(
            (a.text, a.events[-1]),
            (''.join('%d ' % i for i in range(20)), '[DONE]'),
        )
        equal(s.process.wait(5), 0)


@test
def drain_has_an_end():
    with Sluice(openai(P), {'limits': {'drain': '400ms'}}) as s:
        t = in_thread(lambda: s.chat('openai/long-400', stream=True))
        time.sleep(0.3)
        start = time.monotonic()
        s.kill(signal.SIGTERM)
        equal(s.process.wait(5), 0)
        true(0.2 < time.monotonic() - start < 3, 'at the wrong time')
        try:
            a = t.result()
            true(
                not a.complete
                or json.loads([e for e in a.events if e != '[DONE]'][-1]).get(
                    'error'
                ),
                'a stream that was ended by us looks whole',
            )
        except Closed:
            pass


@test
def idle_server_stops_at_once():
    s = Sluice(openai(P))
    start = time.monotonic()
    s.stop()
    true(
        time.monotonic() - start < 1, 'took %.2f s' % (time.monotonic() - start)
    )


@test
def threads_share_the_work():
    with Sluice(
        openai(P, 'a,b,c'),
        {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}},
        args=('--threads', '3'),
    ) as s:
        got = [
            s.chat('openai/gpt-4o').get('sluice-key-index') for _ in range(30)
        ]
        equal(got, ['0', '1', '2'] * 10)


main()
