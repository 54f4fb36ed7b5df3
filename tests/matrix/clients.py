# SPDX-License-Identifier: MIT
"""Clients of each dialect: they ask in its words, and read the answer as
strictly as that dialect's own libraries would.

    path, headers, body = client.request(turn)
    got = client.read(answer, turn.stream)      a Got, or AssertionError
    turn.next(got, results)                     the next turn of a tool call"""

import json
import re

PNG = (
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9'
    'awAAAABJRU5ErkJggg=='
)
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
ANSWER_SCHEMA = {
    'type': 'object',
    'properties': {'answer': {'type': 'integer'}},
    'required': ['answer'],
    'additionalProperties': False,
}
# Reasoning is bought within it.
MAX_TOKENS = 4096


def need(condition, what):
    if not condition:
        raise AssertionError(what)


class Turn:
    """What is asked, in nobody's words."""

    def __init__(self, model, scenario):
        self.model, self.scenario = model, scenario
        self.stream = scenario in ('stream', 'streamed tools')
        self.tools = scenario in ('tools', 'streamed tools')
        self.image = scenario == 'image'
        self.schema = scenario == 'structured'
        self.reasons = scenario == 'reasoning'
        self.history, self.results = None, None

    def next(self, got, results):
        """The same question, the answer to it, and the results of its calls."""
        turn = Turn(self.model, self.scenario)
        turn.history, turn.results = got, results
        return turn


class Got:
    def __init__(self):
        self.text, self.thought, self.tools = '', '', []  # (id, name, value)
        self.finish, self.prompt, self.completion = None, None, None
        self.pieces = 0  # of the text, where it was streamed
        self.message = None  # as it goes back on the next turn


def sse(body, named):
    """(name, data) of each event. named: each must have the line `event:`.
    Lines may end in CRLF, as Google's do."""
    body = body.replace(b'\r\n', b'\n')
    need(body.endswith(b'\n\n'), 'the last event is not closed')
    for block in body.decode().split('\n\n')[:-1]:
        fields = {}
        for line in block.split('\n'):
            if line.startswith(':'):
                continue
            name, colon, value = line.partition(': ')
            need(colon and name in ('event', 'data'), 'a line %r' % line)
            need(name not in fields, 'two lines of %s' % name)
            fields[name] = value
        if not fields:
            continue
        need('data' in fields, 'no data in %r' % block)
        need(named == ('event' in fields), 'event: in %r' % block)
        yield fields.get('event'), fields['data']


def only(value, names, where):
    need(isinstance(value, dict), '%s is no object' % where)
    rest = set(value) - set(names)
    need(not rest, '%s: unknown members %s' % (where, sorted(rest)))


def media(answer):
    return (answer.get('content-type') or '').partition(';')[0]


def arguments(text):
    value = json.loads(text)
    need(isinstance(value, dict), 'arguments are no object: %r' % text)
    return value


