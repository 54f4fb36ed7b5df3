# SPDX-License-Identifier: MIT
"""Embeddings over providers with a form of their own, each played by its own
rules: what the provider would not know is refused."""

import base64
import json
import struct
import urllib.parse

from wire import AUTH, JSON, Sluice, equal, fake, main, rows, test, true

from strict import INTEGER, TEXT, Refused, check  # of tests/fake, by wire

TEXTS = ['one', 'two and more']


def vector(text):
    """Three numbers that tell one text from another."""
    return [len(text), 0.5, -1e-3]


def gemini(body, model):
    check(
        body,
        {
            'requests!': [
                {
                    'model!': {'models/' + model},
                    'content!': {'parts!': [{'text!': TEXT}]},
                    'outputDimensionality': INTEGER,
                    'taskType': TEXT,
                }
            ]
        },
    )
    texts = [r['content']['parts'][0]['text'] for r in body['requests']]
    return {'embeddings': [{'values': vector(t)} for t in texts]}


COHERE = {
    'texts!': [TEXT],
    'input_type!': {'search_document', 'search_query'},
    'embedding_types!': [{'float'}],
    'output_dimension': INTEGER,
}


def cohere(body, model):
    check(body, {'model!': {model}, **COHERE})
    return {
        'id': 'x',
        'embeddings': {'float': [vector(t) for t in body['texts']]},
        'meta': {'billed_units': {'input_tokens': 6}},
    }


def bedrock(body, model):
    if 'titan' in model:
        check(body, {'inputText!': TEXT, 'dimensions': INTEGER})
        return {
            'embedding': vector(body['inputText']),
            'inputTextTokenCount': 6,
        }
    check(body, COHERE)
    return {'embeddings': {'float': [vector(t) for t in body['texts']]}}


def ollama(body, model):
    check(body, {'model!': {model}, 'input!': [TEXT], 'truncate': bool})
    return {
        'model': model,
        'embeddings': [vector(t) for t in body['input']],
        'prompt_eval_count': 6,
    }


def workers_ai(body, model):
    check(body, {'text!': [TEXT]})
    data = [vector(t) for t in body['text']]
    result = {'shape': [len(data), 3], 'data': data}
    return {'result': result, 'success': True, 'errors': [], 'messages': []}


# What a path begins with and ends in, who answers there.
PATHS = [
    ('/gemini/v1beta/models/', ':batchEmbedContents', gemini),
    ('/cohere/v2/embed', '', cohere),
    ('/bedrock/model/', '/invoke', bedrock),
    ('/ollama/api/embed', '', ollama),
    ('/workers-ai/run/', '', workers_ai),
]


class Vendors(fake.Provider):
    model = None  # that is expected

    async def route(self, request, reply):
        await request.read_body()
        if request.path.startswith('/openai/'):
            return await super().route(request, reply)
        for start, end, answer in PATHS:
            path = request.path
            if not path.startswith(start) or not path.endswith(end):
                continue
            name = urllib.parse.unquote(path[len(start) : len(path) - len(end)])
            if name and name != self.model:
                return await reply.error(404)
            if self.model == 'limited':
                return await reply.whole(
                    429, b'{"message":"slow down"}', extra=[('retry-after', '7')]
                )
            try:
                value = answer(request.json, self.model)
            except Refused as e:
                text = json.dumps({'message': 'strict: %s' % e})
                return await reply.whole(400, text.encode())
            return await reply.whole(200, json.dumps(value).encode())
        return await reply.error(404)


P = Vendors().__enter__()


def sluice(**config):
    return Sluice(
        {
            'OPENAI_API_KEY': 'k',
            'OPENAI_BASE_URL': P.url + '/openai/v1',
            'GEMINI_API_KEY': 'k',
            'GEMINI_BASE_URL': P.url + '/gemini',
            'COHERE_API_KEY': 'k',
            'COHERE_BASE_URL': P.url + '/cohere',
            'OLLAMA_API_KEY': 'k',
            'OLLAMA_BASE_URL': P.url + '/ollama/v1',
            'CLOUDFLARE_API_KEY': 'k',
            'CLOUDFLARE_ACCOUNT_ID': 'acc',
            'CLOUDFLARE_BASE_URL': P.url + '/workers-ai',
            'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
            'AWS_SECRET_ACCESS_KEY': 'secret',
            'AWS_BEDROCK_BASE_URL': P.url + '/bedrock',
        },
        config=config,
    )


