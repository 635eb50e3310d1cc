package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads virDomainStatsRecord: a domain, and an array of virTypedParameter. Each is read from one copy of its memory: a
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

    private byte[] copied = new byte[64 * STRUCT_BYTES];

    private StatsRecords() {}

    /** Copies the records and frees them. */
    static List<DomainStats> take(Pointer records, int count) {
        try {
            var stats = new ArrayList<DomainStats>(count);
            var reader = new StatsRecords();
            for (long address : records.getLongArray(0, count)) {
                stats.add(reader.read(new Pointer(address)));
            }
            return stats;
        } finally {
            LibvirtC.virDomainStatsRecordListFree(records);
        }
    }

    private DomainStats read(Pointer pointer) {
        var record = copy(pointer, RECORD_BYTES);
        var domain = new Pointer(record.getLong(0));
        var params = new Pointer(record.getLong(PARAMS));
        int count = record.getInt(COUNT);
        var numbers = HashMap.<String, Long>newHashMap(count);
        var texts = new HashMap<String, String>();
        if (count > 0) {
            var all = copy(params, count * STRUCT_BYTES);
            for (int at = 0; at < count * STRUCT_BYTES; at += STRUCT_BYTES) {
                read(all, at, numbers, texts);
            }
        }
        return new DomainStats(RawUuid.ofDomain(domain), numbers, texts);
    }

    private void read(ByteBuffer params, int at, Map<String, Long> numbers, Map<String, String> texts) {
        switch (params.getInt(at + TYPE)) {
            case 1 -> numbers.put(field(params, at), (long) params.getInt(at + VALUE));
            case 2 -> numbers.put(field(params, at), Integer.toUnsignedLong(params.getInt(at + VALUE)));
            case 3, 4 -> numbers.put(field(params, at), params.getLong(at + VALUE));
            case 6 -> numbers.put(field(params, at), (long) params.get(at + VALUE));
            case 7 -> {
                long text = params.getLong(at + VALUE);
                if (text != 0) {
                    texts.put(field(params, at), Texts.read(new Pointer(text), MOST_BYTES));
                }
            }
            default -> {} // a type that is not known here
        }
    }

    private String field(ByteBuffer params, int at) {
        int end = at;
        while (end < at + FIELD_BYTES && params.get(end) != 0) {
            end++;
        }
        return new String(copied, at, end - at, StandardCharsets.ISO_8859_1);
    }

    /** Of memory of C; until the next one is made. */
    private ByteBuffer copy(Pointer pointer, int bytes) {
        if (copied.length < bytes) {
            copied = new byte[bytes];
        }
        pointer.read(0, copied, 0, bytes);
        return ByteBuffer.wrap(copied).order(ByteOrder.nativeOrder());
    }
}
