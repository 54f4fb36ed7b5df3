# SPDX-License-Identifier: MIT
"""POST /v1/chat/completions and its siblings against a scripted provider: what
is relayed, byte for byte, and what happens when providers fail. Numbers are
the cases of the earlier systems."""

import json
import time

from wire import (
    AUTH,
    JSON,
    Sluice,
    check_memory,
    equal,
    fake,
    in_thread,
    main,
    openai,
    refused_port,
    rows,
    test,
    true,
    wait_for,
)

P = fake.Provider().__enter__()
Q = fake.Provider(models=['other']).__enter__()
S = Sluice(
    openai(P),
    {
        'CUSTOM_OPENAI_ENDPOINTS': [
            {'name': 'lab', 'baseUrl': Q.url + '/base', 'apiKeys': ['lk']},
            {'name': 'nokey', 'baseUrl': Q.url},
        ],
        'DEFAULT_MODEL': 'openai/gpt-4o-mini',
    },
)
TEXT = fake.TEXT


def last():
    return P.requests[-1]


def asked():
    """How often a model was asked; its lists may be read to find a name."""
    return sum(r.method == 'POST' for r in P.requests)


def keyed(keys, config=None, **env):
    """A server whose keys are tried in order from the first."""
    base = {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}}
    base.update(config or {})
    return Sluice(openai(P, keys, **env), base)


# ---- what goes up ----


@test
def plain_answer_is_relayed_byte_for_byte():
    a = S.chat('openai/gpt-4o')
    equal(a.status, 200)
    equal(a.body, fake.dumps(fake.completion('gpt-4o', {'content': TEXT})))
    equal(a.get('content-type'), 'application/json')
    equal(a.get('sluice-provider'), 'openai')
    equal(a.get('sluice-model'), 'gpt-4o')
    equal(a.get('sluice-attempts'), '1')
    equal(a.get('sluice-key-index'), '0')
    true(
        a.get('set-cookie') is None,
        'a cookie of the provider reached the caller',
    )
    true(
        a.get('x-ratelimit-remaining-requests') == '99',
        'the rate-limit header is lost',
    )


@test
def only_the_model_is_edited():
    body = (
        '{ "temperature" : 1.0e0, "unknown":{"a":[1,2.50,-0,1E400]},\t"messages":[{"role":"user","content":'
        '"h\\u00e9 \\/ \\ud83d\\ude00 \u2028 😀"}], "model" : "openai/gpt-4o" , "user":"x\\u0000y",'
        '"metadata":{"model":"openai/inner"} }'
    ).encode()
    a = S.post('/v1/chat/completions', body)
    equal(a.status, 200)
    equal(last().body, body.replace(b'"openai/gpt-4o"', b'"gpt-4o"'))
    equal(last().get('content-length'), str(len(last().body)))


@rows(
    [
        ('29', 'openai/gpt-4', 'gpt-4'),
        ('30', 'openai/gpt-4/turbo', 'gpt-4/turbo'),
        ('31 default', 'default', 'gpt-4o-mini'),
        ('escaped slash', 'openai\\/gpt-4', 'gpt-4'),
        ('escaped letters', '\\u006fpenai/gpt-4', 'gpt-4'),
        ('quote in the name', 'openai/a\\"b', 'a"b'),
    ]
)
def model_name(case, model, want):
    body = '{"model":"%s","messages":[{"role":"user","content":"hi"}]}' % model
    equal(S.post('/v1/chat/completions', body.encode()).status, 200)
    equal(last().json['model'], want)


@test
def case_34_headers_upstream():
    headers = (
        AUTH,
        JSON,
        ('x-stainless-os', 'Linux'),
        ('openai-organization', 'org-1'),
        ('cookie', 'a=b'),
        ('user-agent', 'test/1'),
        ('accept-encoding', 'gzip, br'),
        ('x-api-key', 'pk'),
        ('connection', 'keep-alive, x-hop'),
        ('x-hop', '1'),
        ('te', 'trailers'),
    )
    equal(S.chat('openai/gpt-4o', headers).status, 200)
    up = last()
    equal(up.get_all('authorization'), ['Bearer k0'])
    equal(up.get_all('content-type'), ['application/json'])
    equal(up.get('accept-encoding'), 'identity')
    equal(up.get_all('host'), [P.url[7:]])
    for name in (
        'x-api-key',
        'cookie',
        'x-hop',
        'te',
        'sluice-key',
        'x-forwarded-for',
    ):
        true(up.get(name) is None, '%s went upstream' % name)
    true('pk' not in repr(up.headers), 'the caller\'s secret went upstream')


