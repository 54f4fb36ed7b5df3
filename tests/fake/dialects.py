# SPDX-License-Identifier: MIT
"""A scripted provider that speaks each vendor's own wire format, and refuses
what the vendor would refuse: members it does not know, required ones that are
absent, roles in the wrong order, calls without results.

    with Dialects() as p:      p.url, p.requests, p.reset()

Each vendor's paths lie below its name: p.url + "/anthropic" is a base URL. The
last word of a model's name, behind a "-", is what is played:

    text     says TEXT, in pieces when streamed
    tools    two calls, TOOLS; when their results come back, RESULT_TEXT
    image    wants one image; says its type and the hash of its bytes
    schema   wants a JSON Schema for the answer; says what fits it
    reason   wants reasoning; thinks THOUGHT, then says TEXT
    paint    answers with PICTURE, inside of JSON; draw: bare
    speak    answers with SOUND, bare where the vendor can; tell: inside of JSON
    error    429, try again in 7 seconds

A request that breaks a rule gets a 400 whose message begins with "strict:"."""

import asyncio
import base64
import binascii
import hashlib
import json
import struct
import urllib.parse

import provider as fake
from strict import ANY, INTEGER, NUMBER, OBJECT, TEXT, Kind, One, Refused
from strict import between, check, refuse

PIECES = ['Hel', 'lo, ', 'wörld ', '😀', '!']
SAID = ''.join(PIECES)
THOUGHT = ['Let me ', 'think.']
TOOLS = [
    ('get_weather', {'city': 'Kyiv 😀'}),
    ('add', {'a': 1, 'b': 2}),
]
RESULTS = {'get_weather': 'sunny', 'add': '3'}
RESULT_TEXT = 'It is sunny, and 3.'
STRUCTURED = {'answer': 42}
ERROR_TEXT = 'scripted limit'
PICTURE = b'\x89PNG\r\n\x1a\n and so on'
SOUND = bytes(range(256)) * 4
CREATED = 1700000000
# Prompt, of those cached, completion, of those reasoning.
USAGE = (11, 3, 7, 2)
SIGNATURE = base64.b64encode(b'a signature of the vendor').decode()
# What Gemini takes where its signature was lost on the way.
NO_SIGNATURE = 'skip_thought_signature_validator'


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


class Ask:
    """What a request says, whoever's words it used."""

    def __init__(self, model, stream):
        self.model, self.stream = model, bool(stream)
        self.kind = model.rpartition('-')[2]
        self.texts, self.images, self.tools = [], [], []
        self.schema, self.thinks, self.results = None, False, {}


class Answer:
    def __init__(self, pieces=(), tools=(), thought=(), media=None):
        self.pieces, self.tools, self.thought = pieces, tools, thought
        self.media = media  # (type, bytes)

    @property
    def text(self):
        return ''.join(self.pieces)


def unwrapped(text):
    """What a function returned: Google's client puts it into an object."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    is_wrapped = isinstance(value, dict) and list(value) == ['result']
    return value['result'] if is_wrapped else text


def tool_answer(ask):
    if not ask.results:
        if sorted(ask.tools) != sorted(name for name, _ in TOOLS):
            refuse('tools', 'want both, got %s' % ask.tools)
        return Answer(tools=TOOLS)
    if {k: unwrapped(v) for k, v in ask.results.items()} != RESULTS:
        refuse('messages', 'want results %s, got %s' % (RESULTS, ask.results))
    return Answer([RESULT_TEXT])


def image_text(media, data):
    raw = base64.b64decode(data, validate=True)
    return '%s %s' % (media, hashlib.sha256(raw).hexdigest()[:16])


def answer_of(ask):
    if not any(ask.texts):
        refuse('messages', 'there is no text in it')
    if ask.kind == 'tools':
        return tool_answer(ask)
    if ask.kind == 'image':
        if len(ask.images) != 1:
            refuse('messages', 'want one image, got %d' % len(ask.images))
        return Answer([image_text(*ask.images[0])])
    if ask.kind == 'schema':
        if ask.schema is None or 'answer' not in ask.schema['properties']:
            refuse('format', 'want a schema, got %r' % (ask.schema,))
        return Answer([dumps(STRUCTURED)])
    if ask.kind == 'reason':
        if not ask.thinks:
            refuse('thinking', 'reasoning was not asked for')
        return Answer(PIECES, thought=THOUGHT)
    if ask.kind == 'paint':
        return Answer(media=('image/png', PICTURE))
    if ask.kind == 'speak':
        return Answer(media=('audio/L16;codec=pcm;rate=24000', SOUND))
    return Answer(PIECES)


def encoded(data):
    return base64.b64encode(data).decode()


def data_url(url, path):
    """(media type, base64) of an image that comes with the request."""
    if not url.startswith('data:') or ';base64,' not in url:
        refuse(path, 'not a data URL: %r' % url[:40])
    media, _, data = url[5:].partition(';base64,')
    return media, data


def parsed(text, path):
    try:
        value = json.loads(text)
    except ValueError:
        refuse(path, 'not JSON: %r' % text)
    OBJECT(value, path)
    return value


def halves(text):
    """Two pieces: a text is never so short that one of them is empty."""
    return [text[: len(text) // 2], text[len(text) // 2 :]]


SCHEMA = OBJECT


def nothing(value, path):
    if value is not None:
        refuse(path, 'must be null')


class Speaker:
    """One request in one vendor's words."""

    stream_type = 'text/event-stream'

    def __init__(self, request, reply, path):
        self.q, self.reply, self.path = request, reply, path

    # What a vendor has: read() -> Ask, whole(answer) -> value,
    # frames(answer) -> bytes each, error(status, message) -> value.

    def authorize(self):
        if self.q.get('authorization') != 'Bearer k-' + self.name:
            raise Refused('authorization: not the key of ' + self.name)

    def body(self):
        return parsed(self.q.body, 'body')

    async def fail(self, status, message, extra=()):
        await self.reply.whole(
            status, dumps(self.error(status, message)).encode(), extra=extra
        )

    async def run(self):
        try:
            self.authorize()
            self.ask = self.read()
            answer = answer_of(self.ask)
        except Refused as e:
            return await self.fail(400, 'strict: %s' % e)
        if self.ask.kind == 'error':
            return await self.fail(429, ERROR_TEXT, [('retry-after', '7')])
        if self.ask.stream:
            return await self.stream(answer)
        return await self.reply.whole(200, dumps(self.whole(answer)).encode())

    async def stream(self, answer):
        await self.reply.head(200, [('content-type', self.stream_type)])
        for frame in self.frames(answer):
            await self.reply.chunk(frame)
            await asyncio.sleep(0)
        await self.reply.end()


def event(data, name=None):
    text = data if isinstance(data, str) else dumps(data)
    head = 'event: %s\n' % name if name else ''
    return ('%sdata: %s\n\n' % (head, text)).encode()


# ---- OpenAI: chat completions ----

