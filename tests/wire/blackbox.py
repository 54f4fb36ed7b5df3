# SPDX-License-Identifier: MIT
"""The cases of the earlier systems, one test each under its number. Where those
did what their own pages called wrong, the right thing is asked for ("fixed");
where Sluice has settled a case otherwise, the comment says so."""

import collections
import itertools
import json
import math
import re
import subprocess
import tempfile
import time

from wire import AUTH, JSON, SLUICE, Sluice, equal, fake, main, test, true

# Every provider of the earlier systems: its key variable, its base after
# /NAME on the scripted one, the chat path and the list's path after the base.
PROVIDERS = {
    'workers-ai': ('CLOUDFLARE_API_KEY', '/accounts/{account}/ai', '/v1'),
    'anthropic': ('ANTHROPIC_API_KEY', '', '/v1'),
    'cerebras': ('CEREBRAS_API_KEY', '/v1', ''),
    'cohere': ('COHERE_API_KEY', '', '/compatibility/v1'),
    'deepseek': ('DEEPSEEK_API_KEY', '', ''),
    'google-ai-studio': ('GEMINI_API_KEY', '', '/v1beta/openai'),
    'grok': ('GROK_API_KEY', '/v1', ''),
    'groq': ('GROQ_API_KEY', '/openai/v1', ''),
    'huggingface': ('HUGGINGFACE_API_KEY', '/v1', ''),
    'mistral': ('MISTRAL_API_KEY', '/v1', ''),
    'openai': ('OPENAI_API_KEY', '/v1', ''),
    'openrouter': ('OPENROUTER_API_KEY', '/api/v1', ''),
    'perplexity-ai': ('PERPLEXITYAI_API_KEY', '', ''),
    'replicate': ('REPLICATE_API_KEY', '/v1', None),
    'ollama': ('OLLAMA_API_KEY', '/v1', ''),
}
# By an AI Gateway, and by its compat interface.
AT_GATEWAY = [n for n in PROVIDERS if n not in ('ollama', 'huggingface')]
AT_COMPAT = [n for n in AT_GATEWAY if n != 'replicate']
FOREIGN = [
    'azure-openai',
    'aws-bedrock',
    'cartesia',
    'elevenlabs',
    'google-vertex-ai',
    'huggingface',
]

LISTS = {
    'anthropic': {
        'data': [
            {
                'type': 'model',
                'id': 'claude',
                'display_name': 'C',
                'created_at': '2025-01-01T00:00:00Z',
            }
        ],
        'has_more': False,
    },
    'cohere': {'models': [{'name': 'command', 'endpoints': ['chat']}]},
    'google-ai-studio': {
        'models': [{'name': 'models/gemini', 'version': '1'}]
    },
    'workers-ai': {
        'result': [{'id': 'uuid-1', 'name': '@cf/meta/m', 'source': 1}]
    },
}
OPENAI_LIST = {
    'object': 'list',
    'data': [
        {
            'id': 'm',
            'object': 'thing',
            'created': 7,
            'owned_by': 'them',
            'extra': 1,
        }
    ],
}


class Scripted(fake.Provider):
    """Lists of models by the first segment of the path."""

    async def do_models(self, request, reply):
        if await fake.Script(request, reply, {}).failure():
            return None
        name = request.path.split('/')[1]
        value = LISTS.get(name, OPENAI_LIST)
        if name == 'nodata':
            value = {'object': 'list'}
        return await reply.whole(200, json.dumps(value).encode())

    async def route(self, request, reply):
        if request.path.endswith('/models/search'):
            await request.read_body()
            return await self.do_models(request, reply)
        return await super().route(request, reply)


P = Scripted().__enter__()
G = fake.Provider().__enter__()


def key_of(name, i):
    return '%s-%d' % (name, i)


def keys_of(name, n=3):
    return ','.join(key_of(name, i) for i in range(n))


def environment(names=PROVIDERS, n=3, **more):
    return {
        'CLOUDFLARE_ACCOUNT_ID': 'acc',
        **{PROVIDERS[name][0]: keys_of(name, n) for name in names},
        **more,
    }


# They are reached in dialects of their own unless the configuration says so.
TRANSLATED = ['anthropic', 'cohere', 'google-ai-studio']


def bases(names=PROVIDERS):
    def of(name):
        member = {'baseUrl': P.url + '/' + name + PROVIDERS[name][1]}
        if name in TRANSLATED:
            member['dialect'] = 'openai-chat'
        return member

    return {'providers': {name: of(name) for name in names}}


def upstream(name, path):
    base = PROVIDERS[name][1].replace('{account}', 'acc')
    return '/' + name + base + path


def gateway(**more):
    return {
        'AI_GATEWAY_BASE_URL': G.url + '/v1',
        'CLOUDFLARE_ACCOUNT_ID': 'acc',
        'AI_GATEWAY_NAME': 'gw',
        'CF_AIG_TOKEN': 'cf-token-0001',
        **more,
    }


S = Sluice(environment(), bases())
GW = Sluice(environment(**gateway()))
ECHO = '/openai/echo'


def fields(e, name):
    return [v for n, v in e['headers'] if n.lower() == name]


def get(path, *headers):
    return S.call('GET', path, headers)


def check(env=None, config=None):
    """Exit code and text of `sluice check`."""
    with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
        command = [SLUICE, 'check']
        if config is not None:
            text = config if isinstance(config, str) else json.dumps(config)
            with open(home + '/c.jsonc', 'w') as f:
                f.write(text)
            command += ['--config', 'c.jsonc']
        done = subprocess.run(
            command, cwd=home, env=env or {}, capture_output=True, timeout=20
        )
    return done.returncode, (done.stdout + done.stderr).decode()


def index(s, path=ECHO):
    a = s.get(path)
    equal(a.status, 200)
    return int(a.get('sluice-key-index'))


# ---- who may call ----


@test
def case_1_no_credentials_is_401_json():
    a = get('/v1/models')
    equal((a.status, a.get('content-type')), (401, 'application/json'))
    equal(a.error['type'], 'authentication_error')


@test
def case_2_bearer():
    equal(get('/status', ('authorization', 'Bearer pk')).status, 200)


@test
def case_3_bare_authorization():
    equal(get('/status', ('authorization', 'pk')).status, 200)


@test
def case_4_x_api_key():
    equal(get('/status', ('x-api-key', 'pk')).status, 200)


@test
def case_5_x_goog_api_key():
    equal(get('/status', ('x-goog-api-key', 'pk')).status, 200)


@test
def case_6_key_in_the_query():
    equal(get('/ping?key=pk').status, 200)
    equal(get('/status?key=pk').status, 200)
    equal(get('/status?key=p%6b').status, 200)
    equal(get('/status?apikey=pk').status, 401)


@test
def case_7_wrong_bearer_and_right_x_api_key():
    a = get('/status', ('authorization', 'Bearer no'), ('x-api-key', 'pk'))
    equal(a.status, 401)


@test
def case_8_wrong_bearer_and_right_query():
    equal(get('/status?key=pk', ('authorization', 'Bearer no')).status, 401)


@test
def case_9_each_of_two_secrets():
    for value in '["one","two"]', 'one,two', 'one, two':
        with Sluice({'PROXY_API_KEY': value}) as s:
            for secret, want in ('one', 200), ('two', 200), ('three', 401):
                headers = (('x-api-key', secret),)
                equal(s.call('GET', '/status', headers).status, want)


@test
def case_10_unset_is_open_on_loopback_only():
    with Sluice({'PROXY_API_KEY': None}) as s:
        equal(s.call('GET', '/status', ()).status, 200)
    s = Sluice({'PROXY_API_KEY': None}, listen='0.0.0.0:0', ready=False)
    equal(s.process.wait(10), 1)
    true('--insecure-open' in s.errors, s.errors)
    Sluice.running.remove(s)
    s.dir.cleanup()