@test
def custom_endpoint():
    a = S.chat('lab/some/model')
    equal(a.status, 200)
    up = Q.requests[-1]
    equal(
        (up.target, up.get('authorization'), up.json['model']),
        ('/base/chat/completions', 'Bearer lk', 'some/model'),
    )
    equal(a.get('sluice-provider'), 'lab')


@test
def custom_endpoint_without_key():
    equal(S.chat('nokey/m').status, 200)
    equal(Q.requests[-1].get('authorization'), None)


@test
def client_request_id_is_kept_or_replaced():
    a = S.chat('openai/gpt-4o', (AUTH, JSON, ('x-request-id', 'bad id\x80')))
    true(a.get('x-request-id') and '\x80' not in a.get('x-request-id'))


# ---- what is refused before anything goes up ----

M = '"messages":[{"role":"user","content":"hi"}]'


@rows(
    [
        ('32 not JSON', b'hello', 400),
        ('empty', b'', 400),
        ('a string', b'"x"', 400),
        ('null', b'null', 400),
        ('an array', b'[]', 400),
        ('a number', b'1', 400),
        ('40 no model', ('{%s}' % M).encode(), 400),
        ('model null', ('{"model":null,%s}' % M).encode(), 400),
        ('model a number', ('{"model":1,%s}' % M).encode(), 400),
        ('model empty', ('{"model":"",%s}' % M).encode(), 400),
        ('no slash', ('{"model":"zzz",%s}' % M).encode(), (400, 404)),
        (
            '33 unknown provider',
            ('{"model":"nobody/x",%s}' % M).encode(),
            (400, 404),
        ),
        (
            'prototype',
            ('{"model":"constructor/x",%s}' % M).encode(),
            (400, 404),
        ),
        (
            'model twice',
            ('{"model":"openai/a","model":"openai/b",%s}' % M).encode(),
            400,
        ),
        (
            'model twice, escaped',
            ('{"model":"openai/a","mod\\u0065l":"openai/b",%s}' % M).encode(),
            400,
        ),
        (
            'stream twice',
            (
                '{"model":"openai/a","stream":true,"stream":false,%s}' % M
            ).encode(),
            400,
        ),
        ('something after', ('{"model":"openai/a",%s} x' % M).encode(), 400),
        ('cut', ('{"model":"openai/a",%s' % M).encode(), 400),
        ('cut in a string', b'{"model":"openai/a', 400),
        (
            'too deep',
            b'{"model":"openai/a","x":' + b'[' * 100000 + b']' * 100000 + b'}',
            400,
        ),
        ('brackets do not match', b'{"model":"openai/a","x":[}]', 400),
        ('single quotes', b"{'model':'openai/a'}", 400),
        ('byte order mark alone', b'\xef\xbb\xbf', 400),
        (
            'provider without a key',
            ('{"model":"groq/x",%s}' % M).encode(),
            (400, 401, 404, 503),
        ),
    ]
)
def refused(name, body, status):
    before = asked()
    a = S.post('/v1/chat/completions', body)
    true(
        a.status in (status if isinstance(status, tuple) else (status,)),
        'status %d %r' % (a.status, a.body),
    )
    a.error
    equal(asked(), before, 'requests upstream')


@test
def unknown_provider_is_named_with_the_nearest():
    e = S.chat('opnai/gpt-4o').error
    true('opnai' in e['message'], e['message'])
    equal(e['param'], 'model')


# ---- streams ----


