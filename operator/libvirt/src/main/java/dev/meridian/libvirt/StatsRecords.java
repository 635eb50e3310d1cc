package dev.meridian.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads virDomainStatsRecord: a domain, and an array of virTypedParameter. Each is read from one view of its memory: a
 * call into C for each field would take longer than libvirt does.
 */
final class StatsRecords {
    private static final int RECORD_BYTES = 24;
    private static final int PARAMS = 8;
    private static final int COUNT = 16;

    private static final int STRUCT_BYTES = 96;
    private static final int FIELD_BYTES = 80;
    private static final int TYPE = 80;
    private static final int VALUE = 88;
    private static final int MOST_BYTES = 4096;

    private StatsRecords() {}

    /** Copies the records and frees them. */
    static List<DomainStats> take(Pointer records, int count) {
        try {
            var stats = new ArrayList<DomainStats>(count);
            var bytes = new byte[FIELD_BYTES];
            for (long address : addresses(records, count)) {
                stats.add(read(new Pointer(address), bytes));
            }
            return stats;
        } finally {
            LibvirtC.virDomainStatsRecordListFree(records);
        }
    }

    private static long[] addresses(Pointer records, int count) {
        var view = view(records, count * Native.POINTER_SIZE);
        var addresses = new long[count];
        view.asLongBuffer().get(addresses);
        return addresses;
    }

    private static DomainStats read(Pointer pointer, byte[] bytes) {
        var record = view(pointer, RECORD_BYTES);
        var uuid = RawUuid.ofDomain(new Pointer(record.getLong(0)));
        int count = record.getInt(COUNT);
        var numbers = HashMap.<String, Long>newHashMap(count);
        var texts = new HashMap<String, String>();
        if (count > 0) {
            var params = view(new Pointer(record.getLong(PARAMS)), count * STRUCT_BYTES);
            for (int at = 0; at < count * STRUCT_BYTES; at += STRUCT_BYTES) {
                read(params, at, bytes, numbers, texts);
            }
        }
        return new DomainStats(uuid, numbers, texts);
    }

    private static void read(
            ByteBuffer params, int at, byte[] bytes, Map<String, Long> numbers, Map<String, String> texts) {
        switch (params.getInt(at + TYPE)) {
            case 1 -> numbers.put(field(params, at, bytes), (long) params.getInt(at + VALUE));
            case 2 -> numbers.put(field(params, at, bytes), Integer.toUnsignedLong(params.getInt(at + VALUE)));
            case 3, 4 -> numbers.put(field(params, at, bytes), params.getLong(at + VALUE));
            case 6 -> numbers.put(field(params, at, bytes), (long) params.get(at + VALUE));
            case 7 -> {
                long text = params.getLong(at + VALUE);
                if (text != 0) {
                    texts.put(field(params, at, bytes), Texts.read(new Pointer(text), MOST_BYTES));
                }
            }
            default -> {} // a type that is not known here
        }
    }

    private static String field(ByteBuffer params, int at, byte[] bytes) {
        params.get(at, bytes);
        int length = 0;
        while (length < FIELD_BYTES && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer view(Pointer pointer, int bytes) {
        return pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }
}