@test
def case_11_a_number_is_a_secret_fixed():
    for secret in '12345', 'true', 'null':
        with Sluice({'PROXY_API_KEY': secret}) as s:
            equal(s.call('GET', '/status', ()).status, 401)
            headers = (('x-api-key', secret),)
            equal(s.call('GET', '/status', headers).status, 200)


@test
def case_12_dev_fixed():
    for value, want in [
        ('true', 200),
        ('false', 401),
        ('False', 401),
        ('', 401),
        ('0', 401),
        ('FALSE', 401),
    ]:
        with Sluice({'DEV': value}) as s:
            equal(s.call('GET', '/status', ()).status, want, value)


@test
def case_13_key_never_reaches_the_provider():
    for query, want in [
        ('?a=1&key=pk', '?a=1'),
        ('?key=pk&b=2', '?b=2'),
        ('?key=pk&o=1&key=b', '?o=1'),
        ('?monkey=1&key=pk', '?monkey=1'),
        ('?KEY=pk&key=pk', '?KEY=pk'),
        ('?a=key=pk&key=pk', '?a=key=pk'),
        ('?key=pk&key=x', ''),
        ('?key=pk', ''),
    ]:
        a = get(ECHO + query)
        equal(a.status, 200, query)
        equal(a.json['target'], '/openai/v1/echo' + want)


# ---- CORS ----

PREFLIGHT = (
    ('origin', 'https://a.example'),
    ('access-control-request-method', 'PUT'),
    ('access-control-request-headers', 'x-one, authorization'),
)


@test
def case_14_full_preflight():
    a = S.call('OPTIONS', '/v1/chat/completions', PREFLIGHT)
    equal((a.status, a.body), (200, b''))
    equal(a.get('access-control-allow-origin'), '*')
    true('POST' in a.get('access-control-allow-methods'))
    equal(a.get('access-control-max-age'), '86400')
    equal(a.get('access-control-allow-headers'), 'x-one, authorization')


@test
def case_15_a_part_of_a_preflight():
    for left_out in range(3):
        headers = [h for i, h in enumerate(PREFLIGHT) if i != left_out]
        a = S.call('OPTIONS', '/v1/models', headers)
        equal((a.status, a.body), (200, b''))
        true('GET' in a.get('allow'))
        equal(a.get('access-control-allow-headers'), None)


@test
def case_16_options_needs_no_credentials():
    for path in '/v1/chat/completions', '/status', '/openai/x', '/unknown':
        equal(S.call('OPTIONS', path, ()).status, 200)


@test
def case_17_headers_are_echoed_and_answers_allow_every_origin_fixed():
    other = (('access-control-request-headers', 'x-two'),)
    a = S.call('OPTIONS', '/x', PREFLIGHT[:2] + other)
    equal(a.get('access-control-allow-headers'), 'x-two')
    for a in (
        get('/ping'),
        get('/v1/models'),
        S.get('/v1/models'),
        S.get(ECHO),
        S.get('/unknown'),
        S.chat('openai/gpt-4o', stream=True),
    ):
        equal(a.get('access-control-allow-origin'), '*')


# ---- routes ----


@test
def case_18_ping():
    a = get('/ping')
    equal((a.status, a.body), (200, b'Pong'))
    true(a.get('content-type').startswith('text/plain'))


@test
def case_19_unknown_is_404_json():
    a = S.get('/nowhere')
    equal(a.status, 404)
    equal(a.error['code'], 'unknown_url')


@test
def case_20_chat_without_v1():
    body = {'model': 'openai/gpt-4o', 'messages': []}
    seen = []
    for path in '/chat/completions', '/v1/chat/completions':
        a = S.post(path, body)
        equal((a.status, a.text), (200, fake.TEXT))
        seen.append((P.requests[-1].target, P.requests[-1].body))
    equal(seen[0], seen[1])


@test
def case_21_models_without_v1():
    equal(S.get('/models').json['data'], S.get('/v1/models').json['data'])


# Settled otherwise: 405, where the earlier one had 404.
@test
def case_22_wrong_methods_are_405():
    a = S.get('/v1/chat/completions')
    equal((a.status, 'POST' in a.get('allow')), (405, True))
    a = S.post('/v1/models', {})
    equal((a.status, 'GET' in a.get('allow')), (405, True))


@test
def case_23_unknown_paths_of_a_provider_are_its_own():
    a = S.get('/openai/notfound')
    equal((a.status, P.requests[-1].target), (404, '/openai/v1/notfound'))
    equal(a.json['error']['message'], 'scripted failure 404')


@test
def case_24_only_the_first_prefix_is_taken_off():
    S.get('/openai/openai/x')
    equal(P.requests[-1].target, '/openai/v1/openai/x')


@test
def case_25_the_rest_of_the_query_stays():
    S.call('POST', '/openai/v1/chat/completions?key=pk&other=value', (), b'{}')
    equal(
        P.requests[-1].target, '/openai/v1/v1/chat/completions?other=value'
    )


# Settled otherwise: without a gateway the steps are tried here, no 404.
@test
def case_26_post_to_the_root_is_universal():
    steps = [{'provider': 'openai', 'query': {'model': 'gpt-4o'}}]
    a = S.post('/', steps)
    equal((a.status, a.get('sluice-step')), (200, '0'))
    equal(GW.post('/g/echo', steps).json['target'], '/v1/acc/echo')
    equal(GW.post('/', steps).status, 404)  # the scripted gateway's answer
    equal(G.requests[-1].target, '/v1/acc/gw')
    equal(S.get('/').status, 404)


@test
def case_27_compat_without_a_gateway():
    equal(S.post('/compat/chat/completions', {}).status, 404)
    equal(S.get('/compat').status, 404)
    equal(GW.get('/compatx').status, 404)


@test
def case_28_which_gateway():
    equal(GW.get(ECHO).json['target'], '/v1/acc/gw/openai/echo')
    a = GW.get('/g/other' + ECHO)
    equal(a.json['target'], '/v1/acc/other/openai/echo')
    with Sluice({'OPENAI_API_KEY': 'k'}) as s:
        equal(s.get('/g/other' + ECHO).status, 404)


# ---- chat ----


@test
def case_29_the_models_name_loses_its_provider():
    equal(S.chat('openai/gpt-4').status, 200)
    equal(P.requests[-1].json['model'], 'gpt-4')


@test
def case_30_only_the_first_slash_counts():
    equal(S.chat('openai/gpt-4/turbo').status, 200)
    equal(P.requests[-1].json['model'], 'gpt-4/turbo')


@test
def case_31_default_model():
    with Sluice(
        environment(['openai'], DEFAULT_MODEL='openai/gpt-4o-mini'),
        bases(['openai']),
    ) as s:
        equal(s.chat('default').status, 200)
        equal(P.requests[-1].json['model'], 'gpt-4o-mini')


# Settled otherwise: OpenAI's error object.
@test
def case_32_a_body_that_is_no_json():
    for body in b'', b'{', b'"text"', b'nothing':
        a = S.post('/v1/chat/completions', body)
        equal((a.status, a.error['code']), (400, 'invalid_json'))


# Settled otherwise: OpenAI's error object, and its status for such a model.
@test
def case_33_unknown_provider():
    for model in 'nope/m', 'gpt-99':
        a = S.chat(model)
        equal((a.status, a.error['code']), (404, 'model_not_found'))
        true('openai' in a.error['message'], 'names those that there are')


