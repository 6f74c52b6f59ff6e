// Looks at /dashboard/state about once per block and shows what changed.
import {clock, coins, colour, count, el, exactCoins, money, seconds, state, table, who} from './format.js';
import {startChat} from './chat.js';

const byId = id => document.getElementById(id);
const TICKS_MAX = 160;
const ANSWER_MILLIS_MAX = 5000;

let now = {};
let heightSince = Date.now();
let lostSince;
const shown = new Map();

/** Renders a part only when what it shows has changed: selections and readers stay where they are. */
function part(name, data, render) {
  const key = JSON.stringify(data ?? null);
  if (shown.get(name) === key) return;
  shown.set(name, key);
  render(data);
}

const put = (id, ...children) => byId(id).replaceChildren(...children.flat());
const empty = text => el('p', {class: 'empty'}, text);

function show(s) {
  part('colours', s.hosts.map(h => h.address).sort(), colour);
  put('chain', s.chain);
  put('height', count(s.height));
  document.title = `${count(s.height)} · Exacta ${s.chain}`;
  put('interval', `one every ${s.intervalMillis / 1000} s`);
  showEpoch(s);
  part('sprint', [s.sprint, s.height], () => showSprint(s.sprint, s.height));
  put('host-count', count(s.hosts.filter(h => h.registered).length));
  put('weight', s.weight ? `weight ${count(s.weight)}` : 'nobody has weight yet: each counts as 1');
  part('hosts', [s.hosts, s.models, s.weight], () => showHosts(s));
  part('requests', s.requests, showRequests);
  part('settlement', [s.settlement, s.height], () => showSettlement(s.settlement, s.height));
  part('convictions', [s.convictions, s.convictionCount], () => showConvictions(s));
  part('paid', s.paid, showPaid);
  part('supply', s.supply, showSupply);
  part('models', s.models, () => showConnect(model()));
}

function showEpoch(s) {
  const {number, block, blocks} = s.epoch;
  put('epoch', count(number));
  put('epoch-left', `block ${count(block)} of ${count(blocks)}, ${seconds((blocks - block) * s.intervalMillis)} left`);
  const bar = byId('epoch-bar');
  bar.setAttribute('aria-valuemin', 0);
  bar.setAttribute('aria-valuemax', blocks);
  bar.setAttribute('aria-valuenow', block);
  bar.setAttribute('aria-valuetext', `block ${block} of ${blocks}`);
  fill(bar, blocks, block);
}

function fill(bar, blocks, done) {
  bar.style.setProperty('--blocks', blocks);
  bar.style.setProperty('--done', done);
  bar.toggleAttribute('data-ticks', blocks <= TICKS_MAX);
}

/** Windows that follow each other, one tick for each block. */
function timeline(id, windows, height) {
  put(id, windows.map(({name, from, to}) => {
    const blocks = to - from + 1;
    const done = Math.max(0, Math.min(blocks, height - from + 1));
    const when = height > to ? 'past' : height < from ? 'next' : 'now';
    const bar = el('span', {class: 'blocks', 'aria-hidden': 'true'});
    fill(bar, blocks, done);
    return el('li', {'data-when': when, 'aria-current': when === 'now' ? 'step' : undefined, style: {'flex-grow': blocks}},
      el('span', {class: 'name'}, name,
        el('span', {class: 'hidden'}, when === 'now' ? ' (now)' : when === 'past' ? ' (over)' : ' (to come)')),
      bar,
      el('span', {class: 'range'}, from === to ? count(from) : `${count(from)}–${count(to)}`));
  }));
}

