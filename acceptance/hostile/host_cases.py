"""Bad input for a host: rubbish, and orders that are nearly right. Opens a session of its own and buys honestly in between."""

import math
import time

import net
import protocol
from protocol import Packed, message, signed

BINARY = {"Content-Type": "application/x-protobuf"}
ORDER, SPRINT, RECEIPT = "/v1/order", "/v1/audit/sprint", "/v1/audit/receipt"
REFUSED = {400, 401, 402, 403, 404, 405, 409, 413, 415, 429}
CAP = 200_000_000


def reason(answer):
    """A Refusal: code and message."""
    try:
        fields = protocol.parse(answer.body)
        code, words = fields[1][0].decode(), fields[2][0].decode()
        return f"{code}: {words}" if code.replace("_", "").isalpha() else None
    except (KeyError, IndexError, ValueError, AttributeError):
        return None


class Offer:
    """What one host asks for its first model, as the chain says."""

    def __init__(self, record):
        self.address, self.url = record[1][0].decode(), record[2][0].decode()
        self.raw = protocol.unbech32(self.address)
        ask = protocol.parse(record[3][0])
        self.model = ask[1][0]
        self.prices = ask.get(2, [0])[0], ask.get(3, [0])[0]
        self.context = ask[4][0]


def offers(rpc):
    hosts = [protocol.parse(h) for h in rpc.query("/exacta.v1.Query/Hosts").get(1, [])]
    return [Offer(h) for h in hosts if h.get(4) and 3 in h]


class Lane:
    """A lane at one host, used as a gateway would, or nearly."""

    def __init__(self, rpc, key, chain, offer):
        self.chain, self.offer, self.key = chain, offer, protocol.Key()
        self.number, self.acknowledged = 1, 0
        network = rpc.query("/exacta.v1.Query/Network")
        lane = message(f1=offer.address, f2=CAP)
        opening = message(f1=key.address, f2=self.key.public, f3=network.get(3, [0])[0] + 5, f4=[lane])
        number, sequence = rpc.account(key.address)
        tx = protocol.transaction(key, [protocol.any_of("exacta.v1.MsgOpenSession", opening)], chain, number, sequence)
        checked = rpc.broadcast(tx).json()
        block = rpc.included(protocol.hashlib.sha256(tx).digest())
        if not block or block["tx_result"]["code"]:
            raise RuntimeError(f"the session was not opened: {checked} {block}")
        sessions = rpc.query("/exacta.v1.Query/Sessions", message(f1=key.address)).get(1, [])
        self.session = next(s[1][0] for s in map(protocol.parse, sessions) if s[3][0] == self.key.public)

    def request(self, prompt=(1, 2, 3, 4), **how):
        return protocol.Request(self.offer.model, list(prompt), **how)

    def body(self, request, number=None, prices=None, **how):
        return protocol.order_body(self.chain, self.session, self.offer.raw, number or self.number, request,
                                   prices or self.offer.prices, how.pop("acknowledged", self.acknowledged), **how)

    def submit(self, submission):
        return net.send(self.offer.url, "POST", ORDER, submission, BINARY)

    def buy(self):
        """One honest order: the tokens it brought, and the submission."""
        request = self.request()
        submission = protocol.submission(signed("order", self.body(request), self.key), request.body)
        answer = self.submit(submission)
        tokens, cost = 0, None
        for frame in protocol.frames(answer.body) if answer.status == 200 else []:
            if 1 in frame:
                packed = protocol.parse(frame[1][0]).get(1, [b""])[0]
                tokens += sum(byte < 128 for byte in packed)
            if 2 in frame:
                cost = protocol.parse(protocol.parse(frame[2][0])[1][0]).get(6, [0])[0]
        if cost is None:
            return 0, submission, answer
        self.number += 1
        self.acknowledged += cost
        return tokens, submission, answer


