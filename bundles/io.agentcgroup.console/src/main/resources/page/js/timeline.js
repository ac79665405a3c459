// When which call ran: a lane a session, a bar a call. The table below has the same as text.

import { el } from './dom.js';
import { clock } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const LANE = 16;
const LEFT = 96;
const AXIS = 18;
const MOST_LANES = 10;

function svg(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

export function timeline() {
  const picture = svg('svg', { 'aria-hidden': 'true', class: 'timeline', focusable: 'false' });
  const element = el('div', { class: 'timeline-box' }, picture);

  function draw(bars) {
    element.hidden = bars.length === 0;
    if (bars.length === 0) {
      return;
    }
    const width = Math.max(280, element.clientWidth);
    const lanes = lanesOf(bars);
    const height = Math.min(lanes.length, MOST_LANES) * LANE + AXIS;
    const from = Math.min(...bars.map(bar => bar.from));
    const to = Math.max(...bars.map(bar => bar.to), from + 1);
    const x = time => LEFT + (time - from) / (to - from) * (width - LEFT - 4);
    picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    picture.setAttribute('height', height);
    picture.replaceChildren(...lanes.slice(0, MOST_LANES).flatMap((name, i) => lane(name, i, width)),
      ...bars.filter(bar => lanes.indexOf(bar.session) < MOST_LANES).map(bar => mark(bar, lanes.indexOf(bar.session), x)), ...axis(from, to, x, height, width));
  }

  return { element, draw };
}

/** Those with most calls first; the rest is in the table only. */
function lanesOf(bars) {
  const counts = new Map();
  bars.forEach(bar => counts.set(bar.session, (counts.get(bar.session) ?? 0) + 1));
  return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a.localeCompare(b));
}

function lane(name, i, width) {
  const shown = name.length > 13 ? `${name.slice(0, 12)}…` : name;
  return [svg('line', { x1: LEFT, x2: width, y1: i * LANE + LANE - 0.5, y2: i * LANE + LANE - 0.5, class: 'lane' }),
    svg('text', { x: 0, y: i * LANE + 12, class: 'lane-name' }, shown)];
}

function mark(bar, lane, x) {
  const link = svg('a', { href: `#call/${encodeURIComponent(bar.id)}`, tabindex: '-1' });
  const rect = svg('rect', { x: x(bar.from), y: lane * LANE + 3, width: Math.max(2, x(bar.to) - x(bar.from)), height: LANE - 6, rx: 1.5, class: bar.kind });
  rect.append(svg('title', {}, `${bar.command}\n${clock(bar.from * 1000)}, ${bar.text}`));
  link.append(rect);
  return link;
}

function axis(from, to, x, height, width) {
  const steps = width < 560 ? 2 : 4;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const time = from + (to - from) * i / steps;
    return svg('text', { x: x(time), y: height - 4, class: 'axis', 'text-anchor': i === 0 ? 'start' : i === steps ? 'end' : 'middle' }, clock(time * 1000));
  });
}
