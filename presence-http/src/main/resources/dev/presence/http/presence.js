// The browser client of Presence: says that somebody is here, and shows who else is. No dependencies and no build step; the
// types are in presence.d.ts, the reasons in RATIONALE.md under "The browser client".

const FIRST_BACK_OFF = 1000; // all times in milliseconds
const LAST_BACK_OFF = 30_000;
const FIRST_INTERVAL = 10_000; // until the server has said when to beat
const BEAT_LIMIT = 10_000;
const READ_LIMIT = 10_000;
const POLL_LIMIT = 40_000; // the server answers within 25 s
const POLL_PAUSE = 200; // so that what happens together comes together
const STREAM_LIMIT = 10_000; // a stream that is silent for so long at first is held back on the way
const HIDDEN_LIMIT = 10_000; // after which a hidden page lets its stream go
const ASK_WITHIN = 1500;
const ASK_AT_ONCE = 50;

/** What the server refused, and why. */
export class PresenceProblem extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.name = 'PresenceProblem';
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether it is useless to ask again. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

/** Waits that grow with each failure, and are never as long as those of others. */
class BackOff {
  #failures = 0;

  reset() {
    this.#failures = 0;
  }

  next(longest) {
    const wait = Math.min(longest, FIRST_BACK_OFF * 2 ** this.#failures++);
    return wait / 2 + Math.random() * (wait / 2);
  }

  /** What the server asked for goes before. */
  after(failure, longest = LAST_BACK_OFF) {
    const own = this.next(longest);
    return failure?.retryAfter === undefined ? own : failure.retryAfter + Math.random() * FIRST_BACK_OFF;
  }
}

/** The server's time, whatever the clock of this machine says. */
class ServerClock {
  #ahead; // of performance.now()

  /** A stamp is no newer than now, so of all of them the one that came fastest is the best. */
  hear(stamp, isNow) {
    const ahead = Date.parse(stamp) - performance.now();
    const steppedBack = isNow && ahead < this.#ahead - 5000;
    if (this.#ahead === undefined || ahead > this.#ahead || steppedBack) {
      this.#ahead = ahead;
    }
  }

  now() {
    return this.#ahead === undefined ? Date.now() : performance.now() + this.#ahead;
  }
}

/** The calls. */
class Calls {
  #base;
  #parameters;
  #credentials;
  #headers;

  constructor({base = new URL('.', import.meta.url).href, parameters = {}, headers, credentials = 'same-origin'}) {
    this.#base = base.endsWith('/') ? base : base + '/';
    this.#parameters = parameters;
    this.#credentials = credentials;
    this.#headers = headers;
  }