S = sluice(
    providers={
        'workers-ai': {'dialect': 'workers-ai'},
        'ollama': {'dialect': 'ollama'},
    }
)
# What a client is told of tokens: the vendor's number, or that of the words.
VENDORS = [
    ('gemini', 'text-embedding-004', 4, None),
    ('cohere', 'embed-v4.0', 6, None),
    ('bedrock', 'cohere.embed-english-v3', 4, None),
    ('bedrock', 'amazon.titan-embed-text-v2:0', 6, 'one text at a time'),
    ('ollama', 'embeddinggemma:300m', 6, None),
    ('workers-ai', '@cf/baai/bge-base-en-v1.5', 4, None),
]


def ask(provider, model, path='/v1/embeddings', headers=(AUTH, JSON), **more):
    P.model = model
    return S.post(path, {'model': provider + '/' + model, **more}, headers)


@rows(VENDORS)
def openai_clients(provider, model, tokens, single):
    texts = TEXTS[:1] if single else TEXTS
    a = ask(provider, model, input=texts)
    equal(a.status, 200, a.body)
    equal(a.get('sluice-loss'), None)
    equal([e['embedding'] for e in a.json['data']], [vector(t) for t in texts])
    equal([e['index'] for e in a.json['data']], list(range(len(texts))))
    equal(a.json['model'], provider + '/' + model)
    equal(a.json['usage'], {'prompt_tokens': tokens, 'total_tokens': tokens})
    a = ask(provider, model, input=TEXTS[0], encoding_format='base64')
    packed = base64.b64decode(a.json['data'][0]['embedding'])
    equal(packed, struct.pack('<3f', *vector(TEXTS[0])))
    a = ask(provider, model, input=TEXTS)
    equal(a.status, 400 if single else 200)


@rows([*VENDORS, ('openai', 'text-embedding-3-small', None, None)])
def ollama_clients(provider, model, tokens, single):
    texts = TEXTS[:1] if single else TEXTS
    a = ask(provider, model, '/api/embed', input=texts)
    equal(a.status, 200, a.body)
    equal(len(a.json['embeddings']), len(texts))
    if provider != 'openai':
        equal(a.json['embeddings'], [vector(t) for t in texts])
        equal(a.json['prompt_eval_count'], tokens)
    a = ask(provider, model, '/api/embeddings', prompt=TEXTS[0])
    equal(a.status, 200, a.body)
    equal(list(a.json), ['embedding'])


@rows(VENDORS)
def what_is_lost(provider, model, tokens, single):
    a = ask(provider, model, input='x', user='u', odd=1)
    equal((a.status, a.get('sluice-loss')), (200, 'user;dropped, odd;dropped'))
    strict = (AUTH, JSON, ('sluice-strict', 'true'))
    a = ask(provider, model, headers=strict, input='x', odd=1)
    equal(a.status, 400)
    true('odd;dropped' in a.error['message'], a.error)


@test
def sizes():
    ask('cohere', 'embed-v4.0', input='x', dimensions=256)
    equal(P.requests[-1].json['output_dimension'], 256)
    a = ask('workers-ai', '@cf/baai/bge', input='x', dimensions=256)
    equal(a.get('sluice-loss'), 'dimensions;dropped')


@test
def errors():
    P.model = 'limited'
    body = {'model': 'cohere/limited', 'input': 'x'}
    a = S.post('/v1/embeddings', body)
    equal((a.status, a.error['type']), (429, 'rate_limit_error'))
    true('slow down' in a.error['message'], a.error)
    equal(a.get('retry-after'), '7')
    a = S.post('/api/embed', body)
    equal(a.status, 429)
    true('slow down' in a.json['error'], a.json)


@test
def others_are_relayed():
    with sluice() as s:
        for path in ('/openai/v1/embeddings', '/ollama/v1/embeddings'):
            name = path.split('/')[1]
            P.reset()
            s.post('/v1/embeddings', {'model': name + '/m', 'input': [[1, 2]]})
            equal((P.requests[0].target, P.requests[0].json['input']), (path, [[1, 2]]))


main()
