// Which page is shown, and what stands above all of them.

import { look } from './api.js';
import { live, start } from './live.js';
import { setText } from './dom.js';
import { say } from './dialog.js';
import hostPage from './host.js';
import sessionsPage from './sessions.js';
import callsPage from './calls.js';
import callPage from './call.js';
import policiesPage from './policies.js';

const PAGES = { host: hostPage, sessions: sessionsPage, calls: callsPage, call: callPage, policies: policiesPage };
const main = document.getElementById('main');
let shown = null;

/** What somebody may do; filled in before the first page is shown. */
export const me = { user: '', operate: false };

function show() {
  const [path, query] = location.hash.slice(1).split('?');
  const [name, argument] = path.split('/');
  const make = PAGES[name] ?? PAGES.host;
  shown?.leave?.();
  main.replaceChildren();
  shown = make(decodeURIComponent(argument ?? ''), new URLSearchParams(query ?? ''), me);
  main.append(shown.element);
  const current = name === 'call' ? 'calls' : PAGES[name] ? name : 'host';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${current}`) {
      link.setAttribute('aria-current', 'page');
      document.title = `${link.textContent} - AgentCgroup`;
    } else {
      link.removeAttribute('aria-current');
    }
  }
  shown.update?.();
}

function update() {
  const state = document.getElementById('live');
  setText(state, live.connected ? 'live' : 'not connected');
  state.classList.toggle('off', !live.connected);
  shown?.update?.();
}

async function begin() {
  start();
  Object.assign(me, await look('me'));
  document.getElementById('who').textContent = `${me.user} (${me.operate ? 'operate' : 'view'})`;
  document.getElementById('felix').hidden = !me.operate;
  document.getElementById('skip').addEventListener('click', event => {
    event.preventDefault();
    main.focus();
  });
  addEventListener('hashchange', show);
  live.listeners.add(update);
  show();
}

begin().catch(e => say(e.message, true));