@test
def case_34_the_callers_secret_stays_here():
    for headers in (
        (('authorization', 'Bearer pk'), JSON),
        (('x-api-key', 'pk'), JSON),
        (('x-goog-api-key', 'pk'), JSON),
        (('authorization', 'pk'), ('x-api-key', 'pk'), JSON),
    ):
        equal(S.chat('openai/gpt-4o', headers).status, 200)
        for name, value in P.requests[-1].headers:
            true('pk' not in value.split(), (name, value))


EVERY = {
    'store': True,
    'metadata': {'a': 'b'},
    'frequency_penalty': 0.1,
    'logit_bias': {'1': 2},
    'logprobs': True,
    'max_tokens': 5,
    'max_completion_tokens': 6,
    'n': 1,
    'modalities': ['text'],
    'prediction': None,
    'audio': None,
    'presence_penalty': 0.2,
    'response_format': {'type': 'text'},
    'seed': 7,
    'service_tier': 'auto',
    'stop': ['x'],
    'stream': False,
    'suffix': 's',
    'temperature': 0.5,
    'top_p': 0.9,
    'tools': [],
    'tool_choice': 'auto',
    'parallel_tool_calls': True,
    'user': 'u',
    'function_call': 'none',
    'functions': [],
    'top_logprobs': 2,
    'reasoning_effort': 'low',
    'top_k': 3,
    'unknown_member': {'deep': [1, 2.50]},
}


# Settled otherwise: nothing is dropped, save what a provider is known to
# refuse, and that is named.
@test
def case_35_every_parameter_arrives():
    for name, (_, _, compat) in PROVIDERS.items():
        if compat is None:
            continue
        a = S.chat(name + '/gpt-4o', **EVERY)
        equal(a.status, 200, name)
        lost = [
            part.partition(';')[0]
            for part in (a.get('sluice-loss') or '').split(', ')
            if part
        ]
        sent = P.requests[-1].json
        want = {'model', 'messages', *EVERY} - set(lost)
        equal(set(sent), want, name)
        for member in want - {'model', 'messages'}:
            equal(sent[member], EVERY[member], name)
    a = S.chat('openai/gpt-4o', **EVERY)
    equal(a.get('sluice-loss'), None)


@test
def case_36_the_rotated_or_selected_key_fixed():
    seen = set()
    for _ in range(40):
        a = S.chat('openai/gpt-4o')
        equal(
            P.requests[-1].key,
            key_of('openai', int(a.get('sluice-key-index'))),
        )
        seen.add(a.get('sluice-key-index'))
    equal(seen, {'0', '1', '2'})
    for i in range(3):
        body = {'model': 'openai/gpt-4o', 'messages': []}
        S.post('/key/%d/v1/chat/completions' % i, body)
        equal(P.requests[-1].key, key_of('openai', i))


@test
def case_37_429_and_retry_after_are_passed_on():
    with Sluice(environment(['openai']), bases(['openai'])) as s:
        a = s.chat('openai/status-429-after-7')
        equal((a.status, a.get('retry-after')), (429, '7'))
        equal(a.error['code'], 'rate_limit_exceeded')


@test
def case_38_streams_come_piece_by_piece():
    a = S.chat('openai/pause-400', stream=True)
    equal((a.status, a.text), (200, fake.TEXT))
    true(a.pieces[-1][0] - a.pieces[0][0] > 0.3, 'all at once')


# Settled otherwise: both chat, Replicate in its own dialect.
@test
def case_39_huggingface_and_replicate_chat():
    equal(S.chat('huggingface/gpt-4o').status, 200)
    equal(P.requests[-1].key[:-1], 'huggingface-')
    S.chat('replicate/meta/m')
    r = P.requests[-1]
    equal(r.path, '/replicate/v1/models/meta/m/predictions')
    true('hi' in r.json['input']['prompt'], r.json)
    equal(r.get('prefer'), 'wait')


@test
def case_40_missing_model_is_400_fixed():
    for model in None, 7, '', {}, []:
        body = {'messages': [], 'model': model}
        a = S.post('/v1/chat/completions', body)
        equal((a.status, a.error['param']), (400, 'model'))
    equal(S.post('/v1/chat/completions', {'messages': []}).status, 400)
    a = S.post('/v1/chat/completions', {'model': 'default', 'messages': []})
    equal(a.status, 404)


# ---- models ----


def listed(s, path='/v1/models'):
    a = s.get(path)
    equal((a.status, a.json['object']), (200, 'list'))
    return {
        m['id']: m for m in a.json['data'] if not m['id'].startswith('sluice/')
    }


@test
def case_41_prefixes_and_order():
    order = []
    for name in (m.partition('/')[0] for m in listed(S)):
        if name not in order:
            order.append(name)
    want = [n for n in PROVIDERS if n not in ('replicate', 'perplexity-ai')]
    want.insert(want.index('ollama'), 'perplexity')
    equal(order, want)


@test
def case_42_no_key_no_models():
    names = ['openai', 'groq']
    with Sluice(environment(names), bases(names)) as s:
        equal(list(listed(s)), ['groq/m', 'openai/m'])


@test
def case_43_one_that_fails_hides_no_other():
    for bad in 'down', 'html', 'hang':
        env = {**environment(['openai']), 'GROQ_API_KEY': bad}
        with Sluice(env, bases(['openai', 'groq'])) as s:
            began = time.monotonic()
            equal(list(listed(s)), ['openai/m'])
            true(time.monotonic() - began < 6, bad)


@test
def case_44_a_list_without_data_is_left_out():
    lab = {'name': 'lab', 'baseUrl': P.url + '/nodata', 'apiKeys': 'k'}
    with Sluice(
        environment(['openai']),
        {**bases(['openai']), 'CUSTOM_OPENAI_ENDPOINTS': [lab]},
    ) as s:
        equal(list(listed(s)), ['openai/m'])


@test
def case_45_a_static_list_asks_nobody():
    lab = {'name': 'lab', 'baseUrl': P.url, 'models': ['a', 'b/c']}
    with Sluice({}, {'CUSTOM_OPENAI_ENDPOINTS': [lab]}) as s:
        before = len(P.requests)
        got = listed(s)
        equal((list(got), len(P.requests)), (['lab/a', 'lab/b/c'], before))
        equal(got['lab/a']['owned_by'], 'lab')
        equal(got['lab/a']['object'], 'model')


@test
def case_46_each_mapping():
    got = listed(S)
    rest = {'object': 'thing', 'created': 7, 'owned_by': 'them', 'extra': 1}
    for name in 'openai', 'cerebras', 'deepseek', 'grok', 'ollama':
        equal(got[name + '/m'], {'id': name + '/m', **rest})
    for name in 'groq', 'mistral':
        m = got[name + '/m']
        equal((m['created'], m['owned_by'], m['_']), (7, 'them', {'extra': 1}))
    m = got['openrouter/m']
    equal((m['created'], m['_']), (7, {'extra': 1}))
    m = got['anthropic/claude']
    equal((m['created'], m['owned_by']), (1735689600, 'anthropic'))
    equal(m['_'], {'display_name': 'C'})
    m = got['cohere/command']
    equal((m['object'], m['created'], m['owned_by']), ('model', 0, 'cohere'))
    equal(m['_'], {'endpoints': ['chat']})
    m = got['google-ai-studio/gemini']
    equal((m['object'], m['owned_by']), ('model', 'google_ai_studio'))
    equal(m['_'], {'version': '1'})
    m = got['workers-ai/@cf/meta/m']
    equal((m['object'], m['owned_by']), ('model', 'workers_ai'))
    equal(m['_'], {'id': 'uuid-1', 'source': 1})


