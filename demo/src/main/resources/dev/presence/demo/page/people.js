// The people: one item each, which turns when they do, and says how long ago they were last seen.

/** How long ago, in words that stay true for a while. */
export function ago(age) {
  const seconds = Math.floor(age / 1000);
  if (seconds < 10) {
    return 'just now';
  }
  if (seconds < 60) {
    return `${seconds - (seconds % 5)} s ago`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** A circle with the first letters of a name, in a colour that is always the same for it. */
export function paintAvatar(element, name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  element.textContent = letters.map((word) => [...word][0]).join('').toUpperCase();
  const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)) % 9973, 7);
  element.style.setProperty('--hue', (sum % 24) * 15);
}

function span(className, text = '') {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

export class People {
  #items = new Map();
  #presence;
  #filter = 'all';
  #wanted = '';
  #me;

  constructor(presence) {
    this.#presence = presence;
  }

  /** Shows these in a list, sorted by name; of those who are only hoped for, whoever has been here. */
  show(list, names) {
    const shown = new Set(names);
    for (const [name, item] of this.#items) {
      if (item.parentNode === list && !shown.has(name)) {
        item.remove();
        this.#items.delete(name);
      }
    }
    for (const name of names) {
      if (!this.#items.has(name)) {
        this.#items.set(name, this.#item(name));
      }
      const item = this.#items.get(name);
      if (item.parentNode !== list) {
        const after = [...list.children].find((other) => other.dataset.user.localeCompare(name) > 0);
        list.insertBefore(item, after ?? null);
      }
      this.update(name);
    }
  }

  #item(name) {
    const item = document.createElement('li');
    item.className = 'person';
    item.dataset.user = name;
    item.dataset.status = 'offline';
    const avatar = span('avatar');
    avatar.setAttribute('aria-hidden', 'true');
    paintAvatar(avatar, name);
    avatar.append(span('dot'));
    const who = span('who');
    who.append(span('name', name), span('state'));
    item.append(avatar, who);
    item.addEventListener('animationend', () => item.classList.remove('turned'));
    return item;
  }

  get me() {
    return this.#me;
  }

  set me(name) {
    const before = this.#me;
    this.#me = name;
    [before, name].filter((one) => this.#items.has(one)).forEach((one) => this.update(one));
  }

  /** Shows what is known of one, and returns whether they came or went. */
  update(name) {
    const item = this.#items.get(name);
    if (item === undefined) {
      return false;
    }
    const status = this.#presence.statuses.get(name);
    const now = status?.status ?? 'offline';
    const turned = item.dataset.status !== now;
    item.dataset.status = now;
    item.dataset.stale = status?.stale === true;
    if (turned && status?.turnedAt !== undefined) {
      item.classList.add('turned');
    }
    const you = name === this.#me ? ' (you)' : '';
    this.#write(item.querySelector('.name'), name + you);
    this.#write(item.querySelector('.state'), this.#words(name, status));
    this.#hide(item);
    return turned;
  }

  #words(name, status) {
    if (status === undefined) {
      return '…';
    }
    if (status.status === 'online') {
      return status.stale ? 'Online when last heard of' : 'Online';
    }
    const age = this.#presence.age(name);
    return age === undefined ? 'Not seen yet' : `Active ${ago(age)}`;
  }

  #write(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  /** Once a second. */
  grow() {
    for (const [name, item] of this.#items) {
      if (item.dataset.status === 'offline') {
        this.#write(item.querySelector('.state'), this.#words(name, this.#presence.statuses.get(name)));
      }
    }
  }

  set filter(filter) {
    this.#filter = filter;
    this.#items.forEach((item) => this.#hide(item));
  }

  set wanted(text) {
    this.#wanted = text.trim().toLowerCase();
    this.#items.forEach((item) => this.#hide(item));
  }

  #hide(item) {
    const {user, status} = item.dataset;
    const isHoped = item.parentNode?.id === 'visitors' && status === 'offline' && this.#presence.age(user) === undefined;
    const fits = (this.#filter === 'all' || this.#filter === status) && user.toLowerCase().includes(this.#wanted);
    item.hidden = isHoped || !fits;
    item.dataset.hoped = isHoped;
  }

  /** Whether of anybody the server knows only how they were some time ago. */
  get isAnyStale() {
    return [...this.#items.values()].some((item) => item.dataset.stale === 'true');
  }

  count(status) {
    return [...this.#items.values()].filter((item) => item.dataset.hoped !== 'true' && item.dataset.status === status).length;
  }
}