class OpenaiChat:
    name = 'openai-chat'
    headers = [('authorization', 'Bearer pk')]
    finishes = {
        'stop': 'stop',
        'tool_calls': 'tools',
        'length': 'length',
        'content_filter': 'filter',
    }

    def request(self, turn):
        content = 'hi'
        if turn.image:
            url = {'url': 'data:image/png;base64,' + PNG}
            content = [
                {'type': 'text', 'text': 'what is it?'},
                {'type': 'image_url', 'image_url': url},
            ]
        messages = [
            {'role': 'system', 'content': 'Be brief.'},
            {'role': 'user', 'content': content},
        ]
        if turn.history:
            messages.append(turn.history.message)
            for ident, name, _ in turn.history.tools:
                messages.append(
                    {
                        'role': 'tool',
                        'tool_call_id': ident,
                        'content': turn.results[name],
                    }
                )
        body = {
            'model': turn.model,
            'messages': messages,
            'max_completion_tokens': MAX_TOKENS,
        }
        if turn.tools:
            body['tools'] = [
                {
                    'type': 'function',
                    'function': {
                        'name': name,
                        'description': 'does it',
                        'parameters': schema,
                    },
                }
                for name, schema in SCHEMAS.items()
            ]
        if turn.schema:
            body['response_format'] = {
                'type': 'json_schema',
                'json_schema': {
                    'name': 'answer',
                    'schema': ANSWER_SCHEMA,
                    'strict': True,
                },
            }
        if turn.reasons:
            body['reasoning_effort'] = 'medium'
        if turn.stream:
            body['stream'] = True
            body['stream_options'] = {'include_usage': True}
        return '/v1/chat/completions', self.headers, body

    def read(self, answer, stream):
        if stream:
            return self.read_stream(answer)
        need(media(answer) == 'application/json', 'content-type')
        value = answer.json
        need(value['object'] == 'chat.completion', 'object')
        need(value['id'] and isinstance(value['created'], int), 'id, created')
        choice = value['choices'][0]
        return self.finish(
            choice['message'], choice['finish_reason'], value['usage']
        )

    def finish(self, message, finish, usage):
        got = Got()
        need(message['role'] == 'assistant', 'role')
        got.text = message.get('content') or ''
        got.thought = (
            message.get('reasoning_content') or message.get('reasoning') or ''
        )
        for call in message.get('tool_calls') or []:
            need(call['type'] == 'function', 'type of a call')
            function = call['function']
            got.tools.append(
                (call['id'], function['name'], arguments(function['arguments']))
            )
        got.finish = self.finishes[finish]
        got.prompt = usage['prompt_tokens']
        got.completion = usage['completion_tokens']
        need(
            usage['total_tokens'] == got.prompt + got.completion,
            'total_tokens',
        )
        # Members that libraries do not know go back as they came.
        got.message = message
        return got

    def add_call(self, calls, delta):
        at = delta['index']
        need(at in (len(calls) - 1, len(calls)) or at < len(calls), 'index')
        if at == len(calls):
            need(delta.get('id') and delta['type'] == 'function', 'a first delta')
            need(delta['function']['name'], 'the name of a call')
            call = {k: v for k, v in delta.items() if k != 'index'}
            call['function'] = dict(delta['function'])
            call['function'].setdefault('arguments', '')
            calls.append(call)
            return
        calls[at]['function']['arguments'] += delta['function']['arguments']

    def read_stream(self, answer):
        need(media(answer) == 'text/event-stream', 'content-type')
        message = {'role': None, 'content': ''}
        finish, usage, ids, pieces, is_done = None, None, set(), 0, False
        calls = []
        for _, data in sse(answer.body, False):
            need(not is_done, 'something behind [DONE]')
            if data == '[DONE]':
                is_done = True
                continue
            chunk = json.loads(data)
            need('error' not in chunk, 'an error: %s' % data)
            need(chunk['object'] == 'chat.completion.chunk', 'object')
            ids.add(chunk['id'])
            usage = chunk.get('usage') or usage
            for choice in chunk['choices']:
                need(finish is None, 'a choice behind its finish')
                delta = choice['delta']
                need(message['role'] or 'role' in delta, 'no role at first')
                message['role'] = delta.get('role') or message['role']
                if delta.get('content'):
                    message['content'] += delta['content']
                    pieces += 1
                for name in ('reasoning_content', 'reasoning'):
                    if delta.get(name):
                        message[name] = message.get(name, '') + delta[name]
                for call in delta.get('tool_calls') or []:
                    self.add_call(calls, call)
                finish = choice['finish_reason']
        need(is_done, 'no [DONE]')
        need(len(ids) == 1, 'ids %s' % ids)
        # Nothing told is nothing counted: the checks say who may do so.
        usage = usage or dict.fromkeys(
            ('prompt_tokens', 'completion_tokens', 'total_tokens'), 0
        )
        if calls:
            message['tool_calls'] = calls
        message['content'] = message['content'] or None
        got = self.finish(message, finish, usage)
        got.pieces = pieces
        return got

    def error(self, answer):
        error = answer.json['error']
        only(error, ('message', 'type', 'param', 'code'), 'error')
        need(len(error) == 4 and error['type'], 'not all of an error: %s' % error)
        return error['message']


