# SPDX-License-Identifier: MIT
"""AWS's own library as the judge of requests to Bedrock: it signs what arrived
there once more, reads the frames that come back, knows each member of
Converse, and chats through Sluice by itself."""

import base64
import json
import pathlib
import sys

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.eventstream
import botocore.parsers
import botocore.serialize
import botocore.session
import botocore.validate

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import AUTH, JSON, Sluice, equal, fake, main, rows, test  # noqa: E402

KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
P = fake.Provider().__enter__()
import dialects  # noqa: E402

D = dialects.Dialects().__enter__()
CLAUDE = 'us.anthropic.claude-sonnet-4-5-%s'
SERVICE = botocore.session.Session().get_service_model('bedrock-runtime')


def bedrock(**more):
    return Sluice(
        {
            'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
            'AWS_SECRET_ACCESS_KEY': KEY,
            'AWS_REGION': 'eu-central-1',
            'AWS_BEDROCK_BASE_URL': P.url,
            **more,
        }
    )


def judge(request, token=None):
    """The field that botocore would have sent at that time."""
    when = request.get('x-amz-date')
    given = request.get('authorization')
    names = given.split('SignedHeaders=')[1].split(',')[0].split(';')
    headers = {n: request.get(n) for n in names if n != 'x-amz-date'}
    asked = botocore.awsrequest.AWSRequest(
        method=request.method,
        url=P.url + request.target,
        headers=headers,
        data=bytes(request.body),
    )
    signer = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials('AKIDEXAMPLE', KEY, token),
        'bedrock',
        'eu-central-1',
    )
    asked.headers['X-Amz-Date'] = when
    asked.context['timestamp'] = when
    canonical = signer.canonical_request(asked)
    signature = signer.signature(
        signer.string_to_sign(asked, canonical), asked
    )
    return given, signature


@rows(
    [
        ('plain', '/model/anthropic.claude-3-haiku-20240307-v1%3A0/echo', b'{}'),
        ('colon', '/model/anthropic.claude-v1:0/echo', b'{"a":"\xc3\xbc"}'),
        (
            'arn',
            '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile'
            '%2Fus.x/echo',
            b'{}',
        ),
        ('query', '/echo?b=2&a=1&a=0&c', b'{}'),
        ('no body', '/echo', b''),
        ('large', '/model/m/echo', b'y' * 200000),
    ]
)
def botocore_agrees(name, path, body):
    with bedrock() as s:
        equal(s.call('POST', '/bedrock' + path, (AUTH, JSON), body).status, 200)
        given, signature = judge(P.requests[-1])
        equal(given.split('Signature=')[1], signature)


@test
def botocore_agrees_on_session_tokens():
    with bedrock(AWS_SESSION_TOKEN='sess/ion+token==') as s:
        equal(s.post('/aws-bedrock/model/m/echo', {}).status, 200)
        given, signature = judge(P.requests[-1], 'sess/ion+token==')
        equal(given.split('Signature=')[1], signature)


@test
def botocore_reads_the_frames():
    with bedrock() as s:
        a = s.post('/aws-bedrock/model/m/frames', {})
        reader = botocore.eventstream.EventStreamBuffer()
        reader.add_data(a.body)
        frames = [(e.headers[':message-type'], e.payload) for e in reader]
        equal(
            frames,
            [
                (
                    'event',
                    b'{"contentBlockIndex":0,"delta":{"text":"Hi"}}',
                ),
                ('exception', b'{"message":"Too many requests"}'),
            ],
        )


# ---- Converse ----


def converse():
    return Sluice(
        {
            'AWS_BEARER_TOKEN_BEDROCK': 'k-bedrock',
            'AWS_BEDROCK_BASE_URL': D.url + '/bedrock',
        }
    )


def typed(value, shape, path):
    """The JSON as botocore holds it; what its model does not know is wrong."""
    kind = shape.type_name
    if kind == 'structure' and not getattr(shape, 'is_document_type', False):
        unknown = set(value) - set(shape.members)
        equal(unknown, set(), path)
        return {
            n: typed(v, shape.members[n], path + '.' + n)
            for n, v in value.items()
        }
    if kind == 'list':
        return [typed(v, shape.member, path + '[]') for v in value]
    if kind == 'map':
        return {n: typed(v, shape.value, path) for n, v in value.items()}
    if kind == 'blob':
        return base64.b64decode(value, validate=True)
    return value


def judge_request(request):
    """Valid for AWS's client, which would have sent the same."""
    operation = SERVICE.operation_model(
        'ConverseStream' if request.path.endswith('-stream') else 'Converse'
    )
    body = json.loads(request.body)
    wanted = typed(body, operation.input_shape, 'request')
    wanted['modelId'] = CLAUDE % 'x'
    report = botocore.validate.ParamValidator().validate(
        wanted, operation.input_shape
    )
    equal(report.generate_report(), '')
    made = botocore.serialize.create_serializer('rest-json')
    sent = made.serialize_to_request(wanted, operation)
    equal(json.loads(sent['body']), body)


