# SPDX-License-Identifier: MIT
"""The models that there are, as the official clients of several vendors list
them, and what an embedding model of OpenAI's says to them."""

import pathlib
import sys

import anthropic
import ollama
import openai
from google import genai
from google.genai import errors, types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import Sluice, equal, fake, main, test, true  # noqa: E402
from wire import openai as env_of  # noqa: E402

P = fake.Provider().__enter__()
S = Sluice(env_of(P))
URL = 'http://127.0.0.1:%d' % S.port
OPENAI = openai.OpenAI(api_key='pk', base_url=URL + '/v1', max_retries=0)
ANTHROPIC = anthropic.Anthropic(api_key='pk', base_url=URL, max_retries=0)
OLLAMA = ollama.Client(URL, headers={'authorization': 'Bearer pk'})
GENAI = genai.Client(
    api_key='pk', http_options=types.HttpOptions(base_url=URL)
)
MODEL = 'openai/gpt-4o'
EMBEDDER = 'openai/text-embedding-3-small'
WANT = [m.id for m in OPENAI.models.list()]


def fails(kind, function, *args, **more):
    try:
        function(*args, **more)
    except kind as e:
        return e
    raise AssertionError('no %s' % kind.__name__)


@test
def openais():
    true(MODEL in WANT and EMBEDDER in WANT, WANT)
    equal(OPENAI.models.retrieve(MODEL).id, MODEL)
    fails(openai.NotFoundError, OPENAI.models.retrieve, 'openai/none')


@test
def anthropics():
    # More than one page: the client asks for the next itself.
    equal([m.id for m in ANTHROPIC.models.list(limit=3)], WANT)
    equal(ANTHROPIC.models.retrieve(MODEL).id, MODEL)
    fails(anthropic.NotFoundError, ANTHROPIC.models.retrieve, 'openai/none')


@test
def googles():
    equal([m.name for m in GENAI.models.list()], ['models/' + m for m in WANT])
    one = GENAI.models.get(model=MODEL)
    equal((one.name, one.input_token_limit), ('models/' + MODEL, 128000))
    e = fails(errors.ClientError, GENAI.models.get, model='openai/none')
    equal(e.code, 404)


@test
def ollamas():
    equal([m.model for m in OLLAMA.list().models], WANT)
    equal(list(OLLAMA.ps().models), [])
    true('tools' in OLLAMA.show(MODEL).capabilities)
    e = fails(ollama.ResponseError, OLLAMA.show, 'nobodys')
    equal(e.status_code, 404)


@test
def embeddings():
    # As floats, and as base64, which is the client's default.
    want = OPENAI.embeddings.create(
        model=EMBEDDER, input=['a', 'b'], encoding_format='float'
    )
    want = [one.embedding for one in want.data]
    equal(len(want), 2)
    a = OPENAI.embeddings.create(model=EMBEDDER, input=['a', 'b'])
    equal([one.embedding for one in a.data], want)
    a = OLLAMA.embed(EMBEDDER, ['a', 'b'])
    equal([list(one) for one in a.embeddings], want)


main()