function showSprint(sprint, height) {
  if (!sprint) {
    put('sprint', '–');
    put('sprint-phase', 'none announced yet');
    return;
  }
  const commitEnd = sprint.windows.find(w => w.name === 'commit')?.to ?? Infinity;
  const current = sprint.windows.find(w => height >= w.from && height <= w.to);
  put('sprint', count(sprint.number));
  put('sprint-phase', current ? `${current.name}, ${blocksLeft(current.to - height)}`
    : sprint.phase === 'counted' ? 'counted' : sprint.phase);
  put('sprint-title', `Sprint ${count(sprint.number)}`);
  timeline('sprint-line', sprint.windows, height);
  if (!sprint.entries.length) {
    put('sprint-duties', empty(height > commitEnd ? 'Nobody committed to any work.' : 'Nobody has committed yet.'));
    return;
  }
  put('sprint-duties', table('What each host proved in this Sprint, and who checks it', [
    ['Host', e => who(e.host)],
    ['Claimed', e => [count(e.claimed), e.duties.length && e.bounded < e.claimed ? el('span', {class: 'quiet'}, ` bound to ${count(e.bounded)}`) : null], 'number'],
    ['Checked by', e => duties(e.duties, sprint.phase === 'counted')],
    ['Calls', e => e.calls ? `${e.callsAnswered} of ${e.calls} answered` : el('span', {class: 'quiet'}, 'none')],
    ['Counted', e => sprint.phase === 'counted' || e.result !== 'none' ? count(e.counted) : el('span', {class: 'quiet'}, 'open'), 'number'],
    ['Result', e => e.result === 'none' ? state('waiting', 'not yet') : state(e.result)],
  ], sprint.entries));
}

const blocksLeft = n => n === 0 ? 'last block' : n === 1 ? '1 block to go' : `${count(n)} blocks to go`;

function duties(list, over) {
  if (!list.length) return el('span', {class: 'quiet'}, 'drawn after the commit window');
  return el('ul', {class: 'duties'}, list.map(d => el('li', {},
    who(d.auditor), ' ',
    d.attested ? state('attested') : state(over ? 'missed' : 'due'),
    el('span', {class: 'quiet'}, ` ${count(d.samples)} sample${d.samples === 1 ? '' : 's'}`))));
}

