// The sessions as a tree: agent, running calls, background; and what can be done to them.

import { live } from './live.js';
import { cell, el, keyed, panel, setClass, setText, table } from './dom.js';
import { bytes, cores, count, percent } from './format.js';
import { ask, carryOut, confirmed } from './dialog.js';
import { act } from './api.js';
import { held } from './host.js';

const COLUMNS = [['Session, call'], ['Memory now', 'n'], ['Peak', 'n'], ['Limit', 'n'], ['CPU', 'n'], ['Stalled', 'n'], ['Processes', 'n'], ['Actions', 'n']];
/** With more, a session shows its calls when it is asked to. */
const OPEN_UP_TO = 8;

export default function sessionsPage(argument, query, me) {
  const body = el('tbody');
  const summary = el('p', { class: 'soft' });
  const opened = new Map();
  const page = { me, isOpen: name => opened.get(name) ?? live.now.sessions.length <= OPEN_UP_TO, toggle };
  const element = el('div', { class: 'page' }, panel('Sessions', summary, table('Sessions', COLUMNS, body)));

  function toggle(name) {
    opened.set(name, !page.isOpen(name));
    update();
  }

  function update() {
    if (!live.now) {
      return;
    }
    const { sessions, calls } = live.now;
    setText(summary, sessions.length === 0 ? 'No session is open. Start an agent: agentcgroup run --session NAME -- COMMAND'
      : `${sessions.length} open, ${calls.length} ${calls.length === 1 ? 'call runs' : 'calls run'}. Stalled: share of time in which some task waited for memory.`);
    keyed(body, rowsOf(sessions, calls, page), row => row.key, row => row.make(row, page), (tr, row) => tr.fill(row));
  }

  return { element, update };
}

function rowsOf(sessions, calls, page) {
  const rows = [];
  for (const session of sessions) {
    rows.push({ key: `s/${session.name}`, make: sessionRow, session });
    if (page.isOpen(session.name)) {
      rows.push({ key: `a/${session.name}`, make: partRow, name: 'agent', usage: session.agent_usage, rates: session.agentRates });
      for (const call of calls.filter(one => one.session === session.name).sort((a, b) => a.id.localeCompare(b.id))) {
        rows.push({ key: `c/${call.id}`, make: callRow, call });
      }
      if (session.background_processes > 0) {
        rows.push({ key: `b/${session.name}`, make: partRow, name: 'background, left running on purpose',
          usage: session.background_usage, rates: session.backgroundRates, limit: session.background_limit_bytes, processes: session.background_processes });
      }
      if (session.service_processes > 0) {
        rows.push({ key: `v/${session.name}`, make: partRow, name: 'services', processes: session.service_processes });
      }
    }
  }
  return rows;
}

function numbers() {
  return { now: cell('Memory now', 'n'), peak: cell('Peak', 'n'), limit: cell('Limit', 'n'), cpu: cell('CPU', 'n'), stalled: cell('Stalled', 'n'), processes: cell('Processes', 'n') };
}

function fillNumbers(cells, usage, rates, limit, processes) {
  setText(cells.now, bytes(usage?.memory_current_bytes));
  setText(cells.peak, bytes(usage?.memory_peak_bytes));
  setText(cells.limit, bytes(limit));
  setText(cells.cpu, cores(rates?.cores));
  setText(cells.stalled, percent(rates?.memoryStall));
  setClass(cells.stalled, 'warn', rates?.memoryStall > 0.1);
  setText(cells.processes, count(processes ?? usage?.pids_current));
  setClass(cells.now, 'bad', typeof limit === 'number' && usage?.memory_current_bytes > limit * 0.95);
}

