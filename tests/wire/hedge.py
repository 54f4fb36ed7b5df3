# SPDX-License-Identifier: MIT
"""A second attempt beside one that is late: who wins, who is cancelled, what is
told of it."""

import json
import time

from wire import AUTH, JSON, Sluice, equal, fake, main, openai, test, true
from wire import wait_for

P = fake.Provider().__enter__()
Q = fake.Provider().__enter__()


def group(after, *targets, **more):
    return {'targets': list(targets), 'hedge': {'after': after, **more}}


CONFIG = {
    'CUSTOM_OPENAI_ENDPOINTS': [
        {'name': 'lab', 'baseUrl': Q.url + '/x', 'apiKeys': 'good'},
    ],
    'models': {
        'quick': group('100ms', 'openai/hang', 'lab/m1'),
        'same': group('100ms', 'openai/slow-400', 'lab/hang'),
        'fast': group('900ms', 'openai/gpt-4o', 'lab/m1'),
        'keys': group('100ms', 'openai/gpt-4o'),
        'learned': group('p95', 'openai/gpt-4o', 'lab/m1'),
        'echoed': group('100ms', 'openai/hang', 'sluice/echo'),
        'spoken': group('100ms', 'openai/hang', 'lab/m1'),
    },
}
S = Sluice(openai(P), {**CONFIG, 'SLUICE_LOG_FORMAT': 'json'})


def chat(model, s=S, path='', fields=(), **more):
    body = {
        'model': model,
        'messages': [{'role': 'user', 'content': 'hi'}],
        **more,
    }
    return s.post(
        path + '/v1/chat/completions', body, (AUTH, JSON, *fields)
    )


def left(provider):
    """Did the peer leave the provider's last request?"""
    wait_for(
        lambda: provider.requests[-1].closed, 5, 'the cancelled request'
    )


@test
def the_second_wins():
    began = time.monotonic()
    a = chat('quick', fields=[('sluice-explain', 'true')])
    equal(a.status, 200)
    true(0.1 <= time.monotonic() - began < 5)
    equal(a.get('sluice-provider'), 'lab')
    equal(a.get('sluice-model'), 'm1')
    equal(a.get('sluice-attempts'), '2')
    equal(a.get('sluice-hedged'), 'true')
    equal(P.requests[-1].json['model'], 'hang')
    equal(Q.requests[-1].json['model'], 'm1')
    left(P)
    why = json.loads(a.get('sluice-explain'))['attempts']
    equal(why[0]['failed'], 'another answered first')
    equal(why[1]['why'], 'hedge')


@test
def the_first_wins():
    a = chat('same', stream=True)
    equal(a.status, 200)
    equal(a.get('sluice-provider'), 'openai')
    equal(a.get('sluice-hedged'), 'true')
    true(a.body.endswith(b'data: [DONE]\n\n'))
    left(Q)


@test
def nobody_is_late():
    n = len(Q.requests)
    a = chat('fast')
    equal(a.status, 200)
    equal(a.get('sluice-hedged'), None)
    equal(len(Q.requests), n)


@test
def the_built_in_provider():
    a = chat('echoed', stream=True)
    equal(a.status, 200)
    equal(a.get('sluice-provider'), 'sluice')
    left(P)


@test
def a_client_that_leaves():
    c = S.connect()
    body = json.dumps({'model': 'quick', 'messages': [], 'stream': True})
    n = len(P.requests)
    c.request(
        'POST', '/v1/chat/completions', (AUTH, JSON), body.encode()
    )
    wait_for(lambda: len(P.requests) > n, 5, 'the request')
    c.close()
    left(P)


@test
def another_key():
    env = openai(P, 'late,good')
    config = {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}}
    s = Sluice(env, {**CONFIG, **config})
    a = chat('keys', s)
    equal(a.status, 200)
    equal(a.get('sluice-key-index'), '1')
    equal(a.get('sluice-hedged'), 'true')
    # To be slow is no failure: it is still in turn.
    equal(chat('keys', s).get('sluice-hedged'), None)
    equal(chat('keys', s).get('sluice-hedged'), 'true')
    metrics = s.get('/metrics').body.decode()
    for key in 0, 1:
        line = 'sluice_key_health{provider="openai",key="%d"} 0' % key
        true(line in metrics)
    s.stop()


@test
def late_by_experience():
    s = Sluice(openai(P, 'good,late'), CONFIG)
    # Nothing is known: it waits for the slow key.
    for _ in range(20):
        a = chat('learned', s, '/key/0')
        equal(a.status, 200)
        equal(a.get('sluice-hedged'), None)
    began = time.monotonic()
    a = chat('learned', s, '/key/1')
    equal(a.status, 200)
    equal(a.get('sluice-provider'), 'lab')
    equal(a.get('sluice-hedged'), 'true')
    true(time.monotonic() - began < 4)
    s.stop()


@test
def at_most_some():
    s = Sluice(openai(P), CONFIG)
    hedged = [
        chat('same', s).get('sluice-hedged') == 'true' for _ in range(13)
    ]
    equal(hedged, [True] * 10 + [False] * 3)
    s.stop()


@test
def log_and_metrics():
    chat('quick')
    wait_for(lambda: '"hedge_won":true' in S.log, 5, 'the line')
    metrics = S.get('/metrics').body.decode()
    true('sluice_hedges_total{provider="lab"}' in metrics)
    true('sluice_hedges_won_total{provider="lab"}' in metrics)
    true('sluice_hedges_total{provider="openai"}' in metrics)


main()