@test
def case_47_a_list_takes_no_turn():
    with Sluice(
        environment(['openai'], ENABLE_GLOBAL_ROUND_ROBIN='true'),
        bases(['openai']),
    ) as s:
        equal(index(s), 0)
        listed(s)
        equal(P.requests[-1].key, 'openai-0')
        listed(s, '/key/2/v1/models')
        equal(P.requests[-1].key, 'openai-2')
        equal(index(s), 1)


# ---- status ----


@test
def case_48_masks():
    keys = ['short', 'abcdefghij0123456789', 'abc', 'sk-123456789']
    env = {'OPENAI_API_KEY': ','.join(keys)}
    with Sluice(env, bases(['openai'])) as s:
        shown = s.get('/status').json['providers']['openai']['keys']
        equal(
            [k['key'] for k in shown],
            ['**ort', '*' * 10 + '789', '***', '*' * 9 + '789'],
        )


@test
def case_49_which_keys_work():
    env = {
        'OPENAI_API_KEY': 'k0,bad,forbidden,down',
        'PERPLEXITYAI_API_KEY': 'k',
        'REPLICATE_API_KEY': 'k',
    }
    names = ['openai', 'perplexity-ai', 'replicate']
    with Sluice(env, bases(names)) as s:
        got = s.get('/status').json['providers']
        equal(
            [k['status'] for k in got['openai']['keys']],
            ['valid', 'invalid', 'invalid', 'unknown'],
        )
        for name in 'perplexity', 'replicate':
            equal([k['status'] for k in got[name]['keys']], ['unknown'])


@test
def case_50_no_keys_and_a_masked_token_fixed():
    with Sluice(gateway()) as s:
        a = s.get('/status')
        equal(a.json['providers']['openai']['keys'], [])
        equal(a.json['providers']['openai']['available'], False)
        equal(
            a.json['config']['AI_GATEWAY'],
            {'accountId': 'acc', 'name': 'gw', 'token': '*' * 10 + '001'},
        )
        true(b'cf-token' not in a.body)


# ---- keys ----


@test
def case_51_selectors():
    table = {
        '0': {0},
        '1': {1},
        '2': {2},
        '00': {0},
        '3': {0},
        '7': {1},
        '1-2': {1, 2},
        '0-0': {0},
        '-0': {0},
        '2-': {2},
        '-1': {0, 1},
        '-9': {0, 1, 2},
        '9-': {0, 1, 2},
        '7-9': {1, 2},
        '5-3': {2},
        '2-1': {2},
        '-': {0, 1, 2},
        '5abc': {2},
        '1-2x': {1, 2},
        '1-1-1': {1},
    }
    for selector, want in table.items():
        path = '/key/' + selector + ECHO
        n = 1 if len(want) == 1 else 40
        equal({index(S, path) for _ in range(n)}, want, selector)
    equal(S.get('/key/abc' + ECHO).status, 404)


@test
def case_52_nothing_after_the_selector_is_the_root():
    equal(S.get('/key/1').status, 404)
    step = {'provider': 'openai', 'endpoint': 'echo', 'query': {}}
    a = S.post('/key/1', [step])
    equal((a.status, a.json['key']), (200, 'openai-1'))
    equal(S.get('/key/1/ping').status, 200)


@test
def case_53_selectors_over_five_keys():
    with Sluice(environment(['openai'], 5), bases(['openai'])) as s:

        def seen(selector, n=60):
            path = '/key/' + selector + ECHO
            return {index(s, path) for _ in range(n)}

        equal(seen('1-3'), {1, 2, 3})
        equal(seen('2-'), {2, 3, 4})
        equal(seen('-2'), {0, 1, 2})
        equal(seen('3-1', 5), {3})
    equal(index(S, '/key/1' + ECHO), 1)
    equal(index(S, '/key/4' + ECHO), 1)


@test
def case_54_round_robin():
    def stored(home, n):
        config = {**bases(['openai', 'groq']), 'store': 'sqlite:' + home}
        env = environment(['openai', 'groq'], n)
        return Sluice({**env, 'ENABLE_GLOBAL_ROUND_ROBIN': 'true'}, config)

    with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
        with stored(home + '/s.db', 3) as s:
            equal([index(s) for _ in range(4)], [0, 1, 2, 0])
            equal(index(s, '/groq/echo'), 0)
        with stored(home + '/s.db', 3) as s:
            equal([index(s) for _ in range(2)], [1, 2])
            equal(index(s, '/groq/echo'), 1)
    # Counter 9 of ten keys, then five keys.
    with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
        with stored(home + '/s.db', 10) as s:
            equal([index(s) for _ in range(9)], list(range(9)))
        with stored(home + '/s.db', 5) as s:
            equal([index(s) for _ in range(2)], [0, 1])


