# SPDX-License-Identifier: MIT
"""AWS's official Python client of Bedrock through Sluice to a provider that
speaks its dialect: nothing is translated, so it is also the judge of that
provider. The client's key of Bedrock is the secret of Sluice; it is sent over
TLS alone."""

import json
import os
import tempfile

os.environ['AWS_BEARER_TOKEN_BEDROCK'] = 'pk'
os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from judge import MAX_TOKENS, P, RESULT_TEXT, RESULTS, SAID  # noqa: E402
from judge import SCHEMAS, STRUCTURED, THINKING, TOOLS  # noqa: E402
from judge import Sluice, equal, main, test, true  # noqa: E402
import certs  # noqa: E402

DIR = tempfile.TemporaryDirectory()
PEM = certs.make(DIR.name)
S = Sluice(
    {
        'AWS_BEDROCK_API_KEY': 'k-bedrock',
        'AWS_BEDROCK_BASE_URL': P.url + '/bedrock',
    },
    {
        'server': {
            'tls': {
                'cert': str(PEM / 'server.pem'),
                'key': str(PEM / 'server.key'),
            }
        }
    },
)


def client(**more):
    return boto3.client(
        'bedrock-runtime',
        region_name='eu-central-1',
        endpoint_url='https://localhost:%d/aws-bedrock' % S.port,
        verify=str(PEM / 'ca.pem'),
        config=Config(retries={'total_max_attempts': 1}, read_timeout=10),
        **more,
    )


C = client()
ASK = [{'role': 'user', 'content': [{'text': 'hi'}]}]
FUNCTIONS = {
    'tools': [
        {
            'toolSpec': {
                'name': name,
                'description': 'does it',
                'inputSchema': {'json': schema},
            }
        }
        for name, schema in SCHEMAS.items()
    ]
}
SCHEMA = {
    'type': 'object',
    'properties': {'answer': {'type': 'integer'}},
    'required': ['answer'],
    'additionalProperties': False,
}
THINK = {'thinking': {'type': 'enabled', 'budget_tokens': 2048}}


def asked(kind, messages, more):
    return {
        'modelId': 'anthropic.claude-sonnet-4-5-' + kind,
        'messages': messages,
        'system': [{'text': 'Be brief.'}],
        'inferenceConfig': {'maxTokens': MAX_TOKENS, 'temperature': 0.5},
        **more,
    }


def ask(kind, messages=ASK, c=C, **more):
    return c.converse(**asked(kind, messages, more))


def stream(kind, messages=ASK, **more):
    """The events, and what they make together."""
    events = list(C.converse_stream(**asked(kind, messages, more))['stream'])
    blocks = {}
    for e in events:
        start = e.get('contentBlockStart')
        if start:
            blocks[start['contentBlockIndex']] = {
                'toolUse': {**start['start']['toolUse'], 'input': ''}
            }
        delta = e.get('contentBlockDelta')
        if delta:
            block = blocks.setdefault(delta['contentBlockIndex'], {})
            add_delta(block, delta['delta'])
    for block in blocks.values():
        if 'toolUse' in block:
            block['toolUse']['input'] = json.loads(block['toolUse']['input'])
    return events, {'role': 'assistant', 'content': list(blocks.values())}


def add_delta(block, delta):
    if 'toolUse' in delta:
        block['toolUse']['input'] += delta['toolUse']['input']
    elif 'text' in delta:
        block['text'] = block.get('text', '') + delta['text']
    else:
        inner = block.setdefault('reasoningContent', {}).setdefault(
            'reasoningText', {'text': ''}
        )
        for name, value in delta['reasoningContent'].items():
            inner[name] = inner.get(name, '') + value


def text_of(message):
    return ''.join(b.get('text', '') for b in message['content'])


def check_calls(message):
    calls = [b['toolUse'] for b in message['content'] if 'toolUse' in b]
    equal([(c['name'], c['input']) for c in calls], TOOLS)


