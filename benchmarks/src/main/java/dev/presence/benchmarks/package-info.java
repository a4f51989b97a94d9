/** What the library costs and what it holds. Start at {@link dev.presence.benchmarks.Main}. */
@NullMarked
package dev.presence.benchmarks;

import org.jspecify.annotations.NullMarked;
