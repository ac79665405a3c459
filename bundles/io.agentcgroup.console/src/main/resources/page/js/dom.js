// The only way in which this console makes elements. Strings become text nodes, never markup: what an agent wrote stays text.

/**
 * @param {string} tag
 * @param {Object} [attributes] "on..." are listeners, true and false switch an attribute on and off
 * @param {...(Node|string|number|null|undefined)} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined).map(toNode));
  return element;
}

function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** Sets the text only if it is another one, so that nothing is laid out anew for nothing. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

/** Sets or takes away a class. */
export function setClass(element, name, on) {
  element.classList.toggle(name, Boolean(on));
}

/**
 * Makes the children of a container those of a list, keeping the element of each key, and with it focus and listeners.
 * @param {Element} container
 * @param {Array} items
 * @param {function(*): string} key
 * @param {function(*): Element} create
 * @param {function(Element, *): void} update
 */
export function keyed(container, items, key, create, update) {
  const known = container.keyedElements ??= new Map();
  const wanted = new Set(items.map(key));
  for (const [name, element] of known) {
    if (!wanted.has(name)) {
      element.remove();
      known.delete(name);
    }
  }
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let element = known.get(name);
    if (!element) {
      element = create(item);
      known.set(name, element);
    }
    update(element, item);
    if (element === place) {
      place = place.nextElementSibling;
    } else {
      container.insertBefore(element, place);
    }
  }
}

/** A table with a head; cells that hold numbers have class "n" and are aligned right. */
export function table(label, columns, body = el('tbody')) {
  return el('div', { class: 'scroll' }, el('table', { 'aria-label': label },
    el('thead', {}, el('tr', {}, ...columns.map(([text, kind]) => el('th', { scope: 'col', class: kind }, text)))), body));
}

/** A cell that says, on narrow screens where the head is hidden, what it is. */
export function cell(label, kind = '', ...children) {
  return el('td', { class: kind, 'data-label': label }, ...children);
}

/** A titled part of a page. */
export function panel(title, ...children) {
  return el('section', { class: 'panel', 'aria-label': title }, el('h2', {}, title), ...children);
}

/** Names and values. */
export function facts(pairs) {
  return el('dl', { class: 'facts' }, ...pairs.filter(([, value]) => value !== undefined && value !== null && value !== '')
    .flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}
