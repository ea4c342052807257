using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// One connection, read-only unless it was opened to act. Every method but <see cref="Dispose"/> blocks until the daemon answers; several threads may
/// call at once.
/// </summary>
internal sealed unsafe partial class LibvirtConnection : IDisposable
{
    private const int KeepAliveSeconds = 2;
    private const uint KeepAliveCount = 3;
    private readonly ConnectionHandle _handle;
    private readonly CallCounter _calls;

    private LibvirtConnection(ConnectionHandle handle, CallCounter calls)
    {
        _handle = handle;
        _calls = calls;
    }

    /// <exception cref="LibvirtException">The daemon cannot be reached.</exception>
    public static LibvirtConnection Open(string uri, CallCounter calls)
    {
        EventLoop.EnsureRuns();
        calls.Add();
        return Opened(NativeMethods.virConnectOpenReadOnly(uri), calls, nameof(NativeMethods.virConnectOpenReadOnly));
    }

    public EventSubscription Subscribe(EventSink sink)
    {
        _calls.Add();
        return EventSubscription.Register(_handle, sink);
    }

    /// <summary>Kind and versions, such as <c>QEMU 7.2.22, libvirt 9.0.0</c>.</summary>
    public string Version()
    {
        ulong hypervisor;
        ulong library;
        _calls.Add();
        bool known = NativeMethods.virConnectGetVersion(_handle, &hypervisor) == 0;
        _calls.Add();
        _ = Check(NativeMethods.virConnectGetLibVersion(_handle, &library), nameof(NativeMethods.virConnectGetLibVersion));
        string type = Utf8.Text(NativeMethods.virConnectGetType(_handle));
        return known ? $"{type} {Dotted(hypervisor)}, libvirt {Dotted(library)}" : $"{type}, libvirt {Dotted(library)}";
    }

    /// <summary>All domains, or those of the filter (virConnectListAllDomainsFlags).</summary>
    public List<DomainHandle> ListDomains(uint filter = 0)
    {
        nint* domains;
        _calls.Add();
        int count = Check(NativeMethods.virConnectListAllDomains(_handle, &domains, filter), nameof(NativeMethods.virConnectListAllDomains));
        return TakeList(domains, count, domain => new DomainHandle(domain));
    }

    /// <exception cref="LibvirtException">Also when the domain is gone (<see cref="LibvirtException.NoDomain"/>).</exception>
    public DomainHandle Lookup(Guid uuid)
    {
        byte* bytes = stackalloc byte[16];
        _ = uuid.TryWriteBytes(new Span<byte>(bytes, 16), bigEndian: true, out _);
        _calls.Add();
        DomainHandle domain = NativeMethods.virDomainLookupByUUID(_handle, bytes);
        if (domain.IsInvalid)
        {
            domain.Dispose();
            throw LibvirtException.Last(nameof(NativeMethods.virDomainLookupByUUID));
        }

        return domain;
    }

    public (int State, int Reason) StateOf(DomainHandle domain)
    {
        int state;
        int reason;
        _calls.Add();
        _ = Check(NativeMethods.virDomainGetState(domain, &state, &reason, 0), nameof(NativeMethods.virDomainGetState));
        return (state, reason);
    }

    public bool IsPersistent(DomainHandle domain)
    {
        _calls.Add();
        return Check(NativeMethods.virDomainIsPersistent(domain), nameof(NativeMethods.virDomainIsPersistent)) == 1;
    }

    public string XmlOf(DomainHandle domain)
    {
        _calls.Add();
        nint xml = NativeMethods.virDomainGetXMLDesc(domain, 0);
        return xml != 0 ? Utf8.Take(xml) : throw LibvirtException.Last(nameof(NativeMethods.virDomainGetXMLDesc));
    }

    /// <summary>Whether the domain's monitor waits for an answer, and for how long; never waits for the monitor itself.</summary>
    public VirDomainControlInfo ControlInfo(DomainHandle domain)
    {
        VirDomainControlInfo info;
        _calls.Add();
        _ = Check(NativeMethods.virDomainGetControlInfo(domain, &info, 0), nameof(NativeMethods.virDomainGetControlInfo));
        return info;
    }