def judge_answer(a):
    """Each message of the stream is one that AWS's client understands."""
    shape = SERVICE.operation_model('ConverseStream').output_shape
    events = shape.members['stream']
    reader = botocore.eventstream.EventStreamBuffer()
    reader.add_data(a.body)
    parser = botocore.parsers.EventStreamJSONParser()
    names = []
    for event in reader:
        name = event.headers[':event-type']
        said = json.loads(event.payload)
        said.pop('p', None)  # padding
        typed(said, events.members[name], name)
        parsed = parser.parse(event.to_response_dict(), events)
        equal(list(parsed), [name])
        names.append(name)
    equal((names[0], names[-2:]), ('messageStart', ['messageStop', 'metadata']))


PNG = base64.b64encode(b'\x89PNG\r\n\x1a\n').decode()
SCHEMA = {
    'type': 'object',
    'properties': {'answer': {'type': 'integer'}},
    'required': ['answer'],
}


@rows(
    [
        ('text', 'text', {'temperature': 0, 'stop': ['x'], 'max_tokens': 5}),
        ('effort', 'reason', {'reasoning_effort': 'low', 'max_tokens': 9000}),
        (
            'schema',
            'schema',
            {
                'response_format': {
                    'type': 'json_schema',
                    'json_schema': {'name': 'n', 'schema': SCHEMA},
                }
            },
        ),
        (
            'extras',
            'text',
            {
                'top_k': 3,
                'metadata': {'a': 'b'},
                'service_tier': 'flex',
                'guardrailConfig': {
                    'guardrailIdentifier': 'g1',
                    'guardrailVersion': '1',
                    'trace': 'enabled',
                },
                'performanceConfig': {'latency': 'optimized'},
                'additionalModelResponseFieldPaths': ['/stop_sequence'],
            },
        ),
    ]
)
def botocore_takes_requests(name, kind, more):
    with converse() as s:
        for stream in (False, True):
            a = s.chat('aws-bedrock/' + CLAUDE % kind, stream=stream, **more)
            # The scripted provider knows fewer members than AWS.
            equal(a.status, 400 if name == 'extras' else 200)
            judge_request(D.requests[-1])


@test
def botocore_takes_turns():
    marked = {'cache_control': {'type': 'ephemeral', 'ttl': '1h'}}
    ask = {
        'model': 'aws-bedrock/' + CLAUDE % 'text',
        'max_tokens': 4000,
        'system': [{'type': 'text', 'text': 's', **marked}],
        'tools': [
            {'name': n, 'input_schema': {'type': 'object'}, **marked}
            for n, _ in dialects.TOOLS
        ],
        'tool_choice': {'type': 'auto'},
        'messages': [
            {
                'role': 'user',
                'content': [
                    {'type': 'text', 'text': 'look'},
                    {
                        'type': 'image',
                        'source': {
                            'type': 'base64',
                            'media_type': 'image/png',
                            'data': PNG,
                        },
                    },
                    {
                        'type': 'document',
                        'title': 'my.file.txt',
                        'source': {
                            'type': 'text',
                            'media_type': 'text/plain',
                            'data': 'words',
                        },
                    },
                ],
            },
            {
                'role': 'assistant',
                'content': [
                    {
                        'type': 'thinking',
                        'thinking': 't',
                        'signature': 'sluice:bedrock:S',
                    },
                    {
                        'type': 'redacted_thinking',
                        'data': 'sluice:bedrock:{"redactedContent":"Ug=="}',
                    },
                    {
                        'type': 'tool_use',
                        'id': 'toolu_1',
                        'name': 'add',
                        'input': {'a': 1},
                    },
                ],
            },
            {
                'role': 'user',
                'content': [
                    {
                        'type': 'tool_result',
                        'tool_use_id': 'toolu_1',
                        'is_error': True,
                        'content': 'no',
                    }
                ],
            },
        ],
    }
    with converse() as s:
        a = s.post('/v1/messages', ask)
        equal((a.status, a.get('sluice-loss')), (200, None))
        judge_request(D.requests[-1])


@rows([('text',), ('tools',), ('reason',)])
def botocore_reads_the_scripted_stream(kind):
    """What the other tests take for Bedrock's words are Bedrock's."""
    ask = {'messages': [{'role': 'user', 'content': [{'text': 'q'}]}]}
    if kind == 'tools':
        specs = [
            {'toolSpec': {'name': n, 'inputSchema': {'json': {}}}}
            for n, _ in dialects.TOOLS
        ]
        ask['toolConfig'] = {'tools': specs}
    if kind == 'reason':
        ask['additionalModelRequestFields'] = {'thinking': {'type': 'enabled'}}
    with converse() as s:
        path = '/bedrock/model/%s/converse-stream' % (CLAUDE % kind)
        a = s.post(path, ask)
        equal(a.status, 200)
        judge_answer(a)


@test
def botocore_chats_through():
    with converse() as s:
        client = botocore.session.Session().create_client(
            'bedrock-runtime',
            region_name='us-east-1',
            endpoint_url='http://127.0.0.1:%d/aws-bedrock' % s.port,
            config=botocore.config.Config(
                signature_version=botocore.UNSIGNED
            ),
        )
        # It sends a bearer token by TLS alone.
        client.meta.events.register(
            'before-call.bedrock-runtime',
            lambda params, **_: params['headers'].update(dict([AUTH])),
        )
        said = client.converse_stream(
            modelId=CLAUDE % 'text',
            messages=[{'role': 'user', 'content': [{'text': 'hi'}]}],
        )
        text = ''
        for event in said['stream']:
            delta = event.get('contentBlockDelta', {}).get('delta', {})
            text += delta.get('text', '')
        equal(text, dialects.SAID)


main()
