# SPDX-License-Identifier: MIT
"""Ten thousand requests while keys and whole replicas of a provider fail in
turn: the client sees no failure as long as one key works, and each key has the
share that the strategy says. Requests are counted, not time: each round ends
when all of its requests are answered."""

import collections
import json
import queue
import threading
import time

from wire import Sluice, equal, fake, main, test, true

REPLICAS = [fake.Provider().__enter__() for _ in range(3)]
CLIENTS = 8
KEYS = ['k0', 'k1', 'k2']
# How a key fails, one way after the other.
WAYS = [
    'status-401',
    'status-429-after-1',
    'status-500',
    'close',
    'garbage',
    'roleerr',
    'deadstream',
]
BODY = json.dumps(
    {
        'model': 'MODEL',
        'messages': [{'role': 'user', 'content': 'hi'}],
    }
)
TOTAL = []


def breaks(key, way):
    """From now on, at every replica; None: it works again."""
    if way is None:
        fake.KEYS.pop(key, None)
    else:
        fake.KEYS[key] = way


def key_index(a):
    return int(a.get('sluice-key-index'))


def client(s, model, stream, left, out):
    body = BODY.replace('MODEL', model)
    if stream:
        body = body[:-1] + ', "stream": true}'
    request = (
        'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n'
        'authorization: Bearer pk\r\ncontent-type: application/json\r\n'
        'content-length: %d\r\n\r\n%s' % (len(body), body)
    ).encode()
    with s.connect() as c:
        while True:
            try:
                left.get_nowait()
            except queue.Empty:
                return
            c.send(request)
            a = c.response('POST')
            if a.status == 200 and a.complete and a.text == fake.TEXT:
                out.append((a.get('sluice-provider'), key_index(a)))
            else:
                out.append((a.status, a.body[:200]))


