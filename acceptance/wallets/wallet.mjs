// What wallets do, with cosmjs and by REST: node wallet.mjs RPC REST MNEMONIC. REST may be empty.
import assert from "node:assert/strict";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice, SigningStargateClient } from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

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
    const amino = await Secp256k1HdWallet.fromMnemonic(mnemonic, prefix);
    const old = await SigningStargateClient.connectWithSigner(rpc, amino, { gasPrice });
    assert.match(await refusal(2, old.sendTokens(address, other, coins, fee)), /SIGN_MODE_LEGACY_AMINO_JSON/);
  },
  async "asks by REST as Keplr does"() {
    if (!rest) {
      console.log("       (this network serves no REST)");
      return;
    }
    const get = async (path) => {
      const response = await fetch(rest + path);
      return { status: response.status, body: await response.json() };
    };
    const info = await get("/cosmos/base/tendermint/v1beta1/node_info");
    assert.equal(info.body.default_node_info.network, await client.getChainId());
    const account = await get(`/cosmos/auth/v1beta1/accounts/${address}`);
    assert.ok(Number(account.body.account.sequence) > 0);
    const nobody = (await (await DirectSecp256k1HdWallet.generate(12, prefix)).getAccounts())[0].address;
    assert.equal((await get(`/cosmos/auth/v1beta1/accounts/${nobody}`)).status, 404);
    assert.equal((await get("/cosmos/bank/v1beta1/spendable_balances/test")).status, 400);
    assert.equal((await get("/cosmos/staking/v1beta1/params")).status, 501);
    const balances = await get(`/cosmos/bank/v1beta1/balances/${other}?pagination.limit=1000`);
    assert.equal(balances.body.balances[0].denom, "ngonka");
  },
};

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