class OpenaiResponses:
    name = 'openai-responses'
    headers = [('authorization', 'Bearer pk')]

    def request(self, turn):
        content = 'hi'
        if turn.image:
            content = [
                {'type': 'input_text', 'text': 'what is it?'},
                {
                    'type': 'input_image',
                    'image_url': 'data:image/png;base64,' + PNG,
                    'detail': 'auto',
                },
            ]
        items = [{'role': 'user', 'content': content}]
        if turn.history:
            items += turn.history.message
            for ident, name, _ in turn.history.tools:
                items.append(
                    {
                        'type': 'function_call_output',
                        'call_id': ident,
                        'output': turn.results[name],
                    }
                )
        body = {
            'model': turn.model,
            'instructions': 'Be brief.',
            'input': items,
            'max_output_tokens': MAX_TOKENS,
            'store': False,
        }
        if turn.tools:
            body['tools'] = [
                {
                    'type': 'function',
                    'name': name,
                    'description': 'does it',
                    'parameters': schema,
                    'strict': False,
                }
                for name, schema in SCHEMAS.items()
            ]
        if turn.schema:
            form = {
                'type': 'json_schema',
                'name': 'answer',
                'schema': ANSWER_SCHEMA,
                'strict': True,
            }
            body['text'] = {'format': form}
        if turn.reasons:
            body['reasoning'] = {'effort': 'medium', 'summary': 'auto'}
        if turn.stream:
            body['stream'] = True
        return '/v1/responses', self.headers, body

    def read(self, answer, stream):
        if stream:
            return self.read_stream(answer)
        need(media(answer) == 'application/json', 'content-type')
        return self.finish(answer.json)

    def finish(self, value):
        got = Got()
        need(value['object'] == 'response', 'object')
        for name in (
            'id',
            'created_at',
            'model',
            'output',
            'parallel_tool_calls',
            'tool_choice',
            'tools',
        ):
            need(name in value, 'no ' + name)
        need(value['status'] == 'completed', 'status %s' % value['status'])
        for item in value['output']:
            need(item['id'], 'an item without id')
            if item['type'] == 'message':
                got.text += ''.join(p['text'] for p in item['content'])
            elif item['type'] == 'function_call':
                call = (item['call_id'], item['name'])
                got.tools.append((*call, arguments(item['arguments'])))
            elif item['type'] == 'reasoning':
                parts = item.get('content') or item['summary']
                got.thought += ''.join(p['text'] for p in parts)
            else:
                need(False, 'an item %s' % item['type'])
        got.finish = 'tools' if got.tools else 'stop'
        usage = value['usage'] or {
            'input_tokens': 0,
            'output_tokens': 0,
            'input_tokens_details': {'cached_tokens': 0},
            'output_tokens_details': {'reasoning_tokens': 0},
        }
        got.prompt = usage['input_tokens']
        got.completion = usage['output_tokens']
        need('cached_tokens' in usage['input_tokens_details'], 'details')
        need('reasoning_tokens' in usage['output_tokens_details'], 'details')
        got.message = value['output']
        return got

    def read_stream(self, answer):
        need(media(answer) == 'text/event-stream', 'content-type')
        texts, last, items, pieces = {}, None, [], 0
        for n, (name, data) in enumerate(sse(answer.body, True)):
            value = json.loads(data)
            need(last is None, 'something behind the end')
            need(value['type'] == name, 'type and event differ')
            need(value['sequence_number'] == n, 'sequence_number')
            if n < 2:
                want = ('response.created', 'response.in_progress')[n]
                need(name == want, '%s at first' % name)
            key = (value.get('item_id'), name.rpartition('.')[0])
            if name.endswith('.delta'):
                texts[key] = texts.get(key, '') + value['delta']
                pieces += name == 'response.output_text.delta'
            elif name.endswith('_text.done') or name.endswith('arguments.done'):
                text = value.get('text', value.get('arguments'))
                need(texts.get(key, '') == text, 'deltas are not the text')
            elif name == 'response.output_item.added':
                need(value['output_index'] == len(items), 'output_index')
                items.append(None)
            elif name == 'response.output_item.done':
                items[value['output_index']] = value['item']
            elif name == 'response.completed':
                last = value['response']
        need(last is not None, 'no response.completed')
        need(last['output'] == items, 'the items differ from the response\'s')
        got = self.finish(last)
        got.pieces = pieces
        return got

    error = OpenaiChat.error


