#!/usr/bin/env python3
"""Writes small Llama models of random weights, in GGUF.

    python3 scripts/make-fixture-model.py [OUTPUT]            fixtures/models/tiny.gguf, which the repository keeps
    python3 scripts/make-fixture-model.py --variants FOLDER   one for each tensor type, for the tests
    python3 scripts/make-fixture-model.py --seeds FOLDER      some of few bytes, from which the fuzzer begins

The first has the architecture, tensor types, tokenizer and chat template of the default model. The others go through
what else is supported: every tensor type, heads of their own or tied ones, grouped heads or not, each pre-tokenizer
and chat template. Their blocks are random bytes under sensible scales, so that every bit of a format matters.
There is no sense in any answer. The same seed gives the same bytes; only the standard library is needed.
"""
import os
import random
import struct
import sys

SEED = 42
LAYERS, WIDTH, HEADS, KEY_VALUE_HEADS, HIDDEN, CONTEXT = 2, 64, 4, 2, 96, 512
TEXT = (
    "the network serves relays and the chain settles claims; the supplier proves the relays that the application "
    "asked for, and the gateway answers the client with the text that the model gives to the prompt "
) * 3
MERGES = 96
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a small model without sense<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def byte_alphabet():
    """GPT-2's printable character for each byte."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {}, 256
    for byte in range(256):
        if byte in plain:
            letters[byte] = chr(byte)
        else:
            letters[byte] = chr(extra)
            extra += 1
    return letters


def learn_merges(letters):
    """Byte pairs of the text by falling frequency; ties go to the alphabetically first pair."""
    words = [[letters[b] for b in (" " + w).encode()] for w in TEXT.split()]
    merges = []
    while len(merges) < MERGES:
        counts = {}
        for word in words:
            for pair in zip(word, word[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        for word in words:
            place = 0
            while place + 1 < len(word):
                if (word[place], word[place + 1]) == best:
                    word[place:place + 2] = [best[0] + best[1]]
                place += 1
    return merges


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, payload):
    return text(key) + struct.pack("<I", kind) + payload


def u32(key, value):
    return entry(key, 4, struct.pack("<I", value))


def f32(key, value):
    return entry(key, 6, struct.pack("<f", value))


def string(key, value):
    return entry(key, 8, text(value))


def array(key, kind, payloads):
    return entry(key, 9, struct.pack("<IQ", kind, len(payloads)) + b"".join(payloads))


def half(value):
    return struct.pack("<e", value)


def q8_0(numbers):
    out = b""
    for start in range(0, len(numbers), 32):
        block = numbers[start:start + 32]
        scale = max(abs(n) for n in block) / 127 or 1.0
        scale = struct.unpack("<e", half(scale))[0] or 1.0
        out += half(scale) + bytes(max(-127, min(127, round(n / scale))) & 255 for n in block)
    return out


def q4_1(numbers):
    out = b""
    for start in range(0, len(numbers), 32):
        block = numbers[start:start + 32]
        low = struct.unpack("<e", half(min(block)))[0]
        scale = struct.unpack("<e", half((max(block) - low) / 15))[0] or 1.0
        nibbles = [max(0, min(15, round((n - low) / scale))) for n in block]
        out += half(scale) + half(low) + bytes(nibbles[i] | nibbles[i + 16] << 4 for i in range(16))
    return out



CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + "
    "'\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + "
    "message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}"
    "{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
)
ZEPHYR = (
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + "
    "eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n"
    "{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n"
    "{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
)
# Each template with the special tokens that go with it, begin and end token first.
CHATML_TOKENS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>"]
LLAMA3_TOKENS = ["<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"]
ZEPHYR_TOKENS = ["<s>", "</s>", "<|user|>", "<|system|>", "<|assistant|>"]

F32, F16, Q4_0, Q4_1, Q8_0, Q4_K, Q6_K, BF16 = 0, 1, 2, 3, 8, 12, 14, 30


def random_row(source, kind, count):
    """The bytes of a row of weights, spread so that a sum of `count` products stays near 1."""
    spread = 1.7 / count ** 0.5

    def scale(divisor):
        return half(spread / divisor * source.uniform(0.6, 1.4))

    numbers = [source.uniform(-spread, spread) for _ in range(count)] if kind in (F32, F16, BF16) else []
    if kind == F32:
        return struct.pack("<%df" % count, *numbers)
    if kind == F16:
        return struct.pack("<%de" % count, *numbers)
    if kind == BF16:
        return b"".join(struct.pack("<f", n)[2:] for n in numbers)
    block = {
        Q8_0: lambda: scale(128) + source.randbytes(32),
        Q4_0: lambda: scale(8) + source.randbytes(16),
        Q4_1: lambda: scale(7.5) + half(-spread * source.uniform(0.6, 1.4)) + source.randbytes(16),
        Q4_K: lambda: scale(472) + scale(63) + source.randbytes(12 + 128),
        Q6_K: lambda: source.randbytes(128 + 64 + 16) + scale(1500),
    }[kind]
    return b"".join(block() for _ in range(count // (256 if kind in (Q4_K, Q6_K) else 32)))


def variant(seed, kind, width, heads, key_value_heads, tied, pre, template, special, base=10000.0, head_width=None,
            rope=None, embedding=None, down=None, hidden=None, blocks=2, words=None, factors=None):
    """A model of few blocks; `kind` is the type of its matrices, save where another is given."""
    source = random.Random(seed)
    letters = byte_alphabet()
    merges = learn_merges(letters) if words is None else [("a", "b")]
    tokens = special + (words or [letters[b] for b in range(256)]) + [left + right for left, right in merges]
    head_width = head_width or width // heads
    hidden = hidden or (256 if width % 256 == 0 else 96)
    tensors = []

    def add(name, rows, columns, kind):
        tensors.append((name, [columns, rows], kind, b"".join(random_row(source, kind, columns) for _ in range(rows))))

    def norm(name):
        numbers = [source.uniform(0.5, 1.5) for _ in range(width)]
        tensors.append((name, [width], F32, struct.pack("<%df" % width, *numbers)))

    add("token_embd.weight", len(tokens), width, kind if embedding is None else embedding)
    norm("output_norm.weight")
    if factors:
        tensors.append(("rope_freqs.weight", [len(factors)], F32, struct.pack("<%df" % len(factors), *factors)))
    if not tied:
        add("output.weight", len(tokens), width, kind)
    for layer in range(blocks):
        block = "blk.%d." % layer
        norm(block + "attn_norm.weight")
        add(block + "attn_q.weight", heads * head_width, width, kind)
        add(block + "attn_k.weight", key_value_heads * head_width, width, kind)
        add(block + "attn_v.weight", key_value_heads * head_width, width, kind)
        add(block + "attn_output.weight", width, heads * head_width, kind)
        norm(block + "ffn_norm.weight")
        add(block + "ffn_gate.weight", hidden, width, kind)
        add(block + "ffn_up.weight", hidden, width, kind)
        add(block + "ffn_down.weight", width, hidden, kind if down is None else down)
    kinds = [3] * len(special) + [1] * (len(tokens) - len(special))
    values = [
        string("general.architecture", "llama"), string("general.name", "localnet fixture"),
        u32("llama.block_count", blocks), u32("llama.embedding_length", width),
        u32("llama.attention.head_count", heads), u32("llama.attention.head_count_kv", key_value_heads),
        u32("llama.attention.key_length", head_width), u32("llama.attention.value_length", head_width),
        u32("llama.feed_forward_length", hidden), u32("llama.context_length", 256),
        u32("llama.rope.dimension_count", rope or head_width), f32("llama.rope.freq_base", base),
        f32("llama.attention.layer_norm_rms_epsilon", 1e-5),
        string("tokenizer.ggml.model", "gpt2"), string("tokenizer.ggml.pre", pre),
        array("tokenizer.ggml.tokens", 8, [text(t) for t in tokens]),
        array("tokenizer.ggml.token_type", 5, [struct.pack("<i", k) for k in kinds]),
        array("tokenizer.ggml.merges", 8, [text(left + " " + right) for left, right in merges]),
        u32("tokenizer.ggml.bos_token_id", 0), u32("tokenizer.ggml.eos_token_id", 1),
        string("tokenizer.chat_template", template),
    ]
    return gguf(values, tensors)


def variants():
    """Name and contents of each."""
    chatml, llama3, zephyr = (CHATML, CHATML_TOKENS), (LLAMA3, LLAMA3_TOKENS), (ZEPHYR, ZEPHYR_TOKENS)
    yield "F32", variant(1, F32, 64, 4, 4, False, "gpt-2", *zephyr)
    yield "F16", variant(2, F16, 64, 4, 2, True, "llama-bpe", *llama3, base=500000.0)
    yield "BF16", variant(3, BF16, 96, 6, 1, False, "qwen2", *chatml)
    yield "Q8_0", variant(4, Q8_0, 64, 4, 2, True, "smollm", *chatml)
    yield "Q4_0", variant(5, Q4_0, 64, 4, 2, False, "gpt-2", *zephyr, head_width=32, rope=16)
    yield "Q4_1", variant(6, Q4_1, 128, 2, 1, True, "qwen2", *chatml, base=1000000.0)
    yield "Q4_K", variant(7, Q4_K, 256, 4, 1, False, "llama-bpe", *llama3)
    yield "Q6_K", variant(8, Q6_K, 256, 8, 8, True, "smollm", *chatml)
    yield "mixed", variant(9, Q4_K, 256, 4, 2, True, "llama-bpe", *llama3, embedding=Q6_K, down=Q6_K, hidden=512,
                           factors=[1.0] * 16 + [1 + n / 4 for n in range(16)])


def seeds():
    """Name and contents of files with one block and a dozen tokens."""
    small = {"blocks": 1, "words": ["a", "b", "1"], "hidden": 32}
    yield "smollm", variant(1, Q4_1, 32, 2, 1, True, "smollm", TEMPLATE, CHATML_TOKENS, **small)
    yield "gpt2", variant(2, Q4_0, 32, 2, 2, True, "gpt-2", ZEPHYR, ZEPHYR_TOKENS, **small)
    yield "llama", variant(3, Q8_0, 32, 4, 2, False, "llama-bpe", LLAMA3, LLAMA3_TOKENS, **small)
    yield "qwen2", variant(4, BF16, 32, 1, 1, True, "qwen2", CHATML, CHATML_TOKENS, **small)


def gguf(values, tensors):
    """A whole file of metadata entries and tensors (name, shape, type, bytes)."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values)) + b"".join(values)
    body = b""
    for name, shape, kind, data in tensors:
        body += b"\0" * (-len(body) % 32)
        head += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in shape)
        head += struct.pack("<IQ", kind, len(body))
        body += data
    return head + b"\0" * (-len(head) % 32) + body


