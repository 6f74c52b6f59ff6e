"""The forward pass in 64 bits, straight from the definitions of the architectures: what both engines approximate."""

import numpy

import families


def norm(x, gain, epsilon=1e-6):
    return x / numpy.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * gain


def frequencies(family, local):
    """Angles per position of each pair, and how much longer rotated heads get."""
    base = 10_000.0 if local else family.base
    plain = base ** -(numpy.arange(0, family.head_size, 2) / family.head_size)
    if local or family.scaling[0] == "none":
        return plain / (families.rope_factors(family) if family.factors else 1), 1.0
    factor = family.scaling[1]
    if family.scaling[0] == "linear":
        return plain / factor, 1.0
    size, context = family.head_size, family.scaling[2]

    def pair(rotations):
        return size * numpy.log(context / (rotations * 2 * numpy.pi)) / (2 * numpy.log(base))

    low, high = max(0, numpy.floor(pair(32))), min(size - 1, numpy.ceil(pair(1)))
    ramp = numpy.clip((numpy.arange(size // 2) - low) / max(0.001, high - low), 0, 1)
    return plain * ((1 - ramp) + ramp / factor), 1 + 0.1 * numpy.log(factor)


def rotate(x, family, local):
    """x is (positions, heads, size)."""
    turns, longer = frequencies(family, local)
    angles = numpy.arange(x.shape[0])[:, None] * turns
    cosine, sine = (f(angles)[:, None, :] * longer for f in (numpy.cos, numpy.sin))
    y = numpy.empty_like(x)
    if family.pairs == "adjacent":
        first, second = x[..., 0::2], x[..., 1::2]
        y[..., 0::2], y[..., 1::2] = first * cosine - second * sine, first * sine + second * cosine
    else:
        half = family.head_size // 2
        first, second = x[..., :half], x[..., half:]
        y[..., :half], y[..., half:] = first * cosine - second * sine, first * sine + second * cosine
    return y


def softmax(x):
    p = numpy.exp(x - x.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def activation(family, x):
    if family.gelu:
        return 0.5 * x * (1 + numpy.tanh(numpy.sqrt(2 / numpy.pi) * x * (1 + 0.044715 * x * x)))
    return x / (1 + numpy.exp(-x))


def attend(family, local, query, key, value):
    positions = query.shape[0]
    distance = numpy.arange(positions)[:, None] - numpy.arange(positions)
    visible = (distance >= 0) & (distance < family.window if local else True)
    out = numpy.empty_like(query)
    for head in range(family.heads):
        group = head // (family.heads // family.key_heads)
        scores = query[:, head] @ key[:, group].T / numpy.sqrt(family.head_size)
        out[:, head] = softmax(numpy.where(visible, scores, -numpy.inf)) @ value[:, group]
    return out.reshape(positions, -1)


def logits(family, tensors, tokens):
    """(positions, vocabulary)"""
    w = {name: values.astype(numpy.float64) for name, values in tensors.items()}

    def product(x, name):
        return x @ w[name + ".weight"].T + w.get(name + ".bias", 0)

    def gated(x, gate, up, down):
        return activation(family, x @ gate.T) * (x @ up.T) @ down.T

    x = w["token_embd.weight"][tokens] * (numpy.sqrt(families.WIDTH) if family.scaled_embedding else 1)
    for layer in range(family.layers):
        at = f"blk.{layer}."
        local = family.window > 0 and layer % 6 < 5
        a = norm(x, w[at + "attn_norm.weight"])
        query = product(a, at + "attn_q").reshape(len(tokens), family.heads, family.head_size)
        key = product(a, at + "attn_k").reshape(len(tokens), family.key_heads, family.head_size)
        value = product(a, at + "attn_v").reshape(key.shape)
        if family.head_norms:
            query = norm(query, w[at + "attn_q_norm.weight"])
            key = norm(key, w[at + "attn_k_norm.weight"])
        query, key = rotate(query, family, local), rotate(key, family, local)
        update = product(attend(family, local, query, key, value), at + "attn_output")
        x = x + (norm(update, w[at + "post_attention_norm.weight"]) if family.post_norms else update)
        b = norm(x, w[at + "ffn_norm.weight"])
        if family.experts:
            update = numpy.zeros_like(x)
            for position, share in enumerate(softmax(product(b, at + "ffn_gate_inp"))):
                chosen = numpy.argsort(-share, kind="stable")[: family.used]
                for expert in chosen:
                    said = gated(
                        b[position],
                        *(w[f"{at}ffn_{part}_exps.weight"][expert] for part in ("gate", "up", "down")),
                    )
                    update[position] += share[expert] / share[chosen].sum() * said
        else:
            inner = activation(family, product(b, at + "ffn_gate")) * product(b, at + "ffn_up")
            update = product(inner, at + "ffn_down")
        x = x + (norm(update, w[at + "post_ffw_norm.weight"]) if family.post_norms else update)
    state = norm(x, w["output_norm.weight"])
    return state @ w["token_embd.weight" if family.tied else "output.weight"].T
