// Units, the same on every page: sizes in powers of 1024, CPU in cores, shares in percent.

export const NONE = '–';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** As Quantity.formatBytes of the command line. */
export function bytes(value) {
  if (value === 'max') {
    return 'no limit';
  }
  if (typeof value !== 'number') {
    return NONE;
  }
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const whole = Number.isInteger(value) || value >= 100;
  return `${whole ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function seconds(value) {
  if (typeof value !== 'number') {
    return NONE;
  }
  if (value < 1) {
    return `${(value * 1000).toFixed(0)} ms`;
  }
  if (value < 60) {
    return `${value.toFixed(1)} s`;
  }
  const minutes = Math.floor(value / 60);
  return minutes < 60 ? `${minutes} min ${Math.floor(value % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function millis(us) {
  return typeof us === 'number' ? `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms` : NONE;
}

export function micros(value) {
  return typeof value === 'number' ? seconds(value / 1e6) : NONE;
}

export function cores(value) {
  return typeof value === 'number' ? `${value.toFixed(2)} cores` : NONE;
}

export function percent(share) {
  return typeof share === 'number' ? `${(share * 100).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %` : NONE;
}

export function count(value) {
  return typeof value === 'number' ? String(value) : NONE;
}

export function clock(iso) {
  return iso ? new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }) : NONE;
}

export function moment(iso) {
  if (!iso) {
    return NONE;
  }
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock(iso) : `${date.toLocaleDateString([], { year: 'numeric', month: '2-digit', day: '2-digit' })} ${clock(iso)}`;
}

/** How a call ended, in words, and whether that is good: "good", "warn" or "bad". */
export function result(call) {
  switch (call.end) {
    case 'oom_killed': return ['out of memory', 'bad'];
    case 'ended': return ['ended by AgentCgroup', 'bad'];
    case 'not_started': return ['not started', 'bad'];
    case 'unseen': return ['end not seen', 'warn'];
    default:
      if (typeof call.signal === 'number') {
        return [`signal ${call.signal}`, 'warn'];
      }
      return call.exit_code ? [`exit ${call.exit_code}`, 'warn'] : ['done', 'good'];
  }
}

/** memory_max_bytes -> memory max */
export function words(name) {
  return name.replace(/_(bytes|us|s)$/, '').replaceAll('_', ' ');
}

/** A value by the unit that its name ends in. */
export function byName(name, value) {
  if (name.endsWith('_bytes')) {
    return bytes(value);
  }
  if (name.endsWith('_us')) {
    return value === 'max' ? 'no limit' : micros(value);
  }
  if (name.endsWith('_s') && typeof value === 'number') {
    return seconds(value);
  }
  return value === 'max' ? 'no limit' : String(value);
}
