"""Bad input for the chain's RPC: rubbish, falsified transactions, replays."""

import base64
import json

import net
import protocol
from protocol import message

ERRORS = {200, 400, 404, 405, 413, 500}
ACCOUNT = "/cosmos.auth.v1beta1.Query/Account"


def reason(answer):
    """What JSON-RPC says went wrong, or why a transaction was refused."""
    body = answer.json()
    if isinstance(body, list):
        return f"{len(body)} answers" if all("error" in b for b in body) else None
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("error"), dict):
        error = body["error"]
        return f"{error.get('message')}: {error.get('data')}" if error.get("message") else None
    result = body.get("result", {})
    nested = result.get("response", result)
    return f"code {nested['code']}: {nested['log']}" if nested.get("code") and nested.get("log") else None


class Rpc:
    def __init__(self, url):
        self.url = url

    def post(self, body, timeout=net.ANSWER_SECONDS_MAX):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return net.send(self.url, "POST", "/", body, {"Content-Type": "application/json"}, timeout)

    def call(self, method, **params):
        return self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    def result(self, method, **params):
        return (self.call(method, **params).json() or {}).get("result")

    def height(self):
        status = self.result("status")
        return int(status["sync_info"]["latest_block_height"]) if status else 0

    def query(self, path, data=b""):
        response = self.result("abci_query", path=path, data=data.hex())["response"]
        if response.get("code"):
            raise LookupError(f"{path}: {response.get('log')}")
        return protocol.parse(base64.b64decode(response.get("value") or ""))

    def account(self, address):
        """Number and sequence."""
        found = self.query(ACCOUNT, message(f1=address))
        base = protocol.parse(protocol.parse(found[1][0])[2][0])
        return base.get(3, [0])[0], base.get(4, [0])[0]

    def broadcast(self, tx):
        return self.call("broadcast_tx_sync", tx=base64.b64encode(tx).decode())

    def included(self, digest, seconds=30):
        """The result of a transaction once it is in a block."""
        hexed = base64.b64encode(digest).decode()
        return net.until(lambda: (self.call("tx", hash=hexed).json() or {}).get("result"), seconds)


def run(rpc, key, chain, table):
    def refused(what, body, wanted=ERRORS):
        table.answer("rpc", what, lambda: rpc.post(body), wanted, reason)

    def call(what, method, **params):
        table.answer("rpc", what, lambda: rpc.call(method, **params), ERRORS, reason)

    refused("body is not JSON", b'{"jsonrpc": ')
    refused("empty body", b"")
    refused("random bytes", net.garbage(5000))
    refused("a number", b"17")
    refused("100,000 brackets deep", b"[" * 100_000)
    refused("no method", {"jsonrpc": "2.0", "id": 1})
    refused("method is a list", {"jsonrpc": "2.0", "id": 1, "method": ["status"]})
    refused("params are a text", {"jsonrpc": "2.0", "id": 1, "method": "block", "params": "now"})
    refused("10,000 calls in one", [{"jsonrpc": "2.0", "id": i, "method": "nothing"} for i in range(10_000)])
    refused("50 MB body, well-formed", {"jsonrpc": "2.0", "id": 1, "method": "broadcast_tx_sync", "params": {"tx": "A" * 50_000_000}}, {400, 413})
    refused("50 MB of random bytes", net.garbage(50_000_000), {400, 413})
    call("unknown method", "unsafe_flush_mempool")
    call("unknown argument", "block", height="1", sparkle="x")
    for height in ("-1", "0x10", "1e3", str(10**30), "99999999"):
        call(f"block {height[:12]}", "block", height=height)
    call("block of a list", "block", height=[1])
    call("tx of 3 bytes", "tx", hash="AAAA")
    call("query of an unknown path", "abci_query", path="/exacta.v1.Query/Secrets", data="")
    call("query with random bytes", "abci_query", path="/exacta.v1.Query/Sprint", data=net.garbage(300).hex())
    call("account of random bytes", "abci_query", path=ACCOUNT, data=net.garbage(300).hex())
    call("query data that are not hex", "abci_query", path=ACCOUNT, data="xyz")
    for path in ("/nothing", "/block?height=%00", "/tx?hash=0xZZ", "/abci_query?path=1", "/block?height=" + "9" * 5000, "/../status"):
        table.answer("rpc", f"GET {path[:36]}", lambda: net.send(rpc.url, "GET", path), {400, 404, 414, 500}, lambda a: reason(a) or a.text()[:80])
    for method in ("DELETE", "PUT", "TRACE"):
        table.answer("rpc", f"{method} /", lambda: net.send(rpc.url, method, "/"), {400, 404, 405, 501}, lambda a: a.text()[:80] or "no words")
    transactions(rpc, key, chain, table)


