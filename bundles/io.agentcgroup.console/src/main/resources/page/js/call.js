// One call: what was asked, by whom it was judged, what it got and why, what it used, what was done to it, what the agent was told.

import { look } from './api.js';
import { live } from './live.js';
import { Chart, color, seriesColor } from './charts.js';
import { el, facts, panel, setText } from './dom.js';
import { byName, bytes, clock, cores, micros, moment, NONE, percent, result, words } from './format.js';
import { callActions } from './sessions.js';
import { eventItem } from './events.js';

export default function callPage(id, query, me) {
  const title = el('h1', {}, 'Call ', el('span', { class: 'mono' }, id));
  const state = el('span', { class: 'tag' });
  const actions = el('span');
  const content = el('div', { class: 'stack' });
  const usage = el('div');
  const chart = new Chart(`Memory of call ${id}`, bytes, 200);
  const curve = panel('Memory', chart.element);
  const element = el('div', { class: 'page' }, el('div', { class: 'title' }, el('a', { href: '#calls' }, '← Calls'), title, state, actions), content);
  let call = null;
  let running = false;
  let events = [];
  let asking = false;
  let shownTimes = 0;

  async function load(byItself) {
    if (asking) {
      return;
    }
    asking = true;
    try {
      const answer = await look('call', { id }, byItself);
      ({ call, running, events } = answer);
      draw();
    } catch (e) {
      content.replaceChildren(el('p', { class: 'bad', role: 'alert' }, e.message));
    } finally {
      asking = false;
    }
  }

  function draw() {
    const [text, kind] = running ? ['running', 'act'] : result(call);
    setText(state, text);
    state.className = `tag ${kind}`;
    actions.replaceChildren(...running ? [callActions(call, me, 'span')] : []);
    content.replaceChildren(
      panel('Command', el('pre', { class: 'command-text', tabindex: '0' }, call.command), facts([['Session', el('a', { href: `#calls?session=${encodeURIComponent(call.session)}` }, call.session)],
        ['Working directory', call.cwd], ['Started as', call.shell || call.kind], ['Hint', call.hint && `${call.hint.text} (${call.hint.source})`],
        ['Began', moment(call.received)], ['Took', call.duration_us === undefined ? undefined : micros(call.duration_us)], ['User', String(call.uid)],
        ['Cut', call.command_truncated ? 'the command was longer than what is kept' : undefined]])),
      el('div', { class: 'columns' }, grantPanel(call), intentsPanel(call)),
      curve,
      el('div', { class: 'columns' }, panel('Evidence', usage), panel('What the agent was told', feedback(call))),
      panel('What was done', steps(call), el('ol', { class: 'events' }, ...events.slice().reverse().map(eventItem))));
    drawUsage(call);
    drawCurve();
  }

  function drawUsage(now) {
    const values = Object.entries(now.usage ?? {}).map(([name, value]) => [words(name), byName(name, value)]);
    const happened = Object.entries(now.events ?? {}).filter(([, value]) => value > 0).map(([name, value]) => [words(name), String(value)]);
    const kernel = Object.entries(now.kernel ?? {}).filter(([, value]) => value > 0).map(([name, value]) => [words(name), byName(name, value)]);
    usage.replaceChildren(facts([...values, ...kernel]), el('h3', {}, 'Events at its limits'), happened.length ? facts(happened) : el('p', { class: 'soft' }, 'none'));
  }

  function drawCurve() {
    const past = kept();
    const points = past ?? live.curves.get(id);
    chart.between = past ? [past[0][0], Math.max(Date.parse(call.ended) / 1000, past[0].at(-1))] : null;
    curve.hidden = !points || points[0].length < 2;
    if (curve.hidden) {
      return;
    }
    const data = [points[0], points[1]];
    const series = [{ label: 'memory', stroke: seriesColor(0), fill: color('series-0-soft') }];
    const limit = call.grant?.limits?.memory_max_bytes;
    if (typeof limit === 'number') {
      data.push(points[0].map(() => limit));
      series.push({ label: 'limit', stroke: color('bad'), dash: [6, 4] });
    }
    chart.draw(data, series, typeof limit === 'number' ? limit * 1.05 : 0, marks());
    chart.describe(`${running ? `now ${bytes(points[1][points[1].length - 1])}` : `at most ${bytes(Math.max(...points[1].filter(Number.isFinite)))}`}, limit ${bytes(limit)}`);
  }

  /** What the daemon kept of a call that has ended; else only what was seen while this page was open is known. */
  function kept() {
    const { at_ms: at, bytes: values } = call.memory_curve ?? {};
    const received = Date.parse(call.received) / 1000;
    return at?.length > 1 ? [at.map(ms => received + ms / 1000), values] : undefined;
  }

  function marks() {
    return (call.explanation?.steps ?? []).map(step => ({ time: Date.parse(step.at) / 1000, text: step.action }));
  }

  function update() {
    if (!live.now) {
      return;
    }
    const now = live.now.calls.find(one => one.id === id);
    if (now && call) {
      call.usage = now.usage;
      call.events = now.events;
      call.standing = now.standing;
      actions.firstChild?.fill?.(now);
      if (now.standing && now.standing.times !== shownTimes) {
        shownTimes = now.standing.times;
        load(true);
      }
      drawUsage(call);
      drawCurve();
    } else if (!now && running) {
      load(true);
    }
  }

  load(false);
  return { element, update, leave: () => chart.destroy() };
}

function grantPanel(call) {
  const grant = call.grant ?? { limits: {} };
  return panel('Grant', el('p', {}, grant.reason || NONE), facts([['Policy', grant.policy], ['Placement', grant.placement],
    ...Object.entries(grant.limits ?? {}).filter(([, value]) => typeof value !== 'object').map(([name, value]) => [words(name), byName(name, value)])]));
}

function intentsPanel(call) {
  const intents = call.intents ?? [];
  const explanation = call.explanation;
  return panel('Intents', intents.length === 0 ? el('p', { class: 'soft' }, 'No provider said anything.') : el('table', { 'aria-label': 'Intents' },
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Provider'), el('th', { scope: 'col', class: 'n' }, 'Memory'), el('th', { scope: 'col', class: 'n' }, 'Sure'), el('th', { scope: 'col' }, 'Why'))),
    el('tbody', {}, ...intents.map(intent => el('tr', {}, el('th', { scope: 'row' }, intent.provider), el('td', { class: 'n' }, bytes(intent.memory_bytes)),
      el('td', { class: 'n' }, percent(intent.confidence)), el('td', {}, [intent.reason, ...(intent.notices ?? [])].filter(Boolean).join('; ')))))),
  explanation?.weighed?.length ? el('ol', { class: 'plain' }, ...explanation.weighed.map(text => el('li', {}, text))) : null,
  typeof explanation?.trust === 'number' ? el('p', { class: 'soft' }, `What this session declares is believed by ${percent(explanation.trust)}.`) : null);
}

function feedback(call) {
  const lines = call.feedback ?? [];
  return lines.length === 0 ? el('p', { class: 'soft' }, 'Nothing.') : el('ul', { class: 'told' }, ...lines.map(line => el('li', {}, line)));
}

function steps(call) {
  const done = call.explanation?.steps ?? [];
  return done.length === 0 ? null : el('ol', { class: 'events' }, ...done.map(step => el('li', {}, el('time', { datetime: step.at, title: moment(step.at) }, clock(step.at)),
    el('span', { class: 'kind' }, step.action), el('span', {}, `${step.policy}: ${step.reason}`))));
}