CHAT_PART = Kind(
    'type',
    {
        'text': {'text!': str},
        'image_url': {
            'image_url!': {
                'url!': str,
                'detail': {'low', 'high', 'auto', 'original'},
            }
        },
        'input_audio': {
            'input_audio!': {'data!': str, 'format!': {'wav', 'mp3'}}
        },
        'file': {
            'file!': {'file_data': str, 'file_id': str, 'filename': str}
        },
        'refusal': {'refusal!': str},
    },
)
CHAT_CALL = {
    'id!': TEXT,
    'type!': {'function'},
    'function!': {'name!': TEXT, 'arguments!': str},
}
CHAT_MESSAGE = Kind(
    'role',
    {
        'system': {'content!': (str, [CHAT_PART]), 'name': str},
        'developer': {'content!': (str, [CHAT_PART]), 'name': str},
        'user': {'content!': (str, [CHAT_PART]), 'name': str},
        'assistant': {
            'content': (str, [CHAT_PART], nothing),
            'refusal': ANY,
            'name': str,
            'tool_calls': [CHAT_CALL],
            'reasoning_content': str,
        },
        'tool': {'content!': (str, [CHAT_PART]), 'tool_call_id!': TEXT},
    },
)
CHAT_TOOL = {
    'type!': {'function'},
    'function!': {
        'name!': TEXT,
        'description': str,
        'parameters': SCHEMA,
        'strict': ANY,
    },
}
CHAT = {
    'model!': TEXT,
    'messages!': [CHAT_MESSAGE],
    'frequency_penalty': between(-2, 2),
    'presence_penalty': between(-2, 2),
    'logit_bias': OBJECT,
    'logprobs': bool,
    'top_logprobs': INTEGER,
    'max_completion_tokens': INTEGER,
    'max_tokens': INTEGER,
    'metadata': OBJECT,
    'modalities': [str],
    'n': INTEGER,
    'parallel_tool_calls': bool,
    'prompt_cache_key': str,
    'reasoning_effort': {
        'none',
        'minimal',
        'low',
        'medium',
        'high',
        'xhigh',
        'max',
    },
    'response_format': Kind(
        'type',
        {
            'text': {},
            'json_object': {},
            'json_schema': {
                'json_schema!': {
                    'name!': TEXT,
                    'schema': SCHEMA,
                    'strict': ANY,
                    'description': str,
                }
            },
        },
    ),
    'safety_identifier': str,
    'seed': INTEGER,
    'service_tier': str,
    'stop': (str, [str]),
    'store': bool,
    'stream': bool,
    'stream_options': {'include_usage': bool, 'include_obfuscation': bool},
    'temperature': between(0, 2),
    'top_p': between(0, 1),
    'tools': [CHAT_TOOL],
    'tool_choice': ANY,
    'user': str,
    'verbosity': str,
}


def chat_usage():
    prompt, cached, completion, reasoning = USAGE
    return {
        'prompt_tokens': prompt,
        'completion_tokens': completion,
        'total_tokens': prompt + completion,
        'prompt_tokens_details': {'cached_tokens': cached},
        'completion_tokens_details': {'reasoning_tokens': reasoning},
    }


def read_chat_messages(ask, messages):
    """OpenAI's messages, which other vendors have borrowed."""
    names, open_calls = {}, []
    for i, m in enumerate(messages):
        if open_calls and m['role'] != 'tool':
            refuse('messages[%d]' % i, 'calls without result: %s' % open_calls)
        content = m.get('content')
        parts = content if isinstance(content, list) else []
        texts = [p['text'] for p in parts if p['type'] == 'text']
        texts += [content] if isinstance(content, str) else []
        for p in parts:
            if p['type'] == 'image_url':
                ask.images.append(data_url(p['image_url']['url'], 'image'))
        if m['role'] == 'tool':
            if m['tool_call_id'] not in open_calls:
                refuse('messages[%d]' % i, 'the result of no call')
            open_calls.remove(m['tool_call_id'])
            ask.results[names[m['tool_call_id']]] = ''.join(texts)
        elif m['role'] == 'user':
            ask.texts += texts
        for call in m.get('tool_calls') or []:
            parsed(call['function']['arguments'], 'arguments')
            names[call['id']] = call['function']['name']
            open_calls.append(call['id'])
    if open_calls:
        refuse('messages', 'calls without result: %s' % open_calls)


class OpenaiChat(Speaker):
    name = 'openai'

    def read(self):
        body = self.body()
        check(body, CHAT)
        if 'stream_options' in body and not body.get('stream'):
            refuse('stream_options', 'only with a stream')
        if 'tool_choice' in body and not body.get('tools'):
            refuse('tool_choice', 'only with tools')
        ask = Ask(body['model'], body.get('stream'))
        read_chat_messages(ask, body['messages'])
        ask.tools = [t['function']['name'] for t in body.get('tools', [])]
        form = body.get('response_format', {})
        ask.schema = form.get('json_schema', {}).get('schema')
        ask.thinks = body.get('reasoning_effort', 'none') != 'none'
        self.wants_usage = body.get('stream_options', {}).get('include_usage')
        return ask

    def calls(self, answer):
        return [
            {
                'id': 'call_%d' % i,
                'type': 'function',
                'function': {'name': name, 'arguments': dumps(arguments)},
            }
            for i, (name, arguments) in enumerate(answer.tools)
        ]

    def whole(self, answer):
        message = {
            'role': 'assistant',
            'content': answer.text or None,
            'refusal': None,
        }
        if answer.thought:
            message['reasoning_content'] = ''.join(answer.thought)
        if answer.tools:
            message['tool_calls'] = self.calls(answer)
        return {
            'id': 'chatcmpl-1',
            'object': 'chat.completion',
            'created': CREATED,
            'model': self.ask.model,
            'choices': [
                {
                    'index': 0,
                    'message': message,
                    'logprobs': None,
                    'finish_reason': 'tool_calls' if answer.tools else 'stop',
                }
            ],
            'usage': chat_usage(),
        }

    def chunk(self, delta, finish=None):
        chunk = fake.chunk_of(self.ask.model, delta, finish, self.wants_usage)
        return event(chunk)

    def frames(self, answer):
        yield self.chunk({'role': 'assistant', 'content': ''})
        for piece in answer.thought:
            yield self.chunk({'reasoning_content': piece})
        for piece in answer.pieces:
            yield self.chunk({'content': piece})
        for i, call in enumerate(self.calls(answer)):
            text = call['function']['arguments']
            call['function']['arguments'] = ''
            yield self.chunk({'tool_calls': [{'index': i, **call}]})
            for piece in halves(text):
                more = {'index': i, 'function': {'arguments': piece}}
                yield self.chunk({'tool_calls': [more]})
        yield self.chunk({}, 'tool_calls' if answer.tools else 'stop')
        if self.wants_usage:
            last = fake.chunk_of(self.ask.model, {})
            yield event({**last, 'choices': [], 'usage': chat_usage()})
        yield event('[DONE]')

    def error(self, status, message):
        kind = 'rate_limit_error' if status == 429 else 'invalid_request_error'
        error = {'message': message, 'type': kind, 'param': None, 'code': None}
        return {'error': error}


# ---- OpenAI: responses ----

INPUT_PART = Kind(
    'type',
    {
        'input_text': {'text!': str},
        'input_image': {
            'image_url': str,
            'file_id': str,
            'detail': {'low', 'high', 'auto', 'original'},
        },
        'input_file': {
            'file_id': str,
            'file_data': str,
            'file_url': str,
            'filename': str,
        },
        'output_text': {'text!': str, 'annotations': [OBJECT], 'logprobs': ANY},
        'refusal': {'refusal!': str},
    },
)
MESSAGE_ITEM = {
    'type': {'message'},
    'role!': {'user', 'assistant', 'system', 'developer'},
    'content!': (str, [INPUT_PART]),
    'id': str,
    'status': str,
}
OTHER_ITEM = Kind(
    'type',
    {
        'function_call': {
            'call_id!': TEXT,
            'name!': TEXT,
            'arguments!': str,
            'id': str,
            'status': str,
        },
        'function_call_output': {
            'call_id!': TEXT,
            'output!': (str, [INPUT_PART]),
            'id': str,
            'status': str,
        },
        'reasoning': {
            'id': str,
            'summary!': [{'type!': {'summary_text'}, 'text!': str}],
            'content': [{'type!': {'reasoning_text'}, 'text!': str}],
            'encrypted_content': (str, nothing),
            'status': str,
        },
    },
)
RESPONSES = {
    'model!': TEXT,
    'input!': (str, [(MESSAGE_ITEM, OTHER_ITEM)]),
    'instructions': str,
    'include': [str],
    'max_output_tokens': INTEGER,
    'metadata': OBJECT,
    'parallel_tool_calls': bool,
    'prompt_cache_key': str,
    'reasoning': {
        'effort': {'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'},
        'summary': {'auto', 'concise', 'detailed'},
    },
    'safety_identifier': str,
    'service_tier': str,
    'store': bool,
    'stream': bool,
    'temperature': between(0, 2),
    'text': {
        'format': Kind(
            'type',
            {
                'text': {},
                'json_object': {},
                'json_schema': {
                    'name!': TEXT,
                    'schema!': SCHEMA,
                    'strict': ANY,
                    'description': str,
                },
            },
        ),
        'verbosity': str,
    },
    'tool_choice': ANY,
    'tools': [
        {
            'type!': {'function'},
            'name!': TEXT,
            'description': str,
            'parameters!': SCHEMA,
            'strict': ANY,
        }
    ],
    'top_logprobs': INTEGER,
    'top_p': between(0, 1),
    'user': str,
}


