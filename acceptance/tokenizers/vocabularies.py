"""Reads and rewrites the metadata of GGUF files that hold a vocabulary only."""

import struct

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
TEXT, ARRAY, INT32, BOOL, UINT32 = 8, 9, 5, 7, 4


class Metadata:
    """The entries of a file: key, type and the value's bytes, in order."""

    def __init__(self, path):
        self.data = path.read_bytes()
        self.entries = {}
        at = 24
        (count,) = struct.unpack_from("<Q", self.data, 16)
        for _ in range(count):
            key, at = self.text(at)
            (kind,) = struct.unpack_from("<I", self.data, at)
            end = self.end(kind, at + 4)
            self.entries[key.decode()] = (kind, self.data[at + 4 : end])
            at = end

    def text(self, at):
        (size,) = struct.unpack_from("<Q", self.data, at)
        return self.data[at + 8 : at + 8 + size], at + 8 + size

    def end(self, kind, at):
        if kind == TEXT:
            return self.text(at)[1]
        if kind == ARRAY:
            item, count = struct.unpack_from("<IQ", self.data, at)
            at += 12
            if item != TEXT:
                return at + count * SIZES[item]
            for _ in range(count):
                at = self.text(at)[1]
            return at
        return at + SIZES[kind]

    def get_text(self, key):
        kind, value = self.entries.get(key, (TEXT, bytes(8)))
        return value[8:].decode()

    def texts(self, key):
        value = self.entries[key][1]
        found, at = [], 12
        for _ in range(struct.unpack_from("<Q", value, 4)[0]):
            (size,) = struct.unpack_from("<Q", value, at)
            found.append(value[at + 8 : at + 8 + size].decode())
            at += 8 + size
        return found

    def integers(self, key):
        value = self.entries[key][1]
        return list(struct.unpack_from(f"<{struct.unpack_from('<Q', value, 4)[0]}i", value, 12))

    def set_text(self, key, text):
        data = text.encode()
        self.entries[key] = (TEXT, struct.pack("<Q", len(data)) + data)

    def set_flag(self, key, value):
        self.entries[key] = (BOOL, bytes([value]))

    def set_integer(self, key, value):
        self.entries[key] = (UINT32, struct.pack("<I", value))

    def write(self, path):
        """With one small tensor, since the engine takes no file without weights."""
        out = [b"GGUF", struct.pack("<IQQ", 3, 1, len(self.entries))]
        for key, (kind, value) in self.entries.items():
            name = key.encode()
            out += [struct.pack("<Q", len(name)), name, struct.pack("<I", kind), value]
        out += [struct.pack("<Q", 1), b"w", struct.pack("<IQIQ", 1, 8, 0, 0)]
        header = b"".join(out)
        path.write_bytes(header + bytes(-len(header) % 32) + bytes(32))
