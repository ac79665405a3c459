// Asking and acting. Each act carries the token of this login, which is in this origin's storage and nowhere else.

const TOKEN = 'agentcgroup-token';

export class Refused extends Error {}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (e) {
    throw new Refused('AgentCgroup does not answer');
  }
  if (response.status === 401) {
    toLogin();
    throw new Refused('you are logged out');
  }
  let answer = {};
  try {
    answer = await response.json();
  } catch (e) {
    throw new Refused(`AgentCgroup answers ${response.status}`);
  }
  if (!response.ok) {
    throw new Refused(answer.error ?? `AgentCgroup answers ${response.status}`);
  }
  return answer;
}

export function toLogin() {
  location.assign('/login' + location.hash);
}

/** @param {boolean} byItself whether the page asks, and nobody */
export function look(what, parameters = {}, byItself = false) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString();
  return send(`api/${what}${query ? '?' + query : ''}`, { headers: byItself ? { 'X-AgentCgroup-By-Itself': '1' } : {} });
}

export function act(operation, parameters = {}) {
  return send(`api/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-AgentCgroup-Token': localStorage.getItem(TOKEN) ?? '' },
    body: JSON.stringify(parameters),
  });
}

export function upload(file) {
  return send('api/upload', {
    method: 'POST',
    headers: { 'Content-Type': 'application/java-archive', 'X-AgentCgroup-Token': localStorage.getItem(TOKEN) ?? '' },
    body: file,
  });
}