class OpenaiResponses(Speaker):
    name = 'openai'

    def read(self):
        body = self.body()
        check(body, RESPONSES)
        ask = Ask(body['model'], body.get('stream'))
        items = body['input']
        if isinstance(items, str):
            items = [{'role': 'user', 'content': items}]
        self.read_items(ask, items)
        ask.tools = [t['name'] for t in body.get('tools', [])]
        ask.schema = body.get('text', {}).get('format', {}).get('schema')
        ask.thinks = body.get('reasoning', {}).get('effort', 'none') != 'none'
        self.request = body
        return ask

    def read_items(self, ask, items):
        names, answered = {}, set()
        for item in items:
            kind = item.get('type', 'message')
            if kind == 'function_call':
                parsed(item['arguments'], 'arguments')
                names[item['call_id']] = item['name']
            elif kind == 'function_call_output':
                if item['call_id'] not in names:
                    refuse('input', 'the result of no call')
                answered.add(item['call_id'])
                output = item['output']
                if isinstance(output, list):
                    output = ''.join(p['text'] for p in output)
                ask.results[names[item['call_id']]] = output
            elif kind == 'message' and item['role'] == 'user':
                self.read_parts(ask, item['content'])
            elif item.get('encrypted_content', SIGNATURE) != SIGNATURE:
                refuse('input', 'the encrypted reasoning is not mine')
        if set(names) != answered:
            refuse('input', 'a call without result')

    def read_parts(self, ask, content):
        if isinstance(content, str):
            content = [{'type': 'input_text', 'text': content}]
        for part in content:
            if part['type'] == 'input_text':
                ask.texts.append(part['text'])
            elif part['type'] == 'input_image':
                ask.images.append(data_url(part['image_url'], 'image_url'))

    def items(self, answer):
        items = []
        if answer.thought:
            text = ''.join(answer.thought)
            item = {
                'id': 'rs_1',
                'type': 'reasoning',
                'summary': [{'type': 'summary_text', 'text': text}],
            }
            if 'reasoning.encrypted_content' in self.request.get('include', []):
                item['encrypted_content'] = SIGNATURE
            items.append(item)
        if answer.pieces:
            part = {
                'type': 'output_text',
                'text': answer.text,
                'annotations': [],
                'logprobs': [],
            }
            items.append(
                {
                    'id': 'msg_1',
                    'type': 'message',
                    'role': 'assistant',
                    'status': 'completed',
                    'content': [part],
                }
            )
        for i, (name, arguments) in enumerate(answer.tools):
            items.append(
                {
                    'id': 'fc_%d' % i,
                    'type': 'function_call',
                    'status': 'completed',
                    'call_id': 'call_%d' % i,
                    'name': name,
                    'arguments': dumps(arguments),
                }
            )
        return items

    def response(self, status, output):
        prompt, cached, completion, reasoning = USAGE
        usage = {
            'input_tokens': prompt,
            'input_tokens_details': {'cached_tokens': cached},
            'output_tokens': completion,
            'output_tokens_details': {'reasoning_tokens': reasoning},
            'total_tokens': prompt + completion,
        }
        return {
            'id': 'resp_1',
            'object': 'response',
            'created_at': CREATED,
            'status': status,
            'error': None,
            'incomplete_details': None,
            'model': self.ask.model,
            'output': output,
            'parallel_tool_calls': True,
            'tool_choice': 'auto',
            'tools': self.request.get('tools', []),
            'usage': usage if status == 'completed' else None,
        }

    def whole(self, answer):
        return self.response('completed', self.items(answer))

    def frames(self, answer):
        for n, (name, data) in enumerate(self.events(answer)):
            value = {'type': name, 'sequence_number': n, **data}
            yield event(value, name)

    def events(self, answer):
        started = {'response': self.response('in_progress', [])}
        yield 'response.created', started
        yield 'response.in_progress', started
        items = self.items(answer)
        for i, item in enumerate(items):
            inner = getattr(self, 'of_' + item['type'])
            yield from inner(item, {'output_index': i}, answer)
            done = {'output_index': i, 'item': item}
            yield 'response.output_item.done', done
        done = self.response('completed', items)
        yield 'response.completed', {'response': done}

    def of_reasoning(self, item, at, answer):
        added = {**item, 'summary': []}
        yield 'response.output_item.added', {**at, 'item': added}
        at = {'item_id': item['id'], **at, 'summary_index': 0}
        part = {'type': 'summary_text', 'text': ''}
        yield 'response.reasoning_summary_part.added', {**at, 'part': part}
        for piece in answer.thought:
            delta = {**at, 'delta': piece}
            yield 'response.reasoning_summary_text.delta', delta
        text = ''.join(answer.thought)
        yield 'response.reasoning_summary_text.done', {**at, 'text': text}
        part = {**part, 'text': text}
        yield 'response.reasoning_summary_part.done', {**at, 'part': part}

    def of_message(self, item, at, answer):
        added = {**item, 'status': 'in_progress', 'content': []}
        yield 'response.output_item.added', {**at, 'item': added}
        at = {'item_id': item['id'], **at, 'content_index': 0}
        part = {**item['content'][0], 'text': ''}
        yield 'response.content_part.added', {**at, 'part': part}
        for piece in answer.pieces:
            delta = {**at, 'delta': piece, 'logprobs': []}
            yield 'response.output_text.delta', delta
        done = {**at, 'text': answer.text, 'logprobs': []}
        yield 'response.output_text.done', done
        yield 'response.content_part.done', {**at, 'part': item['content'][0]}

    def of_function_call(self, item, at, answer):
        added = {**item, 'status': 'in_progress', 'arguments': ''}
        yield 'response.output_item.added', {**at, 'item': added}
        at = {'item_id': item['id'], **at}
        for piece in halves(item['arguments']):
            delta = {**at, 'delta': piece}
            yield 'response.function_call_arguments.delta', delta
        done = {**at, 'arguments': item['arguments'], 'name': item['name']}
        yield 'response.function_call_arguments.done', done

    error = OpenaiChat.error


# ---- Anthropic ----

CACHE = {'type!': {'ephemeral'}, 'ttl': {'5m', '1h'}}
ANTHROPIC_TEXT = {'text!': TEXT, 'cache_control': CACHE, 'citations': ANY}
ANTHROPIC_IMAGE = {
    'source!': Kind(
        'type',
        {
            'base64': {
                'media_type!': {
                    'image/jpeg',
                    'image/png',
                    'image/gif',
                    'image/webp',
                },
                'data!': TEXT,
            },
            'url': {'url!': TEXT},
            'file': {'file_id!': TEXT},
        },
    ),
    'cache_control': CACHE,
}
ANTHROPIC_RESULT = Kind(
    'type', {'text': ANTHROPIC_TEXT, 'image': ANTHROPIC_IMAGE}
)
ANTHROPIC_BLOCK = Kind(
    'type',
    {
        'text': ANTHROPIC_TEXT,
        'image': ANTHROPIC_IMAGE,
        'document': {
            'source!': OBJECT,
            'title': str,
            'context': str,
            'citations': OBJECT,
            'cache_control': CACHE,
        },
        'tool_use': {
            'id!': TEXT,
            'name!': TEXT,
            'input!': OBJECT,
            'cache_control': CACHE,
        },
        'tool_result': {
            'tool_use_id!': TEXT,
            'content': (str, [ANTHROPIC_RESULT]),
            'is_error': bool,
            'cache_control': CACHE,
        },
        'thinking': {'thinking!': str, 'signature!': TEXT},
        'redacted_thinking': {'data!': TEXT},
    },
)
ANTHROPIC = {
    'model!': TEXT,
    'max_tokens!': between(1, 128000),
    'messages!': [
        {
            'role!': {'user', 'assistant'},
            'content!': (TEXT, [ANTHROPIC_BLOCK]),
        }
    ],
    'system': (str, [Kind('type', {'text': ANTHROPIC_TEXT})]),
    'temperature': between(0, 1),
    'top_p': between(0, 1),
    'top_k': INTEGER,
    'stop_sequences': [TEXT],
    'stream': bool,
    'tools': [
        {
            'name!': TEXT,
            'description': str,
            'input_schema!': SCHEMA,
            'strict': bool,
            'type': {'custom'},
            'cache_control': CACHE,
        }
    ],
    'tool_choice': Kind(
        'type',
        {
            'auto': {'disable_parallel_tool_use': bool},
            'any': {'disable_parallel_tool_use': bool},
            'tool': {'name!': TEXT, 'disable_parallel_tool_use': bool},
            'none': {},
        },
    ),
    'thinking': Kind(
        'type',
        {
            'enabled': {
                'budget_tokens!': between(1024, 128000),
                'display': {'summarized', 'omitted'},
            },
            'adaptive': {'display': {'summarized', 'omitted'}},
            'disabled': {},
        },
    ),
    'output_config': {
        'effort': {'low', 'medium', 'high', 'xhigh', 'max'},
        'format': {'type!': {'json_schema'}, 'schema!': SCHEMA},
    },
    'metadata': {'user_id': str},
    'service_tier': {'auto', 'standard_only'},
}


