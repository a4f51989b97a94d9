/** Real servers that end with the JVM that started them, for tests, demo and benchmarks. */
@NullMarked
package dev.presence.servers;

import org.jspecify.annotations.NullMarked;
