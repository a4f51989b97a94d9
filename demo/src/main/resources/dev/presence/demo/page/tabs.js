// The tabs of this browser: each tells the others once a second what it is, and does what it is told.

const SILENCE = 3_500;
const HIDDEN_SILENCE = 90_000; // browsers slow the timers of hidden tabs down

export class Tabs {
  #channel = new BroadcastChannel('presence-demo');
  #tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
  #others = new Map();
  #list;
  #own;
  #act;

  /** Lists them; own() says what this one is, act(command) does what another asks for. */
  constructor(list, own, act) {
    this.#list = list;
    this.#own = own;
    this.#act = act;
    this.#channel.onmessage = ({data}) => this.#onMessage(data);
    addEventListener('pagehide', () => this.#channel.postMessage({kind: 'gone', tab: this.#tab}));
    document.addEventListener('visibilitychange', () => this.tell());
    this.#channel.postMessage({kind: 'who', tab: this.#tab});
  }

  #onMessage(message) {
    if (message.kind === 'gone') {
      this.#others.delete(message.tab);
    } else if (message.kind === 'who') {
      this.tell();
    } else if (message.kind === 'am') {
      this.#others.set(message.tab, {...message, heardAt: performance.now()});
    } else if (message.kind === 'do' && message.tab === this.#tab) {
      this.#act(message.command);
    }
    this.#draw();
  }

  tell() {
    const own = this.#own();
    if (own.user !== undefined) {
      this.#channel.postMessage({kind: 'am', tab: this.#tab, hidden: document.hidden, ...own});
    }
    this.#draw();
  }

  /** Whether another tab of a user beats. */
  beatsElsewhere(user) {
    return this.#live().some((other) => other.user === user && other.state === 'online');
  }

  #live() {
    const now = performance.now();
    return [...this.#others.values()].filter(
      (other) => now - other.heardAt < (other.hidden ? HIDDEN_SILENCE : SILENCE),
    );
  }

  #draw() {
    const own = this.#own();
    const rows = own.user === undefined ? [] : [{...own, tab: this.#tab, isOwn: true}, ...this.#live()];
    const known = new Map([...this.#list.children].map((row) => [row.dataset.tab, row]));
    rows.forEach((tab) => {
      const row = known.get(tab.tab) ?? this.#row(tab);
      known.delete(tab.tab);
      row.dataset.state = tab.state;
      const where = tab.isOwn ? 'this tab' : 'another tab';
      const name = `${tab.user}, ${where}`;
      if (row.firstChild.textContent !== name) {
        row.firstChild.textContent = name;
      }
      const state = {online: 'beating', left: 'left', crashed: 'crashed'}[tab.state];
      if (row.children[1].textContent !== state) {
        row.children[1].textContent = state;
      }
      row.querySelectorAll('button').forEach((button) => {
        button.hidden = tab.state !== 'online';
        button.setAttribute('aria-label', `${button.textContent} ${name}`);
      });
    });
    known.forEach((row) => row.remove());
  }

  #row(tab) {
    const row = document.createElement('li');
    row.dataset.tab = tab.tab;
    const name = document.createElement('span');
    name.className = 'name';
    const state = document.createElement('span');
    state.className = 'muted';
    row.append(name, state);
    if (!tab.isOwn) {
      row.append(this.#button(tab.tab, 'Leave', 'leave'), this.#button(tab.tab, 'Crash', 'crash'));
    }
    this.#list.append(row);
    return row;
  }

  #button(tab, text, command) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => this.#channel.postMessage({kind: 'do', tab, command}));
    return button;
  }
}
