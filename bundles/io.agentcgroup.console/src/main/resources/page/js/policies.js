// Who decides and who is asked: order, faults, time; start, stop, upload, roll back.

import { look, act, upload } from './api.js';
import { live } from './live.js';
import { cell, el, panel, setText, table } from './dom.js';
import { count, micros, millis, moment } from './format.js';
import { ask, carryOut, confirmed } from './dialog.js';
import { eventList } from './events.js';

const COLUMNS = [['Name'], ['Bundle'], ['State'], ['Ranking', 'n'], ['Asked', 'n'], ['Mean', 'n'], ['Slowest', 'n'], ['Faults', 'n'], ['Actions', 'n']];
const EFFECTS = [['Policy'], ['Calls', 'n'], ['Waited at the gate', 'n'], ['Waited, all together', 'n'], ['Held back', 'n'], ['Ended by AgentCgroup', 'n'], ['Out of memory', 'n'], ['Not well', 'n']];
/** An hour of calls is read for it. */
const EFFECTS_AGAIN_MS = 10000;
/** Bundles come and go within File Install's two seconds; nothing here needs to be faster. */
const AGAIN_MS = 2000;
const WHOSE_WORD = {
  operator: policy => `${policy} was chosen here, by shell or command line: it decides the next call while it is there, after a restart too.`,
  configuration: policy => `The engine's configuration says that ${policy} decides the next call while it is there.`,
  ranking: () => 'The policy with the highest ranking decides the next call.',
};

