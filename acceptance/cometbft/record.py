"""Records what a real CometBFT answers, as fixtures of the embedded chain's RPC.

    acceptance/cometbft/record.py COMETBFT FOLDER [PORT=21590]

Starts CometBFT with its own key-value store in a temporary home, and writes one file a question into FOLDER:
what was asked, how, and the answer. Standard library only.
"""

import base64
import hashlib
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

CHAIN = "recorded-1"


class Socket:
    """A WebSocket client that sends texts and reads texts."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        while self.stream.readline().strip():
            pass

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
        self.socket.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """The next text; pings are answered by nobody, which CometBFT bears for a while."""
        while True:
            first, second = self.stream.read(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self.stream.read(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.stream.read(8))[0]
            data = self.stream.read(size)
            if first & 0x0F == 1:
                return json.loads(data)


def http(port, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body and json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def record(port, folder):
    def keep(name, asked, answer):
        kept = json.dumps({"asked": asked, "answer": answer}, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(kept + "\n", "utf-8")
        return answer

    def post(name, method, **params):
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        return keep(name, body, json.loads(http(port, "/", body)))

    sent = post("broadcast_tx_commit", "broadcast_tx_commit", tx=base64.b64encode(b"color=red").decode())["result"]
    height, digest = sent["height"], sent["hash"]
    while int(post("status", "status")["result"]["sync_info"]["latest_block_height"]) < int(height) + 2:
        time.sleep(0.1)
    raw = base64.b64encode(bytes.fromhex(digest)).decode()
    for method in ("health", "net_info", "abci_info", "num_unconfirmed_txs", "genesis", "consensus_params"):
        post(method, method)
    for method in ("block", "header", "commit", "block_results"):
        post(method, method, height=height)
    post("block_first", "block", height="1")
    nothing = base64.b64encode(bytes(32)).decode()
    post("blockchain", "blockchain", minHeight="1", maxHeight="2")
    post("validators", "validators", height=height)
    post("genesis_chunked", "genesis_chunked", chunk="0")
    post("genesis_chunked_beyond", "genesis_chunked", chunk="1")
    post("check_tx", "check_tx", tx=base64.b64encode(b"a=b").decode())
    post("check_tx_refused", "check_tx", tx=base64.b64encode(b"nonsense").decode())
    post("broadcast_tx_sync", "broadcast_tx_sync", tx=base64.b64encode(b"size=large").decode())
    post("broadcast_tx_sync_again", "broadcast_tx_sync", tx=base64.b64encode(b"size=large").decode())
    post("broadcast_tx_sync_refused", "broadcast_tx_sync", tx=base64.b64encode(b"nonsense").decode())
    post("broadcast_tx_async", "broadcast_tx_async", tx=base64.b64encode(b"form=round").decode())
    post("tx", "tx", hash=raw, prove=False)
    post("tx_unknown", "tx", hash=nothing, prove=False)
    post("tx_search", "tx_search", query=f"tx.hash='{digest}'", page="1")
    post("tx_search_unknown", "tx_search", query=f"tx.hash='{'00' * 32}'", page="1")
    post("abci_query", "abci_query", path="/key", data=b"color".hex(), prove=False)
    post("method_unknown", "no_such_method")
    post("params_wrong", "block", height="eleven")
    post("height_beyond", "block", height="999999")
    post("subscribe_by_post", "subscribe", query="tm.event='NewBlock'")
    events(port, keep)


def events(port, keep):
    def call(method, params, identity=3):
        return {"jsonrpc": "2.0", "id": identity, "method": method, "params": params}

    client = Socket(port)
    for name, asked in (
        ("ws_status", call("health", {})),
        ("ws_unknown", call("no_such_method", {})),
        ("ws_no_json", "{"),
        ("ws_query_wrong", call("subscribe", {"query": "tm.event="})),
        ("ws_unsubscribe_wrong", call("unsubscribe", {"query": "tm.event='Tx'"})),
        ("ws_unsubscribe_all_wrong", call("unsubscribe_all", {})),
        ("ws_query_long", call("subscribe", {"query": "tm.event='Tx' AND app.key='" + "x" * 600 + "'"})),
        ("ws_batch", [call("health", {}, 1), call("health", {}, 2)]),
    ):
        client.send(asked if isinstance(asked, str) else json.dumps(asked))
        keep(name, asked, client.receive())
    for kind in ("NewBlock", "NewBlockHeader", "NewBlockEvents"):
        asked = call("subscribe", [f"tm.event='{kind}'"], kind)
        client.send(json.dumps(asked))
        keep(f"ws_subscribe_{kind}", asked, client.receive())
        keep(f"ws_event_{kind}", asked, client.receive())
        client.send(json.dumps(call("unsubscribe", asked["params"], "end")))
        while client.receive().get("id") != "end":
            pass
    tx = b"taste=sweet"
    asked = call("subscribe", {"query": f"tm.event='Tx' AND tx.hash='{hashlib.sha256(tx).hexdigest().upper()}'"})
    client.send(json.dumps(asked))
    client.receive()
    http(port, "/", call("broadcast_tx_sync", {"tx": base64.b64encode(tx).decode()}))
    keep("ws_event_Tx", asked, client.receive())


def main():
    cometbft, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 21590
    folder.mkdir(parents=True, exist_ok=True)
    home = tempfile.mkdtemp(prefix="exacta-record-")
    subprocess.run([cometbft, "init", "--home", home], check=True, stdout=subprocess.DEVNULL)
    genesis = pathlib.Path(home, "config", "genesis.json")
    described = json.loads(genesis.read_text("utf-8"))
    described["chain_id"] = CHAIN
    genesis.write_text(json.dumps(described, indent=2), "utf-8")
    node = subprocess.Popen(
        [cometbft, "start", "--home", home, "--proxy_app=kvstore", "--rpc.laddr", f"tcp://127.0.0.1:{port}",
         "--p2p.laddr", f"tcp://127.0.0.1:{port + 1}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(100):
            try:
                if b'"result"' in http(port, "/block?height=1"):
                    break
            except OSError:
                pass
            time.sleep(0.2)
        record(port, folder)
    finally:
        os.killpg(node.pid, signal.SIGKILL)
        node.wait()


if __name__ == "__main__":
    main()
