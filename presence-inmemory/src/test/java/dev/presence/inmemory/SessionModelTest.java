package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All changes together, against a user kept in plain maps. */
final class SessionModelTest extends OneUser {
    private record Mark(long at, long batch) {
        boolean covers(long stamp, long by) {
            return stamp < at || (stamp == at && by != DIRECT && by != batch);
        }
    }

    /** What a user is, in maps. */
    private static final class Model {
        final Map<String, Long> beats = new HashMap<>();
        final Map<String, Mark> marks = new HashMap<>();
        long seen = UserCell.NONE;
        boolean ended;

        void beat(String id, long stamp, long batch, long now) {
            if (beats.containsKey(id)) {
                beats.merge(id, stamp, Math::max);
            } else if (!isCovered(Session.FORGOTTEN, stamp, batch)) {
                if (now - stamp > TIMEOUT || isCovered(id, stamp, batch) || isCovered(Session.ALL, stamp, batch)) {
                    seen = Math.max(seen, stamp);
                } else {
                    beats.put(id, stamp);
                    marks.remove(id);
                }
            }
        }

        boolean isCovered(String id, long stamp, long batch) {
            return marks.containsKey(id) && marks.get(id).covers(stamp, batch);
        }

        void remove(String id) {
            seen = Math.max(seen, beats.remove(id));
        }

        void endIfOld(String id, long at) {
            if (beats.getOrDefault(id, Long.MAX_VALUE) <= at) {
                remove(id);
                ended = true;
            }
        }

        void mark(String id, long at, long batch) {
            if (!beats.containsKey(id)) {
                marks.merge(id, new Mark(at, batch), (old, mark) -> old.at > at ? old : mark);
            }
        }

        void endAll(long at, long batch) {
            List.copyOf(beats.keySet()).forEach(id -> endIfOld(id, at));
            marks.entrySet().removeIf(e -> !e.getKey().startsWith("\0") && e.getValue().at <= at);
            mark(Session.ALL, at, batch);
        }

        void forget(long at, long batch) {
            ended |= !beats.isEmpty();
            List.copyOf(beats.keySet()).forEach(this::remove);
            long newest = Math.max(at, seen);
            seen = UserCell.NONE;
            marks.values().removeIf(mark -> mark.at <= newest);
            mark(Session.FORGOTTEN, newest, batch);
        }

        void lapse(long before) {
            List.copyOf(beats.keySet()).stream()
                    .filter(id -> beats.get(id) < before)
                    .forEach(this::remove);
        }

        long look(long from) {
            long newest = beats.values().stream().max(Long::compare).orElse(UserCell.NONE);
            return newest != UserCell.NONE && newest >= from
                    ? UserCell.live(newest)
                    : UserCell.lapsed(Math.max(newest, seen));
        }

        long nextLook(long delay) {
            return Stream.concat(
                            beats.values().stream().map(beat -> beat + delay + 1),
                            marks.values().stream().map(mark -> mark.at + TIMEOUT + 1))
                    .min(Long::compare)
                    .orElse(Long.MAX_VALUE);
        }

        long keep(long now, long retention) {
            long keep = seen == UserCell.NONE ? 0 : Math.max(0, seen + retention + 1 - now);
            return marks.values().stream()
                    .map(mark -> mark.at + TIMEOUT + 1 - now)
                    .reduce(keep, Math::max);
        }
    }

    @Test
    void anyRunOfChangesLeavesWhatPlainMapsWouldHold() {
        for (long seed = 0; seed < 500; seed++) {
            againstTheModel(seed);
        }
    }

    private void againstTheModel(long seed) {
        StoreSettings roomy = settings.withMaximumSessions(16); // no flood here
        Random random = new Random(seed);
        List<String> ids = List.of("", "phone", "tablet");
        UserCell user = new UserCell("ada");
        Model model = new Model();
        long now = random.nextBoolean() ? 1_000 : -1_000;
        for (int step = 0; step < 60; step++) {
            String at = "seed " + seed + " step " + step;
            now += random.nextInt(4) == 0 ? random.nextLong(2 * TIMEOUT) : random.nextLong(3);
            String id = ids.get(random.nextInt(ids.size()));
            if (random.nextBoolean() && user.renew(id, now)) {
                assertThat(model.beats).as(at).containsKey(id);
                model.beats.merge(id, now, Math::max);
            }
            SessionChange change = new SessionChange(user, roomy, now);
            long time = now;
            model.marks.values().removeIf(mark -> time - mark.at > TIMEOUT);
            model.ended = false;
            for (int writes = random.nextInt(4); writes > 0; writes--) {
                long stamp = now - (random.nextBoolean() ? random.nextLong(4) : random.nextLong(TIMEOUT + 3));
                write(random, ids.get(random.nextInt(ids.size())), stamp, step + 1, change, model, now);
            }
            long benefitFrom = now - random.nextLong(2 * TIMEOUT);
            change.lapseIfNoneIsLive(benefitFrom);
            if (model.ended && model.beats.values().stream().noneMatch(beat -> beat >= benefitFrom)) {
                model.lapse(now);
            }
            model.marks.values().removeIf(mark -> time - mark.at > TIMEOUT);
            long from = now - random.nextLong(2 * TIMEOUT);
            assertThat(change.publish()).as(at).isEqualTo(!model.beats.isEmpty());
            assertThat(word(user.look(from))).as(at).isEqualTo(word(model.look(from)));
            assertThat(word(user.look(Long.MIN_VALUE))).as(at).isEqualTo(word(model.look(Long.MIN_VALUE)));
            assertThat(change.nextLook(30)).as(at).isEqualTo(model.nextLook(30));
            if (model.beats.isEmpty()) {
                assertThat(user.keepMillis(roomy, now))
                        .as(at)
                        .isEqualTo(model.keep(now, roomy.retention().toMillis()));
            }
        }
    }

    private static void write(
            Random random, String id, long stamp, long number, SessionChange change, Model model, long now) {
        long batch = random.nextInt(3) == 0 ? DIRECT : number;
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                change.end(id, stamp, number);
                model.endIfOld(id, stamp);
                model.mark(id, stamp, number);
            }
            case 3 -> {
                change.endAll(stamp, number);
                model.endAll(stamp, number);
            }
            case 4 -> {
                change.forget(stamp, number);
                model.forget(stamp, number);
            }
            case 5 -> {
                long delay = random.nextLong(2 * TIMEOUT);
                change.lapse(delay);
                model.lapse(now - delay);
            }
            default -> {
                change.beat(id, stamp, batch);
                model.beat(id, stamp, batch, now);
            }
        }
    }
}