@test
def stream_is_relayed_unchanged():
    for model in ('gpt-4o', 'tools', 'bytes', 'crlf', 'length'):
        a = S.chat(
            'openai/' + model,
            stream=True,
            stream_options={'include_usage': True},
        )
        equal(a.status, 200, model)
        true(a.complete, model)
        true(
            a.get('content-type').startswith('text/event-stream'),
            a.get('content-type'),
        )
        direct = direct_answer(model)
        equal(a.body, direct, model)


def direct_answer(model):
    """What the provider itself says to the same request."""

    class Direct(Sluice):
        def __init__(self):
            self.listen, self.port, self.tls = '', P.port, False

    return (
        Direct()
        .chat(model, stream=True, stream_options={'include_usage': True})
        .body
    )


@test
def usage_chunk_only_for_who_asked():
    a = S.chat('openai/gpt-4o', stream=True)
    chunks = [json.loads(e) for e in a.events[:-1]]
    true(
        all(c['choices'] for c in chunks),
        'a usage chunk for a client that did not ask',
    )
    true(
        all(c.get('usage') is None for c in chunks),
        'usage for a client that did not ask',
    )
    equal(a.text, TEXT)
    equal(a.events[-1], '[DONE]')
    equal(
        last().json['stream_options'],
        {'include_usage': True},
        'usage must be counted all the same',
    )
    b = S.chat(
        'openai/gpt-4o', stream=True, stream_options={'include_usage': True}
    )
    equal(json.loads(b.events[-2])['usage'], fake.USAGE)
    c = S.chat(
        'openai/gpt-4o',
        stream=True,
        stream_options={'include_usage': False, 'include_obfuscation': False},
    )
    true(
        all(json.loads(e)['choices'] for e in c.events[:-1]),
        'a usage chunk for a client that refused it',
    )
    equal(last().json['stream_options']['include_obfuscation'], False)
    d = S.chat('openai/gpt-4o', stream=True, stream_options=None)
    equal((d.status, d.events[-1]), (200, '[DONE]'))


@test
def case_38_stream_arrives_as_it_is_made():
    a = S.chat('openai/long-10', stream=True)
    times = [t for t, _ in a.pieces]
    true(times[-1] - times[0] > 0.3, 'all at once: %r' % (times[-1] - times[0]))
    true(len(a.pieces) >= 8, '%d pieces' % len(a.pieces))


@test
def nothing_of_a_stream_is_held_back():
    """The first text must be there while the provider pauses before the
    second."""
    with S.connect() as c:
        body = json.dumps(
            {
                'model': 'openai/pause-1500',
                'stream': True,
                'messages': [{'role': 'user', 'content': 'x'}],
            }
        )
        start = time.monotonic()
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), body.encode())
        a = c.head()
        got = b''
        for piece in c.body_pieces(a):
            got += piece
            if fake.PIECES[0].encode() in got:
                break
        true(
            time.monotonic() - start < 1,
            'held back for %.2f s' % (time.monotonic() - start),
        )


@rows([('cut', 'cut', 'Hello, '), ('no finish', 'nofinish', TEXT)])
def cut_stream_ends_in_an_error_event(name, model, text):
    a = S.chat('openai/' + model, stream=True)
    equal(a.status, 200)
    true(a.complete, 'the chunked body must end well')
    events = [e for e in a.events if e != '[DONE]']
    for e in events:
        json.loads(e)
    e = json.loads(events[-1])
    true(e.get('error'), 'no error event but %r' % e)
    true({'message', 'type', 'param', 'code'} <= set(e['error']), e)
    equal(
        ''.join(
            c['delta'].get('content') or ''
            for x in events[:-1]
            for c in json.loads(x)['choices']
        ),
        text,
    )
    true(
        not any(
            c.get('finish_reason')
            for x in events[:-1]
            for c in json.loads(x)['choices']
        ),
        'a fake finish',
    )


@test
def cut_tool_call_is_not_completed():
    a = S.chat('openai/cuttool', stream=True)
    events = [json.loads(e) for e in a.events if e != '[DONE]']
    true(events[-1].get('error'), events[-1])
    true(
        not any(
            c.get('finish_reason') for x in events[:-1] for c in x['choices']
        ),
        'a fake finish',
    )