def run(rpc, key, chain, table):
    offer = offers(rpc)[0]
    rubbish(offer, table)
    lane = Lane(rpc, key, chain, offer)
    bought(lane, table, "an honest order of our own")
    falsified(lane, table)
    bought(lane, table, "an honest order after all that")
    _, old, _ = lane.buy()
    table.answer("host", "order: replayed", lambda: lane.submit(old), REFUSED, reason)
    crowd = [net.Held(offer.url, 1, net.head("POST", ORDER, BINARY, len(old)) + old[:i * len(old) // 12]) for i in range(12)]
    bought(lane, table, "an honest order while 12 others are half sent")
    for held in crowd:
        held.close()
    audits(lane, table)
    return offer


def bought(lane, table, what):
    begun = time.monotonic()
    tokens, _, answer = lane.buy()
    said = f"{tokens} tokens and a receipt" if tokens else f"{answer.status} {reason(answer) or answer.note}"
    table.row("host", "order: " + what, tokens > 0, said, time.monotonic() - begun)


def rubbish(offer, table):
    def post(what, path, body, headers=BINARY, wanted=REFUSED):
        table.answer("host", what, lambda: net.send(offer.url, "POST", path, body, headers), wanted, reason)

    for path in (ORDER, SPRINT, RECEIPT):
        post(f"{path}: empty body", path, b"")
        post(f"{path}: random bytes", path, net.garbage(3000))
        post(f"{path}: JSON", path, b'{"order": {}}')
        post(f"{path}: wrong content type", path, b"{}", {"Content-Type": "application/json"})
        post(f"{path}: 100,000 groups deep", path, b"\x0b" * 100_000)
        post(f"{path}: a length of 2^60", path, b"\x0a" + protocol.varint(2**60) + b"x")
        post(f"{path}: unknown field", path, protocol.varint(77 << 3) + b"\1")
        post(f"{path}: 50 MB of random bytes", path, net.garbage(50_000_000), wanted={400, 413})
    post("unknown path", "/v1/wallet", b"")
    for path in ("/v1/card/" + "00" * 32, "/v1/card/xyz", "/v1/card/../../etc/passwd", "/v1/card/%00", "/", "/v1/status/../x"):
        table.answer("host", f"GET {path[:40]}", lambda: net.send(offer.url, "GET", path), {400, 404, 405}, lambda a: reason(a) or a.text()[:80])
    for method in ("GET", "PUT", "DELETE"):
        table.answer("host", f"{method} {ORDER}", lambda: net.send(offer.url, method, ORDER), {400, 404, 405, 501}, lambda a: reason(a) or a.text()[:80])


def falsified(lane, table):
    request = lane.request()

    def order(what, body, by=None, shown=request, had=(), signature=None, word=None):
        submission = protocol.submission(signed("order", body, by or lane.key, signature), shown.body, had)
        check = lambda a: reason(a) if word is None or (reason(a) or "").startswith(word + ":") else None
        table.answer("host", "order: " + what, lambda: lane.submit(submission), REFUSED, check)

    good = lane.body(request)
    order("random signature", good, signature=net.garbage(64), word="bad_signature")
    order("signature of zeros", good, signature=bytes(64), word="bad_signature")
    order("signed by a stranger", good, by=protocol.Key(), word="bad_signature")
    order("short signature", good, signature=b"abc")
    order("body of random bytes", net.garbage(200))
    order("unknown field", good + protocol.varint(77 << 3) + b"\1")
    order("another chain", lane.body(request, f1="cosmoshub-4"), word="wrong_chain")
    order("another host", lane.body(request, f3=net.garbage(20)), word="wrong_host")
    order("unknown session", lane.body(request, f2=net.garbage(32)), word="session_unknown")
    order("unknown model", lane.body(request, f7=net.garbage(32)))
    order("another request than signed", good, shown=lane.request((9, 9, 9)), word="wrong_request")
    order("prompt count too low", lane.body(request, f9=1), word="wrong_request")
    order("prices of nothing", lane.body(request, prices=(0, 0)), word="price_too_low")
    order("prices of 2^63", lane.body(request, prices=(2**63, 2**63)))
    order("forgets a receipt", lane.body(request, acknowledged=0), word="forgets_receipt")
    order("acknowledges more than the lane holds", lane.body(request, acknowledged=CAP + 1), word="lane_exhausted")
    order("number 0", lane.body(request, f4=0))
    order("number 1 again", lane.body(request, number=1), word="replayed")
    order("number far ahead", lane.body(request, number=lane.number + 1000))
    order("number 2^64 - 1", lane.body(request, number=2**64 - 1))
    order("open orders that are not ascending", lane.body(request, number=50, opened=(7, 3)))
    order("100,000 open orders", lane.body(request, number=200_000, opened=tuple(range(1, 100_001))))
    long = lane.request(max_tokens=lane.offer.context + 1)
    order("more tokens than the context", lane.body(long), shown=long)
    huge = lane.request(max_tokens=2**32 - 1)
    order("2^32 - 1 tokens", lane.body(huge), shown=huge)
    for what, how in (("temperature NaN", dict(temperature=math.nan)), ("temperature -1", dict(temperature=-1.0)),
                      ("temperature infinite", dict(temperature=math.inf)), ("top_p 2", dict(top_p=2.0)), ("top_p 0", dict(top_p=0.0)),
                      ("1,000 stop strings", dict(stop=["x"] * 1000)), ("no prompt", dict(prompt=())),
                      ("tokens that do not exist", dict(prompt=(2**31 + 5, 7)))):
        strange = lane.request(**how)
        order(what, lane.body(strange), shown=strange)
    order("tokens already had that are not shown", lane.body(request, had=(5,)), word="wrong_request")
    order("other tokens already had than signed", lane.body(request, had=(5,)), had=(6,), word="wrong_request")
    rich = lane.request(max_tokens=lane.offer.context - 10)
    dear = tuple(max(1, p) * 10**6 for p in lane.offer.prices)
    order("costs more than the lane holds", lane.body(rich, prices=dear), shown=rich)


def audits(lane, table):
    """Who is not the auditor of a sample sees nothing."""
    stranger = protocol.Key()
    fetch = message(f1=lane.chain, f2=stranger.address, f3=lane.offer.address, f4=1, f5=Packed((0, 1, 2)))
    shown = message(f1=lane.chain, f2=stranger.address, f3=lane.offer.address, f4=0, f5=lane.session, f6=0)
    for path, body in ((SPRINT, fetch), (RECEIPT, shown)):
        for what, signer in (("asked by a stranger", stranger), ("signed by somebody else", protocol.Key())):
            if path == SPRINT and signer is stranger:
                continue
            post = lambda: net.send(lane.offer.url, "POST", path, signed("fetch", body, signer), BINARY)
            table.answer("host", f"{path}: {what}", post, REFUSED, reason)