class Anthropic:
    name = 'anthropic'
    headers = [('x-api-key', 'pk'), ('anthropic-version', '2023-06-01')]
    finishes = {
        'end_turn': 'stop',
        'stop_sequence': 'stop',
        'tool_use': 'tools',
        'max_tokens': 'length',
        'refusal': 'filter',
    }

    def request(self, turn):
        content = 'hi'
        if turn.image:
            source = {
                'type': 'base64',
                'media_type': 'image/png',
                'data': PNG,
            }
            content = [
                {'type': 'text', 'text': 'what is it?'},
                {'type': 'image', 'source': source},
            ]
        messages = [{'role': 'user', 'content': content}]
        if turn.history:
            messages.append(
                {'role': 'assistant', 'content': turn.history.message}
            )
            results = [
                {
                    'type': 'tool_result',
                    'tool_use_id': ident,
                    'content': turn.results[name],
                }
                for ident, name, _ in turn.history.tools
            ]
            messages.append({'role': 'user', 'content': results})
        body = {
            'model': turn.model,
            'max_tokens': MAX_TOKENS,
            'system': 'Be brief.',
            'messages': messages,
        }
        if turn.tools:
            body['tools'] = [
                {'name': n, 'description': 'does it', 'input_schema': s}
                for n, s in SCHEMAS.items()
            ]
        if turn.schema:
            form = {'type': 'json_schema', 'schema': ANSWER_SCHEMA}
            body['output_config'] = {'format': form}
        if turn.reasons:
            body['thinking'] = {'type': 'enabled', 'budget_tokens': 2048}
        if turn.stream:
            body['stream'] = True
        return '/v1/messages', self.headers, body

    def read(self, answer, stream):
        if stream:
            return self.read_stream(answer)
        need(media(answer) == 'application/json', 'content-type')
        return self.finish(answer.json)

    def finish(self, value):
        got = Got()
        need(value['type'] == 'message', 'type')
        need(value['role'] == 'assistant', 'role')
        need(value['id'] and value['model'], 'id, model')
        for block in value['content']:
            if block['type'] == 'text':
                got.text += block['text']
            elif block['type'] == 'thinking':
                got.thought += block['thinking']
                need('signature' in block, 'no signature')
            elif block['type'] == 'tool_use':
                need(isinstance(block['input'], dict), 'input')
                call = (block['id'], block['name'], block['input'])
                got.tools.append(call)
            else:
                need(block['type'] == 'redacted_thinking', block['type'])
        got.finish = self.finishes[value['stop_reason']]
        usage = value['usage']
        got.prompt = (
            usage['input_tokens']
            + (usage.get('cache_read_input_tokens') or 0)
            + (usage.get('cache_creation_input_tokens') or 0)
        )
        got.completion = usage['output_tokens']
        got.message = value['content']
        return got

    def add_delta(self, block, delta):
        for kind, member in (
            ('text_delta', 'text'),
            ('thinking_delta', 'thinking'),
            ('signature_delta', 'signature'),
        ):
            if delta['type'] == kind:
                block[member] = block.get(member, '') + delta[member]
                return
        need(delta['type'] == 'input_json_delta', delta['type'])
        block['json'] = block.get('json', '') + delta['partial_json']

    def read_stream(self, answer):
        need(media(answer) == 'text/event-stream', 'content-type')
        message, open_at, pieces, is_done = None, None, 0, False
        for name, data in sse(answer.body, True):
            value = json.loads(data)
            need(not is_done, 'something behind message_stop')
            need(value['type'] == name, 'type and event differ')
            if name == 'ping':
                continue
            need(
                (message is None) == (name == 'message_start'),
                '%s in a wrong place' % name,
            )
            if name == 'message_start':
                message = value['message']
                need(message['content'] == [], 'content at first')
            elif name == 'content_block_start':
                need(open_at is None, 'two blocks are open')
                need(value['index'] == len(message['content']), 'index')
                open_at = value['index']
                message['content'].append(value['content_block'])
            elif name == 'content_block_delta':
                need(value['index'] == open_at, 'a block that is not open')
                self.add_delta(message['content'][open_at], value['delta'])
                pieces += value['delta']['type'] == 'text_delta'
            elif name == 'content_block_stop':
                need(value['index'] == open_at, 'a block that is not open')
                block = message['content'][open_at]
                if block['type'] == 'tool_use':
                    block['input'] = arguments(block.pop('json', '') or '{}')
                open_at = None
            elif name == 'message_delta':
                need(open_at is None, 'a block is still open')
                message.update(value['delta'])
                message['usage'].update(value['usage'])
            else:
                need(name == 'message_stop', 'an event %s: %s' % (name, data))
                is_done = True
        need(is_done, 'no message_stop')
        got = self.finish(message)
        got.pieces = pieces
        return got

    def error(self, answer):
        value = answer.json
        need(value['type'] == 'error', 'type')
        need(value['error']['type'], 'error.type')
        return value['error']['message']


