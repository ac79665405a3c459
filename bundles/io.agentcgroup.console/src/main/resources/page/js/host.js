// The host: tier and reasons, who uses what, pressure, the queue at the gate, and what was done lately.

import { look } from './api.js';
import { live } from './live.js';
import { Chart, color, seriesColor, stacked, SERIES } from './charts.js';
import { cell, el, facts, keyed, panel, setClass, setText, table } from './dom.js';
import { bytes, cores, count, moment, NONE, percent, seconds } from './format.js';
import { eventList } from './events.js';

/** Nothing is drawn as if it were much. */
const LEAST_CORES = 0.1;
/** More sessions than colours: those that use least are drawn as one. */
const OTHERS = 'others';

export default function hostPage() {
  const tiles = {
    health: tile('Health'), tier: tile('Tier'), memory: tile('Memory of all sessions'), cpu: tile('CPU of all sessions'),
    pressure: tile('Memory pressure'), calls: tile('Calls running'), waiting: tile('Waiting at the gate'),
  };
  const memory = stackedPanel('Memory by session', 'memory', bytes);
  const cpu = stackedPanel('CPU by session', 'cores', value => value.toFixed(2));
  const pressure = new Chart('Pressure, share of time in which some task waited', percent, 150);
  const pressureLegend = el('ul', { class: 'legend' });
  const queue = el('tbody');
  const ladder = el('tbody');
  const tiers = el('div');
  const health = healthList(tiles.health);
  const events = eventList('action.console.policy-fault.provider-fault.policy-fenced.session-opened.session-closed.session-changed.call-ended.call-refused', 12);
  const element = el('div', { class: 'page' },
    el('h1', { class: 'hidden' }, 'Host'),
    el('div', { class: 'tiles' }, ...Object.values(tiles).map(one => one.element)),
    el('div', { class: 'columns' }, memory.element, cpu.element),
    el('div', { class: 'columns' },
      panel('Pressure', pressure.element, pressureLegend),
      el('div', { class: 'stack' },
        panel('Queue at the gate', table('Queue at the gate', [['Call'], ['Session'], ['Waits for', 'n'], ['Why']], queue)),
        panel('On the ladder now', table('On the ladder now', [['Call'], ['Session'], ['Rung'], ['Held', 'n']], ladder)))),
    el('div', { class: 'columns' }, panel('Lately', events.element),
      el('div', { class: 'stack' }, panel('Health', health.element), panel('Tiers of this host', tiers))));

  health.update();
  let host = null;
  look('host').then(answer => {
    host = answer;
    setText(tiles.tier.value, answer.tier);
    setText(tiles.tier.note, answer.missing.length ? `missing: ${answer.missing.join(', ')}` : answer.tier_reason);
    setClass(tiles.tier.element, 'bad', answer.missing.length > 0);
    tiers.append(tierList(answer));
  }, e => setText(tiles.tier.note, e.message));

  function update() {
    const now = live.now;
    if (!now) {
      return;
    }
    const used = now.usage.memory_current_bytes;
    const budget = host?.budget_bytes;
    setText(tiles.memory.value, bytes(used));
    setText(tiles.memory.note, typeof used !== 'number' ? 'not measured on this tier' : budget ? `of ${bytes(budget)} budget, peak ${bytes(now.usage.memory_peak_bytes)}` : 'no budget');
    setText(tiles.cpu.value, cores(now.rates.cores));
    setText(tiles.cpu.note, `${now.sessions.length} ${now.sessions.length === 1 ? 'session' : 'sessions'}`);
    setText(tiles.pressure.value, percent(now.rates.memoryStall));
    setText(tiles.pressure.note, `all tasks waiting: ${percent(now.rates.memoryFullStall)}`);
    setClass(tiles.pressure.element, 'warn', now.rates.memoryStall > 0.1);
    setText(tiles.calls.value, now.calls.length);
    setText(tiles.calls.note, `${count(now.counters.calls_total)} ended, ${count(now.counters.calls_oom_killed_total)} out of memory`);
    const waiting = now.waiting ?? [];
    setText(tiles.waiting.value, waiting.length);
    setText(tiles.waiting.note, waiting.length ? 'see the queue below' : 'everybody is let in at once');
    memory.draw(budget);
    cpu.draw();
    drawPressure(pressure, pressureLegend);
    rows(queue, waiting, 'Nobody waits.', queueRow);
    rows(ladder, now.calls.filter(held), 'No call is held back.', ladderRow);
    events.update(now.counters.events_total);
    health.update();
  }

  return { element, update, leave: () => [memory.chart, cpu.chart, pressure].forEach(chart => chart.destroy()) };
}

