# SPDX-License-Identifier: MIT
"""What clients of other dialects ask besides chats, and what is shown instead
of sent."""

from wire import Sluice, equal, fake, main, openai, rows, test, true

P = fake.Provider().__enter__()
# The path /echo of the scripted provider says what it got.
S = Sluice(
    openai(
        P,
        ANTHROPIC_API_KEY='a0',
        ANTHROPIC_BASE_URL=P.url + '/echo',
        GEMINI_API_KEY='g0',
        GEMINI_BASE_URL=P.url + '/echo',
    )
)
HI = [{'role': 'user', 'content': 'hi'}]
CONTENTS = {'contents': [{'role': 'user', 'parts': [{'text': 'hi'}]}]}


# ---- counting tokens ----


@rows(
    [
        (
            'anthropic',
            '/v1/messages/count_tokens',
            {'model': 'anthropic/claude', 'messages': HI},
            '/echo/v1/messages/count_tokens',
        ),
        (
            'gemini',
            '/v1beta/models/gemini%2Fg-1:countTokens',
            CONTENTS,
            '/echo/v1beta/models/g-1:countTokens',
        ),
    ]
)
def counted_by_the_provider(name, path, body, upstream):
    a = S.post(path, body)
    equal(a.status, 200)
    equal(a.json['path'], upstream)
    equal(a.get('sluice-estimated'), None)


@rows(
    [
        (
            'anthropic over openai',
            '/v1/messages/count_tokens',
            {'model': 'openai/gpt-4o', 'messages': HI},
            {'input_tokens': 8},
        ),
        (
            'gemini over openai',
            '/v1/models/openai/gpt-4o:countTokens',
            CONTENTS,
            {'totalTokens': 8},
        ),
    ]
)
def estimated(name, path, body, want):
    before = len(P.requests)
    a = S.post(path, body)
    equal(a.status, 200)
    equal(a.json, want)
    equal(a.get('sluice-estimated'), 'true')
    equal(len(P.requests), before)


# ---- what a body may be ----


@test
def images_larger_than_the_memory_of_an_exchange():
    data = 'A' * 12_000_000
    source = {'type': 'base64', 'media_type': 'image/png', 'data': data}
    content = [{'type': 'image', 'source': source}]
    body = {
        'model': 'openai/gpt-4o',
        'max_tokens': 5,
        'messages': [{'role': 'user', 'content': content}],
    }
    a = S.post('/v1/messages', body)
    equal(a.status, 200)
    sent = P.requests[-1].json['messages'][0]['content'][0]
    true(sent['image_url']['url'] == 'data:image/png;base64,' + data)


@test
def answers_as_large_as_that():
    body = {'model': 'openai/big-6000000', 'max_tokens': 5, 'messages': HI}
    a = S.post('/v1/messages', body)
    equal(a.status, 200)
    equal(len(a.json['content'][0]['text']), 6_000_000)


@rows(
    [
        ('dots', 'gemini/..'),
        ('a dot', 'gemini/./x'),
        ('inside', 'gemini/a/../../../b'),
    ]
)
def names_do_not_step_out_of_a_path(name, model):
    before = len(P.requests)
    a = S.post('/v1/chat/completions', {'model': model, 'messages': HI})
    equal(a.status, 400)
    equal(a.json['error']['param'], 'model')
    equal(len(P.requests), before)


@rows(
    [
        ('in the body', '/v1/chat/completions', {'messages': HI}),
        ('among others', '/v1/chat/completions', {'messages': HI}),
        ('in the path', '/v1beta/models/%s:generateContent', CONTENTS),
    ]
)
def long_names_are_refused(name, path, body):
    model = 'openai/' + 'm' * 2042
    if name == 'in the path':
        path %= model
    elif name == 'in the body':
        body = {**body, 'model': model}
    else:
        body = {**body, 'model': 'openai/gpt-4o', 'models': [model]}
    equal(S.post(path, body).status, 400)


# ---- what would be sent ----


@test
def shown_not_sent():
    before = len(P.requests)
    body = {'model': 'openai/gpt-4o', 'max_tokens': 5, 'messages': HI}
    a = S.post('/v1/translate?from=anthropic', body)
    equal(a.status, 200)
    equal(a.json['url'], P.url + '/v1/chat/completions')
    equal(a.json['body']['max_completion_tokens'], 5)
    equal(a.json['dialect'], 'openai-chat')
    true('k0' not in str(a.json['headers']), a.json)
    equal(len(P.requests), before)


@test
def what_is_shown_is_what_is_sent():
    body = {'model': 'anthropic/c', 'messages': HI, 'temperature': 0.5}
    shown = S.post('/v1/translate', body).json
    sent = S.post('/v1/chat/completions', body)
    equal(sent.status, 502)  # /echo is no answer of Anthropic's
    got = P.requests[-1]
    equal(got.path, '/echo/v1/messages')
    equal(got.json, shown['body'])


main()
