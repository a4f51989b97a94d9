/** Presence: the tracker hosts call, the interface stores implement, and the values between them. */
module dev.presence {
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.presence;
}
