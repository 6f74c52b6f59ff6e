"""Stands between a CometBFT and its ledger, and spoils every chunk of a snapshot that passes."""

import socket
import threading

LOAD_SNAPSHOT_CHUNK = bytes([15 << 3 | 2])  # the field of the response


class Liar:
    """Listens at one unix socket, and hands on to another."""

    def __init__(self, path, ledger):
        self.ledger = str(ledger)
        self.spoiled = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.ledger)
            threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
            threading.Thread(target=self._answer, args=(far, near), daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
        except OSError:
            pass
        finally:
            for each in (source, target):
                each.close()

    def _answer(self, source, target):
        stream = source.makefile("rb")
        try:
            while (frame := read_frame(stream)) is not None:
                length, body = frame
                if body.startswith(LOAD_SNAPSHOT_CHUNK) and len(body) > 1000:
                    body = body[:-1] + bytes([body[-1] ^ 1])
                    self.spoiled += 1
                target.sendall(length + body)
        except OSError:
            pass
        finally:
            for each in (source, target):
                each.close()

    def close(self):
        self.listener.close()


def read_frame(stream):
    """The length as it came, and the message; None at the end."""
    length, size, shift = b"", 0, 0
    while True:
        byte = stream.read(1)
        if not byte:
            return None
        length += byte
        size |= (byte[0] & 0x7F) << shift
        shift += 7
        if byte[0] < 0x80:
            return length, stream.read(size)
