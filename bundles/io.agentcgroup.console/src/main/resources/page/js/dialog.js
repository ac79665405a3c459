// Asking before something is done, and saying afterwards that it was.

import { el } from './dom.js';
import { act, Refused } from './api.js';

let fading;

export function say(text, bad = false) {
  const toast = document.getElementById('toast');
  toast.textContent = text;
  toast.className = bad ? 'shown bad' : 'shown';
  clearTimeout(fading);
  fading = setTimeout(() => { toast.className = ''; }, bad ? 10000 : 5000);
}

/** Does it, and says what was done or why not. */
export async function carryOut(work) {
  try {
    const answer = await work();
    say(answer.done);
    return true;
  } catch (e) {
    if (!(e instanceof Refused)) {
      throw e;
    }
    say(e.message, true);
    return false;
  }
}

/**
 * @param {string} title what is about to be done
 * @param {string} text what that means
 * @param {string} verb on the button
 * @param {Array<Node>} fields of a form, with names
 * @returns {Promise<Object|null>} the fields' values, or null
 */
export function ask(title, text, verb, fields = []) {
  return new Promise(resolve => {
    const form = el('form', { method: 'dialog' },
      el('h2', { id: 'dialog-title' }, title), el('p', {}, text), ...fields,
      el('div', { class: 'buttons' },
        el('button', { value: 'cancel', type: 'button', onclick: () => dialog.close('cancel') }, 'Cancel'),
        el('button', { value: 'go', class: 'primary', id: 'confirm' }, verb)));
    const dialog = el('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => {
      resolve(dialog.returnValue === 'go' ? Object.fromEntries(new FormData(form)) : null);
      dialog.remove();
    } }, form);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks, and acts if the answer is yes. */
export async function confirmed(title, text, verb, operation, parameters) {
  return await ask(title, text, verb) !== null && carryOut(() => act(operation, parameters));
}