    /// <summary>Makes the domain's monitor answer something small; blocks for as long as it does not.</summary>
    public void TouchMonitor(DomainHandle domain)
    {
        const int StatSize = 16;
        const int StatCount = 16;
        byte* stats = stackalloc byte[StatSize * StatCount];
        _calls.Add();
        _ = Check(NativeMethods.virDomainMemoryStats(domain, stats, StatCount, 0), nameof(NativeMethods.virDomainMemoryStats));
    }

    /// <summary>The bulk call: the groups of statistics of all domains that the flags select.</summary>
    public DomainStatsRecords AllDomainStats(uint groups, uint flags)
    {
        VirDomainStatsRecord** records;
        _calls.Add();
        int count = Check(
            NativeMethods.virConnectGetAllDomainStats(_handle, groups, &records, flags), nameof(NativeMethods.virConnectGetAllDomainStats));
        return new DomainStatsRecords(records, count);
    }

    public List<StoragePoolHandle> ListPools()
    {
        nint* pools;
        _calls.Add();
        int count = Check(NativeMethods.virConnectListAllStoragePools(_handle, &pools, 0), nameof(NativeMethods.virConnectListAllStoragePools));
        return TakeList(pools, count, pool => new StoragePoolHandle(pool));
    }

    public string XmlOf(StoragePoolHandle pool)
    {
        _calls.Add();
        nint xml = NativeMethods.virStoragePoolGetXMLDesc(pool, 0);
        return xml != 0 ? Utf8.Take(xml) : throw LibvirtException.Last(nameof(NativeMethods.virStoragePoolGetXMLDesc));
    }

    public VirStoragePoolInfo InfoOf(StoragePoolHandle pool)
    {
        VirStoragePoolInfo info;
        _calls.Add();
        _ = Check(NativeMethods.virStoragePoolGetInfo(pool, &info), nameof(NativeMethods.virStoragePoolGetInfo));
        return info;
    }

    /// <summary>Number of volumes; null for a pool that is not active.</summary>
    public int? VolumesOf(StoragePoolHandle pool)
    {
        _calls.Add();
        int count = NativeMethods.virStoragePoolNumOfVolumes(pool);
        return count < 0 ? null : count;
    }

    /// <exception cref="LibvirtException">Also when the pool is gone (<see cref="LibvirtException.NoStoragePool"/>).</exception>
    public StoragePoolHandle LookupPool(string name)
    {
        _calls.Add();
        StoragePoolHandle pool = NativeMethods.virStoragePoolLookupByName(_handle, name);
        if (pool.IsInvalid)
        {
            pool.Dispose();
            throw LibvirtException.Last(nameof(NativeMethods.virStoragePoolLookupByName));
        }

        return pool;
    }

    /// <summary>The volumes that libvirt knows in a pool: those of its last refresh and what was made through it since.</summary>
    public List<StorageVolumeHandle> ListVolumes(StoragePoolHandle pool)
    {
        nint* volumes;
        _calls.Add();
        int count = Check(NativeMethods.virStoragePoolListAllVolumes(pool, &volumes, 0), nameof(NativeMethods.virStoragePoolListAllVolumes));
        return TakeList(volumes, count, volume => new StorageVolumeHandle(volume));
    }

    /// <summary>Looks at the volume itself, and may wait for a disk.</summary>
    public VirStorageVolInfo InfoOf(StorageVolumeHandle volume)
    {
        VirStorageVolInfo info;
        _calls.Add();
        _ = Check(NativeMethods.virStorageVolGetInfo(volume, &info), nameof(NativeMethods.virStorageVolGetInfo));
        return info;
    }

    public void Dispose() => _handle.Dispose();

    private static LibvirtConnection Opened(ConnectionHandle handle, CallCounter calls, string call)
    {
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw LibvirtException.Last(call);
        }

        // Without it a stopped daemon or a cut network would never be noticed. Drivers inside this process refuse it.
        _ = NativeMethods.virConnectSetKeepAlive(handle, KeepAliveSeconds, KeepAliveCount);
        return new LibvirtConnection(handle, calls);
    }

    private static List<T> TakeList<T>(nint* items, int count, Func<nint, T> wrap)
    {
        var list = new List<T>(count);
        for (int i = 0; i < count; i++)
        {
            list.Add(wrap(items[i]));
        }

        NativeMemory.Free(items);
        return list;
    }

    private static int Check(int result, string call) => result >= 0 ? result : throw LibvirtException.Last(call);

    private static string Dotted(ulong version) => $"{version / 1_000_000}.{version / 1000 % 1000}.{version % 1000}";
}
