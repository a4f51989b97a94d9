package dev.presence.benchmarks;

import java.util.Arrays;
import java.util.Random;

/** Which users act how often. */
public enum Distribution {
    /** Each as often as any other: every user once in random order, then all again in another order. */
    UNIFORM {
        @Override
        int[] draw(int users, int draws, Random random) {
            int[] drawn = new int[draws];
            int[] order = shuffled(users, random);
            for (int i = 0; i < draws; i++) {
                if (i > 0 && i % users == 0) {
                    shuffle(order, random);
                }
                drawn[i] = order[i % users];
            }
            return drawn;
        }
    },
    /** The one in place n of the ranking 1/n as often as the first (exponent 1). The ranking is random. */
    ZIPF {
        @Override
        int[] draw(int users, int draws, Random random) {
            double[] cumulated = new double[users];
            double sum = 0;
            for (int rank = 0; rank < users; rank++) {
                sum += 1.0 / (rank + 1);
                cumulated[rank] = sum;
            }
            int[] ranking = shuffled(users, new Random(users)); // the same for all threads
            int[] drawn = new int[draws];
            for (int i = 0; i < draws; i++) {
                int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
                drawn[i] = ranking[Math.min(users - 1, found < 0 ? -found - 1 : found)];
            }
            return drawn;
        }
    };

    abstract int[] draw(int users, int draws, Random random);

    static int[] shuffled(int users, Random random) {
        int[] order = new int[users];
        Arrays.setAll(order, i -> i);
        shuffle(order, random);
        return order;
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
    }
}
