// The one stream that all pages live from, what can be reckoned from two moments of it, and what was seen since the page was opened.

import { look } from './api.js';

/** Ten minutes of two moments a second. */
const MOST_MOMENTS = 1200;
/** Rates are taken over so many moments: two seconds. */
const RATE_OVER = 4;

export const live = {
  now: null,
  connected: false,
  /** Of each moment: time in s, cores, memory, pressures, and both by session. */
  history: [],
  /** By call: [time in s, bytes] as long as it runs and this page is open. */
  curves: new Map(),
  listeners: new Set(),
};

const recent = [];

let source = null;

/** A page that nobody sees has no stream: it costs the host nothing, and takes none of the few connections that a browser makes. */
export function start() {
  addEventListener('pagehide', stop);
  document.addEventListener('visibilitychange', () => document.hidden ? stop() : connect());
  addEventListener('pageshow', connect);
  connect();
}

function stop() {
  source?.close();
  source = null;
  recent.length = 0;
}

function connect() {
  if (source || document.hidden) {
    return;
  }
  source = new EventSource('live');
  source.onmessage = event => take(JSON.parse(event.data));
  source.onopen = () => connected(true);
  source.onerror = () => {
    connected(false);
    if (source?.readyState === EventSource.CLOSED) {
      stop();
      // The browser does not say why. If it is the login, the next question leads there.
      setTimeout(() => look('me', {}, true).then(connect, () => setTimeout(connect, 2000)), 500);
    }
  };
}

function connected(yes) {
  live.connected = yes;
  tell();
}

function tell() {
  live.listeners.forEach(listener => listener());
}

function take(moment) {
  recent.push(moment);
  if (recent.length > RATE_OVER + 1) {
    recent.shift();
  }
  live.now = moment;
  live.connected = true;
  reckon(moment, recent[0]);
  remember(moment);
  tell();
}

function rate(now, before, name, seconds) {
  const a = now?.[name];
  const b = before?.[name];
  return typeof a === 'number' && typeof b === 'number' && seconds > 0 ? Math.max(0, a - b) / 1e6 / seconds : undefined;
}

function rates(usage, before, seconds) {
  return {
    cores: rate(usage, before, 'cpu_usage_us', seconds),
    memoryStall: rate(usage, before, 'memory_stall_some_us', seconds),
    memoryFullStall: rate(usage, before, 'memory_stall_full_us', seconds),
    cpuStall: rate(usage, before, 'cpu_stall_some_us', seconds),
    ioStall: rate(usage, before, 'io_stall_some_us', seconds),
  };
}

/** Adds "rates" to the host, each session, its agent and background, and each call. */
function reckon(moment, before) {
  const seconds = (moment.time_ms - before.time_ms) / 1000;
  moment.rates = rates(moment.usage, before.usage, seconds);
  const sessions = new Map(before.sessions.map(session => [session.name, session]));
  for (const session of moment.sessions) {
    const earlier = sessions.get(session.name);
    session.rates = rates(session.usage, earlier?.usage, seconds);
    session.agentRates = rates(session.agent_usage, earlier?.agent_usage, seconds);
    session.backgroundRates = rates(session.background_usage, earlier?.background_usage, seconds);
  }
  const calls = new Map(before.calls.map(call => [call.id, call]));
  for (const call of moment.calls) {
    call.rates = rates(call.usage, calls.get(call.id)?.usage, seconds);
  }
}

function remember(moment) {
  const time = moment.time_ms / 1000;
  live.history.push({
    time,
    memory: moment.usage.memory_current_bytes,
    rates: moment.rates,
    sessions: new Map(moment.sessions.map(session => [session.name, { memory: session.usage.memory_current_bytes, cores: session.rates.cores }])),
  });
  if (live.history.length > MOST_MOMENTS) {
    live.history.shift();
  }
  for (const call of moment.calls) {
    if (typeof call.usage.memory_current_bytes === 'number') {
      const curve = live.curves.get(call.id) ?? [[], []];
      live.curves.set(call.id, curve);
      if (curve[0].length < MOST_MOMENTS * 4) {
        curve[0].push(time);
        curve[1].push(call.usage.memory_current_bytes);
      }
    }
  }
  // Of calls that are long over, the oldest are forgotten.
  while (live.curves.size > 400) {
    live.curves.delete(live.curves.keys().next().value);
  }
}