class Anthropic(Speaker):
    name = 'anthropic'

    def authorize(self):
        if self.q.get('x-api-key') != 'k-anthropic':
            raise Refused('x-api-key: not the key')
        if not self.q.get('anthropic-version'):
            raise Refused('anthropic-version: required')

    def read(self):
        body = self.body()
        check(body, ANTHROPIC)
        budget = body.get('thinking', {}).get('budget_tokens', 0)
        if budget >= body['max_tokens']:
            refuse('thinking.budget_tokens', 'must be less than max_tokens')
        if body.get('thinking', {}).get('type') in ('enabled', 'adaptive'):
            if body.get('temperature', 1) != 1:
                refuse('temperature', 'may only be 1 with thinking')
        if 'tool_choice' in body and not body.get('tools'):
            refuse('tool_choice', 'only with tools')
        ask = Ask(body['model'], body.get('stream'))
        self.read_messages(ask, body['messages'])
        ask.tools = [t['name'] for t in body.get('tools', [])]
        form = body.get('output_config', {}).get('format', {})
        ask.schema = form.get('schema')
        ask.thinks = body.get('thinking', {}).get('type') in (
            'enabled',
            'adaptive',
        )
        return ask

    def read_messages(self, ask, messages):
        if messages[0]['role'] != 'user':
            refuse('messages[0]', 'must be of the user')
        names, open_calls = {}, []
        for i, m in enumerate(messages):
            blocks = m['content']
            if isinstance(blocks, str):
                blocks = [{'type': 'text', 'text': blocks}]
            path = 'messages[%d]' % i
            results = [b for b in blocks if b['type'] == 'tool_result']
            if blocks[: len(results)] != results:
                refuse(path, 'results must stand first')
            if [b['tool_use_id'] for b in results] != open_calls:
                refuse(path, 'want the results of %s' % open_calls)
            open_calls = []
            for b in blocks:
                self.read_block(ask, m['role'], b, names, open_calls)
        if open_calls:
            refuse('messages', 'calls without result: %s' % open_calls)

    def read_block(self, ask, role, b, names, open_calls):
        if b['type'] in ('tool_use', 'thinking', 'redacted_thinking'):
            if role != 'assistant':
                refuse('messages', '%s is not the user\'s' % b['type'])
        elif b['type'] != 'text' and role != 'user':
            refuse('messages', '%s is not the assistant\'s' % b['type'])
        if b['type'] == 'text' and role == 'user':
            ask.texts.append(b['text'])
        elif b['type'] == 'image':
            source = b['source']
            ask.images.append((source.get('media_type'), source.get('data')))
        elif b['type'] == 'tool_use':
            names[b['id']] = b['name']
            open_calls.append(b['id'])
        elif b['type'] == 'tool_result':
            content = b.get('content', '')
            if isinstance(content, list):
                content = ''.join(p['text'] for p in content)
            ask.results[names[b['tool_use_id']]] = content
        elif b['type'] == 'thinking' and b['signature'] != SIGNATURE:
            refuse('messages', 'the signature is not mine')

    def usage(self):
        prompt, cached, completion, reasoning = USAGE
        return {
            'input_tokens': prompt - cached,
            'cache_creation_input_tokens': 0,
            'cache_read_input_tokens': cached,
            'output_tokens': completion,
            'output_tokens_details': {'thinking_tokens': reasoning},
        }

    def blocks(self, answer):
        blocks = []
        if answer.thought:
            thought = ''.join(answer.thought)
            blocks.append(
                {
                    'type': 'thinking',
                    'thinking': thought,
                    'signature': SIGNATURE,
                }
            )
        if answer.pieces:
            blocks.append({'type': 'text', 'text': answer.text})
        for i, (name, arguments) in enumerate(answer.tools):
            call = {'type': 'tool_use', 'id': 'toolu_%d' % i, 'name': name}
            blocks.append({**call, 'input': arguments})
        return blocks

    def message(self, answer):
        return {
            'id': 'msg_1',
            'type': 'message',
            'role': 'assistant',
            'model': self.ask.model,
            'content': self.blocks(answer),
            'stop_reason': 'tool_use' if answer.tools else 'end_turn',
            'stop_sequence': None,
            'usage': self.usage(),
        }

    whole = message

    def frames(self, answer):
        for value in self.events(answer):
            yield event(value, value['type'])

    def events(self, answer):
        message = self.message(answer)
        usage = {**message['usage'], 'output_tokens': 1}
        start = {**message, 'content': [], 'stop_reason': None, 'usage': usage}
        yield {'type': 'message_start', 'message': start}
        yield {'type': 'ping'}
        for i, block in enumerate(message['content']):
            start, deltas = self.deltas(block, answer)
            yield {
                'type': 'content_block_start',
                'index': i,
                'content_block': start,
            }
            for delta in deltas:
                yield {
                    'type': 'content_block_delta',
                    'index': i,
                    'delta': delta,
                }
            yield {'type': 'content_block_stop', 'index': i}
        yield {
            'type': 'message_delta',
            'delta': {
                'stop_reason': message['stop_reason'],
                'stop_sequence': None,
            },
            'usage': {
                'output_tokens': message['usage']['output_tokens'],
                'output_tokens_details': message['usage'][
                    'output_tokens_details'
                ],
            },
        }
        yield {'type': 'message_stop'}

    def deltas(self, block, answer):
        if block['type'] == 'text':
            return {**block, 'text': ''}, [
                {'type': 'text_delta', 'text': p} for p in answer.pieces
            ]
        if block['type'] == 'thinking':
            return {**block, 'thinking': '', 'signature': ''}, [
                {'type': 'thinking_delta', 'thinking': p}
                for p in answer.thought
            ] + [{'type': 'signature_delta', 'signature': SIGNATURE}]
        return {**block, 'input': {}}, [
            {'type': 'input_json_delta', 'partial_json': p}
            for p in [''] + halves(dumps(block['input']))
        ]

    def error(self, status, message):
        kind = 'rate_limit_error' if status == 429 else 'invalid_request_error'
        error = {'type': kind, 'message': message}
        return {'type': 'error', 'error': error, 'request_id': 'req_1'}


# ---- Gemini ----

