// Logging in by hand of a script, because the token that comes back belongs into this origin's storage: unlike a cookie, no
// other port of this host gets to see it.
const form = document.getElementById('login');
const message = document.getElementById('message');

form.addEventListener('submit', async event => {
  event.preventDefault();
  const button = document.getElementById('submit');
  button.disabled = true;
  message.textContent = '';
  try {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: form.elements.name.value, password: form.elements.password.value }),
    });
    const answer = await response.json();
    if (response.ok) {
      localStorage.setItem('agentcgroup-token', answer.token);
      location.assign(answer.to + location.hash);
      return;
    }
    message.textContent = answer.error;
  } catch (e) {
    message.textContent = 'AgentCgroup does not answer';
  }
  button.disabled = false;
  form.elements.password.select();
});
