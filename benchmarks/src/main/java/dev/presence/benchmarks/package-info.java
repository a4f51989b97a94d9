/** Benchmarks. */
@NullMarked
package dev.presence.benchmarks;

import org.jspecify.annotations.NullMarked;