function showHosts(s) {
  if (!s.hosts.length) return put('hosts-body', empty('No host is registered.'));
  const names = new Map(s.models.map(m => [m.root, m.name]));
  put('hosts-body', table('Hosts', [
    ['Host', h => [who(h.address), el('span', {class: 'under', title: h.url}, h.url.replace(/^http:\/\//, ''))]],
    ['State', h => [state(h.registered ? 'registered' : h.convicted ? 'convicted' : 'left'),
      h.registered && h.convicted ? el('span', {class: 'under'}, 'was convicted before') : null]],
    ['Weight', h => share(h.weight, s.weight), 'number'],
    ['Reputation', h => [reputation('Sprints', h.sprintReputation, s.reputationMax), reputation('receipts', h.receiptReputation, s.reputationMax)]],
    ['Earned', h => money(h.earned), 'number'],
    ['At stake', h => money(BigInt(h.deposit) + BigInt(h.collateral)), 'number'],
    ['Asks, per million tokens', h => h.asks.length ? h.asks.map(a => ask(a, names)) : el('span', {class: 'quiet'}, 'nothing')],
  ], s.hosts));
  if (s.hostCount > s.hosts.length) byId('hosts-body').append(empty(`and ${count(s.hostCount - s.hosts.length)} more`));
}

function share(weight, total) {
  const part = total ? weight / total : 0;
  return [count(weight),
    el('span', {class: 'share'}, el('span', {class: 'quiet'}, `${(100 * part).toFixed(1)} %`),
      el('i', {'aria-hidden': 'true', style: {'--part': part}}))];
}

const reputation = (of, value, max) => el('span', {class: 'pair'},
  el('span', {class: 'quiet'}, of), ` ${value}`, el('span', {class: 'quiet'}, ` of ${max}`));

const ask = (a, names) => el('span', {class: 'ask'},
  el('span', {}, names.get(a.model) ?? `model ${a.model.slice(0, 8)}…`),
  el('span', {class: 'under', title: `in ${exactCoins(a.inputPrice)}, out ${exactCoins(a.outputPrice)}`},
    `in ${coins(a.inputPrice)}, out ${coins(a.outputPrice)}; ${count(a.context)} tokens`));

function showRequests(requests) {
  if (!requests.length) return put('requests-body', empty('No request yet. Ask something.'));
  put('requests-body', table('Latest requests', [
    ['Started', r => clock(r.startedMillis)],
    ['Host', r => [who(r.host), el('span', {class: 'under'}, `order ${count(r.order)} · ${r.model}`)]],
    ['Prompt', r => count(r.promptTokens), 'number'],
    ['Answer', r => count(r.answerTokens), 'number'],
    ['Cost, ngonka', r => r.stage === 'running' ? el('span', {class: 'quiet'}, 'open') : count(BigInt(r.cost)), 'number'],
    ['State', progress],
  ], requests));
}

const STEPS = ['receipt', 'settled', 'sampled', 'attested', 'paid'];

/** The way of a receipt; whether it was sampled is the luck of the draw. */
function progress(r) {
  const at = r.samples > 0;
  const reached = {
    receipt: !['running', 'failed'].includes(r.stage),
    settled: r.settledEpoch !== undefined,
    sampled: at,
    attested: at && r.attested.length === r.auditors.length,
    paid: r.stage === 'paid',
  };
  const words = [];
  if (r.settledEpoch !== undefined) words.push(`epoch ${count(r.settledEpoch)}`);
  if (at) words.push(r.attested.length ? `attested by ${r.attested.length} of ${r.auditors.length}` : `${count(r.samples)} coins sampled`);
  if (r.dispute !== undefined) words.push(`dispute ${count(r.dispute)}`);
  const text = {running: 'running', failed: 'no receipt', unpaid: 'not paid'}[r.stage];
  return el('span', {class: 'progress'},
    state(r.stage, text),
    el('span', {class: 'steps', 'aria-hidden': 'true', title: STEPS.map(s => `${s}: ${reached[s] ? 'yes' : 'no'}`).join('\n')},
      STEPS.map(s => el('i', {'data-reached': reached[s]}))),
    words.length ? el('span', {class: 'under'}, words.join(' · ')) : null);
}

function showSettlement(settlement, height) {
  if (!settlement || !settlement.windows.length) {
    put('settlement-line');
    put('settlement-body', empty('Nothing is being settled.'));
    return;
  }
  put('settlement-title', `Settlement and audits of epoch ${count(settlement.epoch)}`);
  timeline('settlement-line', settlement.windows, height);
  if (!settlement.entries.length) return put('settlement-body', empty('No host has settled yet.'));
  const last = settlement.windows.at(-1).to;
  put('settlement-body', table('Settlements', [
    ['Host', e => who(e.host)],
    ['Settled', e => money(e.total), 'number'],
    ['Checked by', e => duties(e.duties, height > last)],
    ['Disputes', e => e.disputes ? state('disputed', count(e.disputes)) : el('span', {class: 'quiet'}, 'none')],
    ['State', e => e.paid ? state('paid') : state('held')],
  ], settlement.entries));
}

function showConvictions(s) {
  if (!s.convictions.length) return put('convictions-body', empty('Nobody has been convicted.'));
  put('convictions-body', el('ul', {class: 'events'}, s.convictions.map(c => el('li', {},
    el('span', {class: 'row'}, who(c.host), state('convicted')),
    el('span', {}, c.kind === 'sprint' ? `a wrong nonce in Sprint ${count(c.sprint)}` : `a wrong receipt of epoch ${count(c.epoch)}`),
    el('span', {class: 'under'}, `at block ${count(c.height)}, shown by `, who(c.by)),
    el('span', {class: 'under', title: exactCoins(c.slashed)}, `lost ${coins(c.slashed)}`)))));
  if (s.convictionCount > s.convictions.length) byId('convictions-body').append(empty(`and ${count(s.convictionCount - s.convictions.length)} before`));
}

const sum = (title, rows) => el('dl', {class: 'sum'}, title ? el('h3', {}, title) : null,
  rows.map(([name, nano, kind]) => el('div', {class: kind}, el('dt', {}, name), el('dd', {title: exactCoins(nano)}, coins(nano)))));

function showPaid(paid) {
  if (!paid) {
    put('fees', '–');
    put('fees-sub', 'none paid yet');
    return put('paid-body', empty('No epoch has been paid yet.'));
  }
  const {fees, emission} = paid;
  put('fees', coins(-BigInt(fees.developer)));
  put('fees-sub', `epoch ${count(paid.epoch)}`);
  put('paid-title', `Paid for epoch ${count(paid.epoch)}`);
  const shares = of => [['hosts', of.host], ['auditors', of.auditor], ['training fund', of.training], ['community fund', of.community]]
    .filter(([name, nano]) => nano !== '0' || name === 'hosts');
  put('paid-body',
    sum('Fees', [...shares(fees), ['developers paid', -BigInt(fees.developer), 'total']]),
    sum('Emission', shares(emission)));
}

function showSupply(s) {
  const parts = [['accounts', s.balances], ['collateral', s.collateral], ['host deposits', s.deposits], ['sessions', s.sessions],
    ['held earnings', s.held], ['disputes', s.disputes], ['community fund', s.community], ['training fund', s.training]];
  const total = parts.reduce((all, [, nano]) => all + BigInt(nano), 0n);
  const issued = BigInt(s.minted) - BigInt(s.burned);
  put('supply-body',
    sum('', [...parts, ['in all', total, 'total'], ['minted', s.minted], ['burned', s.burned]]),
    el('p', {class: 'note'}, total === issued ? state('full', 'adds up') : state('convicted', 'does not add up'),
      total === issued ? ' minted less burned is the sum of all accounts and funds' : ` minted less burned is ${exactCoins(issued)}`));
}

/** The first of the default set; a name that could mean something to a shell is not put into a shell line. */
function model() {
  const names = (now.models ?? []).map(m => m.name);
  return names.find(n => !n.includes('/')) ?? names[0];
}

function showConnect(name) {
  const base = `${location.origin}/v1`;
  const safe = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name ?? '') ? name : 'MODEL';
  put('base-url', base);
  put('curl', [
    `curl ${base}/chat/completions \\`,
    `  -H "Authorization: Bearer $EXACTA_API_KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"model": "${safe}", "messages":`,
    `       [{"role": "user", "content": "Hello"}]}'`].join('\n'));
}

function tell(live, word, notice) {
  document.body.dataset.live = live;
  if (byId('live').textContent !== word) put('live', word);
  byId('notice').hidden = !notice;
  if (notice && byId('notice').textContent !== notice) put('notice', notice);
}

function judge() {
  if (lostSince) {
    return tell('stale', 'Gateway lost', `This page has had no answer from its gateway since ${clock(lostSince)}. What it shows is from then.`);
  }
  if (now.answers === false) {
    const since = now.staleSinceMillis ? `since ${clock(now.staleSinceMillis)}` : 'yet';
    return tell('stale', 'Chain does not answer', `The chain has not answered ${since}${now.problem ? ` (${now.problem})` : ''}.${now.height ? ` All figures are of block ${count(now.height)}.` : ''}`);
  }
  const waited = Date.now() - heightSince;
  if (waited > Math.max(10 * now.intervalMillis, 5000)) {
    return tell('stale', 'No new block', `The chain answers, but has made no block for ${seconds(waited)}.`);
  }
  tell('live', 'Live', '');
}

async function look() {
  try {
    const response = await fetch('/dashboard/state', {cache: 'no-cache', signal: AbortSignal.timeout(ANSWER_MILLIS_MAX)});
    if (!response.ok) throw new Error(`status ${response.status}`);
    const next = await response.json();
    if (next.height !== now.height) heightSince = Date.now();
    now = next;
    lostSince = undefined;
    if (now.height !== undefined) show(now);
  } catch {
    lostSince ??= Date.now();
  }
  judge();
  setTimeout(look, document.hidden ? 5000 : Math.min(2000, Math.max(250, now.intervalMillis ?? 1000)));
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(byId(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}
showConnect();
startChat(model);
look();