def transactions(rpc, key, chain, table):
    def refused(what, tx):
        table.answer("rpc", "transaction: " + what, lambda: rpc.broadcast(tx), ERRORS, reason)

    number, sequence = rpc.account(key.address)
    stranger = protocol.Key()

    def send(amount="1", source=None, target=None, denom="ngonka", name="cosmos.bank.v1beta1.MsgSend"):
        coin = message(f1=denom, f2=str(amount))
        return protocol.any_of(name, message(f1=source or key.address, f2=target or stranger.address, f3=[coin]))

    def tx(*messages, by=None, chain_id=chain, **how):
        return protocol.transaction(by or key, messages or [send()], chain_id, how.pop("number", number), how.pop("sequence", sequence), **how)

    for size in (0, 1, 100, 10_000):
        refused(f"{size:,} random bytes", net.garbage(size))
    refused("3 MB of random bytes", net.garbage(3 << 20))
    for cut in (10, 60, 150):
        refused(f"cut after {cut} bytes", tx()[:cut])
    refused("one bit flipped", bytes([*tx()[:80], tx()[80] ^ 1, *tx()[81:]]))
    refused("signature of zeros", tx(signature=bytes(64)))
    refused("random signature", tx(signature=net.garbage(64)))
    refused("signature of another key", tx(signature=stranger.sign(net.garbage(32))))
    refused("signed by a stranger", tx(by=stranger))
    refused("signed for another chain", tx(chain_id="cosmoshub-4"))
    refused("signed for another account number", tx(number=number + 1))
    refused("sequence of long ago or never", tx(sequence=sequence + 1_000_000))
    refused("another sign mode", tx(mode=127))
    refused("unknown field in the body", tx(extra=protocol.varint(99 << 3) + b"\1"))
    refused("no message", protocol.transaction(key, [], chain, number, sequence))
    refused("unknown message", tx(send(name="cosmos.bank.v1beta1.MsgMint")))
    refused("message of random bytes", tx(protocol.any_of("cosmos.bank.v1beta1.MsgSend", net.garbage(100))))
    refused("a proposer's message", tx(protocol.any_of("exacta.v1.MsgPoolLink", message(f1=key.address, f2=bytes(32)))))
    for amount in ("-5", "0", "1.5", "", str(2**63), str(2**64 + 1), str(10**60), "١٢"):
        refused(f"sends {amount[:24] or 'nothing'} ngonka", tx(send(amount=amount)))
    refused("sends another coin", tx(send(denom="uatom")))
    refused("sends to a broken address", tx(send(target="gonka1" + "q" * 38)))
    refused("sends to another chain's address", tx(send(target=protocol.bech32("cosmos", bytes(20)))))
    refused("sends more than it has", tx(send(amount=2**63 - 1)))
    twice(rpc, key, chain, table, send)


def twice(rpc, key, chain, table, send):
    """A good one counts once, however often it comes."""
    number, sequence = rpc.account(key.address)
    good = protocol.transaction(key, [send()], chain, number, sequence)
    first = rpc.broadcast(good).json()["result"]
    digest = protocol.hashlib.sha256(good).digest()
    block = rpc.included(digest)
    ok = first["code"] == 0 and bool(block) and block["tx_result"]["code"] == 0
    table.row("rpc", "transaction: a good one", ok, f"in block {block['height']}" if block else f"not in a block: {first}")
    table.answer("rpc", "transaction: the same again", lambda: rpc.broadcast(good), ERRORS, reason)
    again = protocol.transaction(key, [send()], chain, number, sequence)
    table.answer("rpc", "transaction: its sequence signed anew", lambda: rpc.broadcast(again), ERRORS, reason)
    after = rpc.account(key.address)
    table.row("rpc", "transaction: the sequence has risen by one", after == (number, sequence + 1), f"{sequence} -> {after[1]}")
