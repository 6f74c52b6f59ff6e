// What wallets do, with cosmjs and by REST: node wallet.mjs RPC REST MNEMONIC. The RPC is http:// or ws://.
import assert from "node:assert/strict";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice, QueryClient, SigningStargateClient, setupTxExtension } from "@cosmjs/stargate";
import { connectComet } from "@cosmjs/tendermint-rpc";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { createHash } from "node:crypto";
import WebSocket from "ws";

const [rpc, rest, mnemonic] = process.argv.slice(2);
const prefix = { prefix: "gonka" };
const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, prefix);
const [{ address }] = await wallet.getAccounts();
const stranger = await DirectSecp256k1HdWallet.generate(12, prefix);
const [{ address: other }] = await stranger.getAccounts();
// One unit of gas costs at most this on any chain that is tested; more than asked is taken as well.
const gasPrice = GasPrice.fromString("1ngonka");
const client = await SigningStargateClient.connectWithSigner(rpc, wallet, { gasPrice });
const coins = [{ denom: "ngonka", amount: "1000" }];
const fee = { amount: [{ denom: "ngonka", amount: "200000" }], gas: "200000" };
const send = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress: address, toAddress: other, amount: coins } };

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex").toUpperCase();

async function inBlock(hash) {
  const end = Date.now() + 60_000;
  while (!(await client.getTx(hash))) {
    assert.ok(Date.now() < end, `${hash} comes into a block`);
    await new Promise((go) => setTimeout(go, 100));
  }
}

/** A WebSocket as Keplr uses it: bare JSON, ids of its own. */
async function keplrSocket() {
  const socket = new WebSocket(`${rpc.replace(/^http/, "ws")}/websocket`, { origin: "chrome-extension://keplr" });
  const messages = [];
  const waiting = [];
  socket.on("message", (data) => {
    messages.push(JSON.parse(data));
    waiting.splice(0).forEach((wake) => wake());
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  return {
    ask: (id, method, params) => socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params })),
    /** The first message that is as wanted; later ones stay. */
    async next(wanted) {
      for (;;) {
        const index = messages.findIndex(wanted);
        if (index >= 0) return messages.splice(index, 1)[0];
        await new Promise((resolve, reject) => {
          waiting.push(resolve);
          setTimeout(() => reject(new Error("nothing came over the WebSocket for 60 s")), 60_000);
        });
      }
    },
    close: () => socket.close(),
  };
}

async function refusal(code, promise) {
  const error = await promise.then(() => assert.fail("it was accepted"), (e) => e);
  assert.equal(error.code, code, error.message);
  return error.message;
}