def tiny():
    """The model that the repository keeps."""
    source = random.Random(SEED)
    letters = byte_alphabet()
    merges = learn_merges(letters)
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [letters[b] for b in range(256)]
    for left, right in merges:
        tokens.append(left + right)
    tokens += ["<|pad_%d|>" % n for n in range(-len(tokens) % 32)]
    kinds = [3 if t.startswith("<|") and t.endswith("|>") else 1 for t in tokens]

    head_width = WIDTH // HEADS
    key_value_width = KEY_VALUE_HEADS * head_width
    tensors = []

    def add(name, rows, columns, kind):
        count = rows * columns
        if kind == 0:
            data = b"".join(struct.pack("<f", 1.0) for _ in range(count))
        else:
            spread = 1.7 / columns ** 0.5
            numbers = [(source.random() * 2 - 1) * spread for _ in range(count)]
            data = q8_0(numbers) if kind == 8 else q4_1(numbers)
        shape = [columns, rows] if rows > 1 else [columns]
        tensors.append((name, shape, kind, data))

    add("token_embd.weight", len(tokens), WIDTH, 8)
    add("output_norm.weight", 1, WIDTH, 0)
    for layer in range(LAYERS):
        for part, rows, columns, kind in [
            ("attn_norm", 1, WIDTH, 0), ("attn_q", WIDTH, WIDTH, 3), ("attn_k", key_value_width, WIDTH, 3),
            ("attn_v", key_value_width, WIDTH, 3), ("attn_output", WIDTH, WIDTH, 3), ("ffn_norm", 1, WIDTH, 0),
            ("ffn_gate", HIDDEN, WIDTH, 3), ("ffn_up", HIDDEN, WIDTH, 3), ("ffn_down", WIDTH, HIDDEN, 3),
        ]:
            add("blk.%d.%s.weight" % (layer, part), rows, columns, kind)

    values = [
        string("general.architecture", "llama"), string("general.name", "localnet tiny fixture"),
        u32("llama.block_count", LAYERS), u32("llama.embedding_length", WIDTH),
        u32("llama.attention.head_count", HEADS), u32("llama.attention.head_count_kv", KEY_VALUE_HEADS),
        u32("llama.feed_forward_length", HIDDEN), u32("llama.context_length", CONTEXT),
        u32("llama.rope.dimension_count", head_width), f32("llama.rope.freq_base", 10000.0),
        f32("llama.attention.layer_norm_rms_epsilon", 1e-5),
        string("tokenizer.ggml.model", "gpt2"), string("tokenizer.ggml.pre", "smollm"),
        array("tokenizer.ggml.tokens", 8, [text(t) for t in tokens]),
        array("tokenizer.ggml.token_type", 5, [struct.pack("<i", k) for k in kinds]),
        array("tokenizer.ggml.merges", 8, [text(left + " " + right) for left, right in merges]),
        u32("tokenizer.ggml.bos_token_id", 1), u32("tokenizer.ggml.eos_token_id", 2),
        string("tokenizer.chat_template", TEMPLATE),
    ]
    return gguf(values, tensors)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    print("%s: %d bytes" % (path, len(data)))


def main():
    kinds = {"--variants": variants, "--seeds": seeds}
    if len(sys.argv) == 3 and sys.argv[1] in kinds:
        for name, data in kinds[sys.argv[1]]():
            write(os.path.join(sys.argv[2], name + ".gguf"), data)
    elif len(sys.argv) <= 2 and sys.argv[-1] not in kinds:
        write(sys.argv[1] if len(sys.argv) > 1 else "fixtures/models/tiny.gguf", tiny())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
