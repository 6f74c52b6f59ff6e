#!/usr/bin/env python3
"""Serves the dashboard's page with a made-up network, for whoever works on the page: sketch.py [port] [healthy|young|stale|hostile].

The files come straight from the dashboard module, so a change shows on the next reload. The made-up state has the form that
StateJson gives; `hostile` has names and addresses that try to break out of the page."""

import hashlib
import http.server
import json
import pathlib
import sys
import time

PAGE = pathlib.Path(__file__).parents[2] / "dashboard/src/main/resources/exacta/dashboard"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
INTERVAL, EPOCH = 500, 120
ROOT = hashlib.sha256(b"model").hexdigest()
EVIL = '<img src=x onerror="document.title=1">'


def address(name):
    return "gonka1" + "".join(LETTERS[b % 32] for b in hashlib.sha256(name.encode()).digest() + name.encode())[:38]


HOSTS = [address(f"host {i}") for i in range(4)]
SESSION = hashlib.sha256(b"session").hexdigest()


def windows(first, parts):
    out = []
    for name, blocks in parts:
        out.append({"name": name, "from": first, "to": first + blocks - 1})
        first += blocks
    return out


def duties(i, samples, attested):
    return [{"auditor": HOSTS[(i + k) % 4], "samples": samples - k, "attested": attested and not (i == 2 and k == 2)} for k in (1, 2)]


