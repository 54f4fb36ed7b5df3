#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every client dialect against every provider dialect, through the real
binary, with a provider that refuses what its vendor would refuse.

    matrix.py [WORD…]        only pairs whose "client provider scenario" holds
                             every word; SLUICE=path of the binary

Prints the table, then why a cell failed; ends in "N passed, N failed". A cell
that can't work stands in CANNOT with its reason: there the request must be
refused with 400, or answered with what was lost named in sluice-loss."""

import json
import pathlib
import socket
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'wire'))
sys.path.insert(0, str(ROOT / 'tests' / 'fake'))
import dialects  # noqa: E402
import wire  # noqa: E402
from clients import CLIENTS, PNG, need  # noqa: E402
from clients import Turn  # noqa: E402

SCENARIOS = [
    'text',
    'stream',
    'tools',
    'streamed tools',
    'image',
    'structured',
    'reasoning',
    'error',
]
# What the scripted provider plays in each.
KIND = {
    'text': 'text',
    'stream': 'text',
    'tools': 'tools',
    'streamed tools': 'tools',
    'image': 'image',
    'structured': 'schema',
    'reasoning': 'reason',
    'error': 'error',
}


class Row:
    """A provider that is asked in one dialect."""

    def __init__(self, dialect, name, model, env):
        self.dialect, self.name, self.model, self.env = (
            dialect,
            name,
            model,
            env,
        )

    def start(self, url):
        env = {k: v.replace('{url}', url) for k, v in self.env.items()}
        config = {'providers': {self.name: {'dialect': self.dialect}}}
        return wire.Sluice(env=env, config=config)


class Direct:
    """No Sluice between client and provider: what fails here is the test's own
    fault."""

    dialect = 'itself'
    name = None
    model = 'm-%s'
    bases = {
        'openai-chat': ('/openai', ('authorization', 'Bearer k-openai')),
        'openai-responses': ('/openai', ('authorization', 'Bearer k-openai')),
        'anthropic': ('/anthropic', ('x-api-key', 'k-anthropic')),
        'gemini': ('/gemini', ('x-goog-api-key', 'k-gemini')),
        'ollama': ('/ollama', ('authorization', 'Bearer k-ollama')),
    }

    def start(self, url):
        self.port = int(url.rpartition(':')[2])
        return self

    def stop(self):
        pass

    def ask(self, client, path, headers, body):
        base, key = self.bases[client.name]
        rest = [h for h in headers if h[0] != key[0]]
        with wire.Conn(socket.create_connection(('127.0.0.1', self.port))) as c:
            text = json.dumps(body).encode()
            c.request('POST', base + path, [*rest, key, wire.JSON], text)
            return c.response('POST')


ROWS = [
    Direct(),
    Row(
        'openai-chat',
        'openai',
        'gpt-5-%s',
        {'OPENAI_API_KEY': 'k-openai', 'OPENAI_BASE_URL': '{url}/openai/v1'},
    ),
    Row(
        'openai-responses',
        'openai',
        'gpt-5-%s',
        {'OPENAI_API_KEY': 'k-openai', 'OPENAI_BASE_URL': '{url}/openai/v1'},
    ),
    Row(
        'anthropic',
        'anthropic',
        'claude-sonnet-4-5-%s',
        {
            'ANTHROPIC_API_KEY': 'k-anthropic',
            'ANTHROPIC_BASE_URL': '{url}/anthropic',
        },
    ),
    Row(
        'gemini',
        'google-ai-studio',
        'gemini-3-flash-%s',
        {'GEMINI_API_KEY': 'k-gemini', 'GEMINI_BASE_URL': '{url}/gemini'},
    ),
    Row(
        'bedrock',
        'aws-bedrock',
        'anthropic.claude-sonnet-4-5-%s',
        {
            'AWS_BEDROCK_API_KEY': 'k-bedrock',
            'AWS_BEDROCK_BASE_URL': '{url}/bedrock',
        },
    ),
    Row(
        'cohere',
        'cohere',
        'command-a-reasoning-%s',
        {'COHERE_API_KEY': 'k-cohere', 'COHERE_BASE_URL': '{url}/cohere'},
    ),
    Row(
        'ollama',
        'ollama',
        'qwen3-%s',
        {'OLLAMA_API_KEY': 'k-ollama', 'OLLAMA_BASE_URL': '{url}/ollama/v1'},
    ),
    Row(
        'workers-ai',
        'workers-ai',
        '@cf/fake/m-%s',
        {
            'CLOUDFLARE_API_KEY': 'k-workers-ai',
            'CLOUDFLARE_ACCOUNT_ID': 'acc',
            'CLOUDFLARE_BASE_URL': '{url}/workers-ai',
        },
    ),
    Row(
        'replicate',
        'replicate',
        'fake/m-%s',
        {
            'REPLICATE_API_KEY': 'k-replicate',
            'REPLICATE_BASE_URL': '{url}/replicate/v1',
        },
    ),
]

# (provider, scenario): the word that sluice-loss or the refusal must hold, and
# why it can't be otherwise.
CANNOT = {
    ('replicate', 'tools'): ('tools', "Replicate's models take no tools"),
    ('replicate', 'streamed tools'): (
        'tools',
        "Replicate's models take no tools",
    ),
    ('replicate', 'structured'): ('', "Replicate's models take no schema"),
    ('replicate', 'reasoning'): ('', 'Replicate has no switch for reasoning'),
}


# (client, provider): why what the provider sealed does not come back to it.
UNSEALED = {('ollama', 'gemini'): "Ollama's calls have no place for it"}


# Whose streams tell no tokens, and why.
UNCOUNTED = {'replicate': "Replicate's streams tell no tokens"}


def read(client, row, answer, is_stream):
    got = client.read(answer, is_stream)
    if is_stream and row.dialect in UNCOUNTED:
        wire.equal((got.prompt, got.completion), (0, 0), 'usage')
        got.prompt, got.completion = 11, 7
    return got


def check_text(got):
    wire.equal(got.text, dialects.SAID, 'text')
    wire.equal(got.finish, 'stop', 'finish')
    wire.equal((got.prompt, got.completion), (11, 7), 'usage')


def check_stream(got):
    check_text(got)
    need(got.pieces > 1, 'the text came in one piece')


def check_tools(got):
    calls = [(name, value) for _, name, value in got.tools]
    wire.equal(calls, dialects.TOOLS, 'calls')
    wire.equal(got.finish, 'tools', 'finish')


def check_image(got):
    wire.equal(got.text, dialects.image_text('image/png', PNG), 'text')


def check_structured(got):
    wire.equal(json.loads(got.text), dialects.STRUCTURED, 'text')


def check_reasoning(got):
    wire.equal(got.thought, ''.join(dialects.THOUGHT), 'reasoning')
    check_text(got)


CHECKS = {
    'text': check_text,
    'stream': check_stream,
    'tools': check_tools,
    'streamed tools': check_tools,
    'image': check_image,
    'structured': check_structured,
    'reasoning': check_reasoning,
}


def ask(sluice, client, turn):
    path, headers, body = client.request(turn)
    if isinstance(sluice, Direct):
        answer = sluice.ask(client, path, headers, body)
    else:
        answer = sluice.post(path, body, [*headers, wire.JSON], timeout=10)
    need(answer.complete, 'the answer is not complete')
    return answer


def told(answer):
    return '%d %s' % (answer.status, answer.body[:600].decode('utf-8', 'replace'))


def play(provider, sluice, row, client, scenario):
    model = row.model % KIND[scenario]
    turn = Turn('%s/%s' % (row.name, model) if row.name else model, scenario)
    answer = ask(sluice, client, turn)
    if scenario == 'error':
        need(answer.status == 429, told(answer))
        need(dialects.ERROR_TEXT in client.error(answer), told(answer))
        return wire.equal(answer.get('retry-after'), '7', 'retry-after')
    need(answer.status == 200, told(answer))
    try:
        got = read(client, row, answer, turn.stream)
        CHECKS[scenario](got)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as e:
        raise AssertionError('%r in %s' % (e, told(answer)))
    if not got.tools:
        return None
    answer = ask(sluice, client, turn.next(got, dialects.RESULTS))
    need(answer.status == 200, 'the second turn: ' + told(answer))
    got = read(client, row, answer, turn.stream)
    wire.equal(got.text, dialects.RESULT_TEXT, 'the second turn')
    if row.dialect == 'gemini' and (client.name, 'gemini') not in UNSEALED:
        body = provider.requests[-1].body.decode()
        need(dialects.SIGNATURE in body, 'the signature is lost: ' + body)
    return None


def play_cannot(sluice, row, client, scenario, word):
    """What can't work is refused, or done without, and said."""
    turn = Turn('%s/%s' % (row.name, row.model % 'text'), scenario)
    answer = ask(sluice, client, turn)
    if answer.status == 200:
        loss = answer.get('sluice-loss') or ''
        need(loss and word in loss, 'sluice-loss: %r' % loss)
        got = read(client, row, answer, turn.stream)
        return wire.equal(got.text, dialects.SAID, 'text')
    need(answer.status == 400, told(answer))
    message = client.error(answer)
    need(word in message and 'strict:' not in message, told(answer))
    return None


