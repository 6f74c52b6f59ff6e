// Numbers, names and elements. Nothing that comes from the network is ever read as HTML.

const whole = new Intl.NumberFormat('en');
const NANO = 1_000_000_000n;

export const count = n => whole.format(n);

/** An exact amount in GNK, with no digit lost. */
export function exactCoins(nano) {
  const value = BigInt(nano);
  const sign = value < 0n ? '−' : '';
  const size = value < 0n ? -value : value;
  const rest = String(size % NANO).padStart(9, '0').replace(/0+$/, '');
  return `${sign}${whole.format(size / NANO)}${rest ? '.' + rest : ''} GNK`;
}

/** An amount to read at a glance: two decimals of GNK, or ngonka where these would be zero. */
export function coins(nano) {
  const value = BigInt(nano);
  const sign = value < 0n ? '−' : '';
  const size = value < 0n ? -value : value;
  if (size === 0n) return '0 GNK';
  if (size < NANO / 100n) return `${sign}${whole.format(size)} ngonka`;
  const cents = String((size % NANO) / (NANO / 100n)).padStart(2, '0');
  return `${sign}${whole.format(size / NANO)}${cents === '00' ? '' : '.' + cents} GNK`;
}

export function seconds(millis) {
  const s = Math.round(millis / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor(s / 60) % 60).padStart(2, '0')} min`;
}

export const clock = millis =>
  new Date(millis).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});

/** Ends are what tells addresses apart. */
export const short = address =>
  address.length <= 18 ? address : `${address.slice(0, 8)}…${address.slice(-5)}`;

export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === false) continue;
    if (name === 'style') {
      for (const [property, v] of Object.entries(value)) element.style.setProperty(property, v ?? '');
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null) element.append(child);
  }
  return element;
}

const hues = new Map();

/** Gives the hosts colours that lie far apart, the same whatever their order. */
export function colour(addresses) {
  hues.clear();
  [...addresses].sort().forEach((address, i) => hues.set(address, Math.round(i * 137.5 + 168) % 360));
}

/** An address with a colour of its own, so that the eye finds it again. */
export function who(address) {
  if (!address) return el('span', {class: 'quiet'}, 'nobody');
  return el('span', {class: 'who', title: address, style: {'--hue': hues.get(address) ?? 0, '--grey': hues.has(address) ? undefined : '0%'}},
    el('i', {'aria-hidden': 'true'}), short(address));
}

export const money = nano => el('span', {title: exactCoins(nano)}, coins(nano));

const TONES = {
  running: 'busy', receipt: 'plain', settled: 'plain', sampled: 'busy', attested: 'good', paid: 'good',
  disputed: 'warn', convicted: 'bad', unpaid: 'warn', failed: 'warn',
  full: 'good', 'proven only': 'warn', forfeit: 'warn', registered: 'good', left: 'plain', due: 'busy', held: 'plain',
  waiting: 'plain', missed: 'warn',
};

/** A state is a word; the colour only repeats it. */
export const state = (word, text) =>
  el('span', {class: 'state', 'data-tone': TONES[word] ?? 'plain'}, text ?? word);

/**
 * A table that becomes a list of cards on a narrow screen; the roles keep it a table for screen readers.
 * Columns are [title, cell of row, class].
 */
export function table(caption, columns, rows) {
  return el('table', {role: 'table', 'aria-label': caption},
    el('thead', {role: 'rowgroup'},
      el('tr', {role: 'row'},
        columns.map(([title, , kind]) => el('th', {role: 'columnheader', scope: 'col', class: kind}, title)))),
    el('tbody', {role: 'rowgroup'},
      rows.map(row => el('tr', {role: 'row'},
        columns.map(([title, cell, kind]) =>
          el('td', {role: 'cell', class: kind, 'data-title': title}, el('div', {}, cell(row))))))));
}
