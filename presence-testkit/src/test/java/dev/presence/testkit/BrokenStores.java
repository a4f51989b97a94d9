package dev.presence.testkit;

import dev.presence.FeedEntry;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.Sequence;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Stores that break one rule each, in ways that hand-written presence does. None is found by the build's own test run. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // that is what is broken
final class BrokenStores {
    private BrokenStores() {}

    abstract static class Broken extends PresenceStoreContract {
        abstract ModelStore broken(StoreSettings settings, PresenceClock clock);

        @Override
        protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
            return broken(settings, clock);
        }
    }

    /** R1: a beat that is exactly the timeout old counts no more. */
    static final class TimeoutOffByOne extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                UserStatus status(String id, long now) {
                    UserStatus right = super.status(id, now);
                    boolean exact = right.isOnline() && right.age().equals(Optional.of(settings.timeout()));
                    return exact
                            ? UserStatus.of(
                                    id,
                                    Presence.OFFLINE,
                                    right.lastSeen().orElseThrow().toEpochMilli(),
                                    timeout())
                            : right;
                }
            };
        }
    }

    /** R2: whoever is asked about is counted. */
    static final class AskingLeavesTrace extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                private final Set<String> asked = new HashSet<>();

                @Override
                UserStatus status(String id, long now) {
                    UserStatus right = super.status(id, now);
                    asked.add(id);
                    return right;
                }

                @Override
                public synchronized StoreStats stats() {
                    StoreStats right = super.stats();
                    asked.removeAll(users.keySet());
                    return new StoreStats(right.onlineUsers() + asked.size(), right.sessionsDropped(), 0, 0);
                }
            };
        }
    }

    /** R3: the last beat to arrive wins, not the newest. */
    static final class LastArrivalWins extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void apply(Write write, long stamp, long now, UserModel.OnEqualStamps rule) {
                    UserModel user = users.get(write.user());
                    if (user != null && write.kind() == Write.Kind.BEAT) {
                        user.beats.computeIfPresent(write.session(), (id, beat) -> stamp);
                    }
                    super.apply(write, stamp, now, rule);
                }
            };
        }
    }

    /** R4: a session that lapsed within the grace keeps a user online who leaves. */
    static final class GraceHoldsDisconnect extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                UserModel newUser() {
                    return new UserModel(settings) {
                        @Override
                        boolean isQuiet(long now) {
                            return !settings.grace().isZero() || isQuietHere(now);
                        }

                        @Override
                        UserStatus status(String user, long now) {
                            UserStatus right = super.status(user, now);
                            return right.isStale() && !isQuietHere(now)
                                    ? UserStatus.of(
                                            user,
                                            Presence.OFFLINE,
                                            right.lastSeen().orElseThrow().toEpochMilli(),
                                            0)
                                    : right;
                        }
                    };
                }

                private boolean isQuietHere(long now) {
                    return isQuiet(now);
                }
            };
        }
    }

    /** R5: an ended session leaves no mark. */
    static final class NoTombstones extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void apply(Write write, long stamp, long now, UserModel.OnEqualStamps rule) {
                    super.apply(write, stamp, now, rule);
                    if (write.kind() != Write.Kind.FORGET) {
                        UserModel user = users.get(write.user());
                        user.ends.clear();
                        user.allEnded = UserModel.NEVER;
                    }
                }
            };
        }
    }

    /** R6: numbers are left out of the sequence. */
    static final class SequenceWithHoles extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void append(String id, Presence presence, long now, String node) {
                    super.append(id, presence, now, node);
                    FeedEntry last = feed.remove(feed.size() - 1);
                    Sequence right = last.sequence();
                    feed.add(new FeedEntry(
                            id, presence, now, node, new Sequence(right.epoch(), right.group(), 2 * right.number())));
                }
            };
        }
    }

    /** R7: a claim is made in the very millisecond in which a beat would still count. */
    static final class ClaimsTooSoon extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                long delay(SweepRequest request) {
                    return super.delay(request) - 1;
                }
            };
        }
    }

    /** R7: a user who lapsed and may come back without a transition looks like one who left. */
    static final class UnclaimedLooksClaimed extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                UserStatus status(String id, long now) {
                    UserStatus right = super.status(id, now);
                    return right.isUnclaimed() && right.lastSeen().isPresent()
                            ? UserStatus.of(
                                    id,
                                    Presence.OFFLINE,
                                    right.lastSeen().orElseThrow().toEpochMilli(),
                                    right.age().orElseThrow().toMillis())
                            : right;
                }
            };
        }
    }

    /** R8: last seen goes with the claim. */
    static final class ClaimErasesLastSeen extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void lapse(UserModel user, long now, long delay) {
                    boolean online = user.isReportedOnline();
                    super.lapse(user, now, delay);
                    if (online && user.beats.isEmpty()) {
                        user.seen = UserModel.NEVER;
                    }
                }
            };
        }
    }

    /** R10: time goes back with the clock. */
    static final class TimeGoesBack extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                long now() {
                    super.now();
                    return clock.millis();
                }
            };
        }
    }

    /** R11: ids are compared without regard to case. */
    static final class CaseFolded extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                String key(String user) {
                    return user.toLowerCase(Locale.ROOT);
                }
            };
        }
    }

    /** R13: a closed store goes on. */
    static final class GoesOnAfterClose extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void requireOpen() {}
            };
        }
    }

    /** R15: a gap between sweeps means nothing. */
    static final class ExodusAfterGap extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void noteSweep(long now, long periodMillis) {}
            };
        }
    }

    /** R18: users who lapsed vanish from the list before the feed has them offline. */
    static final class ListRunsAheadOfFeed extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                boolean isListed(String id, long now) {
                    return status(id, now).isOnline();
                }
            };
        }
    }

    /** R19: a forgotten user is only signed out. */
    static final class ForgetIsDisconnect extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                void apply(Write write, long stamp, long now, UserModel.OnEqualStamps rule) {
                    boolean forget = write.kind() == Write.Kind.FORGET;
                    super.apply(forget ? Write.endAll(write.user(), 0) : write, stamp, now, rule);
                }
            };
        }
    }

    // ---- right for one caller at a time, wrong for several

    /** R7: looks who lapsed, then claims them without looking again. */
    static final class ClaimsWithoutLookingAgain extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                private boolean lapses(UserModel user, long now, long delay) {
                    user.lapse(now, delay);
                    return user.beats.isEmpty();
                }

                @Override
                public SweepReply expire(SweepRequest request) {
                    List<String> lapsed;
                    synchronized (this) {
                        long now = now();
                        lapsed = online.stream()
                                .filter(id -> lapses(users.get(id).copy(), now, delay(request)))
                                .toList();
                    }
                    letOthersIn();
                    synchronized (this) {
                        for (String id : lapsed) {
                            users.get(id).lapse(now(), -1);
                        }
                        return super.expire(request);
                    }
                }
            };
        }
    }

    /** R3 to R5: reads a user, changes the copy and writes it back, as a GET followed by a SET does. */
    static final class LosesUpdates extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                public StoreReply record(WriteBatch batch) {
                    Write write = batch.writes().get(0);
                    UserModel copy;
                    synchronized (this) {
                        copy = users.computeIfAbsent(write.user(), id -> newUser())
                                .copy();
                    }
                    letOthersIn();
                    synchronized (this) {
                        users.put(write.user(), copy);
                        return super.record(batch);
                    }
                }
            };
        }
    }

    /** R6: two sweepers both find a user lapsed, and both say so. */
    static final class ClaimsTwice extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                private final Set<String> saying = new HashSet<>();

                @Override
                public SweepReply expire(SweepRequest request) {
                    List<FeedEntry> claims;
                    SweepReply reply;
                    synchronized (this) {
                        int before = feed.size();
                        reply = super.expire(request);
                        claims = List.copyOf(feed.subList(before, feed.size()));
                        claims.forEach(claim -> saying.add(claim.user()));
                    }
                    letOthersIn();
                    synchronized (this) {
                        for (FeedEntry claim : claims) {
                            if (users.get(claim.user()).isReportedOnline()) {
                                append(claim.user(), Presence.OFFLINE, now(), request.node());
                            }
                            saying.remove(claim.user());
                        }
                    }
                    return reply;
                }
            };
        }
    }

    /** R1: asks whether a user is online, and then, separately, when the user was last seen. */
    static final class TearsReads extends Broken {
        @Override
        ModelStore broken(StoreSettings settings, PresenceClock clock) {
            return new ModelStore(settings, clock) {
                @Override
                public StatusBatch statuses(List<String> asked) {
                    List<UserStatus> presences = super.statuses(asked).statuses();
                    if (!asked.isEmpty()) {
                        letOthersIn();
                    }
                    StatusBatch lastSeen = super.statuses(asked);
                    List<UserStatus> torn = new ArrayList<>();
                    for (int i = 0; i < asked.size(); i++) {
                        Presence presence = presences.get(i).presence();
                        UserStatus seen = lastSeen.statuses().get(i);
                        torn.add(seen.lastSeen()
                                .map(at -> UserStatus.of(
                                        seen.user(),
                                        presence,
                                        at.toEpochMilli(),
                                        seen.age().orElseThrow().toMillis()))
                                .orElse(UserStatus.of(seen.user(), presence)));
                    }
                    return new StatusBatch(lastSeen.nowMillis(), torn);
                }
            };
        }
    }

    private static void letOthersIn() {
        LockSupport.parkNanos(1_000);
    }
}
