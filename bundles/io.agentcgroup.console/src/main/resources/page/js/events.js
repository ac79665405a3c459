// What happened lately, newest first; asked again only when the journal says that there is more.

import { look } from './api.js';
import { el } from './dom.js';
import { clock, moment } from './format.js';

export function eventList(kinds, limit) {
  const list = el('ol', { class: 'events' }, el('li', { class: 'soft' }, 'Nothing yet.'));
  let seen = -1;
  let asking = false;

  async function update(total) {
    if (total === seen || total === undefined || asking) {
      return;
    }
    asking = true;
    seen = total;
    try {
      const { events } = await look('events', { kinds, limit }, true);
      if (events.length) {
        list.replaceChildren(...events.reverse().map(eventItem));
      }
    } finally {
      asking = false;
    }
  }

  return { element: list, update };
}

export function eventItem(event) {
  const bad = event.kind.endsWith('-fault') || event.kind.endsWith('-fenced') || event.kind === 'call-refused';
  return el('li', {}, el('time', { datetime: event.time, title: moment(event.time) }, clock(event.time)),
    el('span', { class: bad ? 'kind bad' : 'kind' }, event.kind), el('span', {}, event.message),
    event.details?.call ? el('a', { class: 'mono', href: `#call/${event.details.call}` }, event.details.call) : null);
}
