# SPDX-License-Identifier: MIT
"""GET /v1/models and /status over several providers. Numbers are the cases of
the earlier systems."""

import time

from wire import Sluice, equal, fake, main, refused_port, rows, test, true

P = fake.Provider().__enter__()
Q = fake.Provider(models=['m1', 'deep/m2']).__enter__()


def server(keys='k0', custom=(), **more):
    env = {'OPENAI_API_KEY': keys, 'OPENAI_BASE_URL': P.url + '/v1', **more}
    return Sluice(env, {'CUSTOM_OPENAI_ENDPOINTS': list(custom)})


LAB = {'name': 'lab', 'baseUrl': Q.url + '/x', 'apiKeys': ['lk']}
STATIC = {
    'name': 'fixed',
    'baseUrl': 'http://127.0.0.1:1',
    'models': ['tiny', 'org/small'],
}


def ids(s):
    a = s.get('/v1/models')
    equal(a.status, 200)
    equal(a.json['object'], 'list')
    return [
        m['id'] for m in a.json['data'] if not m['id'].startswith('sluice/')
    ]


@test
def case_41_prefixes_and_order():
    with server(custom=[LAB, STATIC]) as s:
        equal(
            ids(s),
            ['openai/' + m for m in P.models]
            + ['lab/m1', 'lab/deep/m2', 'fixed/tiny', 'fixed/org/small'],
        )
        m = next(
            m
            for m in s.get('/v1/models').json['data']
            if m['id'] == 'openai/gpt-4o'
        )
        equal(
            (m['object'], m['created'], m['owned_by']),
            ('model', fake.CREATED, 'fake'),
        )


@test
def case_42_provider_without_key_is_absent():
    with server() as s:
        true(all(i.startswith('openai/') for i in ids(s)), ids(s))


@rows(
    [
        ('500', 'down'),
        ('401', 'bad'),
        ('page', 'html'),
        ('garbage', 'garbage'),
        ('closes', 'close'),
        ('never answers', 'hang'),
    ]
)
def case_43_one_failing_provider_does_not_hide_the_others(name, key):
    with server(key, [LAB]) as s:
        start = time.monotonic()
        equal(ids(s), ['lab/m1', 'lab/deep/m2'])
        true(
            time.monotonic() - start < 7,
            'took %.1f s' % (time.monotonic() - start),
        )


@test
def case_43_refused_connection():
    held, port = refused_port()
    with server(
        custom=[LAB, {'name': 'gone', 'baseUrl': 'http://127.0.0.1:%d' % port}]
    ) as s:
        true('lab/m1' in ids(s))
    held.close()


@test
def case_45_static_list_needs_no_call():
    with server(custom=[{**STATIC, 'baseUrl': Q.url}]) as s:
        before = len(Q.requests)
        true('fixed/tiny' in ids(s))
        equal(len(Q.requests), before)


@test
def case_47_listing_takes_no_turn():
    env = {'OPENAI_API_KEY': 'a,b,c', 'OPENAI_BASE_URL': P.url + '/v1'}
    with Sluice(
        env, {'providers': {'openai': {'keys': {'strategy': 'roundrobin'}}}}
    ) as s:
        equal(s.chat('openai/gpt-4o').get('sluice-key-index'), '0')
        for _ in range(3):
            ids(s)
        equal(s.chat('openai/gpt-4o').get('sluice-key-index'), '1')


@rows(
    [
        ('escaped slash', '/v1/models/openai%2Fgpt-4o', 'openai/gpt-4o'),
        ('plain slash', '/v1/models/openai/gpt-4o', 'openai/gpt-4o'),
        ('without v1', '/models/openai%2Fgpt-4o', 'openai/gpt-4o'),
        (
            'more slashes',
            '/v1/models/openai%2Forg%2Fdeep%2Fmodel',
            'openai/org/deep/model',
        ),
        ('static', '/v1/models/fixed%2Ftiny', 'fixed/tiny'),
    ]
)
def retrieve(name, path, want):
    with server(custom=[STATIC]) as s:
        a = s.get(path)
        equal(a.status, 200)
        equal((a.json['id'], a.json['object']), (want, 'model'))


@rows(
    [
        ('unknown model', '/v1/models/openai%2Fnone'),
        ('unknown provider', '/v1/models/none%2Fx'),
        ('no slash', '/v1/models/x'),
    ]
)
def retrieve_unknown(name, path):
    with server() as s:
        a = s.get(path)
        equal(a.status, 404)
        a.error


@test
def head_has_the_headers_of_get():
    with server() as s:
        a = s.call('HEAD', '/v1/models')
        equal((a.status, a.body), (200, b''))
        true(
            a.get('content-type').startswith('application/json'),
            a.get('content-type'),
        )


@test
def cases_48_49_50_status():
    keys = (
        'short,sk-123456789,abcdefghijklmnopqrst,xyz,bad-key-0001,down-key-001'
    )
    with server(keys, [LAB], CF_AIG_TOKEN='TOKENTOKENTOKEN') as s:
        a = s.get('/status')
        equal(a.status, 200)
        true(b'TOKENTOKEN' not in a.body, 'the token in clear')
        found = a.json['providers']['openai']
        equal(found['available'], True)
        equal(
            [(k['key'], k['status']) for k in found['keys']],
            [
                ('**ort', 'valid'),
                ('*********789', 'valid'),
                ('**********rst', 'valid'),
                ('***', 'valid'),
                ('*********001', 'invalid'),
                ('*********001', 'unknown'),
            ],
        )
        equal(a.json['providers']['groq']['keys'], [])


@test
def status_does_not_wait_for_ever():
    with server('hang') as s:
        start = time.monotonic()
        equal(
            s.get('/status').json['providers']['openai']['keys'][0]['status'],
            'unknown',
        )
        true(time.monotonic() - start < 8)


main()
