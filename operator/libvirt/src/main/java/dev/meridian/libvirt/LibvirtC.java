package dev.meridian.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libvirt.so.0 that this binding calls, under their C names and mapped directly.
 *
 * <p>All of them are in libvirt 5.10 and later. {@code char*} results that the caller must free are
 * {@link Pointer}; {@code const char*} results are {@link String}. Nothing here checks a result.
 */
final class LibvirtC {

    static final String SONAME = "libvirt.so.0";

    static final NativeLibrary LIBRARY =
            NativeLibrary.getInstance(SONAME, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    static {
        Native.register(LibvirtC.class, LIBRARY);
    }

    private LibvirtC() {}

    /** {@code void (*)(void *userData, virErrorPtr error)}. */
    interface ErrorFunc extends Callback {
        void invoke(@Nullable Pointer userData, Pointer error);
    }

    /** {@code void (*)(virConnectPtr conn, int reason, void *opaque)}. */
    interface CloseFunc extends Callback {
        void invoke(Pointer conn, int reason, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventCallback. */
    interface LifecycleCallback extends Callback {
        int invoke(Pointer conn, Pointer domain, int event, int detail, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventGenericCallback, as REBOOT has it. */
    interface GenericCallback extends Callback {
        void invoke(Pointer conn, Pointer domain, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventRTCChangeCallback. */
    interface RtcChangeCallback extends Callback {
        void invoke(Pointer conn, Pointer domain, long utcoffset, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventWatchdogCallback. */
    interface WatchdogCallback extends Callback {
        void invoke(Pointer conn, Pointer domain, int action, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventIOErrorReasonCallback. */
    interface IoErrorReasonCallback extends Callback {
        void invoke(
                Pointer conn,
                Pointer domain,
                @Nullable Pointer srcPath,
                @Nullable Pointer devAlias,
                int action,
                @Nullable Pointer reason,
                @Nullable Pointer opaque);
    }

    /** virConnectDomainEventAgentLifecycleCallback. */
    interface AgentLifecycleCallback extends Callback {
        void invoke(Pointer conn, Pointer domain, int state, int reason, @Nullable Pointer opaque);
    }

    static native int virGetVersion(NativeLongByReference libVer, @Nullable String type, @Nullable Pointer typeVer);

    static native @Nullable Pointer virGetLastError();

    static native void virSetErrorFunc(@Nullable Pointer userData, ErrorFunc handler);

    static native int virEventRegisterDefaultImpl();

    static native int virEventRunDefaultImpl();

    static native @Nullable Pointer virConnectOpen(String name);

    static native int virConnectClose(Pointer conn);

    static native int virConnectSetKeepAlive(Pointer conn, int interval, int count);

    static native int virConnectRegisterCloseCallback(
            Pointer conn, CloseFunc callback, @Nullable Pointer opaque, @Nullable Pointer free);

    static native int virConnectUnregisterCloseCallback(Pointer conn, CloseFunc callback);

    static native int virConnectIsAlive(Pointer conn);

    static native int virConnectGetLibVersion(Pointer conn, NativeLongByReference version);

    static native int virConnectGetVersion(Pointer conn, NativeLongByReference version);

    static native @Nullable Pointer virConnectGetHostname(Pointer conn);

    static native @Nullable Pointer virConnectGetCapabilities(Pointer conn);

    static native @Nullable Pointer virConnectGetDomainCapabilities(
            Pointer conn,
            @Nullable String emulator,
            @Nullable String arch,
            @Nullable String machine,
            @Nullable String virtType,
            int flags);

    static native @Nullable Pointer virConnectBaselineHypervisorCPU(
            Pointer conn,
            @Nullable String emulator,
            @Nullable String arch,
            @Nullable String machine,
            @Nullable String virtType,
            Pointer cpus,
            int count,
            int flags);

    static native int virConnectCompareHypervisorCPU(
            Pointer conn,
            @Nullable String emulator,
            @Nullable String arch,
            @Nullable String machine,
            @Nullable String virtType,
            String cpu,
            int flags);

    static native int virConnectGetCPUModelNames(Pointer conn, String arch, PointerByReference models, int flags);

    static native int virNodeGetInfo(Pointer conn, Pointer info);

    static native long virNodeGetFreeMemory(Pointer conn);

    static native int virConnectListAllDomains(Pointer conn, PointerByReference domains, int flags);

    static native int virConnectGetAllDomainStats(Pointer conn, int stats, PointerByReference records, int flags);

    static native void virDomainStatsRecordListFree(Pointer records);

    static native int virConnectListAllNetworks(Pointer conn, PointerByReference networks, int flags);

    static native int virConnectDomainEventRegisterAny(
            Pointer conn,
            @Nullable Pointer domain,
            int eventId,
            Callback callback,
            @Nullable Pointer opaque,
            @Nullable Pointer free);

    static native int virConnectDomainEventDeregisterAny(Pointer conn, int callbackId);

    static native @Nullable Pointer virDomainLookupByUUID(Pointer conn, byte[] uuid);

    static native @Nullable Pointer virDomainLookupByName(Pointer conn, String name);

    static native @Nullable Pointer virDomainDefineXMLFlags(Pointer conn, String xml, int flags);

    static native int virDomainFree(Pointer domain);

    static native int virDomainGetUUID(Pointer domain, byte[] uuid);

    static native String virDomainGetName(Pointer domain);

    static native int virDomainGetID(Pointer domain);

    static native int virDomainGetState(Pointer domain, int[] state, int[] reason, int flags);

    static native int virDomainGetInfo(Pointer domain, Pointer info);

    static native int virDomainGetTime(Pointer domain, LongByReference seconds, int[] nanos, int flags);

    static native int virDomainSetTime(Pointer domain, long seconds, int nanos, int flags);

    static native int virDomainAgentSetResponseTimeout(Pointer domain, int seconds, int flags);

    static native int virDomainGetGuestInfo(
            Pointer domain, int types, PointerByReference params, int[] count, int flags);

    static native void virTypedParamsFree(@Nullable Pointer params, int count);

    static native int virTypedParamsAddInt(PointerByReference params, int[] count, int[] room, String name, int value);

    static native int virTypedParamsAddULLong(
            PointerByReference params, int[] count, int[] room, String name, long value);

    static native int virTypedParamsAddString(
            PointerByReference params, int[] count, int[] room, String name, String value);

    static native int virDomainMigrateToURI3(
            Pointer domain, String destination, @Nullable Pointer params, int count, int flags);

    static native int virDomainMigrateSetMaxDowntime(Pointer domain, long milliseconds, int flags);

    static native int virDomainMigrateSetMaxSpeed(Pointer domain, NativeLong mebibytes, int flags);

    static native int virDomainGetJobStats(
            Pointer domain, int[] type, PointerByReference params, int[] count, int flags);

    static native int virDomainAbortJob(Pointer domain);

    static native int virDomainFSFreeze(Pointer domain, @Nullable Pointer mountpoints, int count, int flags);

    static native int virDomainFSThaw(Pointer domain, @Nullable Pointer mountpoints, int count, int flags);

    static native int virDomainIsActive(Pointer domain);

    static native int virDomainIsPersistent(Pointer domain);

    static native int virDomainIsUpdated(Pointer domain);

    static native @Nullable Pointer virDomainGetXMLDesc(Pointer domain, int flags);

    static native int virDomainFDAssociate(Pointer domain, String name, int count, int[] fds, int flags);

    static native int virDomainCreateWithFlags(Pointer domain, int flags);

    static native int virDomainShutdownFlags(Pointer domain, int flags);

    static native int virDomainDestroyFlags(Pointer domain, int flags);

    static native int virDomainSuspend(Pointer domain);

    static native int virDomainResume(Pointer domain);

    static native int virDomainReset(Pointer domain, int flags);

    static native int virDomainRename(Pointer domain, String newName, int flags);

    static native int virDomainManagedSave(Pointer domain, int flags);

    static native int virDomainHasManagedSaveImage(Pointer domain, int flags);

    static native int virDomainManagedSaveRemove(Pointer domain, int flags);

    static native int virDomainBlockResize(Pointer domain, String disk, long size, int flags);

    static native int virDomainSetVcpusFlags(Pointer domain, int vcpus, int flags);

    static native int virDomainPinVcpuFlags(Pointer domain, int vcpu, byte[] cpumap, int bytes, int flags);

    static native int virDomainPinEmulator(Pointer domain, byte[] cpumap, int bytes, int flags);

    static native int virDomainPinIOThread(Pointer domain, int ioThread, byte[] cpumap, int bytes, int flags);

    static native int virDomainAttachDeviceFlags(Pointer domain, String xml, int flags);

    static native int virDomainUpdateDeviceFlags(Pointer domain, String xml, int flags);

    static native int virDomainGetDiskErrors(Pointer domain, @Nullable Pointer errors, int maxErrors, int flags);

    static native int virDomainUndefineFlags(Pointer domain, int flags);

    static native int virDomainSetAutostart(Pointer domain, int autostart);

    static native @Nullable Pointer virDomainGetMetadata(Pointer domain, int type, String uri, int flags);

    static native int virDomainSetMetadata(
            Pointer domain, int type, @Nullable String metadata, String key, String uri, int flags);

    static native int virDomainInterfaceAddresses(Pointer domain, PointerByReference interfaces, int source, int flags);

    static native void virDomainInterfaceFree(Pointer face);

    static native @Nullable Pointer virNetworkLookupByName(Pointer conn, String name);

    static native int virNetworkFree(Pointer network);

    static native String virNetworkGetName(Pointer network);

    static native int virNetworkIsActive(Pointer network);

    static native int virNetworkCreate(Pointer network);

    static native int virNetworkDestroy(Pointer network);

    static native int virNetworkUndefine(Pointer network);

    static native @Nullable Pointer virNetworkDefineXML(Pointer conn, String xml);

    static native int virNetworkUpdate(
            Pointer network, int command, int section, int parentIndex, String xml, int flags);

    static native int virNetworkListAllPorts(Pointer network, @Nullable Pointer ports, int flags);

    static native @Nullable Pointer virNetworkGetXMLDesc(Pointer network, int flags);

    static native int virNetworkGetDHCPLeases(
            Pointer network, @Nullable String mac, PointerByReference leases, int flags);

    static native void virNetworkDHCPLeaseFree(Pointer lease);

    static native int virConnectListAllStoragePools(Pointer conn, PointerByReference pools, int flags);

    static native @Nullable Pointer virStoragePoolLookupByName(Pointer conn, String name);

    static native int virStoragePoolFree(Pointer pool);

    static native String virStoragePoolGetName(Pointer pool);

    static native int virStoragePoolIsActive(Pointer pool);

    static native @Nullable Pointer virStorageVolLookupByName(Pointer pool, String name);

    static native int virStorageVolFree(Pointer volume);

    static native int virStorageVolGetInfo(Pointer volume, Pointer info);

    static native @Nullable Pointer virStorageVolGetPath(Pointer volume);

    static native @Nullable Pointer virStorageVolGetXMLDesc(Pointer volume, int flags);

    static native @Nullable Pointer virNWFilterLookupByName(Pointer conn, String name);

    static native @Nullable Pointer virNWFilterDefineXML(Pointer conn, String xml);

    static native int virNWFilterUndefine(Pointer filter);

    static native int virNWFilterFree(Pointer filter);
}
