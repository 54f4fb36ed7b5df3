# SPDX-License-Identifier: MIT
"""AWS's own library as the judge of requests to Bedrock: it signs what arrived
there once more, and reads the frames that come back."""

import pathlib
import sys

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.eventstream

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'wire'))
from wire import AUTH, JSON, Sluice, equal, fake, main, rows, test  # noqa: E402

KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
P = fake.Provider().__enter__()


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


main()