class Gemini:
    name = 'gemini'
    headers = [('x-goog-api-key', 'pk')]
    finishes = {'STOP': 'stop', 'MAX_TOKENS': 'length', 'SAFETY': 'filter'}

    def request(self, turn):
        parts = [{'text': 'hi'}]
        if turn.image:
            parts.append({'inlineData': {'mimeType': 'image/png', 'data': PNG}})
        contents = [{'role': 'user', 'parts': parts}]
        if turn.history:
            contents.append({'role': 'model', 'parts': turn.history.message})
            answers = []
            for ident, name, _ in turn.history.tools:
                response = {
                    'name': name,
                    'response': {'output': turn.results[name]},
                }
                if ident:
                    response['id'] = ident
                answers.append({'functionResponse': response})
            contents.append({'role': 'user', 'parts': answers})
        config = {'maxOutputTokens': MAX_TOKENS}
        body = {
            'contents': contents,
            'systemInstruction': {'parts': [{'text': 'Be brief.'}]},
            'generationConfig': config,
        }
        if turn.tools:
            declarations = [
                {
                    'name': n,
                    'description': 'does it',
                    'parametersJsonSchema': s,
                }
                for n, s in SCHEMAS.items()
            ]
            body['tools'] = [{'functionDeclarations': declarations}]
        if turn.schema:
            config['responseMimeType'] = 'application/json'
            config['responseJsonSchema'] = ANSWER_SCHEMA
        if turn.reasons:
            config['thinkingConfig'] = {
                'includeThoughts': True,
                'thinkingBudget': 2048,
            }
        method = 'generateContent'
        if turn.stream:
            method = 'streamGenerateContent?alt=sse'
        path = '/v1beta/models/%s:%s' % (turn.model, method)
        return path, self.headers, body

    def read(self, answer, stream):
        if not stream:
            need(media(answer) == 'application/json', 'content-type')
            return self.finish([answer.json])
        need(media(answer) == 'text/event-stream', 'content-type')
        return self.finish(
            [json.loads(data) for _, data in sse(answer.body, False)]
        )

    def finish(self, values):
        got = Got()
        got.message = []
        for i, value in enumerate(values):
            need('error' not in value, 'an error: %s' % value)
            for candidate in value.get('candidates') or []:
                need(got.finish is None, 'something behind the finish')
                content = candidate.get('content') or {}
                for part in content.get('parts') or []:
                    got.message.append(part)
                    self.add_part(got, part)
                reason = candidate.get('finishReason')
                if reason:
                    got.finish = self.finishes[reason]
        need(got.finish, 'no finishReason')
        if got.tools and got.finish == 'stop':
            got.finish = 'tools'
        usage = values[-1]['usageMetadata']
        got.prompt = usage['promptTokenCount']
        got.completion = usage.get('candidatesTokenCount', 0) + usage.get(
            'thoughtsTokenCount', 0
        )
        need(
            usage['totalTokenCount'] == got.prompt + got.completion,
            'totalTokenCount',
        )
        return got

    def add_part(self, got, part):
        if 'text' in part and part.get('thought'):
            got.thought += part['text']
        elif 'text' in part:
            got.text += part['text']
            got.pieces += part['text'] != ''
        else:
            call = part['functionCall']
            got.tools.append((call.get('id'), call['name'], call['args']))

    def error(self, answer):
        error = answer.json['error']
        need(error['code'] == answer.status, 'error.code')
        need(re.fullmatch('[A-Z_]+', error['status']), 'error.status')
        return error['message']