CLIENT_NAMES = {client.name for client in CLIENTS}


class Table:
    def __init__(self, words, provider):
        self.words, self.provider = words, provider
        self.cells, self.why = {}, []

    def wants(self, *cell):
        return all(w in ' '.join(cell) for w in self.words)

    def play_row(self, row):
        cells = [
            (client, scenario)
            for client in CLIENTS
            for scenario in getattr(client, 'scenarios', SCENARIOS)
            if self.wants(client.name, row.dialect, scenario)
            and client.name in getattr(row, 'bases', CLIENT_NAMES)
        ]
        if not cells:
            return
        sluice = None
        try:
            sluice = row.start(self.provider.url)
        except AssertionError as e:
            self.why.append((row.dialect, 'it does not start: %s' % e))
        for client, scenario in cells:
            self.play_cell(sluice, row, client, scenario)
        if sluice:
            sluice.stop()

    def play_cell(self, sluice, row, client, scenario):
        cannot = CANNOT.get((row.dialect, scenario))
        cell = (client.name, row.dialect, scenario)
        self.cells[cell] = 'FAIL'
        if sluice is None:
            return
        try:
            if cannot:
                play_cannot(sluice, row, client, scenario, cannot[0])
            else:
                play(self.provider, sluice, row, client, scenario)
            self.cells[cell] = '-' if cannot else 'ok'
        except Exception as e:
            why = '%s: %s' % (type(e).__name__, e)
            self.why.append((', '.join(cell), why))

    def print(self):
        print('%-19s%-18s' % ('client', 'provider') + '  '.join(SCENARIOS))
        for client in CLIENTS:
            for row in ROWS:
                cells = [
                    self.cells.get((client.name, row.dialect, s), '')
                    .ljust(len(s))
                    for s in SCENARIOS
                ]
                if any(c.strip() for c in cells):
                    print(
                        '%-19s%-18s' % (client.name, row.dialect)
                        + '  '.join(cells)
                    )
        for (dialect, scenario), (_, reason) in CANNOT.items():
            print('- %s, %s: %s' % (dialect, scenario, reason))
        for cell, reason in UNSEALED.items():
            print("- %s, %s: no seal comes back: %s" % (*cell, reason))
        for dialect, reason in UNCOUNTED.items():
            print('- %s, stream: %s' % (dialect, reason))
        for cell, why in self.why:
            print('FAIL %s\n    %s' % (cell, why[:1500]))


def main():
    began = time.monotonic()
    with dialects.Dialects() as provider:
        table = Table(sys.argv[1:], provider)
        for row in ROWS:
            table.play_row(row)
    table.print()
    failed = sum(c == 'FAIL' for c in table.cells.values())
    for failure in dialects.fake.Provider.failures:
        print('FAIL: the scripted provider itself failed: %s' % failure)
        failed += 1
    print('%.1f s' % (time.monotonic() - began))
    passed = len(table.cells) - sum(c == 'FAIL' for c in table.cells.values())
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed != 0)


main()
