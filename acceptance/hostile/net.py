"""HTTP that says exactly what it is told to, right or wrong."""

import json
import os
import socket
import threading
import time
import urllib.parse

ANSWER_SECONDS_MAX = 60
ANSWER_BYTES_MAX = 32 << 20


class Answer:
    """What came back; status 0 if the connection was closed without an answer, -1 if nothing came in time."""

    def __init__(self, status, body=b"", note=""):
        self.status, self.body, self.note = status, body, note

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def text(self):
        return self.body.decode("utf-8", "replace")


def address(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port or 80


def connect(url, timeout=ANSWER_SECONDS_MAX):
    return socket.create_connection(address(url), timeout=timeout)


def head(method, path, headers, length=None):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def send(url, method, path, body=b"", headers=None, timeout=ANSWER_SECONDS_MAX):
    """An ordinary request with exactly this body."""
    return raw(url, head(method, path, headers or {}, len(body)), [body], timeout)


def raw(url, first, rest=(), timeout=ANSWER_SECONDS_MAX):
    """Sends these bytes as they are; who stops listening is still listened to."""
    try:
        with connect(url, timeout) as s:
            note = ""
            try:
                s.sendall(first)
                for part in rest:
                    for at in range(0, len(part), 1 << 16):
                        s.sendall(part[at:at + (1 << 16)])
            except OSError as e:
                note = f"stopped listening ({e.__class__.__name__})"
            return receive(s, note)
    except TimeoutError:
        return Answer(-1, note="no answer in time")
    except OSError as e:
        return Answer(0, note=str(e))


def receive(s, note=""):
    """Reads one answer to its end, whether or not the other side then closes the connection."""
    data = b""
    try:
        while len(data) < ANSWER_BYTES_MAX and not ended(data):
            part = s.recv(1 << 16)
            if not part:
                break
            data += part
    except TimeoutError:
        if not data:
            return Answer(-1, note="no answer in time")
        note = "answer not ended"
    except OSError as e:
        note = note or e.__class__.__name__
    return decode(data, note)


def ended(data):
    top, gap, body = data.partition(b"\r\n\r\n")
    top = top.lower()
    if not gap:
        return False
    if b"transfer-encoding: chunked" in top:
        return body.endswith(b"0\r\n\r\n")
    for line in top.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line[15:])
    return top.split(b" ")[1:2] == [b"204"]


def decode(data, note):
    top, _, body = data.partition(b"\r\n\r\n")
    words = top.split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1][:3].isdigit():
        return Answer(0, data, note or "closed")
    if b"transfer-encoding: chunked" in top.lower():
        body = unchunk(body)
    return Answer(int(words[1][:3]), body, note)


def unchunk(data):
    out = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        try:
            length = int(size.split(b";")[0], 16)
        except ValueError:
            break
        if length == 0:
            break
        out, data = out + data[:length], data[length + 2:]
    return out


def chunked(total, piece=b" " * (1 << 16)):
    """Chunks without end, nearly."""
    frame = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    return (frame for _ in range(total // len(piece)))


class Held:
    """Connections that say part of something and then wait, until they are closed."""

    def __init__(self, url, count, opening, drip=b"", every=1.0):
        self.sockets, self.refused = [], 0
        for _ in range(count):
            try:
                s = connect(url, 5)
                s.sendall(opening)
                self.sockets.append(s)
            except OSError:
                self.refused += 1
        self.stop = threading.Event()
        self.thread = None
        if drip:
            self.thread = threading.Thread(target=self._drip, args=(drip, every), daemon=True)
            self.thread.start()

    def _drip(self, drip, every):
        for byte in drip:
            if self.stop.wait(every):
                return
            for s in self.sockets:
                try:
                    s.sendall(bytes([byte]))
                except OSError:
                    continue

    def ended(self):
        """How many the other side has answered or closed."""
        count = 0
        for s in self.sockets:
            try:
                s.setblocking(False)
                s.recv(1, socket.MSG_PEEK)
                count += 1
            except BlockingIOError:
                continue
            except OSError:
                count += 1
        return count

    def close(self):
        self.stop.set()
        for s in self.sockets:
            s.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def until(condition, seconds, every=0.25):
    """The first true value of the condition, or what it was at last."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


def garbage(size):
    return os.urandom(size)