function sessionRow({ session }, page) {
  const cells = numbers();
  const name = session.name;
  const toggle = el('button', { class: 'fold', 'aria-label': `Calls of ${name}`, onclick: () => page.toggle(name) }, '');
  const priority = el('span', { class: 'tag' });
  const running = el('span', { class: 'soft' });
  let current = session;
  const actions = el('td', { class: 'actions' });
  if (page.me.operate) {
    actions.append(
      el('button', { onclick: () => change(current), 'aria-label': `Change session ${name}` }, 'Change'),
      el('button', { class: 'danger', onclick: () => close(current), 'aria-label': `Close session ${name}` }, 'Close'));
  }
  const row = el('tr', { class: 'session', 'data-session': name }, el('th', { scope: 'row' }, toggle, el('b', {}, name), ' ', priority, ' ', running), ...Object.values(cells), actions);
  row.fill = ({ session: now }) => {
    current = now;
    toggle.setAttribute('aria-expanded', String(page.isOpen(name)));
    setText(toggle, page.isOpen(name) ? '▾' : '▸');
    setText(priority, now.priority);
    priority.className = `tag ${now.priority}`;
    setText(running, now.running_calls ? `${now.running_calls} running` : 'idle');
    fillNumbers(cells, now.usage, now.rates, now.memory_budget_bytes);
  };
  return row;
}

function partRow({ name }) {
  const cells = numbers();
  const row = el('tr', { class: 'part' }, el('th', { scope: 'row', class: 'soft' }, name), ...Object.values(cells), el('td', { class: 'actions' }));
  row.fill = ({ usage, rates, limit, processes }) => fillNumbers(cells, usage, rates, limit, processes);
  return row;
}

function callRow({ call }, page) {
  const cells = numbers();
  const rung = el('span', { class: 'tag warn' });
  const actions = callActions(call, page.me, 'td');
  const row = el('tr', { class: 'part call', 'data-call': call.id }, el('th', { scope: 'row' },
    el('a', { class: 'mono', href: `#call/${call.id}` }, call.id), ' ', rung, el('div', { class: 'command', title: call.command }, call.command)),
  ...Object.values(cells), actions);
  row.fill = ({ call: now }) => {
    actions.fill?.(now);
    rung.hidden = !held(now);
    setText(rung, held(now) ? now.standing.rung.replace('_', ' ') : '');
    fillNumbers(cells, now.usage, now.rates, now.grant.limits.memory_max_bytes);
  };
  return row;
}

/** What can be done to a running call, for its row and its page. */
export function callActions(call, me, tag) {
  const actions = el(tag, { class: 'actions' });
  if (me.operate) {
    const pause = el('button', { onclick: () => confirmed('Pause this call?', `The processes of ${call.id} are stopped for at most two minutes. Its agent is told.`, 'Pause call', 'call-pause', { call: call.id, session: call.session }), 'aria-label': `Pause call ${call.id}` }, 'Pause');
    const thaw = el('button', { hidden: true, onclick: () => carryOut(() => act('call-thaw', { call: call.id, session: call.session })), 'aria-label': `Thaw call ${call.id}` }, 'Thaw');
    actions.fill = now => {
      const frozen = now.standing?.rung === 'freeze';
      pause.hidden = frozen;
      thaw.hidden = !frozen;
    };
    actions.fill(call);
    actions.append(pause, thaw, el('button', { class: 'danger', 'aria-label': `End call ${call.id}`, onclick: () => confirmed('End this call?',
      `${call.id} in session ${call.session} is ended with all its processes, and nothing else. Its agent is told.`, 'End call', 'call-end', { call: call.id, session: call.session }) }, 'End'));
  }
  return actions;
}

function close(session) {
  return confirmed('Close this session?', `Everything in session ${session.name} is ended: its agent and ${session.running_calls} running calls.`,
    'Close session', 'session-close', { session: session.name });
}

async function change(session) {
  const values = await ask(`Change session ${session.name}`, 'Holds from the next call on; running calls keep what they were granted.', 'Change', [
    el('label', {}, 'Priority', el('select', { name: 'priority' },
      ...['high', 'normal', 'low'].map(name => el('option', { value: name, selected: name === session.priority }, name)))),
    el('label', {}, 'Memory budget', el('input', { name: 'memory', autocomplete: 'off', placeholder: 'such as 1536m or 2g',
      value: session.memory_budget_bytes ? `${Math.round(session.memory_budget_bytes / 2 ** 20)}m` : '' }))]);
  if (values) {
    await carryOut(() => act('session-change', { session: session.name, ...values }));
  }
}
