/** Who a status is of, and what it is. Times are epoch milliseconds of the server's clock: compare them with `now()`. */
export interface PresenceStatus {
  readonly user: string;
  readonly status: 'online' | 'offline';
  /** The last beat, as far as it is known; of a user who just went it follows within about two seconds. */
  readonly lastSeen?: number;
  /** When the user came or went, if that was while this page watched. */
  readonly turnedAt?: number;
  /** The server cannot vouch for it at the moment. */
  readonly stale: boolean;
}

/** How a page hears: by a stream, by long polls, or not at the moment (it tries again by itself). */
export type PresenceConnection = 'live' | 'polling' | 'lost';

/** What the server refused, such as 401 for a page nobody is signed in to. */
export class PresenceProblem extends Error {
  readonly status: number;
  /** Milliseconds after which to ask again, if the server said so. */
  readonly retryAfter?: number;
  /** Whether it is useless to ask again. */
  readonly isFinal: boolean;
}

export interface PresenceOptions {
  /** Where the servlet is mapped; by default the directory that presence.js was loaded from. */
  base?: string;
  /** Parameters to add to every call. They stand in URLs, and so in logs: no place for secrets. */
  parameters?: Record<string, string>;
  /** Headers to add to every call, such as a bearer token. Then long polls take the place of a stream, which cannot have any. */
  headers?: () => Record<string, string>;
  /** As of fetch; `include` for another origin that knows the user by a cookie. */
  credentials?: 'same-origin' | 'include' | 'omit';
  /**
   * What happens when the page is left: its session ends at once (the default), or it lapses after the timeout. Take `lapse` where each link is
   * a page load, or users go offline and come back with every one.
   */
  onLeave?: 'end' | 'lapse';
  /**
   * What a page does that has been hidden for ten seconds: lets its stream go until it is shown (the default), since browsers have six
   * connections to one host over HTTP/1.1 for all tabs together; or watches on.
   */
  whenHidden?: 'let-go' | 'watch';
  /** By default a stream, or long polls where the first stream does not get through. */
  transport?: 'auto' | 'stream' | 'poll';
  /** Told of each status that is new or changed; `statuses` holds them already. */
  onChange?: (changed: PresenceStatus[]) => void;
  onConnection?: (state: PresenceConnection) => void;
  /** After each beat: whether it arrived. */
  onBeat?: (arrived: boolean) => void;
  /** The server refuses for good: beats, or the roster, have stopped. */
  onRefused?: (problem: PresenceProblem) => void;
}

/** One user in one page. */
export class Presence {
  constructor(options?: PresenceOptions);

  /**
   * Begins to beat, as a new session, which ends when the page is left. A page that comes back out of the back/forward cache begins another.
   * In a hidden page beats go on while the browser lets timers be on time. Where it slows them so far down that the session would lapse between
   * two beats, they stop until the page is shown.
   */
  start(): this;
  /** Ends the session now. `start()` begins another. */
  leave(): void;
  /** Stops beating without a word: the session lapses after the timeout. */
  stop(): void;
  /** Watches these users, and nobody else from now on: at most 500, and as many as fit a URL of the server. */
  watch(users: Iterable<string>): this;
  /** Leaves, watches nobody any more, and listens to no event of the page. */
  close(): void;

  /** The session that beats; none before `start()` and after its end. */
  readonly session: string | undefined;
  readonly connection: PresenceConnection;
  /** What is known of the watched, by user. */
  readonly statuses: ReadonlyMap<string, PresenceStatus>;
  /** The server's time in epoch milliseconds, although the clock of this machine may be wrong. */
  now(): number;
  /** How many milliseconds ago a user was last seen; undefined if that is not known. */
  age(user: string): number | undefined;
}
