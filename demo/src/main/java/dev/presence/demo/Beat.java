package dev.presence.demo;

import java.time.Instant;

/** One line of a trace. */
record Beat(Instant at, String user) {}