GEMINI_PART = One(
    {
        'text': str,
        'inlineData': {'mimeType!': TEXT, 'data!': TEXT},
        'fileData': {'mimeType': str, 'fileUri!': TEXT},
        'functionCall': {'id': str, 'name!': TEXT, 'args': OBJECT},
        'functionResponse': {
            'id': str,
            'name!': TEXT,
            'response!': OBJECT,
            'parts': ANY,
        },
    },
    also={'thought': bool, 'thoughtSignature': TEXT},
)
GEMINI = {
    'contents!': [{'role!': {'user', 'model'}, 'parts!': [GEMINI_PART]}],
    'systemInstruction': {'role': str, 'parts!': [{'text!': str}]},
    'tools': [
        {
            'functionDeclarations!': [
                {
                    'name!': TEXT,
                    'description': str,
                    'parameters': SCHEMA,
                    'parametersJsonSchema': SCHEMA,
                }
            ]
        }
    ],
    'toolConfig': {
        'functionCallingConfig!': {
            'mode!': {'AUTO', 'ANY', 'NONE', 'VALIDATED'},
            'allowedFunctionNames': [TEXT],
        }
    },
    'safetySettings': [OBJECT],
    'generationConfig': {
        'temperature': between(0, 2),
        'topP': between(0, 1),
        'topK': NUMBER,
        'candidateCount': INTEGER,
        'maxOutputTokens': INTEGER,
        'stopSequences': [TEXT],
        'responseMimeType': {'text/plain', 'application/json'},
        'responseSchema': SCHEMA,
        'responseJsonSchema': SCHEMA,
        'presencePenalty': between(-2, 2),
        'frequencyPenalty': between(-2, 2),
        'seed': INTEGER,
        'responseLogprobs': bool,
        'logprobs': INTEGER,
        'responseModalities': [{'TEXT', 'IMAGE', 'AUDIO'}],
        'thinkingConfig': {
            'includeThoughts': bool,
            'thinkingBudget': INTEGER,
            'thinkingLevel': {'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH'}
            | {'minimal', 'low', 'medium', 'high', 'xhigh'},
        },
        'imageConfig': {'aspectRatio!': {'1:1', '2:3', '3:2', '16:9', '9:16'}},
        'speechConfig': {
            'voiceConfig!': {'prebuiltVoiceConfig!': {'voiceName!': TEXT}}
        },
    },
    'cachedContent': str,
    'labels': OBJECT,
    'serviceTier': str,
    'store': bool,
}


class Gemini(Speaker):
    name = 'gemini'

    def authorize(self):
        if self.q.get('x-goog-api-key') != 'k-gemini':
            raise Refused('x-goog-api-key: not the key')

    def read(self):
        body = self.body()
        check(body, GEMINI)
        model, _, method = self.path.rpartition('/')[2].partition(':')
        query = urllib.parse.parse_qs(self.q.query)
        if method not in ('generateContent', 'streamGenerateContent'):
            refuse('path', 'unknown method ' + method)
        self.is_sse = query.get('alt') == ['sse']
        if not self.is_sse:
            self.stream_type = 'application/json'
        ask = Ask(urllib.parse.unquote(model), method.startswith('stream'))
        # Only its third generation insists.
        self.is_sealed = 'gemini-3' in model
        self.read_contents(ask, body['contents'])
        for tool in body.get('tools', []):
            ask.tools += [f['name'] for f in tool['functionDeclarations']]
        self.read_config(ask, body.get('generationConfig', {}))
        return ask

    def read_config(self, ask, config):
        wants = {'paint': ['TEXT', 'IMAGE'], 'speak': ['AUDIO']}.get(ask.kind)
        if wants != config.get('responseModalities'):
            refuse('responseModalities', 'want %s' % wants)
        ask.schema = config.get(
            'responseJsonSchema', config.get('responseSchema')
        )
        if ask.schema and config.get('responseMimeType') != 'application/json':
            refuse('responseMimeType', 'must be application/json')
        thinking = config.get('thinkingConfig', {})
        if 'thinkingBudget' in thinking and 'thinkingLevel' in thinking:
            refuse('thinkingConfig', 'budget and level')
        ask.thinks = bool(
            thinking.get('includeThoughts')
            and (
                thinking.get('thinkingBudget', -1) != 0
                or 'thinkingLevel' in thinking
            )
        )

    def read_contents(self, ask, contents):
        if not contents or contents[0]['role'] != 'user':
            refuse('contents[0]', 'must be of the user')
        open_calls = []
        for i, content in enumerate(contents):
            path = 'contents[%d]' % i
            parts = content['parts']
            if not parts:
                refuse(path, 'no parts')
            calls = [p for p in parts if 'functionCall' in p]
            results = [p for p in parts if 'functionResponse' in p]
            if [p['functionResponse']['name'] for p in results] != open_calls:
                refuse(path, 'want the results of %s' % open_calls)
            open_calls = [p['functionCall']['name'] for p in calls]
            if calls and self.is_sealed:
                self.check_seal(calls[0].get('thoughtSignature'), path)
            for p in parts:
                self.read_part(ask, content['role'], p)
        if open_calls:
            refuse('contents', 'calls without result')

    def check_seal(self, seal, path):
        if seal not in (SIGNATURE, NO_SIGNATURE):
            refuse(path, 'missing thought_signature')

    def read_part(self, ask, role, p):
        if 'text' in p and role == 'user':
            ask.texts.append(p['text'])
        elif 'inlineData' in p:
            data = p['inlineData']
            ask.images.append((data['mimeType'], data['data']))
        elif 'functionResponse' in p:
            response = p['functionResponse']['response']
            ask.results[p['functionResponse']['name']] = str(
                response.get('output', response.get('result', response))
            )

    def parts(self, answer):
        parts = [{'text': t, 'thought': True} for t in answer.thought]
        parts += [{'text': t} for t in answer.pieces]
        for i, (name, arguments) in enumerate(answer.tools):
            call = {'functionCall': {'name': name, 'args': arguments}}
            if i == 0:
                call['thoughtSignature'] = SIGNATURE
            parts.append(call)
        if answer.media:
            media, data = answer.media
            data = {'mimeType': media, 'data': encoded(data)}
            parts.append({'inlineData': data})
        return parts

    def response(self, parts, finish):
        prompt, cached, completion, reasoning = USAGE
        candidate = {
            'index': 0,
            'content': {'role': 'model', 'parts': parts},
        }
        if finish:
            candidate['finishReason'] = 'STOP'
        return {
            'candidates': [candidate],
            'usageMetadata': {
                'promptTokenCount': prompt,
                'cachedContentTokenCount': cached,
                'candidatesTokenCount': completion - reasoning,
                'thoughtsTokenCount': reasoning,
                'totalTokenCount': prompt + completion,
            },
            'modelVersion': self.ask.model,
            'responseId': 'resp-1',
        }

    def whole(self, answer):
        return self.response(self.parts(answer), True)

    def frames(self, answer):
        parts = self.parts(answer)
        for i, part in enumerate(parts):
            value = self.response([part], i == len(parts) - 1)
            if self.is_sse:
                yield event(value)
            else:
                first, last = i == 0, i == len(parts) - 1
                text = '%s%s%s' % (
                    '[' if first else ',\n',
                    dumps(value),
                    ']' if last else '',
                )
                yield text.encode()

    def error(self, status, message):
        word = 'RESOURCE_EXHAUSTED' if status == 429 else 'INVALID_ARGUMENT'
        error = {'code': status, 'message': message, 'status': word}
        if status == 429:
            error['details'] = [
                {
                    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
                    'retryDelay': '7s',
                }
            ]
        return {'error': error}


# ---- AWS Bedrock: Converse ----

BEDROCK_CACHE = {'type!': {'default'}, 'ttl': {'5m', '1h'}}
BEDROCK_IMAGE = {
    'format!': {'png', 'jpeg', 'gif', 'webp'},
    'source!': One({'bytes': TEXT, 's3Location': OBJECT}),
}
BEDROCK_BLOCK = One(
    {
        'text': TEXT,
        'image': BEDROCK_IMAGE,
        'document': OBJECT,
        'toolUse': {'toolUseId!': TEXT, 'name!': TEXT, 'input!': OBJECT},
        'toolResult': {
            'toolUseId!': TEXT,
            'content!': [
                One({'json': ANY, 'text': str, 'image': BEDROCK_IMAGE})
            ],
            'status': {'success', 'error'},
        },
        'reasoningContent': One(
            {
                'reasoningText': {'text!': str, 'signature': str},
                'redactedContent': TEXT,
            }
        ),
        'cachePoint': BEDROCK_CACHE,
    }
)
BEDROCK = {
    'messages!': [
        {'role!': {'user', 'assistant'}, 'content!': [BEDROCK_BLOCK]}
    ],
    'system': [One({'text': TEXT, 'cachePoint': BEDROCK_CACHE})],
    'inferenceConfig': {
        'maxTokens': INTEGER,
        'temperature': between(0, 1),
        'topP': between(0, 1),
        'stopSequences': [TEXT],
    },
    'toolConfig': {
        'tools!': [
            One(
                {
                    'toolSpec': {
                        'name!': TEXT,
                        'description': TEXT,
                        'inputSchema!': {'json!': SCHEMA},
                        'strict': bool,
                    },
                    'cachePoint': BEDROCK_CACHE,
                }
            )
        ],
        'toolChoice': One({'auto': {}, 'any': {}, 'tool': {'name!': TEXT}}),
    },
    'additionalModelRequestFields': OBJECT,
    'requestMetadata': OBJECT,
    'serviceTier': OBJECT,
    'outputConfig': {
        'textFormat': {
            'type!': {'json_schema'},
            'structure!': {
                'jsonSchema!': {
                    'schema!': TEXT,
                    'name': TEXT,
                    'description': str,
                }
            },
        },
        'effort': {'low', 'medium', 'high', 'xhigh', 'max'},
    },
}


