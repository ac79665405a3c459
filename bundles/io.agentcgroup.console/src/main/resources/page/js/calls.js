// Calls: those that run, from the stream; those that ended, from the journal, by pages.

import { look } from './api.js';
import { live } from './live.js';
import { cell, el, keyed, panel, setText, table } from './dom.js';
import { bytes, clock, micros, moment, result, seconds } from './format.js';
import { timeline } from './timeline.js';

const PAGE_ROWS = 100;
const COLUMNS = [['Began'], ['Session'], ['Command'], ['Result'], ['Took', 'n'], ['Peak', 'n'], ['Limit', 'n'], ['CPU', 'n']];
const RESULTS = [['', 'any result'], ['failed', 'any failure'], ['oom_killed', 'out of memory'], ['ended', 'ended by AgentCgroup'], ['not_started', 'not started'], ['exited', 'exited by itself']];

export default function callsPage(argument, query) {
  const search = el('input', { type: 'search', name: 'q', 'aria-label': 'Search in commands', placeholder: 'Search in commands and ids', value: query.get('q') ?? '' });
  const session = el('input', { name: 'session', 'aria-label': 'Session', placeholder: 'Session', list: 'sessions', autocomplete: 'off', value: query.get('session') ?? '' });
  const sessions = el('datalist', { id: 'sessions' });
  const end = el('select', { name: 'end', 'aria-label': 'Result' }, ...RESULTS.map(([value, text]) => el('option', { value, selected: value === query.get('end') }, text)));
  const filter = el('form', { class: 'filter', role: 'search', onsubmit: event => { event.preventDefault(); reload(); } }, search, session, sessions, end);
  const running = el('tbody');
  const past = el('tbody', { id: 'past' });
  const note = el('p', { class: 'soft', role: 'status' });
  const older = el('button', { onclick: () => load(true) }, 'Older calls');
  const times = timeline();
  const element = el('div', { class: 'page' },
    panel('Calls', filter, times.element, table('Calls', COLUMNS, running), note, older));
  running.parentElement.append(past);

  let rows = [];
  let more = false;
  let seen;
  let loading = false;
  let typing;
  const current = () => ({ q: search.value.trim(), session: session.value.trim(), end: end.value });
  search.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(reload, 250); });
  [session, end].forEach(input => input.addEventListener('change', reload));

  function reload() {
    const filled = Object.entries(current()).filter(([, value]) => value);
    history.replaceState(null, '', `#calls${filled.length ? '?' + new URLSearchParams(filled) : ''}`);
    load(false);
  }

  /** @param {boolean} further whether to go on behind what is shown */
  async function load(further, byItself = false) {
    if (loading) {
      return;
    }
    loading = true;
    const asked = current();
    try {
      const page = await look('calls', { ...asked, limit: PAGE_ROWS, before: further ? rows[rows.length - 1].id : '' }, byItself);
      rows = further ? [...rows, ...page.rows] : page.rows;
      more = page.more;
      seen ??= page.calls_total;
      draw();
    } catch (e) {
      setText(note, e.message);
    } finally {
      loading = false;
    }
    if (JSON.stringify(asked) !== JSON.stringify(current())) {
      load(false);
    }
  }

  function draw() {
    keyed(past, rows, row => row.id, pastRow, () => {});
    older.hidden = !more;
    setText(note, rows.length ? `${rows.length} ended calls shown${more ? ', there are older ones' : ''}` : 'No ended call matches.');
    drawTimes();
  }

  function drawTimes() {
    const seconds = Date.now() / 1000;
    times.draw([...rows.slice(0, 300).map(row => ({ id: row.id, session: row.session, command: row.command, from: Date.parse(row.received) / 1000,
      to: Date.parse(row.received) / 1000 + (row.duration_us ?? 0) / 1e6, kind: result(row)[1], text: result(row)[0] })),
    ...matching().map(call => ({ id: call.id, session: call.session, command: call.command, from: Date.parse(call.received) / 1000, to: seconds, kind: 'running', text: 'running' }))]);
  }

  function matching() {
    const { q, session: of, end: kind } = current();
    const text = q.toLowerCase();
    return kind ? [] : (live.now?.calls ?? []).filter(call => (!of || call.session === of)
      && (!text || [call.command, call.id, call.session].some(part => part.toLowerCase().includes(text))));
  }

  function update() {
    if (!live.now) {
      return;
    }
    const calls = matching().sort((a, b) => b.id.localeCompare(a.id));
    keyed(running, calls, call => call.id, runningRow, (row, call) => row.fill(call));
    keyed(sessions, live.now.sessions, one => one.name, one => el('option', { value: one.name }), () => {});
    const total = live.now.counters.calls_total;
    if (seen !== total && rows.length <= PAGE_ROWS && !loading) {
      seen = total;
      load(false, true);
    } else if (calls.length) {
      drawTimes();
    }
  }

  load(false);
  return { element, update, leave: () => clearTimeout(typing) };
}

function commandCell(call) {
  return cell('Command', 'command', el('a', { href: `#call/${call.id}`, title: call.command }, call.command || '(no command)'));
}

function pastRow(call) {
  const [text, kind] = result(call);
  return el('tr', { 'data-call': call.id }, cell('Began', 'mono', el('time', { datetime: call.received, title: moment(call.received) }, clock(call.received))),
    cell('Session', '', call.session), commandCell(call), cell('Result', kind, text), cell('Took', 'n', micros(call.duration_us)),
    cell('Peak', 'n', bytes(call.memory_peak_bytes)), cell('Limit', 'n', bytes(call.memory_max_bytes)), cell('CPU', 'n', micros(call.cpu_us)));
}

function runningRow(call) {
  const took = cell('Took', 'n');
  const peak = cell('Peak', 'n');
  const cpu = cell('CPU', 'n');
  const row = el('tr', { class: 'running', 'data-call': call.id }, cell('Began', 'mono', clock(call.received)), cell('Session', '', call.session), commandCell(call),
    cell('Result', 'act', 'running'), took, peak, cell('Limit', 'n', bytes(call.grant.limits.memory_max_bytes)), cpu);
  row.fill = now => {
    setText(took, seconds(Math.max(0, (live.now.time_ms - Date.parse(now.received)) / 1000)));
    setText(peak, bytes(now.usage.memory_peak_bytes));
    setText(cpu, micros(now.usage.cpu_usage_us));
  };
  return row;
}