export default function policiesPage(argument, query, me) {
  const policies = el('tbody');
  const intents = el('tbody');
  const rollBack = el('button', { onclick: () => after(confirmed('Roll back the last switch?', 'Who decided before decides again.', 'Roll back', 'policy-roll-back')) }, 'Roll back');
  const byRanking = el('button', { onclick: () => after(confirmed('Forget the choice?', 'Configuration and ranking say again who decides.', 'Forget the choice', 'policy-reset')) }, 'Forget the choice');
  const file = el('input', { type: 'file', accept: '.jar', 'aria-label': 'Bundle to upload' });
  const send = el('button', { onclick: () => after(offer()) }, 'Upload');
  const events = eventList('console.policy-chosen.policy-fault.provider-fault.policy-fenced.provider-fenced.hint-bad.action', 25);
  const note = el('p', { class: 'soft' }, '');
  const effects = el('tbody', { id: 'effects' });
  const tools = el('div', { class: 'tools' }, rollBack, byRanking, file, send);
  const element = el('div', { class: 'page' },
    panel('Policies', note, table('Policies', COLUMNS, policies)),
    panel('Intent providers', table('Intent providers', COLUMNS, intents)),
    panel('Change', tools),
    panel('The last hour: calls that ended, by the policy that granted them', table('The last hour', EFFECTS, effects)),
    panel('What changed, and what they caused', events.element));
  let last = 0;
  let lastEffects = 0;
  let asking = false;
  if (!me.operate) {
    element.children[2].hidden = true;
  }

  async function after(work) {
    if (await work) {
      await load(false);
    }
  }

  async function offer() {
    if (!file.files.length) {
      return false;
    }
    const sure = await ask('Upload this bundle?', `${file.files[0].name} is code that will run as root in the daemon.`, 'Upload');
    return sure !== null && carryOut(() => upload(file.files[0]));
  }

  async function load(byItself) {
    if (asking) {
      return;
    }
    asking = true;
    last = Date.now();
    try {
      const answer = await look('plugins', {}, byItself);
      policies.replaceChildren(...answer.plugins.filter(one => one.kind === 'policy').map(row));
      intents.replaceChildren(...answer.plugins.filter(one => one.kind === 'intent').map(row));
      setText(note, `${WHOSE_WORD[answer.policy_by](answer.policy)} Running calls keep their limits. Intent providers are asked in this order.`);
      rollBack.disabled = !answer.roll_back;
      byRanking.disabled = answer.policy_by !== 'operator';
      file.hidden = send.hidden = !answer.upload;
    } catch (e) {
      setText(note, e.message);
    } finally {
      asking = false;
    }
  }

  async function loadEffects(byItself) {
    lastEffects = Date.now();
    try {
      const answer = await look('effects', {}, byItself);
      effects.replaceChildren(...answer.rows.length ? answer.rows.map(effectRow) : [el('tr', {}, el('td', { colspan: EFFECTS.length, class: 'soft' }, 'No call has ended.'))]);
    } catch (e) {
      effects.replaceChildren(el('tr', {}, el('td', { colspan: EFFECTS.length, class: 'bad' }, e.message)));
    }
  }

  function row(plugin) {
    const [text, kind] = stateOf(plugin);
    return el('tr', { 'data-plugin': plugin.symbolic_name }, el('th', { scope: 'row' }, plugin.name), cell('Bundle', 'wide', `${plugin.symbolic_name} ${plugin.version}`, ...plugin.uploaded ? [' ', el('span', { class: 'tag' }, 'uploaded')] : []),
      cell('State', kind, text), cell('Ranking', 'n', count(plugin.service_ranking)), cell('Asked', 'n', count(plugin.calls)),
      cell('Mean', 'n', millis(plugin.calls ? plugin.took_us / plugin.calls : undefined)), cell('Slowest', 'n', millis(plugin.calls ? plugin.slowest_us : undefined)),
      el('td', { class: plugin.faults ? 'n bad' : 'n', 'data-label': 'Faults', title: plugin.last_fault }, count(plugin.faults)), actionsOf(plugin));
  }

  function actionsOf(plugin) {
    const cellOfActions = el('td', { class: 'actions' });
    if (me.operate) {
      const button = (text, operation, title, meaning, kind) => el('button', { class: kind, 'aria-label': `${text} ${plugin.symbolic_name}`,
        onclick: () => after(confirmed(title, meaning, text, operation, { bundle: plugin.bundle })) }, text);
      if (plugin.kind === 'policy' && !plugin.decides) {
        cellOfActions.append(button('Use', 'policy-use', 'Let this policy decide?', `${plugin.symbolic_name} decides from the next call on, also after a restart of the daemon.`));
      }
      cellOfActions.append(plugin.answers ? button('Stop', 'plugin-stop', 'Stop this bundle?', `${plugin.symbolic_name} is not asked any more.`, 'danger')
        : button('Start', 'plugin-start', 'Start this bundle?', `${plugin.symbolic_name} is asked again.`));
      if (plugin.uploaded) {
        cellOfActions.append(button('Remove', 'plugin-remove', 'Remove this bundle?', `${plugin.uploaded} is deleted.`, 'danger'));
      }
    }
    return cellOfActions;
  }

  function update() {
    events.update(live.now?.counters.events_total);
    // Not while somebody has a button of the table in focus: its row is made anew.
    if (Date.now() - last > AGAIN_MS && !element.querySelector('tbody :focus') && !document.querySelector('dialog')) {
      load(true);
    }
    if (Date.now() - lastEffects > EFFECTS_AGAIN_MS) {
      loadEffects(true);
    }
  }

  load(false);
  loadEffects(false);
  return { element, update };
}

function stateOf(plugin) {
  if (plugin.fenced) {
    return [`not asked since ${moment(plugin.fenced)}: ${plugin.last_fault ?? 'too many faults'}`, 'bad'];
  }
  if (plugin.decides) {
    return ['decides', 'good'];
  }
  if (plugin.answers) {
    return plugin.kind === 'policy' ? ['stands by', 'soft'] : ['is asked', 'good'];
  }
  return [plugin.state, 'warn'];
}

function effectRow(one) {
  const counts = ['calls', 'waited', 'waited_us', 'held', 'ended', 'oom_killed', 'failed'].map((name, i) => {
    const bad = one[name] > 0 && (name === 'ended' || name === 'oom_killed');
    return cell(EFFECTS[i + 1][0], bad ? 'n bad' : 'n', name === 'waited_us' ? micros(one[name]) : count(one[name]));
  });
  return el('tr', { 'data-policy': one.policy }, el('th', { scope: 'row' }, one.policy), ...counts);
}
