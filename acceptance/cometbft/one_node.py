"""One validator: blocks, a transfer, app hashes, kill -9 of either process. Named by run.sh."""

import base64
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from checks import Checks
from network import EXACTA, Network, protocol

BALANCE = "/cosmos.bank.v1beta1.Query/Balance"
FAIL_POINTS = 10


def balance(rpc, address):
    answer = rpc.query(BALANCE, protocol.message(f1=address, f2="ngonka"))
    return int(protocol.parse(answer[1][0])[2][0].decode())


def makes_blocks(network, node, checks):
    begun = time.monotonic()
    node.start()
    node.await_height(1)
    checks.that("a node starts and makes blocks", True, f"block 1 after {time.monotonic() - begun:.1f} s")
    digest, to = network.transfer(node.rpc)
    result = node.rpc.included(digest)
    checks.that("a transfer is in a block", bool(result) and result["tx_result"]["code"] == 0, result and result["height"])
    checks.that("the receiver has it", balance(node.rpc, to) == 1)
    block = node.rpc.result("block", height=result["height"])["block"]
    transactions = [base64.b64decode(tx) for tx in block["data"]["txs"]]
    checks.that("the proposer's link is the block's first transaction", b"MsgPoolLink" in transactions[0] and len(transactions) == 2)
    results = node.rpc.result("block_results", height=result["height"])["txs_results"]
    checks.that("link and transfer took effect", all(each["code"] == 0 for each in results))


def app_hashes(node, checks):
    """Ours after block h is in the header of block h + 1."""
    info = node.info()
    height = int(info["last_block_height"])
    node.await_height(height + 1)
    ours = base64.b64decode(info["last_block_app_hash"]).hex().upper()
    checks.that("the app hash in the next header is ours", node.header(height + 1)["app_hash"] == ours, f"height {height}")


def bad_queries(node, checks):
    url = node.rpc.url
    for path in ("0xff", '"/exacta.v1.Query/Nothing"', "0x" + "00" * 300):
        try:
            urllib.request.urlopen(f"{url}/abci_query?path={path}&data=0xffff", timeout=10).read()
        except OSError:
            pass
    checks.that("queries that are no text stop nothing", node.comet.alive() and bool(node.info()))
    answer = node.rpc.result("abci_query", path=BALANCE, data="ff", prove=False)["response"]
    checks.that("a malformed query has a code", answer["code"] != 0, answer["log"])
    refused = node.rpc.broadcast(b"\xff\x00nonsense").json()["result"]
    checks.that("a malformed transaction has a code", refused["code"] != 0, refused["log"])


def kill_ledger(network, node, checks):
    digest, to = network.transfer(node.rpc)
    node.rpc.included(digest)
    before = node.height()
    node.ledger.kill()
    status = node.comet.ended(30)
    checks.that("CometBFT ends with its ledger", status is not None, f"status {status}")
    node.comet.kill()
    node.start()
    after = node.await_height(before + 2)
    checks.that("kill -9 of the ledger: goes on", balance(node.rpc, to) == 1, f"{before} -> {after}")
    app_hashes(node, checks)


def kill_comet(network, node, checks):
    digest, to = network.transfer(node.rpc)
    node.rpc.included(digest)
    before = node.height()
    node.comet.kill()
    node.start_comet()
    after = node.await_height(before + 2)
    checks.that("kill -9 of CometBFT: goes on with the same ledger", node.ledger.alive() and balance(node.rpc, to) == 1, f"{before} -> {after}")
    app_hashes(node, checks)


def fail_points(node, checks):
    """CometBFT ends itself at each of its own fail points."""
    for index in range(FAIL_POINTS):
        before = node.height()
        node.comet.kill()
        node.start_comet(FAIL_TEST_INDEX=str(index))
        ended = node.comet.ended(30)
        node.comet.kill()
        node.start_comet()
        after = node.await_height(before + 2)
        checks.that(f"CometBFT's fail point {index}: goes on", node.ledger.alive(), f"status {ended}, {before} -> {after}")


def replays_from_nothing(node, checks):
    """A ledger that lost its folder is given the whole chain again."""
    height = node.height()
    node.comet.kill()
    node.ledger.kill()
    shutil.rmtree(node.home / "ledger")
    node.start()
    node.await_height(height + 2)
    checks.that("a ledger that lost its folder replays the chain", True, f"{height} blocks")
    app_hashes(node, checks)


def continues_as_another_chain(network, node, checks):
    """The state as the genesis of a chain with another name, in a home that has not begun."""
    supply = "/cosmos.bank.v1beta1.Query/TotalSupply"
    key = protocol.Key.of_mnemonic(network.described["mnemonic"])
    before = balance(node.rpc, key.address)
    node.stop()
    minted = node.home.parent / "genesis.json"
    subprocess.run([EXACTA, "genesis", "export", "--home", node.home, "--chain-id", "exacta-next", minted], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(node.home / "ledger")
    shutil.rmtree(node.comet_home / "data")
    (node.comet_home / "data").mkdir()
    (node.comet_home / "data" / "priv_validator_state.json").write_text('{"height": "0", "round": 0, "step": 0}')
    subprocess.run([EXACTA, "genesis", "import", "--home", node.home, minted], check=True, stdout=subprocess.DEVNULL)
    node.start()
    node.await_height(3)
    checks.that("a state continues as a chain of another name", node.rpc.result("status")["node_info"]["network"] == "exacta-next", f"height {node.height()}")
    checks.that("balances went over", balance(node.rpc, key.address) == before, before)
    block = node.rpc.result("block", height="3")["block"]
    results = node.rpc.result("block_results", height="3")["txs_results"] or []
    checks.that("the proposer's links go on where they were", bool(block["data"]["txs"]) and results[0]["code"] == 0)
    checks.that("the total supply is there", bool(node.rpc.query(supply)))
    app_hashes(node, checks)


def main():
    cometbft = sys.argv[1]
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    port_base = int(sys.argv[3]) if len(sys.argv) > 3 else 21500
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-comet-"))
    network = Network(folder / "net", cometbft, 1, port_base)
    node = network.nodes[0]
    checks = Checks()
    try:
        makes_blocks(network, node, checks)
        app_hashes(node, checks)
        bad_queries(node, checks)
        for _ in range(kills):
            kill_ledger(network, node, checks)
            kill_comet(network, node, checks)
        fail_points(node, checks)
        replays_from_nothing(node, checks)
        continues_as_another_chain(network, node, checks)
    finally:
        network.stop()
    return checks.end(folder)


if __name__ == "__main__":
    sys.exit(main())