def aws_message(kind, name, payload):
    """One message of AWS's event stream, both checksums included."""
    headers = b''
    for key, value in (
        (':%s-type' % kind, name),
        (':content-type', 'application/json'),
        (':message-type', kind),
    ):
        headers += struct.pack('>B', len(key)) + key.encode()
        headers += struct.pack('>BH', 7, len(value)) + value.encode()
    data = dumps(payload).encode()
    head = struct.pack('>II', 16 + len(headers) + len(data), len(headers))
    head += struct.pack('>I', binascii.crc32(head))
    message = head + headers + data
    return message + struct.pack('>I', binascii.crc32(message))


class Bedrock(Speaker):
    name = 'bedrock'
    stream_type = 'application/vnd.amazon.eventstream'

    def read(self):
        body = self.body()
        check(body, BEDROCK)
        _, _, model, method = self.path.rsplit('/', 3)
        if method not in ('converse', 'converse-stream'):
            refuse('path', 'unknown method ' + method)
        ask = Ask(urllib.parse.unquote(model), method == 'converse-stream')
        self.read_messages(ask, body['messages'])
        for tool in body.get('toolConfig', {}).get('tools', []):
            if 'toolSpec' in tool:
                ask.tools.append(tool['toolSpec']['name'])
        form = body.get('outputConfig', {}).get('textFormat')
        if form:
            text = form['structure']['jsonSchema']['schema']
            ask.schema = parsed(text, 'schema')
        more = body.get('additionalModelRequestFields', {})
        kind = more.get('thinking', {}).get('type')
        ask.thinks = kind in ('enabled', 'adaptive') or bool(
            {'reasoning_config', 'reasoning_effort', 'reasoningConfig'}
            & set(more)
        )
        return ask

    def read_messages(self, ask, messages):
        if not messages or messages[0]['role'] != 'user':
            refuse('messages[0]', 'must be of the user')
        names, open_calls, before = {}, set(), None
        for i, m in enumerate(messages):
            path = 'messages[%d]' % i
            if m['role'] == before:
                refuse(path, 'roles must alternate')
            before = m['role']
            results = [b['toolResult'] for b in m['content'] if 'toolResult' in b]
            if {r['toolUseId'] for r in results} != open_calls:
                refuse(path, 'want the results of %s' % sorted(open_calls))
            open_calls = set()
            for b in m['content']:
                if 'toolUse' in b:
                    names[b['toolUse']['toolUseId']] = b['toolUse']['name']
                    open_calls.add(b['toolUse']['toolUseId'])
                elif 'text' in b and m['role'] == 'user':
                    ask.texts.append(b['text'])
                elif 'image' in b:
                    media = 'image/' + b['image']['format']
                    data = b['image']['source'].get('bytes')
                    ask.images.append((media, data))
            for r in results:
                text = ''.join(p.get('text', '') for p in r['content'])
                ask.results[names[r['toolUseId']]] = text
        if open_calls:
            refuse('messages', 'calls without result')

    def blocks(self, answer):
        blocks = []
        if answer.thought:
            thought = {
                'text': ''.join(answer.thought),
                'signature': SIGNATURE,
            }
            blocks.append({'reasoningContent': {'reasoningText': thought}})
        if answer.pieces:
            blocks.append({'text': answer.text})
        for i, (name, arguments) in enumerate(answer.tools):
            call = {'toolUseId': 'tooluse_%d' % i, 'name': name}
            blocks.append({'toolUse': {**call, 'input': arguments}})
        return blocks

    def usage(self):
        prompt, cached, completion, _ = USAGE
        return {
            'inputTokens': prompt - cached,
            'outputTokens': completion,
            'totalTokens': prompt + completion,
            'cacheReadInputTokens': cached,
            'cacheWriteInputTokens': 0,
        }

    def whole(self, answer):
        message = {'role': 'assistant', 'content': self.blocks(answer)}
        return {
            'output': {'message': message},
            'stopReason': 'tool_use' if answer.tools else 'end_turn',
            'usage': self.usage(),
            'metrics': {'latencyMs': 5},
        }

    def frames(self, answer):
        for name, payload in self.events(answer):
            yield aws_message('event', name, {**payload, 'p': 'abcd'})

    def events(self, answer):
        yield 'messageStart', {'role': 'assistant'}
        for i, block in enumerate(self.blocks(answer)):
            at = {'contentBlockIndex': i}
            if 'toolUse' in block:
                call = dict(block['toolUse'])
                text = dumps(call.pop('input'))
                start = {'toolUse': call}
                yield 'contentBlockStart', {**at, 'start': start}
                deltas = [{'toolUse': {'input': p}} for p in halves(text)]
            elif 'text' in block:
                deltas = [{'text': p} for p in answer.pieces]
            else:
                deltas = [
                    {'reasoningContent': {'text': p}} for p in answer.thought
                ]
                deltas.append({'reasoningContent': {'signature': SIGNATURE}})
            for delta in deltas:
                yield 'contentBlockDelta', {**at, 'delta': delta}
            yield 'contentBlockStop', at
        reason = 'tool_use' if answer.tools else 'end_turn'
        yield 'messageStop', {'stopReason': reason}
        metrics = {'latencyMs': 5}
        yield 'metadata', {'usage': self.usage(), 'metrics': metrics}

    async def fail(self, status, message, extra=()):
        kind = 'Throttling' if status == 429 else 'Validation'
        more = [('x-amzn-errortype', kind + 'Exception')] + list(extra)
        await super().fail(status, message, more)

    def error(self, status, message):
        return {'message': message}


# ---- Cohere v2 ----

COHERE_PART = Kind(
    'type',
    {
        'text': {'text!': str},
        'image_url': {'image_url!': {'url!': TEXT, 'detail': str}},
    },
)
COHERE_THOUGHT = Kind(
    'type', {'text': {'text!': str}, 'thinking': {'thinking!': str}}
)
COHERE_RESULT = Kind('type', {'text': {'text!': str}, 'document': {'document!': OBJECT}})
COHERE = {
    'model!': TEXT,
    'messages!': [
        Kind(
            'role',
            {
                'system': {'content!': (str, [COHERE_PART])},
                'user': {'content!': (str, [COHERE_PART])},
                'assistant': {
                    'content': (str, [COHERE_THOUGHT]),
                    'tool_calls': [CHAT_CALL],
                    'tool_plan': str,
                    'citations': [OBJECT],
                },
                'tool': {
                    'tool_call_id!': TEXT,
                    'content!': (str, [COHERE_RESULT]),
                },
            },
        )
    ],
    'tools': [CHAT_TOOL],
    'strict_tools': bool,
    'tool_choice': {'REQUIRED', 'NONE'},
    'response_format': Kind(
        'type', {'text': {}, 'json_object': {'json_schema': SCHEMA}}
    ),
    'safety_mode': {'CONTEXTUAL', 'STRICT', 'OFF'},
    'max_tokens': INTEGER,
    'stop_sequences': [str],
    'temperature': NUMBER,
    'seed': INTEGER,
    'frequency_penalty': between(0, 1),
    'presence_penalty': between(0, 1),
    'k': INTEGER,
    'p': between(0.01, 0.99),
    'logprobs': bool,
    'thinking': Kind(
        'type', {'enabled': {'token_budget': INTEGER}, 'disabled': {}}
    ),
    'priority': INTEGER,
    'stream': bool,
}


