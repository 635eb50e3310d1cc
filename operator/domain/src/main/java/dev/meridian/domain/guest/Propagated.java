package dev.meridian.domain.guest;

/** What came of giving a guest what its agent is to bring it. */
public sealed interface Propagated {
    /** Nothing yet, since the agent is there. */
    record NotYet() implements Propagated {}

    record Done() implements Propagated {}

    /** In the words of the guest's agent, which are the guest's. */
    record Failed(String message) implements Propagated {
        private static final int LONGEST = 256;

        /** Of whatever the guest said. */
        public static Failed of(String said) {
            return new Failed(GuestText.of(said, LONGEST).orElse("the guest agent says nothing"));
        }
    }
}
