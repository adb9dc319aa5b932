#!/usr/bin/env python3
"""Writes fixtures/models/tiny.gguf: a Llama model of random weights, small enough to keep in the repository.

It has the architecture, tensor types, tokenizer and chat template of the default model, and no sense in its answers.
The same seed gives the same bytes; only the standard library is needed.

    python3 scripts/make-fixture-model.py [OUTPUT]
"""
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


def main():
    output = sys.argv[1] if len(sys.argv) > 1 else "fixtures/models/tiny.gguf"
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
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values)) + b"".join(values)
    body = b""
    for name, shape, kind, data in tensors:
        body += b"\0" * (-len(body) % 32)
        head += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in shape)
        head += struct.pack("<IQ", kind, len(body))
        body += data
    head += b"\0" * (-len(head) % 32)
    with open(output, "wb") as file:
        file.write(head + body)
    print("%s: %d bytes, %d tokens, %d tensors" % (output, len(head + body), len(tokens), len(tensors)))


if __name__ == "__main__":
    main()
