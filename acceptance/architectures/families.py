"""Tiny random models of every architecture: shapes, metadata, and weights as a function of a seed."""

import dataclasses

import numpy

WIDTH = 256
LAYERS = 3
BYTES = 256
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>"]
CONTEXT = 256


@dataclasses.dataclass(frozen=True)
class Family:
    """One kind of model. `metadata` is what differs from a plain model of the architecture."""

    name: str
    architecture: str
    heads: int = 8
    key_heads: int = 2
    head_size: int = 32
    inner: int = 512
    layers: int = LAYERS
    pairs: str = "adjacent"
    biases: tuple = ()
    head_norms: bool = False
    post_norms: bool = False
    experts: int = 0
    used: int = 0
    gelu: bool = False
    scaled_embedding: bool = False
    window: int = 0
    base: float = 10_000.0
    scaling: tuple = ("none",)
    factors: bool = False
    tied: bool = False


ATTENTION = ("attn_q", "attn_k", "attn_v")
ALL = ATTENTION + ("attn_output", "ffn_gate", "ffn_up", "ffn_down")

FAMILIES = [
    Family("llama", "llama"),
    Family("llama tied", "llama", tied=True, base=500_000.0),
    Family("llama with factors", "llama", factors=True, base=500_000.0),
    Family("llama linear", "llama", scaling=("linear", 4.0)),
    Family("llama yarn", "llama", scaling=("yarn", 8.0, 32)),
    Family("llama with biases", "llama", biases=ALL),
    Family("llama with experts", "llama", experts=6, used=2, inner=256),
    Family("qwen2", "qwen2", pairs="halves", biases=ATTENTION, base=1_000_000.0),
    Family("qwen2 yarn", "qwen2", pairs="halves", biases=ATTENTION, scaling=("yarn", 4.0, 64), tied=True),
    Family("qwen3", "qwen3", pairs="halves", head_norms=True, head_size=64, base=1_000_000.0),
    Family("qwen3 tied", "qwen3", pairs="halves", head_norms=True, key_heads=8, tied=True),
    Family("qwen3moe", "qwen3moe", pairs="halves", head_norms=True, head_size=64, experts=8, used=3, inner=256),
    Family(
        "gemma3", "gemma3", pairs="halves", head_norms=True, post_norms=True, gelu=True, scaled_embedding=True,
        window=24, layers=6, heads=4, key_heads=1, head_size=64, base=1_000_000.0, scaling=("linear", 8.0), tied=True,
    ),
    Family(
        "gemma3 wide heads", "gemma3", pairs="halves", head_norms=True, post_norms=True, gelu=True,
        scaled_embedding=True, window=200, layers=6, heads=2, key_heads=2, head_size=256, base=1_000_000.0, tied=True,
    ),
]


def vocabulary():
    names = list(SPECIAL)
    unprintable = 0
    for byte in range(BYTES):
        if 0x20 < byte < 0x7F or 0xA0 < byte and byte != 0xAD:
            names.append(chr(byte))
        else:
            names.append(chr(256 + unprintable))
            unprintable += 1
    return names + ["he", "the", "in", "an", "and"], ["h e", "t he", "i n", "a n", "an d"]


def rope_factors(family):
    """As Llama 3.1's converter makes them, for a short original context."""
    factor, low, high, context = 8.0, 1.0, 4.0, 64
    frequencies = family.base ** -(numpy.arange(0, family.head_size, 2) / family.head_size)
    factors = []
    for frequency in frequencies:
        length = 2 * numpy.pi / frequency
        if length < context / high:
            factors.append(1.0)
        elif length > context / low:
            factors.append(factor)
        else:
            smooth = (context / length - low) / (high - low)
            factors.append(1 / ((1 - smooth) / factor + smooth))
    return numpy.array(factors, numpy.float32)


def weights(family, seed):
    """Names to arrays (rows, columns), as float32; vectors have one dimension."""
    random = numpy.random.default_rng([seed, FAMILIES.index(family)])
    tokens = len(vocabulary()[0])
    queries = family.heads * family.head_size
    keys = family.key_heads * family.head_size
    tensors = {}
    directions = numpy.linalg.qr(random.standard_normal((WIDTH, max(1, family.experts))))[0].T

    def matrix(name, *shape, gain=1.0):
        values = random.standard_normal(shape) * gain / numpy.sqrt(shape[-1])
        if family.experts and shape[-2] == WIDTH:
            values -= directions.T @ (directions @ values)  # what routers look at stays as it is
        tensors[name + ".weight"] = values.astype(numpy.float32)
        if name.rpartition(".")[2] in family.biases:
            tensors[name + ".bias"] = (random.standard_normal(shape[0]) * 0.2).astype(numpy.float32)

    def norm(name, size, low=0.5, high=1.5):
        tensors[name + ".weight"] = random.uniform(low, high, size).astype(numpy.float32)

    def router(name, gains):
        """Each layer looks at the same directions in another order, and past the norm's gains."""
        order = random.permutation(family.experts)
        tensors[name + ".weight"] = (directions[order] / gains / 2).astype(numpy.float32)

    matrix("token_embd", tokens, WIDTH, gain=1.0 if family.scaled_embedding else 8.0)
    if family.experts:
        # Which experts a position takes is a jump: where two are nearly equal, any rounding decides. So
        # each token ranks the experts clearly.
        ranks = numpy.stack([random.permutation(family.experts) for _ in range(tokens)])
        embedding = tensors["token_embd.weight"]
        embedding -= (embedding @ directions.T) @ directions
        embedding += (ranks - (family.experts - 1) / 2) @ directions * 10
    if family.factors:
        tensors["rope_freqs.weight"] = rope_factors(family)
    for layer in range(family.layers):
        at = f"blk.{layer}."
        norm(at + "attn_norm", WIDTH)
        matrix(at + "attn_q", queries, WIDTH, gain=1.2)
        matrix(at + "attn_k", keys, WIDTH, gain=1.2)
        matrix(at + "attn_v", keys, WIDTH)
        matrix(at + "attn_output", WIDTH, queries)
        if family.head_norms:
            norm(at + "attn_q_norm", family.head_size)
            norm(at + "attn_k_norm", family.head_size)
        if family.post_norms:
            norm(at + "post_attention_norm", WIDTH)
            norm(at + "post_ffw_norm", WIDTH)
        norm(at + "ffn_norm", WIDTH)
        if family.experts:
            router(at + "ffn_gate_inp", tensors[at + "ffn_norm.weight"])
            matrix(at + "ffn_gate_exps", family.experts, family.inner, WIDTH, gain=1.5)
            matrix(at + "ffn_up_exps", family.experts, family.inner, WIDTH, gain=1.5)
            matrix(at + "ffn_down_exps", family.experts, WIDTH, family.inner)
        else:
            matrix(at + "ffn_gate", family.inner, WIDTH, gain=1.5)
            matrix(at + "ffn_up", family.inner, WIDTH, gain=1.5)
            matrix(at + "ffn_down", WIDTH, family.inner)
    norm("output_norm", WIDTH)
    if not family.tied:
        matrix("output", tokens, WIDTH, gain=2.0)
    return tensors


def prompt(seed, length):
    return numpy.random.default_rng([seed, 1 << 20]).integers(4, 4 + BYTES, length).tolist()