@test
def missing_done_is_added():
    a = S.chat('openai/nodone', stream=True)
    equal((a.status, a.complete, a.text), (200, True, TEXT))
    equal(a.events[-1], '[DONE]')


@test
def error_inside_a_stream_after_text():
    a = S.chat('openai/laterr', stream=True)
    events = [json.loads(e) for e in a.events if e != '[DONE]']
    true('scripted overload' in events[-1]['error']['message'], events[-1])


@test
def event_that_is_no_json():
    a = S.chat('openai/badevent', stream=True)
    true(a.complete or a.status == 502)
    if a.status == 200:
        events = [e for e in a.events if e != '[DONE]']
        true(
            any('error' in e for e in events) or a.text.startswith('Hel'),
            a.body,
        )


@test
def error_inside_a_stream_before_text_is_a_status():
    a = S.chat('openai/roleerr', stream=True)
    true(a.status >= 500, 'status %d' % a.status)
    a.error


# ---- several keys ----


@rows(
    [
        ('401', 'bad'),
        ('403', 'forbidden'),
        ('429', 'limited'),
        ('500', 'down'),
        ('closes', 'close'),
        ('garbage', 'garbage'),
        ('page instead of JSON', 'html'),
        ('cut whole answer', 'cut'),
    ]
)
def next_key_after(name, key):
    with keyed(key + ',k1') as s:
        a = s.chat('openai/gpt-4o')
        equal((a.status, a.text if a.status == 200 else a.body), (200, TEXT))
        equal((a.get('sluice-attempts'), a.get('sluice-key-index')), ('2', '1'))
        equal([r.key for r in P.requests[-2:]], [key, 'k1'])
        equal(P.requests[-1].body, P.requests[-2].body, 'the same body again')


@rows(
    [
        ('401', 'bad'),
        ('429', 'limited'),
        ('500', 'down'),
        ('error event', 'roleerr'),
        ('cut before text', 'dead'),
        ('page instead of events', 'html'),
    ]
)
def next_key_in_a_stream_after(name, key):
    with keyed(key + ',k1') as s:
        a = s.chat('openai/gpt-4o', stream=True)
        equal((a.status, a.text if a.status == 200 else a.body), (200, TEXT))
        equal(a.events[-1], '[DONE]')
        equal(
            a.body.count(b'"role"'),
            1,
            'what the failed attempt said must not be seen',
        )
        equal(a.get('sluice-attempts'), '2')


@test
def slow_key_is_left_for_the_next():
    cfg = {
        'providers': {
            'openai': {
                'keys': {'strategy': 'roundrobin'},
                'timeouts': {'firstByte': '300ms', 'firstEvent': '300ms'},
            }
        }
    }
    with keyed('late,k1', cfg) as s:
        for stream in (False, True):
            before = len(P.requests)
            a = s.chat('openai/gpt-4o', stream=stream)
            equal(a.status, 200)
            equal(a.text, TEXT)
            if len(P.requests) - before == 2:
                up = P.requests[before]
                true(
                    P.wait(lambda: up.closed),
                    'the slow attempt was not cancelled',
                )


@rows([(str(n), n) for n in (400, 404, 422)])
def not_tried_again(name, status):
    with keyed('k0,k1') as s:
        before = len(P.requests)
        a = s.chat('openai/status-%d' % status)
        equal(a.status, status)
        true('scripted failure %d' % status in a.error['message'], a.body)
        equal(len(P.requests) - before, 1, 'attempts')


@rows([('429', 429, 429), ('500', 500, 500), ('503', 503, 503)])
def last_failure_is_the_answer(name, status, want):
    a = S.chat('openai/status-%d-after-7' % status)
    equal(a.status, want)
    true('scripted failure' in a.error['message'], a.body)
    equal(a.get('retry-after'), '7')
    equal(a.get('sluice-provider'), 'openai')


@test
def at_most_four_attempts():
    with keyed('k0,k1,k2,k3,k4,k5') as s:
        before = len(P.requests)
        equal(s.chat('openai/status-500').status, 500)
        equal(len(P.requests) - before, 4)


