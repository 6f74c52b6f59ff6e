"""Nodes that join a network which runs already."""

import subprocess

from network import EXACTA, Node, net


def log(node):
    return (node.home / "log" / "exacta-0.log").read_text("utf-8", errors="replace")


class Joined(Node):
    """A node that `exacta network join` made."""

    def __init__(self, network, name, port):
        home = network.home.parent / name
        command = [EXACTA, "network", "join", "--home", home, "--host-home", f"{home}-host",
                   "--p2p", f"127.0.0.1:{port}", "--rpc-listen", f"127.0.0.1:{port + 1}"]
        for node in network.nodes:
            command += ["--rpc", node.rpc.url]
        subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, timeout=120)
        super().__init__(home, network.cometbft)

    def await_restored(self, seconds=180):
        if not net.until(lambda: self.height() > 0, seconds):
            raise SystemExit(f"no state within {seconds} s:\n{self.comet.said()[-2000:]}\n{log(self)[-2000:]}")
        return self.height()
