# SPDX-License-Identifier: MIT
"""What the judges share: one Sluice before a provider of each dialect, and a
client of it in another one.

    @over('anthropic', 'gemini')
    def a_stream(model):             once for each of these providers
        …                            model('text') is what plays it

The provider is strict: what its vendor would refuse, it refuses."""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / 'tests' / 'wire'), str(ROOT / 'tests' / 'fake')]
import dialects  # noqa: E402
from dialects import RESULTS, RESULT_TEXT, SAID  # noqa: E402, F401
from dialects import STRUCTURED, THOUGHT, TOOLS  # noqa: E402, F401
from wire import Sluice, equal, main, test, true  # noqa: E402, F401

# Each model's last word says what it plays.
MODELS = {
    'openai-chat': 'lab/m-%s',
    'openai-responses': 'openai/gpt-5-%s',
    'anthropic': 'anthropic/claude-sonnet-4-5-%s',
    'gemini': 'google-ai-studio/gemini-3-flash-%s',
    'bedrock': 'aws-bedrock/anthropic.claude-sonnet-4-5-%s',
    'cohere': 'cohere/command-a-reasoning-%s',
    'ollama': 'ollama/qwen3-%s',
    'workers-ai': 'workers-ai/@cf/fake/m-%s',
}
THINKING = ''.join(THOUGHT)
# Reasoning is bought within it.
MAX_TOKENS = 4096
SCHEMAS = {
    'get_weather': {
        'type': 'object',
        'properties': {'city': {'type': 'string'}},
        'required': ['city'],
    },
    'add': {
        'type': 'object',
        'properties': {'a': {'type': 'integer'}, 'b': {'type': 'integer'}},
        'required': ['a', 'b'],
    },
}
# As OpenAI writes them, and those that have borrowed it.
FUNCTIONS = [
    {
        'type': 'function',
        'function': {'name': name, 'description': 'does it', 'parameters': s},
    }
    for name, s in SCHEMAS.items()
]

P = dialects.Dialects().__enter__()
S = Sluice(
    {
        'OPENAI_API_KEY': 'k-openai',
        'OPENAI_BASE_URL': P.url + '/openai/v1',
        'ANTHROPIC_API_KEY': 'k-anthropic',
        'ANTHROPIC_BASE_URL': P.url + '/anthropic',
        'GEMINI_API_KEY': 'k-gemini',
        'GEMINI_BASE_URL': P.url + '/gemini',
        'COHERE_API_KEY': 'k-cohere',
        'COHERE_BASE_URL': P.url + '/cohere',
        'OLLAMA_API_KEY': 'k-ollama',
        'OLLAMA_BASE_URL': P.url + '/ollama/v1',
        'AWS_BEDROCK_API_KEY': 'k-bedrock',
        'AWS_BEDROCK_BASE_URL': P.url + '/bedrock',
        'CLOUDFLARE_API_KEY': 'k-workers-ai',
        'CLOUDFLARE_ACCOUNT_ID': 'acc',
        'CLOUDFLARE_BASE_URL': P.url + '/workers-ai',
        'CUSTOM_OPENAI_ENDPOINTS': '[{"name":"lab","baseUrl":"%s/openai/v1",'
        '"apiKeys":["k-openai"]}]' % P.url,
    },
    {
        'providers': {
            'openai': {'dialect': 'openai-responses'},
            'cohere': {'dialect': 'cohere'},
            'ollama': {'dialect': 'ollama'},
            'workers-ai': {'dialect': 'workers-ai'},
        }
    },
)
URL = 'http://127.0.0.1:%d' % S.port


def over(*names):
    """A test that holds over each of these providers: all, if none is named."""

    def add(function):
        for name in names or MODELS:

            def run(model=MODELS[name]):
                function(lambda kind: model % kind)

            run.__name__ = '%s: %s' % (function.__name__, name)
            test(run)
        return function

    return add


def others(*names):
    """All providers but these."""
    return over(*(name for name in MODELS if name not in names))


def fails(kind, function, *args, **more):
    """The exception, which must be of that kind."""
    try:
        function(*args, **more)
    except kind as e:
        return e
    raise AssertionError('no %s' % kind.__name__)


def serve():
    """For judges that are written in another language: until stdin ends."""
    print(json.dumps({'url': URL, 'models': MODELS}), flush=True)
    sys.stdin.read()
    S.stop()


if __name__ == '__main__':
    serve()