@test
def provider_401_is_not_the_callers_401():
    """A caller who authenticated must not be told that its key is wrong in the
    provider's words."""
    with keyed('bad') as s:
        a = s.chat('openai/gpt-4o')
        true(a.status in (401, 502, 503), a.status)
        true('bad' not in a.error['message'].split(), a.body)


@test
def case_36_54_round_robin_is_exact():
    with keyed('a,b,c') as s:
        got = [
            s.chat('openai/gpt-4o').get('sluice-key-index') for _ in range(7)
        ]
    equal(got, ['0', '1', '2', '0', '1', '2', '0'])


@test
def case_55_random_is_about_even():
    with Sluice(openai(P, 'a,b,c')) as s:
        got = [
            s.chat('openai/gpt-4o').get('sluice-key-index') for _ in range(90)
        ]
    true(all(got.count(i) > 12 for i in '012'), [got.count(i) for i in '012'])


# ---- providers that can't be had ----


@test
def connection_refused_is_502_naming_the_provider():
    held, port = refused_port()
    with Sluice(
        {
            'OPENAI_API_KEY': 'k',
            'OPENAI_BASE_URL': 'http://127.0.0.1:%d/v1' % port,
        }
    ) as s:
        for stream in (False, True):
            a = s.chat('openai/gpt-4o', stream=stream)
            equal(a.status, 502)
            true('openai' in a.error['message'], a.body)
    held.close()


@test
def unknown_host_is_502():
    with Sluice(
        {
            'OPENAI_API_KEY': 'k',
            'OPENAI_BASE_URL': 'http://does-not-exist.invalid/v1',
        }
    ) as s:
        a = s.chat('openai/gpt-4o')
        equal(a.status, 502)
        true('openai' in a.error['message'], a.body)


@test
def first_byte_timeout_is_504():
    cfg = {
        'providers': {
            'openai': {
                'timeouts': {'firstByte': '300ms', 'firstEvent': '300ms'}
            }
        }
    }
    with Sluice(openai(P), cfg) as s:
        for stream in (False, True):
            start = time.monotonic()
            a = s.chat('openai/hang', stream=stream)
            equal(a.status, 504)
            true('openai' in a.error['message'], a.body)
            true(time.monotonic() - start < 3, 'too late')
            true(P.wait(lambda: last().closed), 'upstream was not closed')


@test
def idle_timeout_in_a_stream_is_an_error_event():
    with Sluice(
        openai(P), {'providers': {'openai': {'timeouts': {'idle': '300ms'}}}}
    ) as s:
        a = s.chat('openai/pause-3000', stream=True)
        equal(a.status, 200)
        true(
            json.loads([e for e in a.events if e != '[DONE]'][-1]).get('error'),
            a.body,
        )


@test
def total_timeout():
    with Sluice(
        openai(P), {'providers': {'openai': {'timeouts': {'total': '500ms'}}}}
    ) as s:
        start = time.monotonic()
        a = s.chat('openai/long-200', stream=True)
        true(0.3 < time.monotonic() - start < 3, 'at the wrong time')
        true(
            json.loads([e for e in a.events if e != '[DONE]'][-1]).get('error'),
            a.body[-200:],
        )


@rows(
    [
        ('garbage', 'garbage'),
        ('page', 'html'),
        ('closes', 'close'),
        ('compressed', 'gzip'),
        ('cut', 'cut'),
    ]
)
def not_understood_is_502(name, model):
    a = S.chat('openai/' + model)
    equal(a.status, 502)
    true('openai' in a.error['message'], a.body)


@test
def stale_kept_connection_is_replaced_without_an_attempt():
    """The provider closes a kept connection as the next request is written to
    it."""
    with fake.Provider() as r, Sluice(openai(r)) as s:
        equal(s.chat('openai/gpt-4o').status, 200)
        first = r.requests[-1].conn
        r.loop.call_soon_threadsafe(
            lambda: [w.transport.abort() for w in list(r.open)]
        )
        a = s.chat('openai/gpt-4o')
        equal((a.status, a.text), (200, TEXT))
        true(r.requests[-1].conn != first, 'the same connection')


