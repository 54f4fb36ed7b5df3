# SPDX-License-Identifier: MIT
"""Lists of models, one of them, and counts of tokens, as the official clients
of Anthropic, Google and Ollama ask for them."""

import anthropic
import ollama
import openai
from google import genai
from google.genai import errors, types
from judge import URL, equal, fails, main, test, true

A = anthropic.Anthropic(api_key='pk', base_url=URL, max_retries=0, timeout=10)
G = genai.Client(
    api_key='pk', http_options=types.HttpOptions(base_url=URL, timeout=10000)
)
L = ollama.Client(host=URL, headers={'authorization': 'Bearer pk'}, timeout=10)
O = openai.OpenAI(api_key='pk', base_url=URL + '/v1', max_retries=0)

ALL = [m.id for m in O.models.list()]
ECHO = 'sluice/echo'
KNOWN = 'anthropic/claude-sonnet-4-5'


@test
def anthropics_pages():
    true(ECHO in ALL, ALL)
    equal([m.id for m in A.models.list(limit=2)], ALL)
    equal([m.id for m in A.models.list()], ALL)
    m = A.models.list(limit=1).data[0]
    equal(m.type, 'model')
    true(m.created_at.year >= 1970)


@test
def anthropics_one():
    m = A.models.retrieve(ECHO)
    equal((m.id, m.display_name), (ECHO, 'echo'))
    e = fails(anthropic.NotFoundError, A.models.retrieve, 'sluice/none')
    equal(e.body['error']['type'], 'not_found_error')


@test
def anthropics_count():
    ask = [{'role': 'user', 'content': 'hello there'}]
    n = A.messages.count_tokens(model=ECHO, messages=ask).input_tokens
    true(0 < n < 50, n)


@test
def googles_list():
    want = ['models/' + m for m in ALL]
    equal([m.name for m in G.models.list()], want)
    equal([m.name for m in G.models.list(config={'page_size': 2})], want)
    m = G.models.get(model='models/' + ECHO)
    equal((m.name, m.display_name), ('models/' + ECHO, 'echo'))
    true('generateContent' in m.supported_actions)
    e = fails(errors.ClientError, G.models.get, model='models/sluice/none')
    equal((e.code, e.status), (404, 'NOT_FOUND'))


@test
def googles_count():
    a = G.models.count_tokens(model='models/' + ECHO, contents='hello there')
    true(0 < a.total_tokens < 50, a)


@test
def ollamas_lists():
    equal([m.model for m in L.list().models], ALL)
    equal(L.ps().models, [])
    m = L.show(KNOWN)
    true('tools' in m.capabilities, m)
    e = fails(ollama.ResponseError, L.show, 'nobody/m')
    equal(e.status_code, 404)


main()