/** Asked for now and then while somebody looks: a check writes to the disk. */
const HEALTH_EVERY_MS = 10_000;

const LEVELS = { ok: ['all is well', 'good'], warning: ['look at it', 'warn'], critical: ['critical', 'bad'] };

/** What the health checks found, and the tile that says the worst of it. */
function healthList(summary) {
  const body = el('tbody');
  const element = table('Health', [['Check'], ['Level'], ['What was found']], body);
  body.id = 'health';
  let asked = -Infinity;

  function show(answer) {
    const bad = answer.checks.filter(one => one.level !== 'ok');
    setText(summary.value, LEVELS[answer.level][0]);
    setText(summary.note, bad.length ? bad.map(one => one.name).join(', ') : `${answer.checks.length} checks`);
    setClass(summary.element, 'warn', answer.level === 'warning');
    setClass(summary.element, 'bad', answer.level === 'critical');
    body.replaceChildren(...answer.checks.map(one => el('tr', {}, cell('Check', 'name', one.name), cell('Level', `name ${LEVELS[one.level][1]}`, one.level),
      cell('What was found', '', one.reason))));
  }

  function update() {
    if (performance.now() - asked > HEALTH_EVERY_MS) {
      asked = performance.now();
      look('health', {}, true).then(show, e => setText(summary.note, e.message));
    }
  }

  return { element, update };
}

export function held(call) {
  return call.standing && call.standing.rung !== 'free';
}

function tile(title) {
  const value = el('strong', {}, NONE);
  const note = el('small', {}, '');
  return { element: el('div', { class: 'tile' }, el('span', {}, title), value, note), value, note };
}

function rows(body, items, nothing, row) {
  if (items.length === 0) {
    items = [{ id: '-nothing-' }];
    row = () => el('tr', {}, el('td', { colspan: 4, class: 'soft' }, nothing));
  }
  // Few, and seldom: they are made anew.
  body.replaceChildren(...items.map(row));
}

function queueRow(entry) {
  return el('tr', {}, cell('Call', 'mono', entry.id), cell('Session', '', entry.session), cell('Waits for', 'n', seconds(entry.waited_s)), cell('Why', '', entry.reason ?? ''));
}

function ladderRow(call) {
  return el('tr', {}, cell('Call', 'mono', el('a', { href: `#call/${call.id}` }, call.id)), cell('Session', '', call.session),
    cell('Rung', 'warn', call.standing.rung.replace('_', ' ')), cell('Held', 'n', seconds(call.standing.held_s)));
}

function tierList(host) {
  return el('div', {},
    el('table', { 'aria-label': 'Tiers' }, el('tbody', {}, ...host.tiers.map(tier => el('tr', {},
      el('th', { scope: 'row', class: 'name' }, tier.name),
      el('td', { class: tier.name === host.tier ? 'name good' : 'name soft' }, tier.name === host.tier ? 'in use' : tier.available ? 'available' : 'not here'),
      el('td', {}, tier.reason))))),
    facts([['Root', host.root], ['Controllers', host.controllers?.join(', ') || 'none'], ['Kernel', host.kernel],
      ['Memory of the host', host.host_memory_bytes && bytes(host.host_memory_bytes)]]));
}

