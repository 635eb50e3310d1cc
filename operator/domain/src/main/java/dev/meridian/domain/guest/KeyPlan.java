package dev.meridian.domain.guest;

import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Which public keys the users of a guest are to have by its agent. */
public record KeyPlan(SortedMap<String, SortedSet<String>> byUser) {
    public static final KeyPlan NONE = new KeyPlan(new TreeMap<>(Map.of()));

    /** Not the keys. */
    @Override
    public String toString() {
        return "KeyPlan" + byUser.keySet();
    }
}