@test
def provider_connections_are_kept():
    with fake.Provider() as r, Sluice(openai(r), args=('--threads', '1')) as s:
        for model in ('gpt-4o', 'gpt-4o', 'status-404', 'gpt-4o'):
            s.chat('openai/' + model)
            s.chat('openai/' + model, stream=True)
        equal(len({q.conn for q in r.requests}), 1, 'connections')


# ---- size and pace ----


@test
def big_answer():
    for size in (100000, 3000000):
        a = S.chat('openai/big-%d' % size)
        equal((a.status, a.complete, len(a.text)), (200, True, size))


@test
def big_event():
    a = S.chat('openai/big-500000', stream=True)
    equal((a.status, len(a.text)), (200, 500000))
    b = S.chat('openai/big-3000000', stream=True)
    true(
        b.status == 502 or b'"error"' in b.body[-1000:],
        'an event beyond limits.event',
    )


@test
def big_prompt():
    text = 'é' * 1000000
    value = {
        'model': 'openai/gpt-4o',
        'messages': [{'role': 'user', 'content': text}],
    }
    equal(
        S.post(
            '/v1/chat/completions',
            json.dumps(value, ensure_ascii=False).encode(),
        ).status,
        200,
    )
    equal(last().json['messages'][0]['content'], text)


@test
def slow_reader_holds_its_provider_back():
    with Sluice(openai(P)) as s, s.connect(rcvbuf=4096) as c:
        body = json.dumps(
            {
                'model': 'openai/flood-60000000',
                'stream': True,
                'messages': [{'role': 'user', 'content': 'x'}],
            }
        )
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), body.encode())
        equal(c.head().status, 200)
        time.sleep(1)
        true(not last().done, 'the provider could say everything')
        check_memory(s, 20000000)


@test
def slow_reader_holds_the_built_in_provider_back():
    with Sluice() as s, s.connect(rcvbuf=4096) as c:
        body = json.dumps(
            {
                'model': 'sluice/echo',
                'stream': True,
                'messages': [{'role': 'user', 'content': 'a ' * 100000}],
            }
        )
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), body.encode())
        time.sleep(1)
        check_memory(s, 16000000)
        tail = b''
        while not tail.endswith(b'data: [DONE]\n\n\r\n0\r\n\r\n'):
            data = c.s.recv(1 << 20)
            true(data, 'cut after %r' % tail)
            tail = (tail + data)[-40:]


@test
def client_that_leaves_a_stream_stops_the_provider():
    with S.connect() as c:
        body = json.dumps(
            {
                'model': 'openai/long-400',
                'stream': True,
                'messages': [{'role': 'user', 'content': 'x'}],
            }
        )
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), body.encode())
        equal(c.head().status, 200)
    up = last()
    true(P.wait(lambda: up.closed, 2), 'the provider still talks')


@rows([('whole', False), ('stream', True)])
def client_that_leaves_before_the_answer_stops_the_provider(name, stream):
    before = len(P.requests)
    with S.connect() as c:
        body = json.dumps(
            {
                'model': 'openai/hang',
                'stream': stream,
                'messages': [{'role': 'user', 'content': 'x'}],
            }
        )
        c.request('POST', '/v1/chat/completions', (AUTH, JSON), body.encode())
        true(P.wait(lambda: len(P.requests) > before))
        up = last()
    true(P.wait(lambda: up.closed, 2), 'the provider still works')


@test
def many_streams_at_once():
    def one(i):
        a = S.chat('openai/long-10', stream=True)
        return a.status, a.text

    threads = [in_thread(one, i) for i in range(50)]
    want = (200, ''.join('%d ' % i for i in range(10)))
    for t in threads:
        equal(t.result(20), want)


# ---- siblings ----


@test
def embeddings():
    for form, want in (
        (None, [0.5, -1.25, 0.125]),
        ('float', [0.5, -1.25, 0.125]),
        ('base64', 'AAAAPwAAoL8AAAA+'),
    ):
        value = {'model': 'openai/text-embedding-3-small', 'input': ['a', 'b']}
        if form:
            value['encoding_format'] = form
        a = S.post('/v1/embeddings', value)
        equal(a.status, 200)
        equal([d['embedding'] for d in a.json['data']], [want, want])
        equal(last().json, {**value, 'model': 'text-embedding-3-small'})