def sprint(height):
    slot = (height - 1) // 60
    first = slot * 60 + 6
    if height < first:
        slot, first = slot - 1, first - 60
    line = windows(first, [("notice", 1), ("compute", 12), ("commit", 3), ("draw", 1), ("audit", 12), ("answer", 8), ("dispute", 8), ("verdict", 4)])
    ends = {w["name"]: w["to"] for w in line}
    counted = height > ends["verdict"]
    phase = next((w["name"] for w in line if w["from"] <= height <= w["to"]), "counted")
    entries = []
    if height > ends["compute"]:
        for i, host in enumerate(HOSTS):
            drawn = height > ends["draw"]
            entries.append({"host": host, "claimed": 1187 + 31 * i, "bounded": 1187 + 31 * i - (90 if i == 3 else 0), "counted": (1187 + 31 * i) if counted else 0,
                            "result": ("proven only" if i == 3 else "full") if counted else "none", "calls": int(i == 1), "callsAnswered": int(i == 1 and height > ends["audit"]),
                            "duties": duties(i, 16, height > ends["draw"] + 4 + i) if drawn else []})
    return {"number": slot + 1, "epoch": (first - 1) // EPOCH, "phase": phase, "seed": SESSION, "windows": line, "entryCount": len(entries), "entries": entries}


def settlement(height, epoch):
    first = epoch * EPOCH + 1
    line = windows(first, [("settle", 12), ("draw", 1), ("audit", 36), ("answer", 16), ("jury draw", 2), ("jury", 32), ("pay", 21)])
    entries = []
    for i, host in enumerate(HOSTS if height > first + 6 else []):
        entries.append({"host": host, "total": str(42_120 + 9_310 * i), "lanes": 2, "disputes": int(i == 3 and height > first + 40),
                        "paid": height >= line[-1]["to"], "duties": duties(i, 10, height > first + 20 + i) if height > first + 12 else []})
    return {"epoch": epoch - 1, "windows": line, "entryCount": len(entries), "entries": entries}


def requests(now, evil):
    stages = [("running", None), ("receipt", None), ("receipt", None), ("settled", 8), ("sampled", 8), ("attested", 8), ("disputed", 8), ("paid", 7), ("paid", 7),
              ("convicted", 7), ("unpaid", 7), ("failed", None)]
    out = []
    for i, (stage, epoch) in enumerate(stages):
        sampled = stage in ("sampled", "attested", "disputed", "convicted", "unpaid") or i == 7
        auditors = [HOSTS[(i + 1) % 4]] if sampled else []
        line = {"startedMillis": int(now * 1000) - 17_300 * i, "model": EVIL if evil else "SmolLM2-135M-Instruct", "host": HOSTS[i % 4], "session": SESSION, "order": 61 - i,
                "promptTokens": 37 + 11 * i, "answerTokens": int(now * 10) % 90 if i == 0 else 8 + 23 * i, "cost": str(0 if stage in ("running", "failed") else 4100 + 377 * i),
                "stage": stage, "samples": 3 if sampled else 0, "auditors": auditors, "attested": auditors if stage in ("attested", "paid") else []}
        if epoch is not None:
            line["settledEpoch"] = epoch
        if stage in ("disputed", "convicted", "unpaid"):
            line["dispute"] = 3
        out.append(line)
    return out


def state(kind, started):
    now = time.time()
    height = (1 if kind == "young" else 1094) + int((now - started) * 1000 / INTERVAL)
    evil = kind == "hostile"
    epoch = (height - 1) // EPOCH
    coin = 10 ** 9
    weights = [2312, 2440, 2287, 0] if kind != "young" else [0] * 4
    hosts = [{"address": h, "url": ("javascript:alert(1)//" + EVIL * 4)[:200] if evil else f"http://127.0.0.1:{9400 + i}", "registered": i != 3 or kind == "young", "convicted": i == 3 and kind != "young",
              "weight": weights[i], "proven": 1187 + 31 * i, "sprintReputation": 9 - 3 * i if i < 3 else 0, "receiptReputation": max(0, 8 - i) if i < 3 else 0,
              "deposit": str(100 * coin if i != 3 else 0), "collateral": str((1000 if i != 3 else 800) * coin), "earned": str(515_321_123_456_789 + 31 * i * coin) if i < 3 and kind != "young" else "0",
              "asks": [{"model": ROOT, "inputPrice": str(50_000_000), "outputPrice": str(150_000_000 + 5_000_000 * i), "context": 8192}]} for i, h in enumerate(HOSTS)]
    supply = dict(minted=str(2_912_040 * coin + 7), burned=str(100 * coin), balances=str(2_330_012 * coin + 7), deposits=str(300 * coin), collateral=str(3800 * coin),
                  sessions=str(900 * coin), held=str(0), disputes=str(100 * coin), community=str(2_000 * coin), training=str(574_828 * coin))
    out = {"answers": True, "chain": EVIL if evil else "exacta-demo-1", "height": height, "timeMillis": int(now * 1000), "intervalMillis": INTERVAL,
           "epoch": {"number": epoch, "block": (height - 1) % EPOCH + 1, "blocks": EPOCH}, "weight": sum(weights), "reputationMax": 30, "hostCount": 4, "hosts": hosts,
           "models": [{"name": "SmolLM2-135M-Instruct", "root": ROOT, "bytes": 98_362_432}], "requests": [], "convictionCount": 0, "convictions": [], "supply": supply}
    if kind == "young":
        return out
    out["sprint"] = sprint(height)
    out["settlement"] = settlement(height, epoch)
    out["requests"] = requests(now, evil)
    out["convictionCount"] = 2
    out["convictions"] = [{"host": HOSTS[3], "kind": "sprint", "height": 1033, "by": HOSTS[1], "slashed": str(300 * coin), "epoch": 8, "sprint": 17},
                          {"host": HOSTS[3], "kind": "receipt", "height": 431, "by": HOSTS[0], "slashed": str(300 * coin), "epoch": 3, "sprint": 0}]
    out["paid"] = {"epoch": epoch - 2, "fees": {"developer": "-224400", "host": "168300", "auditor": "11220", "training": "44880", "community": "0"},
                   "emission": {"developer": "0", "host": str(258_400 * coin), "auditor": "0", "training": str(64_600 * coin), "community": "0"}}
    if kind == "stale":
        out.update(answers=False, problem="cannot reach http://127.0.0.1:26657: Connection refused", staleSinceMillis=int(started * 1000), height=1094)
    return out


class Handler(http.server.BaseHTTPRequestHandler):
    kind, started = "healthy", time.time()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/dashboard/state":
            return self.answer(json.dumps(state(self.kind, self.started)).encode(), "application/json")
        file = PAGE / ("page.html" if path == "/" else path.rpartition("/")[2])
        if not file.is_file():
            return self.send_error(404)
        self.answer(file.read_bytes(), TYPES[file.suffix])

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    Handler.kind = sys.argv[2] if len(sys.argv) > 2 else "healthy"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
