# SPDX-License-Identifier: MIT
"""Images and speech over providers with a form of their own, each of which
refuses what it does not know; all others are relayed."""

import base64

from wire import AUTH, JSON, Sluice, equal, fake, main, rows, test, true

import dialects  # of tests/fake, whose path wire has set

D = dialects.Dialects().__enter__()
P = fake.Provider().__enter__()
S = Sluice(
    {
        'OPENAI_API_KEY': 'k',
        'OPENAI_BASE_URL': P.url + '/v1',
        'GEMINI_API_KEY': 'k-gemini',
        'GEMINI_BASE_URL': D.url + '/gemini',
        'CLOUDFLARE_API_KEY': 'k-workers-ai',
        'CLOUDFLARE_ACCOUNT_ID': 'acc',
        'CLOUDFLARE_BASE_URL': D.url + '/workers-ai',
    }
)
IMAGES = '/v1/images/generations'
SPEECH = '/v1/audio/speech'
STRICT = (AUTH, JSON, ('sluice-strict', 'true'))


def ask(path, model, headers=(AUTH, JSON), **more):
    return S.post(path, {'model': model, **more}, headers)


PAINTERS = [
    ('gemini/gemini-2.5-flash-image-paint', True),
    ('workers-ai/@cf/black-forest-labs/flux-paint', False),
    ('workers-ai/@cf/lykon/dreamshaper-draw', False),
]


@rows(PAINTERS)
def pictures(model, has_usage):
    a = ask(IMAGES, model, prompt='a cat')
    equal((a.status, a.get('sluice-loss')), (200, None), a.body)
    equal(a.get('content-type'), 'application/json')
    equal([base64.b64decode(i['b64_json']) for i in a.json['data']], [dialects.PICTURE])
    equal(a.json['output_format'], 'png')
    equal('usage' in a.json, has_usage)
    true(a.json['created'] > 1700000000, a.json['created'])
    a = ask(IMAGES, model, prompt='a cat', response_format='url')
    url = a.json['data'][0]['url']
    equal(url, 'data:image/png;base64,' + dialects.encoded(dialects.PICTURE))


@rows(PAINTERS)
def what_is_lost_of_a_picture(model, has_usage):
    a = ask(IMAGES, model, prompt='a cat', quality='high', size='1024x1024')
    equal(a.status, 200, a.body)
    size = 'quality;dropped, size;approximated' if has_usage else 'quality;dropped'
    equal(a.get('sluice-loss'), size)
    a = ask(IMAGES, model, STRICT, prompt='a cat', quality='high')
    equal(a.status, 400)
    true('quality;dropped' in a.error['message'], a.error)


@test
def sizes_and_steps():
    ask(IMAGES, PAINTERS[1][0], prompt='x', size='512x768', steps=4)
    sent = {'prompt': 'x', 'width': 512, 'height': 768, 'steps': 4}
    equal(D.requests[-1].json, sent)


SPEAKERS = [
    ('gemini/gemini-2.5-flash-preview-tts-speak', 'Puck', 'pcm', 'audio/pcm'),
    ('workers-ai/@cf/deepgram/aura-speak', 'luna', 'mp3', 'audio/mpeg'),
    ('workers-ai/@cf/myshell-ai/melotts-tell', 'fr', 'wav', 'audio/wav'),
]


@rows(SPEAKERS)
def sounds(model, voice, form, media):
    a = ask(SPEECH, model, input='hi', voice=voice, response_format=form)
    equal((a.status, a.get('sluice-loss')), (200, None), a.body)
    equal(a.get('content-type'), media)
    true(a.body.endswith(dialects.SOUND), a.body)
    a = ask(SPEECH, model, input='hi', voice='alloy', response_format=form)
    equal((a.status, a.get('sluice-loss')), (200, 'voice;approximated'), a.body)
    a = ask(SPEECH, model, input='hi', voice=voice, response_format='flac')
    equal((a.status, a.get('sluice-loss')), (200, 'response_format;approximated'))
    a = ask(SPEECH, model, STRICT, input='hi', voice=voice, response_format='flac')
    equal(a.status, 502)


@test
def samples_are_a_file():
    a = ask(SPEECH, SPEAKERS[0][0], input='hi', response_format='wav')
    equal(a.get('content-type'), 'audio/wav')
    equal((a.body[:4], a.body[8:16]), (b'RIFF', b'WAVEfmt '))
    equal(a.body[44:], dialects.SOUND)


@rows(
    [
        (IMAGES, PAINTERS[0][0], {}, 'prompt'),
        (IMAGES, PAINTERS[1][0], {'prompt': 'x', 'n': 2}, 'n'),
        (IMAGES, PAINTERS[1][0], {'prompt': 'x', 'stream': True}, 'stream'),
        (SPEECH, SPEAKERS[1][0], {'input': ''}, 'input'),
        (SPEECH, SPEAKERS[1][0], {'input': 'x', 'speed': 'x'}, 'speed'),
    ]
)
def wrong_requests(path, model, body, param):
    a = ask(path, model, **body)
    equal((a.status, a.error['param']), (400, param))
    equal(a.error['type'], 'invalid_request_error')


@rows([(PAINTERS[0][0], 'paint'), (PAINTERS[1][0], 'paint')])
def errors(model, word):
    D.reset()
    a = ask(IMAGES, model.replace(word, 'error'), prompt='x')
    true(a.status in (400, 429), a.body)
    equal(sorted(a.error), ['code', 'message', 'param', 'type'])
    true(a.error['message'].startswith('provider '), a.error)


@test
def others_are_relayed():
    P.reset()
    body = {'model': 'openai/gpt-image-1', 'prompt': 'x', 'size': 'odd'}
    equal(S.post(IMAGES, body).status, 200)
    equal(P.requests[-1].json, {**body, 'model': 'gpt-image-1'})
    a = ask(SPEECH, 'openai/tts-1', input='x', voice='alloy')
    equal((a.status, a.get('content-type')), (200, 'audio/mpeg'))


main()