class Ollama:
    name = 'ollama'
    headers = [('authorization', 'Bearer pk')]

    def request(self, turn):
        user = {'role': 'user', 'content': 'hi'}
        if turn.image:
            user['images'] = [PNG]
        messages = [{'role': 'system', 'content': 'Be brief.'}, user]
        if turn.history:
            messages.append(turn.history.message)
            for _, name, _ in turn.history.tools:
                messages.append(
                    {
                        'role': 'tool',
                        'tool_name': name,
                        'content': turn.results[name],
                    }
                )
        body = {
            'model': turn.model,
            'messages': messages,
            'stream': turn.stream,
            'options': {'num_predict': MAX_TOKENS},
        }
        if turn.tools:
            body['tools'] = [
                {
                    'type': 'function',
                    'function': {
                        'name': n,
                        'description': 'does it',
                        'parameters': s,
                    },
                }
                for n, s in SCHEMAS.items()
            ]
        if turn.schema:
            body['format'] = ANSWER_SCHEMA
        if turn.reasons:
            body['think'] = True
        return '/api/chat', self.headers, body

    def read(self, answer, stream):
        if not stream:
            need(media(answer) == 'application/json', 'content-type')
            return self.finish([answer.json])
        need(media(answer) == 'application/x-ndjson', 'content-type')
        need(answer.body.endswith(b'\n'), 'the last line is not closed')
        lines = answer.body.decode().split('\n')[:-1]
        return self.finish([json.loads(line) for line in lines])

    def finish(self, values):
        got = Got()
        calls = []
        for i, value in enumerate(values):
            need('error' not in value, 'an error: %s' % value)
            need(value['done'] == (i == len(values) - 1), 'done')
            need(
                re.match(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d', value['created_at']),
                'created_at',
            )
            message = value['message']
            need(message['role'] == 'assistant', 'role')
            got.text += message.get('content', '')
            got.pieces += message.get('content', '') != ''
            got.thought += message.get('thinking', '')
            calls += message.get('tool_calls', [])
        for call in calls:
            function = call['function']
            need(isinstance(function['arguments'], dict), 'arguments')
            got.tools.append(
                (call.get('id'), function['name'], function['arguments'])
            )
        need(values[-1]['done_reason'] in ('stop', 'length'), 'done_reason')
        got.finish = values[-1]['done_reason']
        if got.tools and got.finish == 'stop':
            got.finish = 'tools'
        got.prompt = values[-1]['prompt_eval_count']
        got.completion = values[-1]['eval_count']
        got.message = {'role': 'assistant', 'content': got.text}
        if calls:
            got.message['tool_calls'] = calls
        return got

    def error(self, answer):
        need(isinstance(answer.json['error'], str), 'error is no text')
        return answer.json['error']


class OpenaiCompletions:
    """Prompts without roles: no tools, no images, nothing but text."""

    name = 'openai-completions'
    headers = [('authorization', 'Bearer pk')]
    scenarios = ('text', 'stream', 'error')
    finishes = OpenaiChat.finishes

    def request(self, turn):
        body = {'model': turn.model, 'prompt': 'hi', 'max_tokens': MAX_TOKENS}
        if turn.stream:
            body['stream'] = True
            body['stream_options'] = {'include_usage': True}
        return '/v1/completions', self.headers, body

    def read(self, answer, stream):
        if not stream:
            need(media(answer) == 'application/json', 'content-type')
            return self.finish([answer.json])
        need(media(answer) == 'text/event-stream', 'content-type')
        data = [d for _, d in sse(answer.body, False)]
        need(data[-1] == '[DONE]' and '[DONE]' not in data[:-1], 'no [DONE]')
        return self.finish([json.loads(d) for d in data[:-1]])

    def finish(self, values):
        got = Got()
        for value in values:
            need('error' not in value, 'an error: %s' % value)
            need(value['object'] == 'text_completion', 'object')
            for choice in value['choices']:
                need(got.finish is None, 'something behind the finish')
                got.text += choice['text']
                got.pieces += choice['text'] != ''
                if choice['finish_reason']:
                    got.finish = self.finishes[choice['finish_reason']]
        usage = values[-1]['usage']
        got.prompt = usage['prompt_tokens']
        got.completion = usage['completion_tokens']
        return got

    error = OpenaiChat.error


class OllamaGenerate:
    """Ollama's prompts without roles: no tools."""

    name = 'ollama-generate'
    headers = Ollama.headers
    scenarios = (
        'text',
        'stream',
        'image',
        'structured',
        'reasoning',
        'error',
    )

    def request(self, turn):
        body = {
            'model': turn.model,
            'prompt': 'hi',
            'system': 'Be brief.',
            'stream': turn.stream,
            'options': {'num_predict': MAX_TOKENS},
        }
        if turn.image:
            body['images'] = [PNG]
        if turn.schema:
            body['format'] = ANSWER_SCHEMA
        if turn.reasons:
            body['think'] = True
        return '/api/generate', self.headers, body

    def read(self, answer, stream):
        lines = answer.body.decode().rstrip('\n').split('\n')
        kind = 'application/x-ndjson' if stream else 'application/json'
        need(media(answer) == kind, 'content-type')
        got = Got()
        for line in lines:
            value = json.loads(line)
            need('error' not in value, 'an error: %s' % line)
            need(value['done'] == (line is lines[-1]), 'done')
            got.text += value['response']
            got.pieces += value['response'] != ''
            got.thought += value.get('thinking', '')
        got.finish = value['done_reason']
        got.prompt = value['prompt_eval_count']
        got.completion = value['eval_count']
        return got

    error = Ollama.error


CLIENTS = [
    OpenaiChat(),
    OpenaiCompletions(),
    OpenaiResponses(),
    Anthropic(),
    Gemini(),
    Ollama(),
    OllamaGenerate(),
]