const steps = {
  async "connects, and asks for accounts and balances"() {
    assert.ok((await client.getChainId()).length > 0);
    assert.ok((await client.getHeight()) > 0);
    assert.ok(BigInt((await client.getBalance(address, "ngonka")).amount) > 1_000_000n);
    assert.equal(await client.getAccount(other), null);
    assert.equal((await client.getBalance(other, "ngonka")).amount, "0");
  },
  async "simulates exactly, and sends two messages in one transaction"() {
    const gas = await client.simulate(address, [send, send], "two");
    const sent = await client.signAndBroadcast(address, [send, send], "auto", "two");
    assert.equal(sent.code, 0, sent.rawLog);
    assert.equal(sent.gasUsed, BigInt(gas));
    assert.equal((await client.getBalance(other, "ngonka")).amount, "2000");
  },
  async "finds what it sent, by hash, event, height and block"() {
    const sent = await client.sendTokens(address, other, coins, fee, "memo");
    assert.equal(sent.code, 0, sent.rawLog);
    assert.equal((await client.getTx(sent.transactionHash)).height, sent.height);
    assert.equal((await client.searchTx(`transfer.recipient='${other}'`)).length, 2);
    const there = `transfer.recipient='${other}' AND tx.height=${sent.height}`;
    assert.equal((await client.searchTx(there)).length, 1);
    assert.ok((await client.getBlock(sent.height)).txs.length >= 1);
  },
  async "sends to several"() {
    const value = { inputs: [{ address, coins }], outputs: [{ address: other, coins }] };
    const sent = await client.signAndBroadcast(address, [{ typeUrl: "/cosmos.bank.v1beta1.MsgMultiSend", value }], "auto");
    assert.equal(sent.code, 0, sent.rawLog);
  },
  async "is told of insufficient funds, a wrong sequence, a duplicate and amino"() {
    const much = [{ denom: "ngonka", amount: "9000000000000000000" }];
    await refusal(5, client.sendTokens(address, other, much, fee));
    const { accountNumber, sequence } = await client.getSequence(address);
    const data = { accountNumber, sequence: sequence + 7, chainId: await client.getChainId() };
    const late = TxRaw.encode(await client.sign(address, [send], fee, "", data)).finish();
    const text = await refusal(32, client.broadcastTxSync(late));
    assert.match(text, new RegExp(`account sequence mismatch, expected ${sequence}, got ${sequence + 7}`));
    const bytes = TxRaw.encode(await client.sign(address, [send], fee, "")).finish();
    await client.broadcastTxSync(bytes);
    await assert.rejects(client.broadcastTxSync(bytes), /tx already exists in cache/);
    await inBlock(hashOf(bytes)); // or the next step signs with the sequence of a transaction that waits
    const amino = await Secp256k1HdWallet.fromMnemonic(mnemonic, prefix);
    const old = await SigningStargateClient.connectWithSigner(rpc, amino, { gasPrice });
    assert.match(await refusal(2, old.sendTokens(address, other, coins, fee)), /SIGN_MODE_LEGACY_AMINO_JSON/);
  },
  async "looks a transaction up by the query service"() {
    const sent = await client.sendTokens(address, other, coins, fee, "again");
    const comet = await connectComet(rpc);
    const found = await QueryClient.withExtensions(comet, setupTxExtension).tx.getTx(sent.transactionHash);
    assert.equal(found.txResponse.txhash, sent.transactionHash);
    assert.equal(Number(found.txResponse.height), sent.height);
    assert.equal(found.tx.body.memo, "again");
    comet.disconnect();
  },
  async "hears of its transaction and of blocks over a WebSocket, as Keplr does"() {
    const bytes = TxRaw.encode(await client.sign(address, [send], fee, "heard")).finish();
    const hash = hashOf(bytes);
    const socket = await keplrSocket();
    socket.ask("7", "subscribe", { query: `tm.event='Tx' AND tx.hash='${hash}'` });
    assert.deepEqual((await socket.next((m) => m.id === "7")).result, {});
    socket.ask("8", "subscribe", ["tm.event='NewBlock'"]);
    assert.deepEqual((await socket.next((m) => m.id === "8")).result, {});
    await client.broadcastTxSync(bytes);
    const event = await socket.next((m) => m.id === "7");
    assert.equal(event.result.data.type, "tendermint/event/Tx");
    assert.equal(event.result.data.value.TxResult.tx, Buffer.from(bytes).toString("base64"));
    assert.equal(event.result.data.value.TxResult.result.code ?? 0, 0);
    assert.deepEqual(event.result.events["tx.hash"], [hash]);
    assert.ok(event.result.events["transfer.recipient"].includes(other));
    const block = await socket.next((m) => m.id === "8");
    assert.ok(Number(block.result.data.value.block.header.height) > 0);
    // CometBFT tells of a transaction a little before its index has it.
    let found = {};
    for (let id = 9; !found.result && id < 600; id++) {
      socket.ask(id, "tx", { hash: Buffer.from(hash, "hex").toString("base64"), prove: false });
      found = await socket.next((m) => m.id === id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(found.result?.hash, hash, JSON.stringify(found.error));
    socket.ask("end", "unsubscribe_all", {});
    assert.deepEqual((await socket.next((m) => m.id === "end")).result, {});
    socket.close();
  },
  async "asks by REST as Keplr does"() {
    const get = async (path) => answer(await fetch(rest + path));
    const info = await get("/cosmos/base/tendermint/v1beta1/node_info");
    assert.equal(info.body.default_node_info.network, await client.getChainId());
    assert.match((await get("/cosmos/base/node/v1beta1/config")).body.minimum_gas_price, /^[0-9]+ngonka$/);
    const account = await get(`/cosmos/auth/v1beta1/accounts/${address}`);
    assert.ok(Number(account.body.account.sequence) > 0);
    const nobody = (await (await DirectSecp256k1HdWallet.generate(12, prefix)).getAccounts())[0].address;
    const unknown = await get(`/cosmos/auth/v1beta1/accounts/${nobody}`);
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.message, /rpc error: code = NotFound/);
    assert.equal((await get("/cosmos/bank/v1beta1/spendable_balances/test")).status, 400);
    assert.equal((await get("/cosmos/staking/v1beta1/params")).status, 501);
    const balances = await get(`/cosmos/bank/v1beta1/balances/${other}?pagination.limit=1000`);
    assert.equal(balances.body.balances[0].denom, "ngonka");
  },
  async "simulates, sends and looks up by REST"() {
    const post = async (path, bytes, more) => {
      const body = JSON.stringify({ tx_bytes: Buffer.from(bytes).toString("base64"), ...more });
      return answer(await fetch(rest + path, { method: "POST", body }));
    };
    const bytes = TxRaw.encode(await client.sign(address, [send], fee, "by REST")).finish();
    const simulated = await post("/cosmos/tx/v1beta1/simulate", bytes);
    assert.ok(Number(simulated.body.gas_info.gas_used) > 0, JSON.stringify(simulated.body));
    const path = `/cosmos/tx/v1beta1/txs/${hashOf(bytes)}`;
    assert.equal((await answer(await fetch(rest + path))).status, 404);
    const sync = { mode: "BROADCAST_MODE_SYNC" };
    const sent = await post("/cosmos/tx/v1beta1/txs", bytes, sync);
    assert.equal(sent.body.tx_response.code, 0, sent.body.tx_response.raw_log);
    assert.equal(sent.body.tx_response.txhash, hashOf(bytes));
    assert.equal((await post("/cosmos/tx/v1beta1/txs", bytes, sync)).body.tx_response.code, 19);
    const late = Uint8Array.from(bytes);
    late[late.length - 1] ^= 1; // no longer signed by anybody
    assert.notEqual((await post("/cosmos/tx/v1beta1/txs", late, sync)).body.tx_response.code, 0);
    let found = await answer(await fetch(rest + path));
    for (let tries = 0; found.status === 404 && tries < 300; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      found = await answer(await fetch(rest + path));
    }
    assert.equal(found.body.tx_response.code, 0, JSON.stringify(found.body));
    assert.ok(Number(found.body.tx_response.height) > 0);
    assert.ok(Date.parse(found.body.tx_response.timestamp) > 0);
  },
};

async function answer(response) {
  return { status: response.status, body: await response.json() };
}

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`ok     ${name}`);
  } catch (error) {
    failed = 1;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}
process.exit(failed);