@rows(
    [
        ('/v1/completions', {'prompt': 'x'}),
        ('/v1/images/generations', {'prompt': 'x'}),
        ('/v1/moderations', {'input': 'x'}),
    ]
)
def sibling(path, more):
    a = S.post(path, {'model': 'openai/gpt-4o', **more})
    equal(a.status, 200)
    equal((last().target, last().json['model']), (path, 'gpt-4o'))
    equal(a.get('sluice-model'), 'gpt-4o')


@test
def speech_is_binary():
    a = S.post(
        '/v1/audio/speech',
        {'model': 'openai/tts-1', 'input': 'x', 'voice': 'alloy'},
    )
    equal(
        (a.status, a.get('content-type'), a.body),
        (200, 'audio/mpeg', bytes(range(256)) * 40),
    )


@test
def legacy_completions_stream():
    a = S.post(
        '/v1/completions',
        {'model': 'openai/gpt-4o', 'prompt': 'x', 'stream': True},
    )
    equal(
        ''.join(json.loads(e)['choices'][0]['text'] for e in a.events[:-1]),
        TEXT,
    )


def form(parts, boundary='XxX'):
    out = b''
    for name, filename, data in parts:
        file = '; filename="%s"' % filename if filename else ''
        out += (
            '--%s\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n'
            % (boundary, name, file)
        ).encode()
        out += data + b'\r\n'
    return out + ('--%s--\r\n' % boundary).encode()


FILE = ('file', 'a.wav', b'\r\n--Xx\x00\xff' * 5000)
MODEL = ('model', None, b'openai/whisper-1')


@rows(
    [
        ('model first', [MODEL, FILE]),
        ('model last', [FILE, MODEL]),
        ('between', [('language', None, b'uk'), MODEL, FILE]),
    ]
)
def transcription(name, parts):
    body = form(parts)
    headers = (AUTH, ('content-type', 'multipart/form-data; boundary=XxX'))
    for path in ('/v1/audio/transcriptions', '/v1/audio/translations'):
        a = S.call('POST', path, headers, body)
        equal(a.status, 200)
        equal(a.json['text'], 'whisper-1 a.wav %d' % len(FILE[2]))
        equal(last().body, body.replace(b'openai/whisper-1', b'whisper-1'))


@rows(
    [
        ('no model', form([FILE])),
        ('unknown provider', form([('model', None, b'nobody/x'), FILE])),
        ('cut', form([MODEL, FILE])[:60]),
        ('empty', b''),
    ]
)
def transcription_refused(name, body):
    before = len(P.requests)
    a = S.call(
        'POST',
        '/v1/audio/transcriptions',
        (AUTH, ('content-type', 'multipart/form-data; boundary=XxX')),
        body,
    )
    true(a.status in (400, 404), a.status)
    a.error
    equal(len(P.requests), before, 'requests upstream')


# ---- without any provider ----


@test
def echo_needs_no_provider():
    with Sluice({}) as s:
        a = s.chat('sluice/echo')
        equal(a.status, 200)
        true('hi' in a.text, a.body)
        b = s.chat('sluice/echo', stream=True)
        equal((b.status, b.events[-1]), (200, '[DONE]'))
        true('hi' in b.text, b.body)
        equal(s.get('/v1/models').json['data'][0]['id'], 'sluice/echo')


# ---- the log ----


@test
def one_log_line_per_request():
    with Sluice(openai(P), args=('--log-format', 'json')) as s:
        ids = [
            a.get('x-request-id')
            for a in (
                s.chat('openai/gpt-4o'),
                s.chat('openai/gpt-4o', stream=True),
                s.chat('openai/status-404'),
                s.get('/missing'),
            )
        ]

        def lines():
            found = [json.loads(x) for x in s.log.splitlines() if x.strip()]
            found = [x for x in found if any(i in json.dumps(x) for i in ids)]
            return len(found) >= 4 and found

        found = wait_for(lines, 5, '4 lines, one per request id')
        equal(len(found), 4)
        text = json.dumps(found)
        true('gpt-4o' in text and 'openai' in text, text)


main()
