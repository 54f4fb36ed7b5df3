# SPDX-License-Identifier: MIT
"""Plans and what follows a failure: overrides, strategies, waits, the budget of
retries, explanations."""

import json
import time

from wire import AUTH, JSON, Sluice, equal, fake, main, openai, rows, test, true

P = fake.Provider().__enter__()
Q = fake.Provider(models=['m1', 'm2']).__enter__()
CONFIG = {
    'CUSTOM_OPENAI_ENDPOINTS': [
        {'name': 'lab', 'baseUrl': Q.url + '/x', 'apiKeys': 'good'},
        {'name': 'open', 'baseUrl': Q.url + '/x'},
    ],
    'models': {
        'fast': {
            'targets': ['openai/slow-150', 'lab/m1'],
            'strategy': 'fastest',
        },
        'cheap': {
            'targets': ['openai/gpt-4o', 'openai/gpt-4o-mini'],
            'strategy': 'cheapest',
        },
        'eyes': [{'target': 'lab/blind', 'has': []}, 'openai/gpt-4o'],
        'blind': [{'target': 'lab/blind', 'has': []}],
    },
}
S = Sluice(openai(P), CONFIG)


def ask(s=S, headers=(), **body):
    body.setdefault('messages', [])
    return s.post('/v1/chat/completions', body, (AUTH, JSON, *headers))


@rows(
    [
        ('models', {'models': ['lab/m1']}),
        ('fallbacks', {'fallbacks': ['lab/m1']}),
        ('without a key', {'fallbacks': ['open/m1']}),
    ]
)
def the_next_name(name, more):
    a = ask(model='openai/status-500', **more)
    equal(a.status, 200)
    equal(a.get('sluice-attempts'), '2')
    equal(a.get('sluice-model'), 'm1')
    sent = Q.requests[-1].json
    equal(sorted(sent), ['messages', 'model'])


@test
def providers_are_ordered():
    a = ask(
        model='openai/gpt-4o',
        models=['lab/m1'],
        provider={'order': ['lab'], 'allow_fallbacks': False},
    )
    equal(a.status, 200)
    equal(a.get('sluice-provider'), 'lab')
    equal(a.get('sluice-plan'), 'lab/m1')


@test
def a_wrong_type():
    a = ask(model='openai/gpt-4o', provider={'order': ['a', 1]})
    equal(a.status, 400)
    equal(a.json['error']['param'], 'provider.order[1]')


@test
def the_cheapest():
    equal(ask(model='cheap').get('sluice-model'), 'gpt-4o-mini')


@test
def the_fastest():
    equal(ask(model='openai/slow-150').status, 200)
    equal(ask(model='lab/m1').status, 200)
    for _ in range(3):
        equal(ask(model='fast').get('sluice-plan'), 'lab/m1, openai/slow-150')


@test
def images_need_eyes():
    image = {'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,'}}
    messages = [{'role': 'user', 'content': [image]}]
    equal(ask(model='eyes').get('sluice-model'), 'blind')
    equal(ask(model='eyes', messages=messages).get('sluice-model'), 'gpt-4o')
    a = ask(model='blind', messages=messages)
    equal(a.status, 400)
    equal(a.json['error']['code'], 'no_target')


@test
def an_explanation():
    a = ask(
        headers=[('sluice-explain', 'true')],
        model='openai/status-500',
        fallbacks=['lab/m1'],
    )
    why = json.loads(a.get('sluice-explain'))
    equal(why['plan'], ['openai/status-500', 'lab/m1'])
    equal([s['status'] for s in why['attempts']], [500, 200])
    equal(why['attempts'][1]['why'], 'next target')


@test
def a_wait_for_the_same_provider():
    began = time.monotonic()
    a = ask(model='openai/status-429-after-1')
    equal(a.status, 429)
    equal(a.get('sluice-attempts'), '4')
    equal(a.get('retry-after'), '1')
    true(2.9 < time.monotonic() - began < 10)
    began = time.monotonic()
    a = ask(model='openai/status-429-after-7')
    equal(a.status, 429)
    equal(a.get('retry-after'), '7')
    equal(a.get('sluice-attempts'), '1')
    true(time.monotonic() - began < 2)


@test
def a_conversation_keeps_its_key():
    s = Sluice(openai(P, 'k0,k1,k2,k3'), CONFIG)
    keys = set()
    for n in range(40):
        more = {'prompt_cache_key': 'c%d' % n}
        key = ask(s, model='openai/gpt-4o', **more).get('sluice-key-index')
        keys.add(key)
        equal(
            ask(s, model='openai/gpt-4o', **more).get('sluice-key-index'), key
        )
    equal(keys, {'0', '1', '2', '3'})
    equal(P.requests[-1].json['prompt_cache_key'], 'c39')
    s.stop()


@test
def the_budget_of_retries():
    s = Sluice(openai(P, 'k0,k1'), CONFIG)
    attempts = []
    for _ in range(14):
        a = ask(s, model='openai/status-500')
        equal(a.status, 500)
        attempts.append(int(a.get('sluice-attempts') or 1))
    equal(attempts, [2] * 10 + [1] * 4)
    # The provider's own words, as ever.
    true('scripted failure 500' in a.json['error']['message'], a.json)
    s.stop()


main()
