"""A network that `exacta network init` made, as child processes. Standard library only."""

import json
import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "acceptance" / "hostile"))

import net  # noqa: E402
import protocol  # noqa: E402
import rpc_cases  # noqa: E402

EXACTA = str(ROOT / "exacta")
LOG_LINES = 25


class Child:
    """A process with a log, that can be killed as if the power failed."""

    def __init__(self, log, *command, **environment):
        self.log = pathlib.Path(log)
        self.begun = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [*map(str, command)], stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, **environment})

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ended(self, seconds):
        """The exit status, if it ends by itself in time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def alive(self):
        return self.process.poll() is None

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.begun)
            return log.read()


class Node:
    """One ledger node and its CometBFT."""

    def __init__(self, home, cometbft):
        self.home = home
        self.comet_home = self.home / "cometbft"
        self.cometbft = cometbft
        self.ledger = None
        self.comet = None
        self.settings_file = self.comet_home / "config" / "config.toml"
        rpc = self.settings().split("[rpc]")[1].split('laddr = "tcp://')[1].split('"')[0]
        self.rpc = rpc_cases.Rpc(f"http://{rpc}")

    def settings(self):
        return self.settings_file.read_text()

    def start_ledger(self, *more):
        self.ledger = Child(self.home / "ledger.log", EXACTA, "node", "--home", self.home, *more)
        if not net.until(lambda: "proxy_app" in self.ledger.said() or not self.ledger.alive(), 120) or not self.ledger.alive():
            raise SystemExit("the ledger did not start:\n" + self.ledger.said()[-2000:])

    def start_comet(self, **environment):
        self.comet = Child(self.home / "comet.log", self.cometbft, "start", "--home", self.comet_home, **environment)

    def start(self):
        self.start_ledger()
        self.start_comet()

    def height(self):
        try:
            return self.rpc.height()
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def await_height(self, height, seconds=60):
        reached = net.until(lambda: self.height() >= height, seconds)
        if not reached:
            raise SystemExit(
                f"no block {height} within {seconds} s, but {self.height()}:\nCometBFT: {self.comet.said()[-1500:]}\nledger: {self.ledger.said()[-1500:]}")
        return self.height()

    def header(self, height):
        return self.rpc.result("block", height=str(height))["block"]["header"]

    def info(self):
        return self.rpc.result("abci_info")["response"]

    def stop(self):
        for child in (self.comet, self.ledger):
            if child:
                child.kill()


def host_address(node):
    return (node.home / "host").read_text("utf-8").strip()


def consensus_address(node):
    return json.loads((node.comet_home / "config" / "priv_validator_key.json").read_text("utf-8"))["address"]


class Network:
    def __init__(self, home, cometbft, validators, port_base, *more):
        self.home, self.cometbft = pathlib.Path(home), cometbft
        subprocess.run(
            [EXACTA, "network", "init", "--validators", str(validators), "--home", str(home), "--port-base", str(port_base), *more],
            check=True, stdout=subprocess.DEVNULL, timeout=300)
        self.described = json.loads((self.home / "demo.json").read_text("utf-8"))
        self.nodes = [Node(self.home / "nodes" / str(index + 1), self.cometbft) for index in range(validators)]

    def transfer(self, rpc, amount=1, to=None):
        """Hands a transfer to a node; its hash, and who gets the coins."""
        key = protocol.Key.of_mnemonic(self.described["mnemonic"])
        to = to or protocol.Key().address
        number, sequence = rpc.account(key.address)
        coin = protocol.message(f1="ngonka", f2=str(amount))
        send = protocol.message(f1=key.address, f2=to, f3=[coin])
        tx = protocol.transaction(
            key, [protocol.any_of("cosmos.bank.v1beta1.MsgSend", send)], self.described["chainId"], number, sequence)
        answer = rpc.broadcast(tx).json()
        if answer.get("result", {}).get("code") != 0:
            raise SystemExit(f"the node did not take a transfer: {answer}")
        return protocol.hashlib.sha256(tx).digest(), to

    def stop(self):
        for node in self.nodes:
            node.stop()
