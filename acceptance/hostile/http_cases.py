"""Bad HTTP, the same for every port: broken heads, lying lengths, bodies without end, requests without end, crowds."""

import time

import net

DROPPED_SECONDS_MAX = 100

# What HTTP itself refuses may be answered by an error or by closing the connection.
REFUSED = {0, 400, 401, 404, 405, 408, 411, 413, 414, 415, 431, 500, 501, 503, 505}


def words(answer):
    return answer.text().strip()[:80]


def run(name, url, method, path, headers, table, alive):
    """`alive` asks something good of this port and tells whether it was answered well."""

    def refused(what, first, rest=(), wanted=REFUSED - {500}):
        table.answer(name, what, lambda: net.raw(url, first, rest), wanted, lambda a: words(a) or "no words")

    top = lambda length=None, **more: net.head(method, path, {**headers, **more}, length)
    # What is no HTTP at all may get the web server's 500.
    refused("random bytes for a request", net.garbage(20_000), wanted=REFUSED)
    refused("a TLS greeting", bytes.fromhex("16030100c8010000c40303") + net.garbage(200) + b"\r\n\r\n", wanted=REFUSED)
    refused("HTTP/9.9", f"{method} {path} HTTP/9.9\r\nHost: x\r\n\r\n".encode())
    refused("no method", b" / HTTP/1.1\r\nHost: x\r\n\r\n")
    refused("a method of 100,000 letters", b"G" * 100_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n")
    refused("a path of 1 MB", f"{method} /{'x' * 1_000_000} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    refused("a header of 1 MB", top(2, Cookie="x" * 1_000_000) + b"{}")
    refused("20,000 headers", net.head(method, path, {**headers, **{f"X-{i}": "y" for i in range(20_000)}}, 2) + b"{}")
    refused("a header without a colon", f"{method} {path} HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n".encode())
    refused("Content-Length: -1", top(-1) + b"{}")
    refused("Content-Length: many", top("many") + b"{}")
    refused("Content-Length: 10^30", top(10**30) + b"{}")
    refused("length and chunks at once", top(2, **{"Transfer-Encoding": "chunked"}) + b"2\r\n{}\r\n0\r\n\r\n")
    refused("80 MB of chunks without end", top(**{"Transfer-Encoding": "chunked"}), net.chunked(80 << 20))
    table.row(name, "and then a good request", alive(), "answered" if alive() else "NOT answered")


def unfinished(ports, table):
    """What never finishes is dropped in the end; all at the same time, since each may take its minute."""
    held = []
    for name, url, method, path, headers, _ in ports:
        chunks = net.head(method, path, {**headers, "Transfer-Encoding": "chunked"})
        for what, opening in (("nothing at all", b""), ("half a head", f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Half".encode()),
                              ("half a body", net.head(method, path, headers, 1000) + b"{"), ("chunks of size zz", chunks + b"zz\r\n{}\r\n"),
                              ("a chunk of 2^60 bytes", chunks + b"fffffffffffffff\r\n{}\r\n")):
            held.append((name, what, net.Held(url, 1, opening)))
    begun = time.monotonic()
    net.until(lambda: all(h.ended() for _, _, h in held), DROPPED_SECONDS_MAX, 1)
    for name, what, h in held:
        table.row(name, f"a connection with {what}", bool(h.ended()), "answered or dropped" if h.ended() else "still there", time.monotonic() - begun)
        h.close()


def patience(name, url, method, path, headers, table, alive, crowd):
    """Requests that never finish, a few bytes at a time or not at all; others are served meanwhile."""
    half_head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Half".encode()
    half_body = net.head(method, path, headers, 1000) + b"{"
    with net.Held(url, 40, half_head), net.Held(url, 40, half_body), net.Held(url, 20, half_head, b"x" * 1000, 0.3), net.Held(url, 20, half_body, b" " * 900, 0.3):
        ok = alive()
        table.row(name, "80 half requests and 40 slow ones are held", ok, "others are served" if ok else "others are NOT served")
    with net.Held(url, crowd, b"") as idle:
        table.row(name, f"{crowd:,} connections that say nothing", True, f"{len(idle.sockets):,} taken, {idle.refused:,} refused")
    with net.Held(url, crowd, half_head) as half:
        table.row(name, f"{crowd:,} half requests", True, f"{len(half.sockets):,} taken, {half.refused:,} refused")
    ok = net.until(alive, 90)
    table.row(name, "after the crowd has gone, a good request", bool(ok), "answered" if ok else "NOT answered within 90 s")
