// The page to watch: one client that watches everybody, and one that beats for whoever this tab is.
import {Presence} from '/presence.js';
import {Chart} from './chart.js';
import {People, ago, paintAvatar} from './people.js';
import {Tabs} from './tabs.js';

const SUGGESTED = ['Ada', 'Grace', 'Alan', 'Katherine'];
const MOST_WATCHED = 480; // of 500 that one call may ask for
const MOST_NAMED = 48_000; // bytes of one URL
const TURNS = 8;

const at = (id) => document.getElementById(id);
const viewer = 'viewer-' + crypto.getRandomValues(new Uint32Array(2)).join('-'); // it never beats, so nobody sees it

let me; // the client of this tab
let name; // whom it is
let state; // online, left or crashed
let lastBeat;
let timeout = 30_000;
let peopleKnown = -1;
let turns = [];
let connection = 'lost';

const everybody = new Presence({
  parameters: {as: viewer},
  onChange: (changed) => {
    changed.forEach(onStatus);
    count();
    drawConnection();
  },
  onConnection: (next) => {
    connection = next;
    drawConnection();
  },
});
const people = new People(everybody);
const chart = new Chart(at('chart'));
const tabs = new Tabs(at('tabs'), () => ({user: name, state}), (command) => (command === 'leave' ? leave() : crash()));

function drawConnection() {
  const shown = connection !== 'lost' && people.isAnyStale ? 'stale' : connection;
  const text = {
    live: 'Live',
    polling: 'Live, by long poll',
    stale: 'As last known: the store does not answer',
    lost: 'Reconnecting…',
  }[shown];
  at('connection').dataset.state = shown;
  if (at('connection-text').textContent !== text) {
    at('connection-text').textContent = text; // which is read out
  }
}

function onStatus(status) {
  if (people.update(status.user) && status.turnedAt !== undefined) {
    turns = [status, ...turns].slice(0, TURNS);
    drawTurns();
  }
  if (status.user === name) {
    drawMe();
  }
}

function since(age) {
  const seconds = Math.max(0, Math.floor(age / 1000));
  return seconds === 0 ? 'now' : seconds < 60 ? `${seconds} s ago` : ago(age);
}

function drawTurns() {
  at('turns').replaceChildren(
    ...turns.map((turn) => {
      const item = document.createElement('li');
      item.dataset.status = turn.status;
      const mark = document.createElement('span');
      mark.className = 'mark';
      mark.setAttribute('aria-hidden', 'true');
      const what = document.createElement('span');
      what.className = 'what';
      what.textContent = `${turn.user} ${turn.status === 'online' ? 'came' : 'went'}`;
      const when = document.createElement('time');
      when.dateTime = new Date(turn.turnedAt).toISOString();
      when.textContent = since(everybody.now() - turn.turnedAt);
      item.append(mark, what, when);
      return item;
    }),
  );
}

function count() {
  const [online, offline] = [people.count('online'), people.count('offline')];
  at('n-all').textContent = online + offline;
  at('n-online').textContent = online;
  at('n-offline').textContent = offline;
  at('nobody').hidden = at('visitors').querySelector('[data-hoped=false]') !== null;
}

let asking;

/** What presence does not tell: how many there are, and whom one could watch. */
function ask() {
  return (asking ??= askNow().finally(() => (asking = undefined)));
}

async function askNow() {
  try {
    const news = await (await fetch(`/demo/crowd?since=${chart.known}`, {signal: AbortSignal.timeout(5000)})).json();
    timeout = news.timeoutMillis;
    chart.add(news.from, news.online);
    at('online').textContent = chart.last ?? '–';
    if (news.people !== peopleKnown) {
      const found = await (await fetch('/demo/people', {signal: AbortSignal.timeout(5000)})).json();
      peopleKnown = news.people;
      watch(found);
    }
  } catch {
    // the chip says that the connection is lost
  }
}

function watch({visitors, simulated}) {
  const near = [...new Set([...visitors, ...SUGGESTED, ...(name === undefined ? [] : [name])])];
  let left = MOST_NAMED;
  const fits = (one) => (left -= encodeURIComponent(one).length + 1) >= 0;
  const all = [...near, ...simulated].slice(0, MOST_WATCHED).filter(fits);
  if (all.some((one) => !everybody.statuses.has(one))) {
    everybody.watch(all);
  }
  people.show(at('visitors'), near);
  people.show(at('simulated'), simulated);
  at('simulated-title').hidden = simulated.length === 0;
  count();
}

