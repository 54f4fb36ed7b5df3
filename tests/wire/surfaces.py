# SPDX-License-Identifier: MIT
"""What clients of other dialects ask besides chats, and what is shown instead
of sent."""

from wire import AUTH, Sluice, equal, fake, main, openai, rows, test, true

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


# ---- lists of models ----

Q = Sluice(openai(P))
ANTHROPIC = ('anthropic-version', '2023-06-01')
GOOG = ('x-goog-api-key', 'pk')


@test
def anthropics_list():
    seen, last = [], None
    while True:
        after = '&after_id=' + last if last else ''
        a = Q.get('/v1/models?limit=3' + after, (AUTH, ANTHROPIC)).json
        true(len(a['data']) <= 3)
        seen += [m['id'] for m in a['data']]
        equal(a['first_id'], a['data'][0]['id'])
        equal(a['last_id'], a['data'][-1]['id'])
        if not a['has_more']:
            break
        last = a['last_id']
    want = [m['id'] for m in Q.get('/v1/models').json['data']]
    equal(seen, want)
    one = Q.get('/v1/models/openai%2Fgpt-4o', (AUTH, ANTHROPIC)).json
    equal(one['type'], 'model')
    equal(one['max_input_tokens'], 128000)


@rows([('v1beta', '/v1beta/models'), ('v1', '/v1/models')])
def geminis_list(name, path):
    a = Q.get(path, (GOOG,)).json
    want = [m['id'] for m in Q.get('/v1/models').json['data']]
    equal([m['name'] for m in a['models']], ['models/' + w for w in want])
    one = Q.get(path + '/openai/gpt-4o', (GOOG,)).json
    equal(one['name'], 'models/openai/gpt-4o')
    equal(one['inputTokenLimit'], 128000)
    true('generateContent' in one['supportedGenerationMethods'])
    equal(Q.get(path + '/openai/none', (GOOG,)).json['error']['code'], 404)


@test
def ollamas_lists():
    want = [m['id'] for m in Q.get('/v1/models').json['data']]
    tags = Q.get('/api/tags').json
    equal([m['name'] for m in tags['models']], want)
    equal(Q.get('/api/ps').json, {'models': []})
    true(Q.get('/api/version').json['version'])
    one = Q.post('/api/show', {'model': 'openai/gpt-4o'}).json
    true('tools' in one['capabilities'], one)
    arch = one['model_info']['general.architecture']
    equal(one['model_info'][arch + '.context_length'], 128000)
    a = Q.post('/api/show', {'model': 'nobodys'})
    equal(a.status, 404)
    true('nobodys' in a.json['error'])


@rows([('chat', {}), ('chat', {'messages': []}), ('generate', {'prompt': ''})])
def ollamas_loading(path, body):
    P.reset()
    a = S.post('/api/' + path, {'model': 'openai/gpt-4o', **body})
    equal((a.status, a.get('content-type')), (200, 'application/json'))
    equal((a.json['done'], a.json['done_reason']), (True, 'load'))
    equal(a.json['model'], 'openai/gpt-4o')
    equal(P.requests, [])


# ---- keep-alives ----


@test
def pings_in_a_silent_stream():
    with Sluice(openai(P), {'server': {'pings': '200ms'}}) as s:
        a = s.chat('openai/pause-900', stream=True)
        equal(a.status, 200)
        equal(a.text, fake.TEXT)
        true(3 <= a.body.count(b': ping\n\n') <= 5, a.body)
        true(a.body.endswith(b'data: [DONE]\n\n'))


@test
def pings_before_the_answer():
    config = {'server': {'pings': '200ms', 'earlyPings': True}}
    with Sluice(openai(P), config) as s:
        a = s.chat('openai/slow-900', stream=True)
        equal(a.status, 200)
        true(a.body.startswith(b': ping\n\n: ping\n\n'), a.body)
        true(a.body.endswith(b'data: [DONE]\n\n'))
        a = s.chat('openai/slow-900')
        equal(a.status, 200)
        true(b'ping' not in a.body)

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
