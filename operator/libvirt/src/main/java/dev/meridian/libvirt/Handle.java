package dev.meridian.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A reference to one libvirt object, released exactly once and never under a call that still uses it.
 *
 * <p>{@link #close} may come at any time from any thread, also twice: while calls are in flight the last
 * of them releases. What nobody closes the garbage collector does. Every method here makes its call and
 * reads its error on the caller's thread with nothing between.
 */
final class Handle implements AutoCloseable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Owned owned;
    private final Cleaner.Cleanable cleanable;
    private final Supplier<RuntimeException> whenClosed;

    Handle(Pointer pointer, Consumer<Pointer> release, Supplier<RuntimeException> whenClosed) {
        this.owned = new Owned(pointer, release);
        this.cleanable = CLEANER.register(this, owned);
        this.whenClosed = whenClosed;
    }

    /**
     * A call that answers with a number, negative when it failed.
     *
     * @param function libvirt's name of it
     */
    int number(String function, ToIntFunction<Pointer> call) {
        Pointer pointer = borrow();
        long begin = System.nanoTime();
        try {
            int result = call.applyAsInt(pointer);
            if (result < 0) {
                throw failed(function, begin, LibvirtException.last());
            }
            Libvirt.returned(function, begin, Optional.empty());
            return result;
        } finally {
            owned.giveBack();
            Reference.reachabilityFence(this);
        }
    }

    /** A call that answers with a pointer, NULL when it failed. */
    Pointer pointer(String function, Function<Pointer, @Nullable Pointer> call) {
        Pointer pointer = borrow();
        long begin = System.nanoTime();
        try {
            Pointer result = call.apply(pointer);
            if (result == null) {
                throw failed(function, begin, LibvirtException.last());
            }
            Libvirt.returned(function, begin, Optional.empty());
            return result;
        } finally {
            owned.giveBack();
            Reference.reachabilityFence(this);
        }
    }

    private static LibvirtException failed(String function, long begin, LibvirtException failure) {
        Libvirt.returned(function, begin, Optional.of(failure.kind()));
        return failure;
    }

    /** A call that answers with a {@code char*} of ours, NULL when it failed. */
    String string(String function, Function<Pointer, @Nullable Pointer> call) {
        return take(pointer(function, call));
    }

    /** A call that looks something up; empty when it fails with the kind that says there is none. */
    <T> Optional<T> find(
            String function, ErrorKind none, Function<Pointer, @Nullable Pointer> call, Function<Pointer, T> map) {
        Pointer pointer = borrow();
        long begin = System.nanoTime();
        try {
            Pointer result = call.apply(pointer);
            if (result == null) {
                var failure = LibvirtException.last();
                if (!failure.is(none)) {
                    throw failed(function, begin, failure);
                }
            }
            Libvirt.returned(function, begin, Optional.empty());
            return Optional.ofNullable(result).map(map);
        } finally {
            owned.giveBack();
            Reference.reachabilityFence(this);
        }
    }

    /** A call that stores a malloc'ed array of pointers and answers with its length. */
    <T> List<T> list(String function, ToIntBiFunction<Pointer, PointerByReference> call, Function<Pointer, T> map) {
        var out = new PointerByReference();
        int count = number(function, pointer -> call.applyAsInt(pointer, out));
        Pointer array = out.getValue();
        if (array == null) {
            return List.of();
        }
        try {
            return IntStream.range(0, count)
                    .mapToObj(i -> map.apply(array.getPointer((long) i * Native.POINTER_SIZE)))
                    .toList();
        } finally {
            Native.free(Pointer.nativeValue(array));
        }
    }

    /** Copies a malloc'ed C string and frees it. */
    static String take(Pointer characters) {
        try {
            return characters.getString(0, StandardCharsets.UTF_8.name());
        } finally {
            Native.free(Pointer.nativeValue(characters));
        }
    }

    @Override
    public void close() {
        cleanable.clean();
    }

    private Pointer borrow() {
        if (!owned.borrow()) {
            throw whenClosed.get();
        }
        return owned.pointer;
    }

    /** The C side of a handle, which must not know the handle: the cleaner holds it. */
    private static final class Owned implements Runnable {
        private static final int CLOSED = Integer.MIN_VALUE;

        private final Pointer pointer;
        private final Consumer<Pointer> release;
        /** Calls in flight; the sign bit says closed. */
        private final AtomicInteger users = new AtomicInteger();

        Owned(Pointer pointer, Consumer<Pointer> release) {
            this.pointer = pointer;
            this.release = release;
        }

        boolean borrow() {
            return users.getAndUpdate(n -> n < 0 ? n : n + 1) >= 0;
        }

        void giveBack() {
            if (users.decrementAndGet() == CLOSED) {
                release.accept(pointer);
            }
        }

        @Override
        public void run() {
            if (users.getAndUpdate(n -> n | CLOSED) == 0) {
                release.accept(pointer);
            }
        }
    }
}
