"""Seeded test texts: prose, code, numbers, white space, many scripts, emoji, anything."""

import random

PROSE = (
    "The river had risen in the night, and by morning it stood within a foot of the bridge. "
    "\"We can't wait any longer,\" she'd said; they'll have to cross it now, won't they? "
    "In 1987 the council voted 12-3 against; it's been argued over ever since. "
    "Light travels at 299,792,458 m/s, which isn't a number I've ever needed at 3:45 a.m. "
    "I'm sure you're right, but he'd've gone anyway -- that's what they're like. "
)
CODE = (
    "def f(x: int) -> str:\n    # a comment\n\tif x != 0 and x <= 10:\n        return f\"{x:>8}\"\n"
    "\n\nfor (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }\r\n<div class=\"row\">&nbsp;</div>\n"
    "SELECT * FROM t WHERE id='42';\n{\"key\": [1, 2.5e-3, null], \"k2\": {}}\nx ||= y && !z\n"
)
SCRIPTS = [
    "Straße, Ärger, naïve café, Œuvre, ſtart, ½ ¼ Ⅷ ² ₃",
    "Привет, мир! Съешь же ещё этих мягких французских булок",
    "Καλημέρα κόσμε ΣΊΣΥΦΟΣ",
    "你好，世界。今天天气很好！１２３",
    "こんにちは世界、カタカナとひらがな",
    "안녕하세요 세계",
    "مرحبا بالعالم ١٢٣٤",
    "שלום עולם",
    "नमस्ते दुनिया १२३",
    "สวัสดีชาวโลก",
    "e\u0301 a\u0308 n\u0303 \u200b\u200d\ufeff",
    "😀 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️ 🏴‍☠️",
    "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋ ≤ ∞ → √2 ± 1",
    "“quotes” ‘single’ — dash … ellipsis «guillemets»",
]
SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n ", "\u00a0", "\u2003", "\u3000", "\x0b", "\x85"]
SPECIALS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_", "start|>", "<repo_name>"]


def one(rng, specials):
    kind = rng.randrange(8)
    if kind == 0:
        return cut(rng, PROSE)
    if kind == 1:
        return cut(rng, CODE)
    if kind == 2:
        return " ".join(rng.choice(SCRIPTS) for _ in range(rng.randint(1, 4)))
    if kind == 3:
        return "".join(
            rng.choice(["", " ", "-", ",", "."]) + str(rng.randrange(10 ** rng.randint(1, 12)))
            for _ in range(rng.randint(1, 12))
        )
    if kind == 4:
        return "".join(
            rng.choice(SPACES) if rng.random() < 0.5 else rng.choice("abcXYZ'!?19éß中😀")
            for _ in range(rng.randint(1, 60))
        )
    if kind == 5:
        return "".join(any_character(rng) for _ in range(rng.randint(1, 40)))
    if kind == 6:
        return cut(rng, PROSE) + rng.choice(specials) + cut(rng, CODE)
    return rng.choice("a=-#* \n.e") * rng.randint(1, 200) + cut(rng, PROSE)


def cut(rng, text):
    start = rng.randrange(len(text))
    return text[start : start + rng.randint(1, 200)]


def any_character(rng):
    while True:
        limit = rng.choice([0x80, 0x250, 0x3000, 0x10000, 0x20000])
        code = rng.randrange(1, limit)
        if not 0xD800 <= code < 0xE000:
            return chr(code)


def texts(count, seed=1, specials=SPECIALS):
    rng = random.Random(seed)
    return ["", " ", "\n", "'", "'s", "' s"] + [one(rng, specials) for _ in range(count - 6)]
