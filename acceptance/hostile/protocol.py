"""Just enough of Exacta's protocol to lie in it: keys, hashes, protobuf, transactions, orders. Standard library only.

Written from docs/spec, not from the program, so it is also a second opinion on the encoding."""

import hashlib
import hmac
import secrets
import struct
import unicodedata

# secp256k1
P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def _add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _times(k, point):
    out = None
    while k:
        if k & 1:
            out = _add(out, point)
        point = _add(point, point)
        k >>= 1
    return out


class Key:
    def __init__(self, secret=None):
        self.secret = secret or secrets.randbelow(N - 1) + 1
        x, y = _times(self.secret, G)
        self.public = bytes([2 + (y & 1)]) + x.to_bytes(32, "big")
        self.raw_address = ripemd160(hashlib.sha256(self.public).digest())
        self.address = bech32("gonka", self.raw_address)

    @staticmethod
    def of_mnemonic(words, coin=118):
        """The first account of a wallet: BIP-39, BIP-32, path m/44'/coin'/0'/0/0."""
        words = unicodedata.normalize("NFKD", words)
        seed = hashlib.pbkdf2_hmac("sha512", words.encode(), b"mnemonic", 2048)
        node = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
        for index in (44 | 1 << 31, coin | 1 << 31, 1 << 31, 0, 0):
            parent = int.from_bytes(node[:32], "big")
            data = b"\0" + node[:32] if index >> 31 else Key(parent).public
            step = hmac.new(node[32:], data + index.to_bytes(4, "big"), hashlib.sha512).digest()
            node = ((int.from_bytes(step[:32], "big") + parent) % N).to_bytes(32, "big") + step[32:]
        return Key(int.from_bytes(node[:32], "big"))

    def sign(self, digest):
        k = secrets.randbelow(N - 1) + 1
        r = _times(k, G)[0] % N
        s = pow(k, -1, N) * (int.from_bytes(digest, "big") + r * self.secret) % N
        return r.to_bytes(32, "big") + min(s, N - s).to_bytes(32, "big")


def ripemd160(data):
    """OpenSSL 3 often comes without it."""
    left = [list(range(16)),
            [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8], [3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12],
            [1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2], [4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13]]
    right = [[5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12], [6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2],
             [15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13], [8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14],
             [12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11]]
    left_turns = [[11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8], [7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12],
                  [11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5], [11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12],
                  [9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6]]
    right_turns = [[8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6], [9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11],
                   [9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5], [15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8],
                   [8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11]]
    left_add = [0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E]
    right_add = [0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0]
    mix = [lambda x, y, z: x ^ y ^ z, lambda x, y, z: x & y | ~x & z, lambda x, y, z: (x | ~y) ^ z,
           lambda x, y, z: x & z | y & ~z, lambda x, y, z: x ^ (y | ~z)]
    mask = 0xFFFFFFFF

    def turn(x, n):
        x &= mask
        return (x << n | x >> 32 - n) & mask

    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    data = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", 8 * len(data))
    for at in range(0, len(data), 64):
        words = struct.unpack("<16I", data[at:at + 64])
        lines = []
        for order, turns, constants, functions in ((left, left_turns, left_add, mix), (right, right_turns, right_add, mix[::-1])):
            a, b, c, d, e = state
            for j in range(5):
                for i in range(16):
                    t = turn(a + functions[j](b, c, d) + words[order[j][i]] + constants[j], turns[j][i]) + e
                    a, e, d, c, b = e, d, turn(c, 10), b, t & mask
            lines.append((a, b, c, d, e))
        (a, b, c, d, e), (f, g, h, i, j) = lines
        state = [(state[1] + c + i) & mask, (state[2] + d + j) & mask, (state[3] + e + f) & mask,
                 (state[4] + a + g) & mask, (state[0] + b + h) & mask]
    return struct.pack("<5I", *state)


LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _polymod(values):
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check