function join(chosen) {
  name = chosen;
  people.me = name;
  const url = `/?as=${encodeURIComponent(name)}`;
  history.replaceState(null, '', url);
  document.title = `${name} · Presence`;
  at('another').href = url;
  at('join').hidden = true;
  at('me').hidden = false;
  at('me-name').textContent = name;
  paintAvatar(at('me-avatar'), name);
  me = new Presence({
    parameters: {as: name},
    onBeat: (arrived) => {
      lastBeat = arrived ? performance.now() : lastBeat;
      drawMe();
    },
  });
  peopleKnown = -1; // so that this one is watched
  comeBack();
}

function comeBack() {
  me.start();
  enter('online');
}

function leave() {
  me.leave();
  enter('left');
}

function crash() {
  me.stop();
  enter('crashed');
}

function enter(next) {
  const hadFocus = ['leave', 'crash', 'back'].includes(document.activeElement?.id);
  state = next;
  const isHere = state === 'online';
  at('leave').hidden = at('crash').hidden = !isHere;
  at('back').hidden = isHere;
  if (hadFocus) {
    at(isHere ? 'leave' : 'back').focus();
  }
  drawMe();
  drawNote();
  tabs.tell();
}

function drawNote() {
  at('me-note').textContent = {
    online: 'This tab beats every few seconds. Close it, and others see you go at once, unless another tab is still there.',
    left: 'This tab said that it leaves. Others saw it at once, unless another tab is still there.',
    crashed: `This tab fell silent without a word. Others see you online until ${timeout / 1000} s after its last beat.`,
  }[state];
}

function drawMe() {
  if (name === undefined) {
    return;
  }
  const silence = lastBeat === undefined ? undefined : (performance.now() - lastBeat) / 1000;
  const isSeen = everybody.statuses.get(name)?.status === 'online';
  const left = Math.ceil(timeout / 1000 - silence);
  let text = isSeen ? 'Online' : 'Offline';
  if (state === 'crashed' && isSeen && left > 0 && !tabs.beatsElsewhere(name)) {
    text = `Still online, for ${left} s more`;
  } else if (isSeen && state !== 'online') {
    text = tabs.beatsElsewhere(name) ? 'Online in another tab' : 'Online';
  } else if (state === 'online' && silence !== undefined) {
    text += `, last beat ${Math.floor(silence)} s ago`;
  }
  if (at('me-state').textContent !== text) {
    at('me-state').textContent = text;
  }
}

function beSomebodyElse() {
  me.close();
  name = me = lastBeat = people.me = undefined;
  tabs.tell();
  history.replaceState(null, '', '/');
  document.title = 'Presence';
  at('me').hidden = true;
  at('join').hidden = false;
  at('name').value = '';
  at('name').focus();
}

SUGGESTED.forEach((one) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = one;
  button.addEventListener('click', () => {
    join(one);
    at('leave').focus();
  });
  at('suggestions').append(button);
});
at('join').addEventListener('submit', (event) => {
  event.preventDefault();
  const chosen = at('name').value.trim();
  if (chosen !== '') {
    join(chosen);
    at('leave').focus();
  }
});
at('leave').addEventListener('click', leave);
at('crash').addEventListener('click', crash);
at('back').addEventListener('click', comeBack);
at('other').addEventListener('click', beSomebodyElse);
at('find').addEventListener('input', () => (people.wanted = at('find').value));
document.querySelectorAll('[data-filter]').forEach((button) =>
  button.addEventListener('click', () => {
    document.querySelectorAll('[data-filter]').forEach((one) => one.setAttribute('aria-pressed', one === button));
    people.filter = button.dataset.filter;
  }),
);
at('curl').textContent = `curl -X POST '${location.origin}/heartbeat?as=Zoe'`;

const asked = new URLSearchParams(location.search.replaceAll('+', '%2B')).get('as')?.trim();
if (asked) {
  join(asked);
}

/** Runs once a second, one run after the other; a hidden page is not drawn. */
async function everySecond() {
  if (!document.hidden) {
    await ask();
    people.grow();
    drawTurns();
    drawMe();
  }
  tabs.tell();
  setTimeout(everySecond, 1000);
}
everySecond();
document.addEventListener('visibilitychange', () => document.hidden || ask());
