"""Bad input for the gateway: every wrong request gets an error in OpenAI's form."""

import json

import net

CHAT, TEXT, MODELS = "/v1/chat/completions", "/v1/completions", "/v1/models"
REFUSED = {400, 404, 405, 413, 415, 422, 431}


def reason(answer):
    """The message of an error in OpenAI's form."""
    body = answer.json()
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("message") if isinstance(error, dict) and isinstance(error.get("type"), str) else None


def plain(answer):
    """Errors below the API, such as those of HTTP itself, may be plain text."""
    return reason(answer) or answer.text().strip()[:80]


class Gateway:
    def __init__(self, url, key, model):
        self.url, self.key, self.model = url, key, model

    def headers(self, **more):
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **more}

    def post(self, body, path=CHAT, headers=None, timeout=net.ANSWER_SECONDS_MAX):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return net.send(self.url, "POST", path, body, headers or self.headers(), timeout)

    def request(self, **changes):
        body = {"model": self.model, "messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8, "temperature": 0}
        body.update(changes)
        return {name: value for name, value in body.items() if value is not ...}

    def chat(self, timeout=120):
        """A good question; the text of its answer."""
        answer = self.post(self.request(), timeout=timeout)
        body = answer.json()
        try:
            return body["choices"][0]["message"]["content"] if answer.status == 200 else None
        except (KeyError, IndexError, TypeError):
            return None


def run(gateway, table):
    def refused(what, body, wanted=REFUSED, **how):
        table.answer("gateway", what, lambda: gateway.post(body, **how), wanted, reason)

    request = gateway.request
    refused("body is not JSON", b"{\"model\": ")
    refused("empty body", b"")
    refused("an array", [])
    refused("a number", b"17")
    refused("two documents", json.dumps(request()).encode() * 2)
    refused("bytes that are not UTF-8", b'{"model": "\xff\xfe\xc0"}')
    refused("NUL bytes", bytes(1000))
    refused("random bytes", net.garbage(5000))
    refused("100,000 brackets deep", b"[" * 100_000)
    refused("a message 50,000 objects deep", json.dumps(request()).replace('"Say hello."', '{"a":' * 50_000 + "1" + "}" * 50_000).encode())
    refused("a number of 100,000 digits", json.dumps(request()).replace('"max_tokens": 8', '"max_tokens": ' + "9" * 100_000).encode())
    refused("the same key twice", json.dumps(request()).replace('"model"', '"model": "x", "model"').encode())
    wrong = {"model": 7, "messages": "hello", "max_tokens": "ten", "temperature": "hot", "stream": "yes", "stop": 5, "seed": 1.5, "top_p": [1], "n": "one"}
    for name, value in wrong.items():
        refused(f"wrong type: {name} = {json.dumps(value)}", request(**{name: value}))
    values = {"max_tokens": -1, "temperature": -0.5, "top_p": 2, "messages": [], "n": 100_000}
    for name, value in values.items():
        refused(f"out of range: {name} = {json.dumps(value)}", request(**{name: value}))
    refused("temperature = NaN", json.dumps(request(temperature=float("nan"))).encode())
    refused("max_tokens = 1e308", request(max_tokens=1e308))
    refused("max_tokens beyond the context", request(max_tokens=10**9))
    refused("no model", request(model=...))
    refused("no messages", request(messages=...))
    refused("unknown field", request(sparkle=True))
    refused("unknown field of a message", request(messages=[{"role": "user", "content": "x", "sparkle": 1}]))
    refused("unknown role", request(messages=[{"role": "emperor", "content": "x"}]))
    refused("message without content", request(messages=[{"role": "user"}]))
    refused("1,000 stop strings", request(stop=["x"] * 1000))
    refused("unknown model", request(model="no/such model"), {404})
    refused("prompt longer than the context", request(messages=[{"role": "user", "content": "word " * 60_000}]), {400, 413})
    refused("50 MB body, well-formed", request(messages=[{"role": "user", "content": "x" * 50_000_000}]), {400, 413})
    refused("50 MB of random bytes", net.garbage(50_000_000), {400, 413})
    refused("wrong type: prompt = 7", request(messages=..., prompt=7), path=TEXT)
    refused("wrong key", request(), {401}, headers=gateway.headers(Authorization="Bearer sk-wrong"))
    refused("no key", request(), {401}, headers={"Content-Type": "application/json"})
    refused("key of 8,000 characters", request(), {401, 431, 400}, headers=gateway.headers(Authorization="Bearer " + "k" * 8000))
    for method, path in (("GET", CHAT), ("DELETE", CHAT), ("PUT", CHAT), ("POST", MODELS), ("PATCH", TEXT)):
        table.answer("gateway", f"{method} {path}", lambda: net.send(gateway.url, method, path, b"{}", gateway.headers()), {404, 405}, reason)
    for path in ("/v1/nothing", "/../../etc/passwd", "/v1/%00", "/v1/models/" + "x" * 3000, "/dashboard/../v1/x"):
        table.answer("gateway", f"GET {path[:40]}", lambda: net.send(gateway.url, "GET", path, b"", gateway.headers()), {400, 404, 405, 414}, plain)
    abandoned(gateway, table)


def abandoned(gateway, table):
    """Clients that leave in the middle of their answer."""
    body = json.dumps(gateway.request(stream=True, max_tokens=200)).encode()
    started = 0
    for _ in range(8):
        with net.connect(gateway.url) as s:
            s.sendall(net.head("POST", CHAT, gateway.headers(), len(body)) + body)
            started += b"200" in s.recv(64)
    answer = gateway.chat()
    table.row("gateway", "8 clients leave in the middle of their answers", started == 8 and bool(answer), f"{started} had begun; then a chat: {answer!r}")
