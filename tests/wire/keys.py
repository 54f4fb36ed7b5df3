# SPDX-License-Identifier: MIT
"""Keys: selectors on every route, rotation that outlives the process, health.
Numbers are the cases of the earlier systems."""

import collections
import re
import signal

from wire import Sluice, equal, fake, main, openai, rows, test, true

P = fake.Provider().__enter__()
ROUND = {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}}
S = Sluice(openai(P, 'k0,k1,k2'), ROUND)


def index(s, n=1, model='openai/gpt-4o'):
    got = []
    for _ in range(n):
        a = s.chat(model)
        equal(a.status, 200)
        got.append(int(a.get('sluice-key-index')))
    return got


# Case 51: the whole table.
@rows(
    [
        ('0', {0}, False),
        ('1', {1}, False),
        ('2', {2}, False),
        ('00', {0}, False),
        ('3', {0}, True),
        ('7', {1}, True),
        ('1-2', {1, 2}, False),
        ('0-0', {0}, False),
        ('-0', {0}, False),
        ('2-', {2}, False),
        ('-1', {0, 1}, False),
        ('-9', {0, 1, 2}, False),
        ('9-', {0, 1, 2}, True),
        ('7-9', {1, 2}, True),
        ('5-3', {2}, True),
        ('2-1', {2}, False),
        ('5abc', {2}, True),
        ('1-2x', {1, 2}, False),
        ('1-1-1', {1}, False),
    ]
)
def case_51_selector(name, keys, wrapped):
    seen = set()
    for _ in range(1 if len(keys) == 1 else 40):
        a = S.get('/key/%s/openai/models' % name)
        equal(a.status, 200)
        equal(a.get('sluice-key-wrapped'), 'true' if wrapped else None)
        seen.add(int(a.get('sluice-key-index')))
        equal(P.requests[-1].key, 'k' + a.get('sluice-key-index'))
    equal(seen, keys)


@test
def case_51_and_52_paths():
    equal(S.get('/key/abc/openai/models').status, 404)
    equal(S.get('/key/1').status, 404)
    equal(S.get('/key/1/ping').status, 200)
    equal(S.call('GET', '/key/1/openai/models', ()).status, 401)
    first = index(S)[0]
    a = S.get('/key/-/openai/models')
    equal(int(a.get('sluice-key-index')), (first + 1) % 3)


@test
def case_36_selector_on_chat_and_rotation():
    first = index(S)[0]
    a = S.post(
        '/key/2/v1/chat/completions',
        {'model': 'openai/gpt-4o', 'messages': []},
    )
    equal(a.get('sluice-key-index'), '2')
    equal(P.requests[-1].key, 'k2')
    equal(index(S, 2), [(first + 1) % 3, (first + 2) % 3])


@test
def case_47_models_take_the_key():
    first = index(S)[0]
    P.reset()
    equal(S.get('/key/2/v1/models').status, 200)
    equal([r.key for r in P.requests], ['k2'])
    equal(index(S), [(first + 1) % 3])


@test
def case_55_random_is_the_default():
    with Sluice(openai(P, 'k0,k1,k2')) as s:
        seen = collections.Counter(index(s, 120))
        for k in range(3):
            true(20 <= seen[k] <= 60, seen)


@test
def weights_decide():
    keys = {'strategy': 'weighted', 'weights': [1, 9]}
    with Sluice(
        openai(P, 'k0,k1'), {'providers': {'openai': {'keys': keys}}}
    ) as s:
        seen = collections.Counter(index(s, 100))
        true(seen[1] > 75 and seen[0] > 0, seen)


def stored(s, keys='k0,k1,k2', **more):
    config = dict(ROUND, store='sqlite:%s' % s)
    return Sluice(openai(P, keys, **more), config)


def with_file(function):
    import tempfile

    with tempfile.TemporaryDirectory(prefix='sluice-keys-') as d:
        function(d + '/s.db')


# Case 54.
@test
def turns_survive_a_clean_stop():
    def play(file):
        with stored(file) as s:
            equal(index(s, 4), [0, 1, 2, 0])
        with stored(file) as s:
            equal(index(s, 2), [1, 2])
        with stored(file, ','.join('k%d' % i for i in range(10))) as s:
            equal(index(s, 10), list(range(10)))
            equal(index(s, 9), list(range(9)))
        with stored(file, ','.join('k%d' % i for i in range(5))) as s:
            equal(index(s, 2), [0, 1])

    with_file(play)


@test
def one_lease_at_most_is_skipped_after_a_kill():
    def play(file):
        import sqlite3
        import time

        s = stored(file)
        index(s, 10)
        time.sleep(0.3)
        s.kill(signal.SIGKILL)
        s.process.wait()
        Sluice.running.remove(s)
        s.out.close()
        s.err.close()
        s.dir.cleanup()
        with sqlite3.connect(file) as db:
            step = db.execute('SELECT step FROM turns').fetchone()[0]
        true(10 <= step <= 10 + 256, step)
        with stored(file) as s:
            equal(index(s, 3), [(step + i) % 3 for i in range(3)])

    with_file(play)


@test
def store_that_can_not_be_opened():
    s = Sluice(
        openai(P),
        {'store': 'sqlite:/nonexistent/dir/s.db'},
        ready=False,
    )
    equal(s.process.wait(5), 1)
    true('store: /nonexistent/dir/s.db' in s.errors, s.errors)
    Sluice.running.remove(s)
    s.dir.cleanup()


@test
def health_is_seen_everywhere():
    with Sluice(openai(P, 'k0,bad'), ROUND) as s:
        equal(index(s, 6), [0] * 2 + [0] * 4)
        equal(sum(r.key == 'bad' for r in P.requests), 1)
        status = s.get('/status').json
        found = [k['health'] for k in status['providers']['openai']['keys']]
        equal(found, ['ok', 'refused'])
        text = s.get('/metrics').body.decode()
        true('sluice_key_health{provider="openai",key="0"} 0' in text, text)
        true('sluice_key_health{provider="openai",key="1"} 2' in text, text)
        equal(
            re.findall(r'provider openai: key 1 is refused for \d+ ms', s.errors),
            ['provider openai: key 1 is refused for 30000 ms'],
        )
        true('bad' not in s.errors, s.errors)


main()