class Cohere(Speaker):
    name = 'cohere'

    def read(self):
        body = self.body()
        check(body, COHERE)
        ask = Ask(body['model'], body.get('stream'))
        read_chat_messages(ask, body['messages'])
        ask.tools = [t['function']['name'] for t in body.get('tools', [])]
        ask.schema = body.get('response_format', {}).get('json_schema')
        ask.thinks = body.get('thinking', {}).get('type') == 'enabled'
        return ask

    calls = OpenaiChat.calls

    def usage(self):
        prompt, cached, completion, _ = USAGE
        tokens = {'input_tokens': prompt, 'output_tokens': completion}
        billed = {'input_tokens': 5, 'output_tokens': 4}
        return {
            'billed_units': billed,
            'tokens': tokens,
            'cached_tokens': cached,
        }

    def whole(self, answer):
        content = []
        if answer.thought:
            thought = ''.join(answer.thought)
            content.append({'type': 'thinking', 'thinking': thought})
        if answer.pieces:
            content.append({'type': 'text', 'text': answer.text})
        message = {'role': 'assistant', 'content': content}
        if answer.tools:
            message['tool_calls'] = self.calls(answer)
        return {
            'id': 'c-1',
            'finish_reason': 'TOOL_CALL' if answer.tools else 'COMPLETE',
            'message': message,
            'usage': self.usage(),
        }

    def frames(self, answer):
        for value in self.events(answer):
            yield event(value, value['type'])

    def content(self, index, kind, pieces):
        def frame(name, content):
            delta = {'message': {'content': content}}
            return {'type': name, 'index': index, 'delta': delta}

        member = 'thinking' if kind == 'thinking' else 'text'
        yield frame('content-start', {'type': kind, member: ''})
        for piece in pieces:
            yield frame('content-delta', {member: piece})
        yield {'type': 'content-end', 'index': index}

    def events(self, answer):
        yield {
            'type': 'message-start',
            'id': 'c-1',
            'delta': {'message': {'role': 'assistant', 'content': []}},
        }
        for i, call in enumerate(self.calls(answer)):
            text = call['function']['arguments']
            call['function']['arguments'] = ''
            delta = {'message': {'tool_calls': call}}
            yield {'type': 'tool-call-start', 'index': i, 'delta': delta}
            for piece in halves(text):
                more = {'tool_calls': {'function': {'arguments': piece}}}
                yield {
                    'type': 'tool-call-delta',
                    'index': i,
                    'delta': {'message': more},
                }
            yield {'type': 'tool-call-end', 'index': i}
        if answer.thought:
            yield from self.content(0, 'thinking', answer.thought)
        if answer.pieces:
            index = 1 if answer.thought else 0
            yield from self.content(index, 'text', answer.pieces)
        reason = 'TOOL_CALL' if answer.tools else 'COMPLETE'
        delta = {'finish_reason': reason, 'usage': self.usage()}
        yield {'type': 'message-end', 'delta': delta}

    def error(self, status, message):
        return {'id': 'e-1', 'message': message}


# ---- Ollama ----

OLLAMA = {
    'model!': TEXT,
    'messages!': [
        {
            'role!': {'system', 'user', 'assistant', 'tool'},
            'content': str,
            'thinking': str,
            'images': [TEXT],
            'tool_calls': [
                {
                    'id': str,
                    'type': str,
                    'function!': {
                        'name!': TEXT,
                        'arguments!': OBJECT,
                        'index': INTEGER,
                    },
                }
            ],
            'tool_name': TEXT,
            'tool_call_id': str,
        }
    ],
    'tools': [CHAT_TOOL],
    'format': ({'json'}, SCHEMA),
    'options': {
        'num_ctx': INTEGER,
        'num_predict': INTEGER,
        'temperature': NUMBER,
        'top_p': NUMBER,
        'top_k': INTEGER,
        'min_p': NUMBER,
        'seed': INTEGER,
        'stop': [str],
        'presence_penalty': NUMBER,
        'frequency_penalty': NUMBER,
        'repeat_penalty': NUMBER,
    },
    'think': (bool, {'low', 'medium', 'high'}),
    'logprobs': bool,
    'top_logprobs': INTEGER,
    'stream': bool,
    'keep_alive': ANY,
}


class Ollama(Speaker):
    name = 'ollama'
    stream_type = 'application/x-ndjson'

    def read(self):
        body = self.body()
        check(body, OLLAMA)
        ask = Ask(body['model'], body.get('stream', True))
        calls = []
        for m in body['messages']:
            for c in m.get('tool_calls', []):
                calls.append(c['function']['name'])
            if m['role'] == 'tool':
                name = m.get('tool_name')
                if name not in calls:
                    refuse('messages', 'the result of no call: %r' % name)
                calls.remove(name)
                ask.results[name] = m.get('content', '')
            elif m['role'] == 'user':
                ask.texts.append(m.get('content', ''))
            for data in m.get('images', []):
                if data.startswith('data:'):
                    refuse('images', 'a data URL')
                ask.images.append(('image/png', data))
        if calls:
            refuse('messages', 'calls without result: %s' % calls)
        ask.tools = [t['function']['name'] for t in body.get('tools', [])]
        form = body.get('format')
        ask.schema = form if isinstance(form, dict) else None
        ask.thinks = bool(body.get('think'))
        return ask

    def line(self, message, done=None):
        value = {
            'model': self.ask.model,
            'created_at': '2023-11-14T22:13:20.5Z',
            'message': {'role': 'assistant', 'content': '', **message},
            'done': done is not None,
        }
        if done is not None:
            value.update(
                done_reason='stop',
                total_duration=5000000,
                load_duration=1000000,
                prompt_eval_count=USAGE[0],
                prompt_eval_duration=1000000,
                eval_count=USAGE[2],
                eval_duration=3000000,
            )
        return value

    def calls(self, answer):
        return [
            {'function': {'name': name, 'arguments': arguments}}
            for name, arguments in answer.tools
        ]

    def whole(self, answer):
        message = {'content': answer.text}
        if answer.thought:
            message['thinking'] = ''.join(answer.thought)
        if answer.tools:
            message['tool_calls'] = self.calls(answer)
        return self.line(message, 'stop')

    def frames(self, answer):
        lines = [self.line({'thinking': p}) for p in answer.thought]
        lines += [self.line({'content': p}) for p in answer.pieces]
        lines += [self.line({'tool_calls': [c]}) for c in self.calls(answer)]
        for line in lines + [self.line({}, 'stop')]:
            yield (dumps(line) + '\n').encode()

    def error(self, status, message):
        return {'error': message}


# ---- Workers AI: its own interface ----

WORKERS_MESSAGE = {
    'role!': {'system', 'user', 'assistant', 'tool'},
    'content!': (str, [CHAT_PART]),
    'name': str,
    'reasoning': str,
    'tool_calls': [CHAT_CALL],
    'tool_call_id': str,
}
WORKERS_AI = {
    'messages!': [WORKERS_MESSAGE],
    'stream': bool,
    'max_tokens': INTEGER,
    'temperature': NUMBER,
    'top_p': NUMBER,
    'top_k': INTEGER,
    'seed': INTEGER,
    'repetition_penalty': NUMBER,
    'frequency_penalty': NUMBER,
    'presence_penalty': NUMBER,
    'lora': str,
    'raw': bool,
    'tools': [CHAT_TOOL],
    'tool_choice': ANY,
    'reasoning_effort': ({'low', 'medium', 'high'}, nothing),
    'response_format': Kind(
        'type', {'json_object': {}, 'json_schema': {'json_schema!': SCHEMA}}
    ),
}