  url(path, query = {}) {
    const pairs = Object.entries({...query, ...this.#parameters})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => name + '=' + [value].flat().map(encodeURIComponent).join(','));
    return this.#base + path + (pairs.length ? '?' + pairs.join('&') : '');
  }

  /** Only what sets headers of its own is not for event sources and beacons. */
  get isPlain() {
    return this.#headers === undefined;
  }

  stream(path, query) {
    return new EventSource(this.url(path, query), {withCredentials: this.#credentials === 'include'});
  }

  async send(path, query, abort, limit, init = {}) {
    const timer = setTimeout(() => abort.abort(), limit);
    try {
      const answer = await fetch(this.url(path, query), {...this.#init(init), signal: abort.signal});
      const body = await answer.text();
      if (!answer.ok) {
        throw problem(answer, body);
      }
      return {headers: answer.headers, body};
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends what is to arrive although the page goes. */
  sendLast(path, query) {
    if (!this.isPlain || !navigator.sendBeacon(this.url(path, query))) {
      fetch(this.url(path, query), this.#init({method: 'POST', keepalive: true})).catch(() => {});
    }
  }

  #init(init) {
    const headers = {...this.#headers?.(), ...init.headers};
    return {cache: 'no-store', credentials: this.#credentials, ...init, headers};
  }
}

function problem(answer, body) {
  const seconds = Number(answer.headers.get('Retry-After') ?? NaN);
  let detail = answer.statusText;
  try {
    detail = JSON.parse(body).detail ?? detail;
  } catch {
    // not from the presence servlet
  }
  return new PresenceProblem(answer.status, detail, Number.isFinite(seconds) ? seconds * 1000 : undefined);
}

/** Not crypto.randomUUID(), which pages without TLS do not have. */
function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The beats of one session after another. */
class Beats {
  session;
  #calls;
  #told;
  #backOff = new BackOff();
  #pace = FIRST_INTERVAL;
  #abort;
  #timer;
  #dueAt = 0;

  constructor(calls, told) {
    this.#calls = calls;
    this.#told = told;
  }

  start() {
    if (this.session === undefined) {
      this.session = newSession();
      this.#beat();
    }
  }

  /** Says no more. */
  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort(); // or a beat on its way could overtake the end of the session
    this.session = undefined;
  }

  end() {
    const session = this.session;
    this.stop();
    if (session !== undefined) {
      this.#calls.sendLast('disconnect', {session});
    }
  }

  /** Makes up for beats that were put off. */
  wake() {
    if (this.session !== undefined && performance.now() >= this.#dueAt) {
      this.#beat();
    }
  }

  async #beat() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const session = this.session;
    const abort = (this.#abort = new AbortController());
    this.#dueAt = Infinity; // not again while this one is under way
    let wait;
    let failure;
    try {
      const headers = {'Presence-Session': session};
      const answer = await this.#calls.send('heartbeat', {}, abort, BEAT_LIMIT, {method: 'POST', headers});
      wait = Number(answer.headers.get('Presence-Next-Heartbeat')) || FIRST_INTERVAL;
      this.#pace = Math.max(wait, this.#pace * 0.9); // hints are shorter in a crowd
      this.#backOff.reset();
    } catch (e) {
      failure = e;
    }
    if (this.#abort !== abort || this.session !== session) {
      return;
    }
    if (failure instanceof PresenceProblem && failure.isFinal) {
      this.stop();
      this.#told.refused(failure);
      return;
    }
    this.#wait(wait ?? this.#backOff.after(failure, this.#pace));
    this.#told.beat(failure === undefined);
  }

  #wait(wait) {
    const from = performance.now();
    this.#dueAt = from + wait;
    this.#timer = setTimeout(() => {
      // The browser slows the timers of a hidden page down. To lapse and be back with each beat would be worse than to lapse.
      const isSlowed = document.hidden && performance.now() - from > 2 * this.#pace;
      if (isSlowed) {
        this.#wait(this.#pace);
        this.#dueAt = from + wait;
      } else {
        this.#beat();
      }
    }, wait);
  }
}

/** Who is watched, and what was told of them: by a stream, or by long poll where a stream is not to be had. */
class Roster {
  statuses = new Map();
  #calls;
  #clock;
  #told;
  #backOff = new BackOff();
  #transport;
  #streamed = false; // at least once
  #isOpen = false;
  #ids = [];
  #place; // after what was told so far: a connection can go on there
  #source;
  #abort;
  #timer;
  #unseen = new Set(); // those who went, and when were they last seen?
  #askTimer;

  constructor(calls, clock, transport, told) {
    this.#calls = calls;
    this.#clock = clock;
    this.#told = told;
    const hasStreams = typeof EventSource === 'function' && calls.isPlain;
    this.#transport = transport === 'auto' && !hasStreams ? 'poll' : transport;
  }

  watch(ids) {
    this.#ids = [...new Set(ids)];
    const watched = new Set(this.#ids);
    [...this.statuses.keys()].filter((user) => !watched.has(user)).forEach((user) => this.statuses.delete(user));
    this.reopen();
  }

  reopen() {
    this.close();
    this.#isOpen = true;
    if (this.#ids.length > 0) {
      this.#transport === 'poll' ? this.#poll() : this.#stream();
    }
    if (this.#unseen.size > 0) {
      this.#askSoon();
    }
  }

  get isOpen() {
    return this.#isOpen;
  }

  close() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#askTimer);
    this.#askTimer = undefined;
    this.#source?.close();
    this.#abort?.abort();
    this.#source = this.#abort = undefined;
  }

  #stream() {
    const source = (this.#source = this.#calls.stream('status/stream', {ids: this.#ids, since: this.#place}));
    const onLive = () => {
      clearTimeout(this.#timer);
      this.#streamed = true;
      this.#backOff.reset();
      this.#told.connection('live');
    };
    const onNews = (take) => (event) => {
      if (this.#source === source) {
        onLive();
        this.#place = event.lastEventId;
        this.#tell(take(JSON.parse(event.data)));
      }
    };
    source.onopen = () => {
      if (this.#source === source && this.#place !== undefined) {
        onLive(); // it goes on, and so need not begin with a snapshot
      }
    };
    source.onerror = () => {
      if (this.#source === source) {
        this.#lost(undefined, source.readyState === EventSource.CLOSED); // not left to the browser, which comes back without back-off, and so with all others
      }
    };
    source.addEventListener('snapshot', onNews((batch) => this.#snapshot(batch)));
    source.addEventListener('transition', onNews((turn) => [this.#turn(turn)]));
    this.#timer = setTimeout(source.onerror, STREAM_LIMIT);
  }

  async #poll() {
    const abort = (this.#abort = new AbortController());
    let failure;
    try {
      const {body} = await this.#calls.send('status/poll', {ids: this.#ids, since: this.#place}, abort, POLL_LIMIT);
      if (this.#abort !== abort) {
        return;
      }
      const news = JSON.parse(body);
      if (this.#transport === 'auto' && !this.#streamed) {
        this.#transport = 'poll';
      }
      this.#place = news.next;
      this.#backOff.reset();
      this.#told.connection('polling');
      this.#tell([...(news.snapshot ? this.#snapshot(news.snapshot) : []), ...news.transitions.map((t) => this.#turn(t))]);
    } catch (e) {
      failure = e;
    }
    if (this.#abort !== abort) {
      return;
    }
    if (failure === undefined) {
      this.#timer = setTimeout(() => (this.#transport === 'poll' ? this.#poll() : this.#stream()), POLL_PAUSE);
    } else if (failure instanceof PresenceProblem && failure.isFinal) {
      this.close();
      this.#told.refused(failure);
    } else {
      this.#lost(failure);
    }
  }

  /** Tries again later; by the other way, if this one never worked. A stream that was refused does not say why; a poll does. */
  #lost(failure, refused = false) {
    const wasStream = this.#source !== undefined;
    this.close();
    this.#isOpen = true;
    this.#told.connection('lost');
    const poll = this.#transport === 'poll' || (wasStream && (refused || (this.#transport === 'auto' && !this.#streamed)));
    this.#timer = setTimeout(() => (poll ? this.#poll() : this.#stream()), this.#backOff.after(failure));
  }

  #snapshot(batch) {
    this.#clock.hear(batch.now, true);
    return batch.statuses.map((told) => {
      const before = this.statuses.get(told.user);
      const status = {user: told.user, status: told.status, stale: told.stale === true};
      if (told.lastSeen !== undefined) {
        status.lastSeen = Date.parse(told.lastSeen);
      } else if (before !== undefined && told.status === 'offline') {
        if (before.status === 'offline') {
          Object.assign(status, {lastSeen: before.lastSeen, turnedAt: before.turnedAt}); // until there is an answer
        }
        if (!status.stale) {
          this.#asksFor(told.user); // a snapshot made of turns knows no more than they
        }
      }
      return this.#keep(status);
    });
  }

  #turn(told) {
    this.#clock.hear(told.at, false);
    if (told.status === 'offline') {
      this.#asksFor(told.user); // a transition does not say
    }
    return this.#keep({user: told.user, status: told.status, stale: false, turnedAt: Date.parse(told.at)});
  }

  #keep(status) {
    this.statuses.set(status.user, status);
    return status;
  }

  #tell(changed) {
    if (changed.length > 0) {
      this.#told.change(changed);
    }
  }

  #asksFor(user) {
    this.#unseen.add(user);
    this.#askSoon();
  }

  #askSoon() {
    this.#askTimer ??= setTimeout(() => this.#ask(), ASK_WITHIN * (0.5 + Math.random() / 2));
  }

  /** Asks in one call for all who went within a moment. */
  async #ask() {
    this.#askTimer = undefined;
    if (!this.#isOpen) {
      return;
    }
    const users = [...this.#unseen].slice(0, ASK_AT_ONCE);
    users.forEach((user) => this.#unseen.delete(user));
    try {
      const {body} = await this.#calls.send('status/users', {ids: users}, new AbortController(), READ_LIMIT);
      const batch = JSON.parse(body);
      this.#clock.hear(batch.now, false);
      this.#tell(batch.statuses.flatMap((told) => this.#lastSeen(told)));
    } catch {
      // when they turned is known, and that is near enough
    }
    if (this.#isOpen && this.#unseen.size > 0) {
      this.#askSoon();
    }
  }

  #lastSeen(told) {
    const status = this.statuses.get(told.user);
    const isOf = status?.status === 'offline' && told.status === 'offline' && told.lastSeen !== undefined;
    return isOf ? [this.#keep({...status, lastSeen: Date.parse(told.lastSeen)})] : [];
  }
}

/** One user in one page: see presence.d.ts. */
export class Presence {
  #told;
  #beats;
  #roster;
  #clock = new ServerClock();
  #connection = 'lost';
  #endsOnLeave;
  #letsGo;
  #beating = false;
  #watching = false;
  #wasCut = false; // a beat did not arrive
  #isAway = false; // in the back/forward cache
  #hiddenTimer;
  #closed = new AbortController();

  constructor(options = {}) {
    const calls = new Calls(options);
    this.#told = options;
    this.#endsOnLeave = options.onLeave !== 'lapse';
    this.#letsGo = options.whenHidden !== 'watch';
    const refused = (problem) => options.onRefused?.(problem);
    this.#beats = new Beats(calls, {refused, beat: (arrived) => this.#onBeat(arrived)});
    this.#roster = new Roster(calls, this.#clock, options.transport ?? 'auto', {
      refused,
      change: (changed) => options.onChange?.(changed),
      connection: (state) => this.#onConnection(state),
    });
    const until = {signal: this.#closed.signal};
    addEventListener('pagehide', () => this.#onHide(), until);
    addEventListener('pageshow', () => this.#onShow(), until);
    addEventListener('online', () => this.#onNetwork(), until);
    document.addEventListener('visibilitychange', () => this.#onVisibility(), until);
  }

  /** Begins to beat, as a new session. */
  start() {
    this.#beating = true;
    this.#beats.start();
    return this;
  }

  /** Ends the session now. */
  leave() {
    this.#beating = false;
    this.#beats.end();
  }

  /** Stops without a word: the session lapses. */
  stop() {
    this.#beating = false;
    this.#beats.stop();
  }

  /** Watches these, and nobody else from now on. */
  watch(ids) {
    this.#watching = true;
    this.#roster.watch(ids);
    return this;
  }

  /** Leaves, and watches nobody any more. */
  close() {
    this.leave();
    this.#roster.close();
    clearTimeout(this.#hiddenTimer);
    this.#watching = false;
    this.#closed.abort();
  }

  get session() {
    return this.#beats.session;
  }

  get connection() {
    return this.#connection;
  }

  get statuses() {
    return this.#roster.statuses;
  }

  now() {
    return this.#clock.now();
  }

  /** How long ago a user was last seen, as far as that is known. */
  age(user) {
    const status = this.statuses.get(user);
    const seen = status?.lastSeen ?? (status?.status === 'offline' ? status.turnedAt : undefined);
    return seen === undefined ? undefined : Math.max(0, this.now() - seen);
  }

  #onBeat(arrived) {
    if (arrived && this.#wasCut) {
      this.#again(); // a stream may not notice that its connection is dead
    }
    this.#wasCut = !arrived;
    this.#told.onBeat?.(arrived);
  }

  #onConnection(state) {
    if (state !== this.#connection) {
      this.#connection = state;
      this.#told.onConnection?.(state);
    }
  }

  #again() {
    if (this.#roster.isOpen) {
      this.#roster.reopen();
    }
  }

  #onHide() {
    this.#isAway = true;
    this.#endsOnLeave ? this.#beats.end() : this.#beats.stop();
    this.#roster.close();
  }

  #onShow() {
    if (this.#isAway) { // out of the back/forward cache
      this.#isAway = false;
      this.#return();
      if (this.#beating) {
        this.#beats.start();
      }
    }
  }

  #onNetwork() {
    this.#beats.wake();
    this.#again();
  }

  #onVisibility() {
    clearTimeout(this.#hiddenTimer);
    if (!document.hidden) {
      this.#beats.wake();
      this.#return();
    } else if (this.#letsGo) {
      this.#hiddenTimer = setTimeout(() => this.#roster.close(), HIDDEN_LIMIT);
    }
  }

  #return() {
    if (this.#watching && !this.#roster.isOpen) {
      this.#roster.reopen();
    }
  }
}
