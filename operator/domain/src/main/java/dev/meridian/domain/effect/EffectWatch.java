package dev.meridian.domain.effect;

/** Is told of each effect on the world, right before and right after it, on the thread that has it. */
public interface EffectWatch {
    EffectWatch NONE = new EffectWatch() {
        @Override
        public void before(String effect) {}

        @Override
        public void after(String effect) {}
    };

    /** @param effect simple name of the step whose effect it is, or its own where a step has several */
    void before(String effect);

    /** Not told of an effect that failed. */
    void after(String effect);

    default void around(String effect, Runnable run) {
        before(effect);
        run.run();
        after(effect);
    }
}