class WorkersAi(Speaker):
    """Models that reason answer in OpenAI's words, the others in their own."""

    name = 'workers-ai'

    def read(self):
        body = self.body()
        check(body, WORKERS_AI)
        model = urllib.parse.unquote(self.path.partition('/run/')[2])
        if not model.startswith('@cf/'):
            refuse('path', 'not a model: ' + model)
        ask = Ask(model, body.get('stream'))
        read_chat_messages(ask, body['messages'])
        ask.tools = [t['function']['name'] for t in body.get('tools', [])]
        form = body.get('response_format', {}).get('json_schema')
        ask.schema = form
        ask.thinks = body.get('reasoning_effort') is not None
        return ask

    def usage(self):
        prompt, _, completion, _ = USAGE
        return {
            'prompt_tokens': prompt,
            'completion_tokens': completion,
            'total_tokens': prompt + completion,
        }

    def calls(self, answer):
        return [
            {'name': name, 'arguments': arguments}
            for name, arguments in answer.tools
        ]

    def choices(self, member, message, finish):
        choice = {'index': 0, member: message, 'finish_reason': finish}
        return {'choices': [choice], 'usage': self.usage()}

    def whole(self, answer):
        result = {'response': answer.text or None, 'usage': self.usage()}
        if answer.thought:
            message = {
                'role': 'assistant',
                'content': answer.text,
                'reasoning_content': ''.join(answer.thought),
            }
            result = self.choices('message', message, 'stop')
        if answer.tools:
            result['tool_calls'] = self.calls(answer)
        return {
            'result': result,
            'success': True,
            'errors': [],
            'messages': [],
        }

    def frames(self, answer):
        if answer.thought:
            yield from self.chunks(answer)
            return
        for piece in answer.pieces:
            yield event({'response': piece, 'p': 'abc'})
        if answer.tools:
            yield event({'response': '', 'tool_calls': self.calls(answer)})
        yield event({'response': '', 'usage': self.usage()})
        yield event('[DONE]')

    def chunks(self, answer):
        for piece in answer.thought:
            yield event(self.choices('delta', {'reasoning_content': piece}, None))
        for piece in answer.pieces:
            yield event(self.choices('delta', {'content': piece}, None))
        yield event(self.choices('delta', {}, 'stop'))
        yield event('[DONE]')

    def error(self, status, message):
        code = 3040 if status == 429 else 5004
        error = {'code': code, 'message': message}
        return {
            'result': None,
            'success': False,
            'errors': [error],
            'messages': [],
        }


class WorkersMedia(WorkersAi):
    """Models that paint or speak: bare, or inside of the usual envelope."""

    rules = None

    def read(self):
        body = self.body()
        check(body, self.rules)
        ask = Ask(self.path.partition('/run/')[2], False)
        ask.texts.append(body.get('prompt') or body.get('text'))
        return ask

    async def run(self):
        try:
            self.authorize()
            self.ask = self.read()
        except Refused as e:
            return await self.fail(400, 'strict: %s' % e)
        return await self.give()

    async def give_inside(self, member, data):
        value = {
            'result': {member: encoded(data)},
            'success': True,
            'errors': [],
            'messages': [],
        }
        return await self.reply.whole(200, dumps(value).encode())


class WorkersPainter(WorkersMedia):
    rules = {
        'prompt!': TEXT,
        'width': INTEGER,
        'height': INTEGER,
        'steps': INTEGER,
        'seed': INTEGER,
    }

    async def give(self):
        if self.ask.kind == 'draw':
            return await self.reply.whole(200, PICTURE, 'image/png')
        return await self.give_inside('image', PICTURE)


class WorkersDeepgram(WorkersMedia):
    rules = {
        'text!': TEXT,
        'speaker': TEXT,
        'encoding': {'mp3', 'opus', 'aac', 'flac', 'linear16'},
        'container': {'ogg', 'wav', 'none'},
    }

    async def give(self):
        return await self.reply.whole(200, SOUND, 'audio/mpeg')


class WorkersMelo(WorkersMedia):
    rules = {'prompt!': TEXT, 'lang': {'en', 'fr', 'es'}}

    async def give(self):
        return await self.give_inside('audio', b'RIFF' + SOUND)


# ---- Replicate ----

REPLICATE = {
    'input!': {
        'prompt!': TEXT,
        'system_prompt': str,
        'max_tokens': INTEGER,
        'max_new_tokens': INTEGER,
        'temperature': NUMBER,
        'top_p': NUMBER,
        'top_k': INTEGER,
        'seed': INTEGER,
        'stop_sequences': str,
        'presence_penalty': NUMBER,
        'frequency_penalty': NUMBER,
        'image': TEXT,
    },
    'stream': bool,
}


class Replicate(Speaker):
    name = 'replicate'

    def read(self):
        body = self.body()
        check(body, REPLICATE)
        words = self.path.split('/')
        model = '/'.join(words[words.index('models') + 1 : -1])
        ask = Ask(urllib.parse.unquote(model), body.get('stream'))
        ask.texts.append(body['input']['prompt'])
        if 'image' in body['input']:
            ask.images.append(data_url(body['input']['image'], 'image'))
        return ask

    def prediction(self, status, output):
        base = self.reply.base + '/replicate/v1'
        urls = {
            'get': base + '/predictions/p1',
            'cancel': base + '/predictions/p1/cancel',
        }
        if self.ask.stream:
            urls['stream'] = base + '/stream/' + self.ask.kind
        return {
            'id': 'p1',
            'model': self.ask.model,
            'version': 'hidden',
            'status': status,
            'input': {},
            'output': output,
            'error': None,
            'logs': '',
            'metrics': {
                'predict_time': 0.1,
                'input_token_count': USAGE[0],
                'output_token_count': USAGE[2],
            }
            if output
            else {},
            'created_at': '2023-11-14T22:13:20Z',
            'urls': urls,
        }

    def whole(self, answer):
        return self.prediction('succeeded', list(answer.pieces))

    async def stream(self, answer):
        value = self.prediction('starting', None)
        await self.reply.whole(201, dumps(value).encode())

    def error(self, status, message):
        return {'title': 'Refused', 'status': status, 'detail': message}


class ReplicateStream(Replicate):
    """What the prediction's stream says, asked for in a second request."""

    async def run(self):
        try:
            self.authorize()
        except Refused as e:
            return await self.fail(400, 'strict: %s' % e)
        ask = Ask('m-' + self.path.rpartition('/')[2], True)
        ask.texts, ask.images = ['x'], [('image/png', '')]
        await self.reply.head(200, [('content-type', self.stream_type)])
        for i, piece in enumerate(answer_of(ask).pieces):
            frame = 'event: output\nid: 1-%d\ndata: %s\n\n' % (i, piece)
            await self.reply.chunk(frame.encode())
            await asyncio.sleep(0)
        await self.reply.chunk(b'event: done\nid: 2-0\ndata: {}\n\n')
        return await self.reply.end()


# ---- the provider ----

# By what a path begins with and ends in; the first that fits.
ROUTES = [
    ('/openai/', '/chat/completions', OpenaiChat),
    ('/openai/', '/responses', OpenaiResponses),
    ('/anthropic/', '/v1/messages', Anthropic),
    ('/gemini/', ':generateContent', Gemini),
    ('/gemini/', ':streamGenerateContent', Gemini),
    ('/bedrock/', '/converse', Bedrock),
    ('/bedrock/', '/converse-stream', Bedrock),
    ('/cohere/', '/v2/chat', Cohere),
    ('/ollama/', '/api/chat', Ollama),
    ('/workers-ai/run/@cf/', '-paint', WorkersPainter),
    ('/workers-ai/run/@cf/', '-draw', WorkersPainter),
    ('/workers-ai/run/@cf/', '-speak', WorkersDeepgram),
    ('/workers-ai/run/@cf/', '-tell', WorkersMelo),
    ('/workers-ai/run/', '', WorkersAi),
    ('/replicate/', '/predictions', Replicate),
    ('/replicate/v1/stream/', '', ReplicateStream),
]


class Dialects(fake.Provider):
    async def route(self, request, reply):
        await request.read_body()
        reply.base = self.url
        for start, end, speaker in ROUTES:
            if request.path.startswith(start) and request.path.endswith(end):
                return await speaker(request, reply, request.path).run()
        text = dumps({'error': {'message': 'strict: no route ' + request.path}})
        return await reply.whole(404, text.encode())
