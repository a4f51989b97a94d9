/** The HTTP surface of presence, as Jakarta servlets. */
@NullMarked
package dev.presence.http;

import org.jspecify.annotations.NullMarked;