def ask(s, n, model='lab/gpt-4o', stream=False):
    """Who answered, counted. Anything but a whole, good answer is a failure."""
    left, out = queue.Queue(), []
    for _ in range(n):
        left.put(None)
    threads = [
        threading.Thread(target=client, args=(s, model, stream, left, out))
        for _ in range(CLIENTS)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    TOTAL.append(len(out))
    seen = collections.Counter(out)
    equal(len(out), n, 'requests without any answer')
    failed = [who for who in seen if not isinstance(who[0], str)]
    equal(failed, [], 'failures seen by the client')
    return seen


def server(strategy='random', **keys):
    """Three replicas with the three keys each; `lab` picks by the strategy."""
    for key in KEYS:
        breaks(key, None)
    names = ['lab', 'lob', 'lub']
    ends = [
        {'name': name, 'baseUrl': r.url + '/v1', 'apiKeys': KEYS}
        for name, r in zip(names, REPLICAS)
    ]
    return Sluice(
        {},
        {
            'CUSTOM_OPENAI_ENDPOINTS': ends,
            'providers': {'lab': {'keys': {'strategy': strategy, **keys}}},
        },
    )


def replicas():
    """Three replicas with a key each, behind one name."""
    for key in KEYS:
        breaks(key, None)
    names = ['lab', 'lob', 'lub']
    ends = [
        {'name': name, 'baseUrl': r.url + '/v1', 'apiKeys': [key]}
        for name, r, key in zip(names, REPLICAS, KEYS)
    ]
    targets = [name + '/gpt-4o' for name in names]
    return Sluice(
        {},
        {
            'CUSTOM_OPENAI_ENDPOINTS': ends,
            'models': {'any': {'targets': targets}},
        },
    )


def shares(seen):
    return [seen[('lab', k)] for k in range(3)]


def near(got, want, seen):
    """Six standard deviations: chance alone fails once in 500 million runs."""
    n = sum(shares(seen))
    p = want / n
    room = 6 * (n * p * (1 - p)) ** 0.5
    true(abs(got - want) <= room, '%s is not about %s: %s' % (got, want, seen))


# ---- shares ----


@test
def turns_are_exact():
    with server('roundrobin') as s:
        equal(sorted(shares(ask(s, 900))), [300, 300, 300])
        equal(sorted(shares(ask(s, 300, stream=True))), [100, 100, 100])


@test
def turns_step_past_a_key_that_fails():
    for i, key in enumerate(KEYS):
        with server('roundrobin') as s:
            breaks(key, 'status-429-after-60')
            seen = shares(ask(s, 400))
            equal(seen.pop(i), 0)
            # Those that met it first went on to the next one.
            true(abs(seen[0] - seen[1]) <= 2 * CLIENTS, seen)


@test
def chance_is_even():
    with server('random') as s:
        seen = ask(s, 900)
        for got in shares(seen):
            near(got, 300, seen)
        breaks('k1', 'status-401')
        seen = ask(s, 400)
        equal(shares(seen)[1], 0)
        near(shares(seen)[0], 200, seen)


@test
def weights_decide():
    with server('weighted', weights=[1, 2, 3]) as s:
        seen = ask(s, 900)
        for got, want in zip(shares(seen), (150, 300, 450)):
            near(got, want, seen)
        breaks('k2', 'status-401')
        seen = ask(s, 600)
        equal(shares(seen)[2], 0)
        near(shares(seen)[0], 200, seen)


@test
def the_least_busy_key_is_not_the_slow_one():
    with server('least-busy') as s:
        breaks('k0', 'slow-200')
        seen = shares(ask(s, 600))
        true(seen[0] <= 60, seen)
        true(min(seen[1:]) >= 150, seen)


# ---- failures ----


@test
def keys_fail_in_turn_in_every_way():
    with server('roundrobin') as s:
        for n, way in enumerate(WAYS):
            for i, key in enumerate(KEYS):
                breaks(key, way)
                is_stream = way == 'deadstream' or n % 2 == 1
                seen = ask(s, 60, stream=is_stream)
                equal(shares(seen)[i], 0, way)
                breaks(key, None)


@test
def one_key_of_three_is_enough():
    for strategy in 'roundrobin', 'random', 'least-busy':
        with server(strategy) as s:
            for i in range(3):
                for k, key in enumerate(KEYS):
                    breaks(key, None if k == i else WAYS[k])
                equal(shares(ask(s, 200))[i], 200, strategy)


@test
def keys_that_fail_now_and_then():
    with server('roundrobin') as s:
        done = threading.Event()

        def play():
            while not done.is_set():
                for key in KEYS[:2]:
                    breaks(key, 'status-500')
                    time.sleep(0.02)
                    breaks(key, None)

        player = threading.Thread(target=play)
        player.start()
        try:
            ask(s, 1000)
        finally:
            done.set()
            player.join(10)


@test
def replicas_fail_in_turn():
    with replicas() as s:
        equal(ask(s, 300, 'any'), {('lab', 0): 300})
        for n, way in enumerate(WAYS):
            for i in range(3):
                breaks(KEYS[i], way)
                stream = way == 'deadstream' or n % 2 == 1
                seen = ask(s, 30, 'any', stream)
                equal(seen[(['lab', 'lob', 'lub'][i], 0)], 0, way)
                breaks(KEYS[i], None)
        for i in range(3):
            for k, key in enumerate(KEYS):
                breaks(key, None if k == i else 'status-500')
            equal(ask(s, 100, 'any'), {(['lab', 'lob', 'lub'][i], 0): 100})


# The last one: these do not come back.
@test
def replicas_go_away_for_good():
    with replicas() as s:
        for i, name in enumerate(['lab', 'lob', 'lub']):
            equal(set(ask(s, 200, 'any')), {(name, 0)})
            if i < 2:
                REPLICAS[i].stop_listening()
                true(REPLICAS[i].wait(lambda: not REPLICAS[i].open))


@test
def these_were_ten_thousand_requests():
    true(sum(TOTAL) >= 10000, sum(TOTAL))


main()
