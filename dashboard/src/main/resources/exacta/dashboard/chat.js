// One conversation with the model behind this gateway. The key stays in the page's memory.
import {el, who, coins} from './format.js';

const byId = id => document.getElementById(id);
const TURNS_MAX = 20;

let turns = [];
let running;

export function startChat(model) {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) {
    byId('key').value = key;
    history.replaceState(null, '', location.pathname);
  }
  byId('chat').addEventListener('submit', event => {
    event.preventDefault();
    ask(model());
  });
  byId('question').addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask(model());
    }
  });
  byId('stop').addEventListener('click', () => running?.abort());
}

function say(kind, text) {
  const line = el('p', {class: kind}, text);
  const log = byId('answer');
  log.hidden = false;
  log.append(line);
  log.scrollTop = log.scrollHeight;
  return line;
}

async function ask(model) {
  const question = byId('question').value.trim();
  if (!question || running) return;
  if (!model) return void say('problem', 'No model is on offer yet.');
  byId('question').value = '';
  say('asked', question);
  const messages = [...turns, {role: 'user', content: question}];
  const line = say('said', '');
  line.setAttribute('aria-busy', 'true');
  running = new AbortController();
  busy(true);
  try {
    const answer = await stream(model, messages, line, running.signal);
    turns = [...messages, {role: 'assistant', content: answer.text}].slice(-TURNS_MAX);
    about(answer.exacta);
  } catch (problem) {
    if (!line.textContent) line.remove();
    say('problem', problem.name === 'AbortError' ? 'Stopped.' : problem.message);
  } finally {
    line.removeAttribute('aria-busy');
    running = undefined;
    busy(false);
  }
}

function busy(yes) {
  byId('ask').disabled = yes;
  byId('stop').hidden = !yes;
}

async function stream(model, messages, line, signal) {
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', Authorization: `Bearer ${byId('key').value.trim()}`},
    body: JSON.stringify({model, messages, stream: true, max_tokens: 256}),
    signal,
  });
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new Error(body.error?.message ?? `The gateway answered ${response.status}.`);
  }
  const answer = {text: '', exacta: undefined};
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const data of lines) {
      if (!data.startsWith('data:')) continue;
      const event = data.slice(5).trim();
      if (event === '[DONE]') return answer;
      const chunk = JSON.parse(event);
      if (chunk.error) throw new Error(chunk.error.message);
      answer.text += chunk.choices?.[0]?.delta?.content ?? '';
      answer.exacta = chunk.exacta ?? answer.exacta;
      line.textContent = answer.text;
      byId('answer').scrollTop = byId('answer').scrollHeight;
    }
  }
  return answer;
}

function about(exacta) {
  if (!exacta?.host) return;
  const line = say('about', '');
  line.append('answered by ', who(String(exacta.host)));
  if (/^\d+$/.test(String(exacta.cost ?? ''))) line.append(` for ${coins(exacta.cost)}`);
}
