// What happened lately, newest first; asked again only when the journal says that there is more.

import { look } from './api.js';
import { el } from './dom.js';
import { clock, moment } from './format.js';

export function eventList(kinds, limit) {
  const list = el('ol', { class: 'events' }, el('li', { class: 'soft' }, 'Nothing yet.'));
  let seen;
  let asking = false;

  async function load(total) {
    asking = true;
    try {
      const answer = await look('events', { kinds, limit }, true);
      seen = total ?? answer.events_total;
      if (answer.events.length) {
        list.replaceChildren(...answer.events.reverse().map(eventItem));
      }
    } catch (e) {
      // The next one that happens is a reason to ask again.
      seen = total;
    } finally {
      asking = false;
    }
  }

  function update(total) {
    if (total !== seen && total !== undefined && !asking) {
      load(total);
    }
  }

  load();
  return { element: list, update };
}

export function eventItem(event) {
  const bad = event.kind.endsWith('-fault') || event.kind.endsWith('-fenced') || event.kind === 'call-refused';
  return el('li', {}, el('time', { datetime: event.time, title: moment(event.time) }, clock(event.time)),
    el('span', { class: bad ? 'kind bad' : 'kind' }, event.kind), el('span', {}, event.message),
    event.details?.call ? el('a', { class: 'mono', href: `#call/${event.details.call}` }, event.details.call) : null);
}
