"""kill -9 of one host in the middle of an answer: the client must see one unbroken answer, equal to an undisturbed one.

Named by host.sh."""

import pathlib
import shutil
import sys
import tempfile
import time

from demo import Demo, Process, text_of

import net
import protocol

QUESTION = "Tell me a long story about a lighthouse keeper and the sea."
FIELDS = {"max_tokens": 160, "temperature": 0.8, "seed": 11}
CHUNKS_BEFORE = 6
JOIN_SECONDS_MAX = 600
TRIES_MAX = 60


class HostProcess:
    """A host of its own process that has joined the demo."""

    def __init__(self, demo, folder, port):
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process(folder / "host.log", "host", "--demo", demo.file, "--home", folder / "host", "--port", port)

    def status(self):
        """A HostStatus, once it answers."""
        self.process.require_alive()
        answer = net.send(self.url, "GET", "/v1/status", timeout=5)
        return protocol.parse(answer.body) if answer.status == 200 else {}

    def address(self):
        return net.until(lambda: self.status().get(2, [b""])[0].decode(), JOIN_SECONDS_MAX)

    def is_running(self):
        return self.status().get(4, [0])[0] > 0


def weight(demo, address):
    return next((h["weight"] for h in demo.state()["hosts"] if h["address"] == address), 0)


def collect(chunks):
    """The text of an answer, and the hosts that gave it."""
    text, hosts = "", []
    for chunk in chunks:
        text += text_of(chunk)
        hosts = [part["host"] for part in chunk.get("exacta", {}).get("parts", [])] or hosts
    return text, hosts


def disturbed(demo, host):
    """Streams the answer; kills the host if it is the one that answers. The text and hosts, or None if it is not."""
    count, killed, seen = 0, False, []

    def watched():
        nonlocal count, killed
        for chunk in demo.stream(QUESTION, **FIELDS):
            yield chunk
            count += 1
            if count == CHUNKS_BEFORE and host.is_running():
                host.process.kill()
                killed = True
                print(f"killed the host {count} chunks into the answer", flush=True)

    seen = collect(watched())
    return seen if killed else None


def main(port_base="18800"):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-host-"))
    demo = Demo(folder / "home", int(port_base))
    host = None
    ok = False
    try:
        print(f"demo started in {demo.start():.1f} s", flush=True)
        expected, hosts = collect(demo.stream(QUESTION, **FIELDS))
        print(f"undisturbed: {len(expected)} characters from {hosts}", flush=True)
        host = HostProcess(demo, folder, int(port_base) + 40)
        address = host.address()
        print(f"host {address} has joined; waiting for its first Sprint to count", flush=True)
        if not net.until(lambda: weight(demo, address), JOIN_SECONDS_MAX, 1):
            raise SystemExit("the host got no weight")
        for _ in range(TRIES_MAX):
            answer = disturbed(demo, host)
            if answer:
                text, hosts = answer
                print(f"disturbed:   {len(text)} characters from {hosts}")
                ok = text == expected and len(hosts) >= 2 and address in hosts
                print("equal, and unbroken" if ok else f"DIFFERENT:\n{expected!r}\n{text!r}")
                break
            time.sleep(0.5)
        else:
            print(f"the host was not chosen in {TRIES_MAX} requests")
    finally:
        for process in (host and host.process, demo.process):
            if process and process.child.poll() is None:
                process.kill()
    if ok:
        shutil.rmtree(folder)
    else:
        print(f"logs are in {folder}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
