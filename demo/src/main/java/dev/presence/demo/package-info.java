/** A host application that embeds presence: a server to try it on, and the replay of a recorded trace. */
@NullMarked
package dev.presence.demo;

import org.jspecify.annotations.NullMarked;