def bech32(prefix, data):
    number = int.from_bytes(data, "big") << (-8 * len(data)) % 5
    count = (8 * len(data) + 4) // 5
    values = [number >> 5 * (count - 1 - i) & 31 for i in range(count)]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod(head + values + [0] * 6) ^ 1
    return prefix + "1" + "".join(LETTERS[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


def unbech32(text):
    values = [LETTERS.index(c) for c in text.rpartition("1")[2]][:-6]
    number = 0
    for value in values:
        number = number << 5 | value
    bits = 5 * len(values)
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def H(tag, *fields):
    """The tagged hash. Bytes as they are, integers in eight bytes, texts in UTF-8, lists as tokens of four bytes."""
    data = bytes([len(tag)]) + tag.encode()
    for field in fields:
        if isinstance(field, int):
            field = struct.pack("<Q", field)
        elif isinstance(field, str):
            field = field.encode()
        elif isinstance(field, list):
            field = struct.pack(f"<{len(field)}I", *field)
        data += struct.pack("<I", len(field)) + field
    return hashlib.sha256(data).digest()


# Protobuf: canonical, that is in the order of the fields and without default values.
def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


class Float(float):
    pass


def message(**fields):
    """message(f1=7, f2="x", f3=[b"a", b"b"], f4=Packed([1, 2]))."""
    out = b""
    for name, value in sorted(fields.items(), key=lambda item: int(item[0][1:])):
        number = int(name[1:])
        for item in value if isinstance(value, list) else [value]:
            out += _field(number, item, isinstance(value, list))
    return out


class Packed(tuple):
    pass


def _field(number, value, repeated):
    if isinstance(value, Packed):
        value = b"".join(varint(n) for n in value)
    if isinstance(value, Float):
        bits = struct.pack("<f", value)
        return varint(number << 3 | 5) + bits if bits != bytes(4) else b""
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    if isinstance(value, str):
        value = value.encode()
    if not value and not repeated:
        return b""
    return varint(number << 3 | 2) + varint(len(value)) + value


def sub(data):
    """A message inside another stays there even if it is empty."""
    return [data]


def parse(data):
    """Fields by number, each a list of integers or bytes."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = number()
        kind = tag & 7
        if kind == 0:
            value = number()
        else:
            size = {1: 8, 5: 4}.get(kind) or number()
            value, at = data[at:at + size], at + size
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def any_of(name, body):
    return message(f1="/" + name, f2=body)


def transaction(key, messages, chain, account, sequence, **changes):
    """A signed TxRaw; changes falsify what is signed or shown: `signature`, `mode`, `shown_sequence`, `extra`."""
    body = message(f1=list(messages)) + changes.get("extra", b"")
    mode = sub(message(f1=sub(message(f1=changes.get("mode", 1)))))
    signer = message(f1=any_of("cosmos.crypto.secp256k1.PubKey", message(f1=key.public)), f2=mode,
                     f3=changes.get("shown_sequence", sequence))
    auth = message(f1=[signer], f2=sub(b""))
    sign_doc = message(f1=body, f2=auth, f3=chain, f4=account)
    signature = changes.get("signature") or key.sign(hashlib.sha256(sign_doc).digest())
    return message(f1=body, f2=auth, f3=[signature])


def signed(tag, body, key, signature=None):
    return message(f1=body, f2=signature or key.sign(H(tag, body)), f3=key.public)


def float_bits(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


class Request:
    """An InferenceRequest, with its hash."""

    def __init__(self, model, prompt, max_tokens=4, temperature=0.0, top_k=0, top_p=1.0, stop=(), seed=bytes(32)):
        self.model, self.prompt, self.max_tokens, self.seed = model, prompt, max_tokens, seed
        parameters = message(f1=max_tokens, f2=Float(temperature), f3=top_k, f4=Float(top_p), f5=list(stop))
        self.body = message(f1=model, f2=Packed(prompt), f3=sub(parameters), f4=seed)
        self.hash = H("request", model, prompt, max_tokens, float_bits(temperature), top_k, float_bits(top_p), len(stop), *stop, seed)


def order_body(chain, session, host, number, request, prices, acknowledged=0, opened=(), had=(), **changes):
    values = dict(f1=chain, f2=session, f3=host, f4=number, f5=acknowledged, f6=Packed(opened), f7=request.model, f8=request.hash,
                  f9=len(request.prompt) + len(had), f10=request.max_tokens - len(had), f11=prices[0], f12=prices[1], f13=len(had),
                  f14=H("had", list(had)))
    values.update(changes)
    return message(**values)


def submission(order, request_body, had=()):
    return message(f1=order, f2=sub(request_body), f3=Packed(had))


def frames(data):
    """StreamFrames, each behind its length; what is cut short is left out."""
    at, out = 0, []
    while at < len(data):
        size = shift = 0
        while at < len(data):
            byte = data[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        if at + size > len(data):
            break
        out.append(parse(data[at:at + size]))
        at += size
    return out