/** A chart of one value of all sessions on top of each other, with a legend that has the numbers. */
function stackedPanel(title, value, format) {
  const chart = new Chart(title, format, 220);
  const legend = el('ul', { class: 'legend' });
  const nothing = el('p', { class: 'soft' }, 'Not measured here: this host gives no memory controller, so the tier is observe.');
  nothing.hidden = true;
  const colors = new Map();

  function draw(budget) {
    const names = drawnNames(value);
    const known = value !== 'memory' || live.now.sessions.length === 0
      || live.now.sessions.some(session => typeof session.usage.memory_current_bytes === 'number');
    nothing.hidden = known;
    chart.element.hidden = !known;
    if (!known) {
      return;
    }
    const times = live.history.map(one => one.time);
    const parts = names.map(name => ({ name, color: colorOf(name), values: live.history.map(one => valueOf(one, name, names, value)) }));
    const { data, series } = stacked(times, parts);
    if (budget) {
      data.push(times.map(() => budget));
      series.push({ label: 'budget', stroke: color('bad'), dash: [6, 4], width: 1.5 });
    }
    chart.draw(data, series, budget ? budget * 1.05 : value === 'cores' ? LEAST_CORES : 0);
    const entries = parts.map(part => ({ ...part, now: part.values[part.values.length - 1] })).reverse();
    keyed(legend, entries, entry => entry.name, legendEntry, (item, entry) => {
      item.firstChild.style.background = entry.color;
      setText(item.lastChild, value === 'memory' ? bytes(entry.now) : cores(entry.now));
    });
    chart.describe(entries.map(entry => `${entry.name} ${format(entry.now ?? 0)}`).join(', ') || 'no sessions');
  }

  /** A session keeps its colour while the page is open. */
  function colorOf(name) {
    if (name === OTHERS) {
      return color('others');
    }
    if (!colors.has(name)) {
      colors.set(name, colors.size);
    }
    return seriesColor(colors.get(name));
  }

  return { element: panel(title, chart.element, nothing, legend), chart, draw };
}

function legendEntry(entry) {
  return el('li', {}, el('i', { class: 'swatch' }), el('span', {}, entry.name), el('b', {}, ''));
}

function drawnNames(value) {
  const sessions = [...live.history[live.history.length - 1].sessions].map(([name, one]) => [name, one[value] ?? 0]);
  if (sessions.length <= SERIES) {
    return sessions.map(([name]) => name).sort();
  }
  const most = sessions.sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, SERIES - 1).map(([name]) => name).sort();
  return [OTHERS, ...most];
}

function valueOf(one, name, names, value) {
  if (name !== OTHERS) {
    return one.sessions.get(name)?.[value] ?? 0;
  }
  let sum = 0;
  for (const [other, session] of one.sessions) {
    sum += names.includes(other) ? 0 : session[value] ?? 0;
  }
  return sum;
}

const PRESSURES = [['memory, some tasks', 'memoryStall', 0], ['memory, all tasks', 'memoryFullStall', 5], ['CPU, some tasks', 'cpuStall', 2], ['I/O, some tasks', 'ioStall', 3]];

function drawPressure(chart, legend) {
  const times = live.history.map(one => one.time);
  chart.draw([times, ...PRESSURES.map(([, name]) => live.history.map(one => one.rates[name] ?? null))],
    PRESSURES.map(([label, , index]) => ({ label, stroke: seriesColor(index) })), 0.1);
  keyed(legend, PRESSURES, ([label]) => label, ([label]) => legendEntry({ name: label }), (item, [, name, index]) => {
    item.firstChild.style.background = seriesColor(index);
    setText(item.lastChild, percent(live.now.rates[name]));
  });
  chart.describe(PRESSURES.map(([label, name]) => `${label} ${percent(live.now.rates[name])}`).join(', '));
}