def results(message):
    answers = [
        {
            'toolResult': {
                'toolUseId': b['toolUse']['toolUseId'],
                'content': [{'text': RESULTS[b['toolUse']['name']]}],
            }
        }
        for b in message['content']
        if 'toolUse' in b
    ]
    return [*ASK, message, {'role': 'user', 'content': answers}]


def fails(code, function, *args, **more):
    try:
        function(*args, **more)
    except ClientError as e:
        equal(e.response['Error']['Code'], code)
        return e
    raise AssertionError('no %s' % code)


@test
def converse():
    a = ask('text')
    equal((text_of(a['output']['message']), a['stopReason']), (SAID, 'end_turn'))
    equal(a['usage']['outputTokens'], 7)
    equal(P.requests[-1].get('authorization'), 'Bearer k-bedrock')


@test
def converse_stream():
    events, message = stream('text')
    equal(text_of(message), SAID)
    equal(list(events[0]), ['messageStart'])
    equal(events[-2]['messageStop']['stopReason'], 'end_turn')
    equal(events[-1]['metadata']['usage']['outputTokens'], 7)


@test
def tools():
    message = ask('tools', toolConfig=FUNCTIONS)['output']['message']
    check_calls(message)
    a = ask('tools', results(message), toolConfig=FUNCTIONS)
    equal(text_of(a['output']['message']), RESULT_TEXT)


@test
def streamed_tools():
    events, message = stream('tools', toolConfig=FUNCTIONS)
    check_calls(message)
    equal(events[-2]['messageStop']['stopReason'], 'tool_use')
    _, message = stream('tools', results(message), toolConfig=FUNCTIONS)
    equal(text_of(message), RESULT_TEXT)


@test
def structured():
    schema = {'schema': json.dumps(SCHEMA), 'name': 'answer'}
    form = {'type': 'json_schema', 'structure': {'jsonSchema': schema}}
    a = ask('schema', outputConfig={'textFormat': form})
    equal(json.loads(text_of(a['output']['message'])), STRUCTURED)


@test
def reasoning():
    message = ask('reason', additionalModelRequestFields=THINK)['output'][
        'message'
    ]
    for m in (message, stream('reason', additionalModelRequestFields=THINK)[1]):
        thought = m['content'][0]['reasoningContent']['reasoningText']
        equal((thought['text'], text_of(m)), (THINKING, SAID))
        again = [*ASK, m, *ASK]
        a = ask('reason', again, additionalModelRequestFields=THINK)
        equal(text_of(a['output']['message']), SAID)


@test
def errors():
    for function in (ask, stream):
        e = fails('ThrottlingException', function, 'error')
        equal(e.response['Error']['Message'], 'scripted limit')
    e = fails('ValidationException', ask, 'tools')
    true('strict:' in str(e), e)
    equal(type(e), C.exceptions.ValidationException)


@test
def a_client_that_signs():
    """With credentials of AWS it signs for itself; the secret comes apart, and
    Sluice puts its own key in place of the signature."""
    os.environ.pop('AWS_BEARER_TOKEN_BEDROCK')
    keys = {'aws_access_key_id': 'AKIDEXAMPLE', 'aws_secret_access_key': 'no'}
    c = client(**keys)
    c.meta.events.register(
        'before-send',
        lambda request, **_: request.headers.update({'sluice-key': 'pk'}),
    )
    equal(text_of(ask('text', c=c)['output']['message']), SAID)
    equal(P.requests[-1].get('authorization'), 'Bearer k-bedrock')
    equal(P.requests[-1].get('sluice-key'), None)


@test
def a_wrong_secret():
    os.environ['AWS_BEARER_TOKEN_BEDROCK'] = 'no'
    try:
        ask('text', c=client())
    except ClientError as e:
        equal(e.response['ResponseMetadata']['HTTPStatusCode'], 401)
        return
    raise AssertionError('it was let in')


main()