def is_uniform(seen, n_keys):
    """Chi-square, with a limit that chance passes once in a million times."""
    n = sum(seen.values())
    want = n / n_keys
    chi = sum((seen[k] - want) ** 2 / want for k in range(n_keys))
    freedom = n_keys - 1
    # Wilson and Hilferty.
    z = ((chi / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(
        2 / (9 * freedom)
    )
    true(z < 4.75, seen)


@test
def case_55_at_random_when_it_is_off():
    seen = collections.Counter(index(S) for _ in range(300))
    is_uniform(seen, 3)


@test
def case_56_an_index_wraps():
    for selector, key, wrapped in ('3', '0', 'true'), ('2', '2', None):
        a = S.get('/key/' + selector + ECHO)
        equal(a.get('sluice-key-index'), key)
        equal(a.get('sluice-key-wrapped'), wrapped)


@test
def case_57_a_key_for_each_item():
    step = {'provider': 'openai', 'query': {}}
    env = environment(['openai'], **gateway(ENABLE_GLOBAL_ROUND_ROBIN='true'))
    with Sluice(env) as s:
        for want in [(0, 1), (2, 0)]:
            sent = json.loads(s.post('/g/echo', [step, step]).json['body'])
            equal(
                [i['headers']['authorization'] for i in sent],
                ['Bearer ' + key_of('openai', k) for k in want],
            )


# ---- the gateway ----


@test
def case_58_addresses_at_the_gateway():
    equal(GW.get('/groq/echo').json['target'], '/v1/acc/gw/groq/echo')
    step = {'provider': 'openai', 'query': {}}
    equal(GW.post('/g/echo', [step]).json['target'], '/v1/acc/echo')


@test
def case_59_fields_for_the_gateway():
    e = GW.post('/g/echo', [{'provider': 'openai', 'query': {}}]).json
    equal(fields(e, 'content-type'), ['application/json'])
    equal(fields(e, 'cf-aig-authorization'), ['Bearer cf-token-0001'])
    e = GW.call(
        'POST',
        ECHO,
        (AUTH, ('content-type', 'text/x'), ('cf-aig-cache-ttl', '60')),
        b'x',
    ).json
    equal(fields(e, 'content-type'), ['text/x'])
    equal(fields(e, 'cf-aig-cache-ttl'), ['60'])


def chat_at_gateway(s, model='openai/gpt-4', **more):
    """The request that a chat becomes, at the gateway named `echo`."""
    body = {'model': model, 'messages': [], **more}
    s.post('/g/echo/v1/chat/completions', body)
    r = G.requests[-1]
    equal((r.method, r.target), ('POST', '/v1/acc/echo'))
    return r


@test
def case_60_a_step_for_each_key():
    env = environment(['openai'], **gateway(AI_GATEWAY_UNIVERSAL='true'))
    with Sluice(env) as s:
        r = chat_at_gateway(s, temperature=0.5)
        steps = r.json
        equal(len(steps), 3)
        equal(
            {i['headers']['authorization'] for i in steps},
            {'Bearer ' + key_of('openai', k) for k in range(3)},
        )
        for step in steps:
            equal(
                (step['provider'], step['endpoint']),
                ('compat', 'chat/completions'),
            )
            equal(
                step['query'],
                {'model': 'openai/gpt-4', 'messages': [], 'temperature': 0.5},
            )
            for name in step['headers']:
                equal(name, name.lower())
        equal(r.get('authorization'), None)


@test
def case_61_one_key_is_one_step():
    env = environment(['openai'], 1, **gateway(AI_GATEWAY_UNIVERSAL='true'))
    with Sluice(env) as s:
        equal(len(chat_at_gateway(s).json), 1)


@test
def case_62_slashes_before_the_path():
    for path in '/openai/echo', '/openai//echo', '/openai///echo':
        equal(GW.get(path).json['target'], '/v1/acc/gw/openai/echo')


@test
def case_63_get_has_no_body():
    e = GW.get(ECHO).json
    equal((e['method'], e['body']), ('GET', ''))
    equal(fields(e, 'content-length') + fields(e, 'transfer-encoding'), [])


@test
def case_64_compat_keeps_the_query_and_drops_credentials():
    e = GW.call(
        'POST', '/compat/echo?a=b', (AUTH, ('x-api-key', 'pk'), JSON), b'{}'
    ).json
    equal((e['target'], e['body']), ('/v1/acc/gw/compat/echo?a=b', '{}'))
    equal(fields(e, 'authorization') + fields(e, 'x-api-key'), [])


@test
def case_65_universal_items():
    def sent(*items):
        return json.loads(GW.post('/g/echo', list(items)).json['body'])

    for name, want in [
        ('openai', 'chat/completions'),
        ('anthropic', 'v1/chat/completions'),
        ('google-ai-studio', 'v1beta/openai/chat/completions'),
    ]:
        equal(sent({'provider': name, 'query': {}})[0]['endpoint'], want)
    for endpoint in 'a/b?c=d', '/a/b':
        item = {'provider': 'openai', 'endpoint': endpoint, 'query': {}}
        equal(sent(item)[0]['endpoint'], endpoint)
    headers = {'Authorization': 'Bearer mine', 'x-a': 'b'}
    item = {'provider': 'openai', 'headers': headers, 'query': {}}
    got = {k.lower(): v for k, v in sent(item)[0]['headers'].items()}
    equal((got['authorization'], got['x-a']), ('Bearer mine', 'b'))
    before = len(G.requests)
    a = GW.post('/', [{'query': {}}])
    equal((a.status, a.error['param']), (400, '[0].provider'))
    a = GW.post('/', [{'provider': 'nope', 'query': {}}])
    equal((a.status, a.error['param']), (400, '[0].provider'))
    equal(len(G.requests), before)


@test
def case_66_a_gateway_without_account_or_name():
    equal(GW.get('/g//x').status, 400)
    equal(GW.get('/g/').status, 400)
    equal(GW.get('/g/a%20b/x').status, 400)
    code, text = check({'AI_GATEWAY_NAME': 'a/b', 'CLOUDFLARE_ACCOUNT_ID': 'a'})
    true(code != 0 and 'AI_GATEWAY_NAME' in text, text)
    code, text = check({'AI_GATEWAY_NAME': 'gw'})
    true(code == 0 and 'until CLOUDFLARE_ACCOUNT_ID' in text, text)
    env = environment(['openai'], **gateway(AI_GATEWAY_NAME=''))
    with Sluice(env, bases(['openai'])) as s:
        equal(s.get(ECHO).json['target'], '/openai/v1/echo')


@test
def case_67_whom_the_gateway_knows():
    for name in AT_GATEWAY:
        target = GW.get('/%s/echo' % name).json['target']
        true(target.startswith('/v1/acc/gw/%s/' % name), target)
    for name in AT_GATEWAY + FOREIGN:
        item = {'provider': name, 'endpoint': 'x', 'query': {}}
        equal(GW.post('/g/echo', [item]).status, 200, name)
    for name in 'ollama', 'sluice':
        item = {'provider': name, 'endpoint': 'x', 'query': {}}
        equal(GW.post('/g/echo', [item]).status, 400, name)
    with Sluice(environment(**gateway(AI_GATEWAY_UNIVERSAL='on'))) as s:
        for name in AT_COMPAT:
            steps = chat_at_gateway(s, name + '/m').json
            equal(len(steps), 3, name)
            equal(steps[0]['query']['model'], name + '/m')


@test
def case_68_no_token_no_field_fixed():
    with Sluice(environment(['openai'], **gateway(CF_AIG_TOKEN=None))) as s:
        equal(fields(s.get(ECHO).json, 'cf-aig-authorization'), [])


# ---- configuration ----


@test
def case_69_jsonc():
    text = """{
      // a line, "quoted"
      "OPENAI_API_KEY": "http://a/*b*/", /* a block
      of lines */ "DEFAULT_MODEL": "openai/x//y",
      "providers": { "openai": { "baseUrl": "%s/openai/v1", }, },
    }""" % P.url
    with Sluice({}, text) as s:
        equal(s.get(ECHO).json['key'], 'http://a/*b*/')
        s.chat('default')
        equal(P.requests[-1].json['model'], 'x//y')
    for bad in '{', '{"a" "b"}', '{"DEV": true /* }', '[]', '':
        code, said = check(config=bad)
        true(code != 0 and 'c.jsonc:' in said, (bad, said))


# Fixed where an empty item counted as a key and a number as none.
@test
def case_70_grammar_of_keys():
    for raw, want in [
        ('abc', ['abc']),
        ('a,b', ['a', 'b']),
        ('a, b', ['a', 'b']),
        ('["a","b"]', ['a', 'b']),
        ('"q"', ['q']),
        ('123', ['123']),
        ('true', ['true']),
        ('[1,2]', ['1', '2']),
        (' a ', ['a']),
        ('[]', []),
        ('', []),
    ]:
        with Sluice({'OPENAI_API_KEY': raw}, bases(['openai'])) as s:
            got = []
            for i in range(len(want)):
                got.append(s.get('/key/%d%s' % (i, ECHO)).json['key'])
            equal(got, want, raw)
            shown = s.get('/status').json['providers']['openai']
            equal(len(shown['keys']), len(want), raw)
            equal(shown['available'], want != [], raw)
    for raw in 'a,,b', 'a,', ',', '["a",""]', '{"a":1}', '[', '[null]':
        for name in 'OPENAI_API_KEY', 'PROXY_API_KEY':
            code, text = check({name: raw})
            true(code != 0 and name in text, (raw, text))


# There it named a deploy's environment, which Sluice has not; what a name in a
# path may hold is the same here.
@test
def case_71_letters_digits_and_two_marks():
    for name in 'a', 'A-b_9', '-', '_':
        a = GW.get('/g/%s%s' % (name, ECHO))
        equal(a.json['target'], '/v1/acc/%s/openai/echo' % name)
    for name in 'a.b', 'a b', 'a%2Fb', 'ä', 'x' * 65:
        code, text = check(
            {'AI_GATEWAY_NAME': name, 'CLOUDFLARE_ACCOUNT_ID': 'a'}
        )
        true(code != 0, (name, text))


@test
def case_72_custom_endpoints():
    ends = [
        {'name': 'one', 'baseUrl': P.url + '/one', 'apiKeys': 'a,b'},
        {'name': 'two', 'baseUrl': P.url + '/two', 'apiKeys': ['a', 'b']},
        {
            'name': 'three',
            'baseUrl': P.url + '/three',
            'chatCompletionPath': '/x/chat/completions',
            'modelsPath': '/y/models',
        },
    ]
    for s in (
        Sluice({'CUSTOM_OPENAI_ENDPOINTS': json.dumps(ends)}),
        Sluice({}, {'CUSTOM_OPENAI_ENDPOINTS': ends}),
    ):
        with s:
            s.chat('one/m')
            r = P.requests[-1]
            equal((r.target, r.key), ('/one/chat/completions', 'a,b'))
            equal(
                [s.get('/key/%d/two/echo' % i).json['key'] for i in (0, 1)],
                ['a', 'b'],
            )
            s.chat('three/m')
            r = P.requests[-1]
            equal(r.target, '/three/x/chat/completions')
            equal(r.get('authorization'), None)
            P.reset()
            got = listed(s)
            equal(list(got), ['one/m', 'two/m', 'three/m'])
            equal(
                {r.path for r in P.requests},
                {'/one/models', '/two/models', '/three/y/models'},
            )


# There a script turned the file into variables; here the file is read itself.
@test
def case_73_null_arrays_and_booleans_in_the_file():
    config = {
        'OPENAI_API_KEY': ['a', 'b'],
        'GROQ_API_KEY': None,
        'DEFAULT_MODEL': None,
        'DEV': False,
        'ENABLE_GLOBAL_ROUND_ROBIN': True,
        **bases(['openai', 'groq']),
    }
    with Sluice({}, config) as s:
        equal([index(s) for _ in range(3)], [0, 1, 0])
        got = s.get('/status').json
        equal(got['providers']['groq']['keys'], [])
        equal(got['providers']['groq']['available'], False)
        equal(got['config']['DEFAULT_MODEL'], None)
        equal(s.call('GET', '/status', ()).status, 401)


@test
def case_74_empty_values_are_as_good_as_none():
    config = {
        '$schema': 'schemas/config-schema.json',
        'OPENAI_API_KEY': '',
        'GROQ_API_KEY': '  ',
        'MISTRAL_API_KEY': [],
        'COHERE_API_KEY': None,
        'CUSTOM_OPENAI_ENDPOINTS': [],
        'AI_GATEWAY_NAME': '',
        'CLOUDFLARE_ACCOUNT_ID': '',
    }
    equal(check(config=config)[0], 0)
    with Sluice({}, config) as s:
        got = s.get('/status').json['providers']
        for name in 'openai', 'groq', 'mistral', 'cohere':
            equal((got[name]['keys'], got[name]['available']), ([], False))


# ---- helpers ----


# There addresses were logged with some values masked; here no query is logged.
@test
def case_75_no_secret_of_a_url_in_the_log():
    names = (
        'apikey api_key token access_token accesstoken auth authorization '
        'password secret api-key TOKEN other'
    ).split()
    with Sluice(environment(['openai']), bases(['openai'])) as s:
        for name in names:
            for value in 'x7', 'a-long-value-of-many-letters':
                query = '?%s=%s' % (name, value)
                equal(s.get(ECHO + query).json['target'][-len(query) :], query)
        equal(s.get('/x7x7?token=x7%zz').status, 404)
    true(len(s.last_log.splitlines()) > 2 * len(names), s.last_log)
    for value in 'x7', 'a-long-value', '?', 'pk':
        true(not re.search(r'[=/?&]' + re.escape(value), s.last_log), value)


@test
def case_76_time_limits_of_a_list():
    def models(key):
        env = {'GROQ_API_KEY': key, **environment(['openai'])}
        with tempfile.TemporaryDirectory(prefix='sluice-wire-') as home:
            with open(home + '/sluice.jsonc', 'w') as f:
                f.write(json.dumps(bases(['openai', 'groq'])))
            return subprocess.run(
                [SLUICE, 'models'],
                env=env,
                cwd=home,
                capture_output=True,
                timeout=20,
            )

    done = models('k')
    equal((done.returncode, b'groq' in done.stderr), (0, False))
    true(b'groq/m' in done.stdout)
    began = time.monotonic()
    done = models('hang')
    true(4 < time.monotonic() - began < 8, 'its limit is five seconds')
    true(b'openai/m' in done.stdout, done.stdout)
    said = re.search(rb'groq.*(timed out|in time|too long)', done.stderr)
    true(said, done.stderr)
    began = time.monotonic()
    done = models('down')
    true(time.monotonic() - began < 4, 'nothing waits for a limit')
    true(re.search(rb'groq.*500', done.stderr), done.stderr)


@test
def case_77_every_key_is_as_likely():
    with Sluice(environment(['openai'], 7), bases(['openai'])) as s:
        seen = collections.Counter(index(s) for _ in range(700))
        is_uniform(seen, 7)
    with Sluice(environment(['openai'], 1), bases(['openai'])) as s:
        equal({index(s) for _ in range(5)}, {0})
    with Sluice({}, bases(['openai'])) as s:
        a = s.get('/key/0-9' + ECHO)
        equal((a.status, a.error['code']), (404, 'provider_not_configured'))


# ---- Workers AI ----


class Native(fake.Provider):
    """Answers as `give` says, a function of the request: with a status and a
    value, or with the pieces of a stream, each in a write of its own."""

    give = None

    async def route(self, request, reply):
        await request.read_body()
        status, value = self.give(request)
        if status != 200 or not isinstance(value, list):
            return await reply.whole(status, json.dumps(value).encode())
        await reply.sse_head()
        for piece in value:
            await reply.chunk(piece)
            await reply.sleep(0.003)
        return await reply.end()


N = Native().__enter__()
CF_MODEL = 'workers-ai/@cf/meta/m'
RUN = '/accounts/acc/ai/run/@cf/'
DIALECTS = {'workers-ai': 'workers-ai', 'google-ai-studio': 'gemini'}


def native(name, **more):
    """One provider, reached in a dialect of its own."""
    path = PROVIDERS[name][1]
    member = {'baseUrl': N.url + path, 'dialect': DIALECTS[name]}
    return Sluice(environment([name], 1), {'providers': {name: member}, **more})


W = native('workers-ai')


def gives(value, status=200):
    N.give = lambda request: (status, value)


def in_envelope(**result):
    return {'result': result, 'success': True, 'errors': [], 'messages': []}


def embed(**body):
    return W.post('/v1/embeddings', body)


BGE = 'workers-ai/@cf/baai/bge-base-en-v1.5'


# The number of words is told where the provider tells none.
@test
def case_82_embeddings():
    def give(request):
        data = [[0.5, -1.25]] * len(request.json['text'])
        return 200, in_envelope(shape=[len(data), 2], data=data)

    N.give = give
    for given, texts, words in [
        ('one', ['one'], 1),
        (['two words', ' and\tthree\nmore '], None, 5),
    ]:
        a = embed(model=BGE, input=given)
        equal(a.status, 200, a.body)
        r = N.requests[-1]
        equal(r.path, RUN + 'baai/bge-base-en-v1.5')
        equal(r.json, {'text': texts or given})
        vectors = [
            {'object': 'embedding', 'index': i, 'embedding': [0.5, -1.25]}
            for i in range(len(texts or given))
        ]
        usage = {'prompt_tokens': words, 'total_tokens': words}
        equal(
            a.json,
            {'object': 'list', 'data': vectors, 'model': BGE, 'usage': usage},
        )
    a = embed(model=BGE, input=['x', 'y'], encoding_format='base64')
    equal([e['embedding'] for e in a.json['data']], ['AAAAPwAAoL8='] * 2)


# Settled otherwise: an unknown model without its provider is 404.
@test
def case_82_embeddings_that_are_refused():
    before = len(N.requests)
    for body in b'', b'{}', b'{', b'{"model":"%s"}' % BGE.encode():
        a = W.post('/v1/embeddings', body)
        equal((a.status, a.error['type']), (400, 'invalid_request_error'))
    for given in '', [''], ['x', ''], None, 7, [1, 2]:
        a = embed(model=BGE, input=given)
        equal(a.status, 400, given)
        true(a.error['param'].startswith('input'), a.error)
    equal(embed(input='x').error['param'], 'model')
    equal(len(N.requests), before)
    gives(in_envelope())
    a = embed(model='text-embedding-none', input='x')
    equal((a.status, a.error['code']), (404, 'model_not_found'))
    true('text-embedding-none' in a.error['message'], a.error)
    text = 'No such model @cf/none or task'
    error = {'code': 5007, 'message': text}
    gives({'result': None, 'success': False, 'errors': [error]}, 400)
    a = embed(model='workers-ai/@cf/none', input='x')
    equal(a.status, 400)
    true(text in a.error['message'], a.error)


# Fixed: who asks for 0 gets it.
@test
def case_83_temperatures_fixed():
    gives(in_envelope(response='ok'))
    for given, want in [
        (None, 0.6),
        (0, 0),
        (0.1, 0.3),
        (0.5, 1.3),
        (0.7, 1.8),
        (1, 0.6),
        (1.5, 3.8),
        (2, 5),
        (3, 5),
        (-1, 0),
    ]:
        a = W.chat(CF_MODEL, temperature=given)
        equal((a.status, a.text), (200, 'ok'), given)
        r = N.requests[-1]
        equal((r.path, r.json['temperature']), (RUN + 'meta/m', want), given)
    equal(W.chat(CF_MODEL).status, 200)
    equal(N.requests[-1].json['temperature'], 0.6)
    a = W.chat(CF_MODEL, temperature='0.5')  # taken for a number there
    equal((a.status, a.error['param']), (400, 'temperature'))


# Fixed: what a read cuts is no less an event, and usage is no end.
@test
def case_84_events_cut_anywhere_arrive_fixed():
    usage = {'prompt_tokens': 3, 'completion_tokens': 2, 'total_tokens': 5}
    events = [{'response': 'Hé'}, {'response': 'l', 'usage': usage}]
    events.append({'response': 'lo', 'p': 'abc'})
    data = [json.dumps(e, ensure_ascii=False) for e in events] + ['[DONE]']
    stream = ''.join('data: %s\n\n' % d for d in data).encode()
    asked = {'stream': True, 'stream_options': {'include_usage': True}}
    for cut in range(1, len(stream)):
        gives([stream[:cut], stream[cut:]])
        a = W.chat(CF_MODEL, **asked)
        equal((a.status, a.text, a.events[-1]), (200, 'Héllo', '[DONE]'), cut)
        chunks = [json.loads(e) for e in a.events[:-1]]
        equal(chunks[-1]['usage']['total_tokens'], 5, cut)
        choices = [c for chunk in chunks for c in chunk['choices']]
        ends = [c['finish_reason'] for c in choices if c['finish_reason']]
        equal(ends, ['stop'], cut)
    gives([stream[i : i + 1] for i in range(len(stream))])
    equal(W.chat(CF_MODEL, stream=True).text, 'Héllo')


# Settled otherwise: ids are the provider's own names, the task stands under
# "_"; but who has stored "name#task" goes on using it.
@test
def case_85_models_and_their_tasks():
    task = {'id': 'u', 'name': 'Text Generation'}
    models = [{'id': 'v', 'name': '@cf/meta/m', 'task': task}]

    def give(request):
        if request.path.endswith('/models/search'):
            return 200, {'result': models, 'success': True}
        if request.path.endswith('/chat/completions'):
            return 200, {'choices': [{'message': {'content': 'ok'}}]}
        return 200, in_envelope(response='ok')

    N.give = give
    ends = ['', '#text-generation', '#automatic-speech recognition', '#']
    with native('workers-ai') as s:
        got = listed(s)
        equal(list(got), [CF_MODEL])
        equal(got[CF_MODEL]['_']['task'], task)
        for name, end in itertools.product((CF_MODEL, '@cf/meta/m'), ends):
            a = s.chat(name + end)
            equal((a.status, a.json['model']), (200, '@cf/meta/m'))
            equal(N.requests[-1].path, RUN + 'meta/m')
            a = s.post('/', {'prompt': 'x', 'model': name + end})
            equal((a.status, N.requests[-1].path), (200, RUN + 'meta/m'))
        for model in 'workers-ai/#text-generation', '@cf/none#text-generation':
            equal(s.chat(model).status, 404)
    base = {'baseUrl': N.url + PROVIDERS['workers-ai'][1]}
    config = {
        'providers': {'workers-ai': base, 'openai': {'baseUrl': P.url}},
        'models': {'mine#1': CF_MODEL + '#text-generation'},
        'DEFAULT_MODEL': CF_MODEL + '#text-generation',
    }
    with Sluice(environment(['workers-ai', 'openai']), config) as s:
        for name in CF_MODEL + '#text-generation', 'mine#1', 'default':
            equal(s.chat(name).status, 200, name)
            r = N.requests[-1]
            equal(r.path, '/accounts/acc/ai/v1/chat/completions')
            equal(r.json['model'], '@cf/meta/m')
        equal(s.chat('openai/m#1').status, 200)
        equal(P.requests[-1].json['model'], 'm#1')


# ---- suppliers ----

OWN = (('sluice-key', 'pk'), ('authorization', 'Bearer own-key'), JSON)


# Fixed: an unknown one is told so, and does not become another.
@test
def case_87_supplier_by_header():
    for name, provider in [
        ('openai', 'openai'),
        ('groq', 'groq'),
        ('gemini', 'google-ai-studio'),
    ]:
        a = S.chat('m', OWN + (('supplier', name),))
        equal(a.status, 200)
        r = P.requests[-1]
        path = PROVIDERS[provider][2] + '/chat/completions'
        equal(r.path, upstream(provider, path))
        equal((r.key, r.json['model']), ('own-key', 'm'))
    equal(S.chat('openai/m').status, 200)
    equal(P.requests[-1].path, '/openai/v1/chat/completions')
    a = S.chat('m', OWN + (('supplier', 'nope'),))
    equal((a.status, a.error['code']), (404, 'unknown_supplier'))


@test
def case_88_supplier_by_path():
    body = {'model': 'm', 'messages': []}
    for name, provider in [
        ('openai', 'openai'),
        ('groq', 'groq'),
        ('gemini', 'google-ai-studio'),
    ]:
        a = S.post('/v2/%s/chat/completions' % name, body, OWN)
        equal((a.status, P.requests[-1].key), (200, 'own-key'))
        true(P.requests[-1].path.startswith('/' + provider))
    for path in '/v2/foo', '/v2/foo/chat/completions':
        a = S.post(path, body, OWN)
        equal((a.status, a.error['code']), (404, 'unknown_supplier'))
        true('supported suppliers: ' in a.error['message'])


@test
def case_93_no_key_in_a_body():
    for headers in OWN, (AUTH, JSON):
        a = S.post(
            '/v2/groq/chat/completions', {'model': 'm', 'messages': []}, headers
        )
        equal(a.status, 200)
        r = P.requests[-1]
        true(r.key.encode() not in r.body and r.key != '', r.body)
        equal(r.json, {'model': 'm', 'messages': []})


# ---- Gemini ----

GEMINI = native('google-ai-studio')
COUNTS = {
    'promptTokenCount': 11,
    'candidatesTokenCount': 5,
    'thoughtsTokenCount': 2,
    'totalTokenCount': 18,
}
ANSWER = {
    'candidates': [
        {
            'content': {
                'role': 'model',
                'parts': [{'text': 'It is '}, {'text': '42.'}],
            },
            'finishReason': 'STOP',
            'index': 0,
        }
    ],
    'usageMetadata': COUNTS,
    'modelVersion': 'gemini-1.5-flash-002',
    'responseId': 'r-1',
}


def said(role, text):
    return {'role': role, 'content': text}


def given(role, text):
    return {'role': role, 'parts': [{'text': text}]}


# Fixed: a system prompt is one, whatever its place; no wish is dropped, and
# none is made up.
@test
def case_89_what_gemini_is_asked_fixed():
    gives(ANSWER)
    messages = [
        said('system', 'Be brief.'),
        said('user', 'hi'),
        said('assistant', 'hello'),
        said('user', '2×21?'),
    ]
    contents = [given('user', 'hi'), given('model', 'hello')]
    contents.append(given('user', '2×21?'))
    asked = {
        'temperature': 0,
        'top_p': 0,
        'max_tokens': 7,
        'presence_penalty': 0,
        'seed': 0,
        'stop': 'END',
        'response_format': {'type': 'json_object'},
        'tools': [{'type': 'function', 'function': {'name': 'f'}}],
    }
    config = {
        'temperature': 0,
        'topP': 0,
        'maxOutputTokens': 7,
        'presencePenalty': 0,
        'seed': 0,
        'stopSequences': ['END'],
        'responseMimeType': 'application/json',
    }
    body = {'model': 'gemini-1.5-flash', 'messages': messages, **asked}
    for path, headers in [
        ('/v1/chat/completions', OWN + (('supplier', 'gemini'),)),
        ('/v2/gemini/chat/completions', OWN),
    ]:
        a = GEMINI.post(path, body, headers)
        equal((a.status, a.get('sluice-loss')), (200, None))
        r = N.requests[-1]
        equal(r.target, '/v1beta/models/gemini-1.5-flash:generateContent')
        equal((r.get('x-goog-api-key'), r.get('supplier')), ('own-key', None))
        equal(r.get('authorization'), None)
        equal(r.json['systemInstruction']['parts'], [{'text': 'Be brief.'}])
        equal(r.json['contents'], contents)
        equal(r.json['generationConfig'], config)
        tools = [{'functionDeclarations': [{'name': 'f'}]}]
        equal(r.json['tools'], tools)
    equal(GEMINI.chat('gemini/gemini-1.5-flash').status, 200)
    equal(N.requests[-1].json, {'contents': [given('user', 'hi')]})


# Fixed: the role is the assistant's, every part is there, and so are the
# reason, the usage and what else a completion has.
@test
def case_89_what_gemini_answers_fixed():
    usage = {'prompt_tokens': 11, 'completion_tokens': 7, 'total_tokens': 18}
    for word, reason in [('STOP', 'stop'), ('MAX_TOKENS', 'length')]:
        answer = json.loads(json.dumps(ANSWER))
        answer['candidates'][0]['finishReason'] = word
        gives(answer)
        got = GEMINI.chat('gemini/gemini-1.5-flash').json
        equal(got['object'], 'chat.completion')
        true(got['id'] and got['created'] > 0 and got['model'], got)
        choice = got['choices'][0]
        equal((choice['index'], choice['finish_reason']), (0, reason))
        message = choice['message']
        equal((message['role'], message['content']), ('assistant', 'It is 42.'))
        equal({n: got['usage'][n] for n in usage}, usage)
        gives([b'data: ' + json.dumps(answer).encode() + b'\r\n\r\n'])
        a = GEMINI.chat('gemini/gemini-1.5-flash', stream=True)
        equal((a.status, a.text, a.events[-1]), (200, 'It is 42.', '[DONE]'))
        r = N.requests[-1]
        true(r.target.endswith(':streamGenerateContent?alt=sse'), r.target)
        first, *_, last = [json.loads(e)['choices'][0] for e in a.events[:-1]]
        equal(first['delta']['role'], 'assistant')
        equal(last['finish_reason'], reason)


@test
def case_90_geminis_refusals_keep_their_status_fixed():
    for status, word in [
        (400, 'INVALID_ARGUMENT'),
        (403, 'PERMISSION_DENIED'),
        (404, 'NOT_FOUND'),
    ]:
        error = {'code': status, 'message': 'it is so', 'status': word}
        gives({'error': error}, status)
        for headers in (AUTH, JSON), OWN + (('supplier', 'gemini'),):
            for stream in False, True:
                a = GEMINI.chat('gemini/g', headers, stream=stream)
                equal(a.status, status)
                true('it is so' in a.error['message'], a.error)


@test
def case_91_a_blocked_answer_is_a_completion_fixed():
    blocked = {'finishReason': 'SAFETY', 'index': 0}
    for answer, prompt in [
        ({'promptFeedback': {'blockReason': 'SAFETY'}}, 0),
        ({'promptFeedback': {'blockReason': 'OTHER'}, 'candidates': []}, 0),
        ({'candidates': [blocked], 'usageMetadata': COUNTS}, 11),
        ({'candidates': [{**blocked, 'content': {}}]}, 0),
    ]:
        gives(answer)
        a = GEMINI.chat('gemini/gemini-1.5-flash')
        equal((a.status, a.json['object']), (200, 'chat.completion'), answer)
        choice = a.json['choices'][0]
        equal(choice['finish_reason'], 'content_filter', answer)
        equal(choice['message']['role'], 'assistant')
        true('content' in choice['message'], choice)
        equal((a.json.get('usage') or {}).get('prompt_tokens', 0), prompt)
        gives([b'data: ' + json.dumps(answer).encode() + b'\n\n'])
        a = GEMINI.chat('gemini/gemini-1.5-flash', stream=True)
        equal((a.status, a.text, a.events[-1]), (200, '', '[DONE]'))
        ends = [json.loads(e)['choices'][0] for e in a.events[:-1]]
        ends = [c['finish_reason'] for c in ends if c['finish_reason']]
        equal(ends, ['content_filter'], answer)


# ---- accounts ----


# Fixed: the model is in the path, and the status is the provider's own.
@test
def case_94_accounts_take_turns():
    env = {'ENABLE_GLOBAL_ROUND_ROBIN': 'true'}
    for i in 1, 2, 3:
        env['ACCOUNT_%d_ID' % i] = 'A%d' % i
        env['ACCOUNT_%d_API_KEY' % i] = 'key-%d' % i
    config = {
        'providers': {
            'workers-ai': {'baseUrl': P.url + '/echo/{account}/ai'}
        }
    }
    with Sluice(env, config) as s:
        turns = itertools.cycle([1, 2, 3])
        for _ in range(4):
            i = next(turns)
            a = s.post('/', {'prompt': 'x', 'max_tokens': 1000})
            equal((a.status, a.json['key']), (200, 'key-%d' % i))
            equal(
                a.json['target'],
                '/echo/A%d/ai/run/@cf/meta/llama-3.1-8b-instruct' % i,
            )
            equal(a.json['body'], '{"prompt": "x", "max_tokens": 1000}')
        # The same turns on every route of it.
        a = s.get('/workers-ai/x')
        equal((a.json['target'], a.json['key']), ('/echo/A2/ai/x', 'key-2'))
        a = s.post('/key/0/', {'prompt': 'x', 'model': '@cf/m'})
        equal(a.json['target'], '/echo/A1/ai/run/@cf/m')
        equal(a.json['key'], 'key-1')
    config['providers']['workers-ai']['baseUrl'] = P.url + '/{account}/ai'
    with Sluice(env, config) as s:
        P.reset()
        a = s.post('/', {'prompt': 'x', 'model': '@cf/status/429'})
        equal((a.status, a.get('retry-after')), (429, '7'))
        equal(a.json['error']['message'], 'scripted failure 429')
        equal(
            [(r.path.split('/')[1], r.key) for r in P.requests],
            [('A%d' % i, 'key-%d' % i) for i in (1, 2, 3)],
        )


main()
