# SPDX-License-Identifier: MIT
"""llama.cpp's own HTTP server with a model of random weights: it says nonsense,
but as a real engine says it.

    engine.py DIRECTORY [embedding]     prints "port N", serves until its input
                                        ends

The model is a Llama of two layers whose vocabulary is the 256 bytes and a few
letters: 500 KB, made here in a moment."""

import pathlib
import sys

import gguf
import numpy
import xllamacpp

DIM, LAYERS, HEADS, FFN, CONTEXT = 64, 2, 4, 128, 4096


def write_model(path):
    random = numpy.random.default_rng(7)
    w = gguf.GGUFWriter(str(path), 'llama')
    w.add_name('random bytes')
    w.add_context_length(CONTEXT)
    w.add_embedding_length(DIM)
    w.add_block_count(LAYERS)
    w.add_feed_forward_length(FFN)
    w.add_head_count(HEADS)
    w.add_head_count_kv(HEADS)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_dimension_count(DIM // HEADS)
    # Every byte is a token, so that any text can be read.
    special = [b'<unk>', b'<s>', b'</s>']
    letters = [bytes([c]) for c in b'abcdefghijklmnopqrstuvwxyz.,?'] + [
        '▁'.encode()
    ]
    tokens = special + [b'<0x%02X>' % i for i in range(256)] + letters
    kinds = [
        gguf.TokenType.UNKNOWN,
        gguf.TokenType.CONTROL,
        gguf.TokenType.CONTROL,
    ]
    kinds += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(
        letters
    )
    w.add_vocab_size(len(tokens))
    w.add_tokenizer_model('llama')
    w.add_token_list(tokens)
    w.add_token_scores([0.0] * 259 + [-float(i) for i in range(len(letters))])
    w.add_token_types(kinds)
    w.add_unk_token_id(0)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_chat_template(
        '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: '
    )

    def tensor(name, *shape):
        w.add_tensor(
            name, (random.standard_normal(shape) * 0.3).astype(numpy.float32)
        )

    def ones(name):
        w.add_tensor(name, numpy.ones(DIM, numpy.float32))

    tensor('token_embd.weight', len(tokens), DIM)
    for i in range(LAYERS):
        ones('blk.%d.attn_norm.weight' % i)
        ones('blk.%d.ffn_norm.weight' % i)
        for name in ('attn_q', 'attn_k', 'attn_v', 'attn_output'):
            tensor('blk.%d.%s.weight' % (i, name), DIM, DIM)
        tensor('blk.%d.ffn_gate.weight' % i, FFN, DIM)
        tensor('blk.%d.ffn_up.weight' % i, FFN, DIM)
        tensor('blk.%d.ffn_down.weight' % i, DIM, FFN)
    ones('output_norm.weight')
    tensor('output.weight', len(tokens), DIM)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main():
    path = pathlib.Path(sys.argv[1]) / 'random.gguf'
    if not path.exists():
        write_model(path)
    p = xllamacpp.CommonParams()
    p.model.path = str(path)
    p.model_alias = {'tiny'}
    p.n_ctx = CONTEXT
    p.n_parallel = 2
    p.warmup = False
    p.hostnames = ['127.0.0.1']
    p.port = 0
    p.cpuparams.n_threads = 1
    if 'embedding' in sys.argv[2:]:
        p.embedding = True
        p.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(p)
    print(
        'port %s' % str(server.listening_address).rsplit(':', 1)[1].strip('/'),
        flush=True,
    )
    sys.stdin.read()


if __name__ == '__main__':
    main()
