using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>A small estate with everything that is awkward to print.</summary>
internal static class CollectorData
{
    public const string WebId = "11111111-1111-4111-8111-111111111111";
    public const string DbId = "22222222-2222-4222-8222-222222222222";
    public const string OddId = "33333333-3333-4333-8333-333333333333";

    /// <summary>What the clock of the tool shows: 2026-11-22 12:00:00 UTC.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static long Ago(double seconds) => Now.ToUnixTimeMilliseconds() - (long)(seconds * 1000);

    public static Value Known(double number) => new() { Known = true, Number = number };

    public static Value Missing() => new();

    public static Host[] Hosts() =>
    [
        new()
        {
            Id = "aaaaaaaa-0000-4000-8000-000000000001", Name = "host-01", Cluster = "east", Hypervisor = "QEMU 9.2.1",
            Agent = AgentStatus.Connected, HypervisorStatus = HypervisorStatus.Up, CpuCount = 64, MemoryBytes = 549755813888,
            VmCount = 2, RunningVmCount = 1, CpuPercent = Known(12.34), MemoryUsedPercent = Known(0), LastReportUnixMs = Ago(1.5), AgentVersion = "0.1.0",
        },
        new()
        {
            Id = "aaaaaaaa-0000-4000-8000-000000000002", Name = "host-02", Cluster = "east",
            Agent = AgentStatus.Lost, VmCount = 1, UnknownVmCount = 1, CpuPercent = Missing(), MemoryUsedPercent = Missing(), LastReportUnixMs = Ago(3725),
        },
    ];

    public static Vm[] Vms() =>
    [
        new()
        {
            Id = WebId, Name = "web-1", Host = "host-01", HostId = "aaaaaaaa-0000-4000-8000-000000000001", Tenant = "shop",
            State = VmState.Running, Reason = VmStateReason.Booted, SinceUnixMs = Ago(90061), VcpuCount = 4,
            CpuPercent = Known(55.55), StealPercent = Known(0.25), MemoryUsedPercent = Known(71), MemoryRssBytes = Known(1610612736),
            DiskReadBytesPerSecond = Known(0), DiskWriteBytesPerSecond = Known(1048576),
            NetworkReceiveBytesPerSecond = Known(123456), NetworkTransmitBytesPerSecond = Known(2048),
            CpuHostPercent = Known(3.47), CpuThrottledPercent = new() { UnknownReason = UnknownReason.CounterReset }, ContentionScore = Known(1.25), MemorySource = MemorySource.Guest,
            DefinitionDigest = "5f2b", Autostart = false,
            MemoryBytes = 2147483648, LastReportUnixMs = Ago(1.5), Disks = { "vda", "vdb" }, Interfaces = { "52:54:00:00:00:01" },
            Limits =
            {
                new VmLimit { Name = "percent" }, new VmLimit { Device = "vda", Name = "total_iops", Value = 500 }, new VmLimit { Device = "vda", Name = "total_bytes_per_second" },
                new VmLimit { Device = "52:54:00:00:00:01", Name = "in_bytes_per_second" }, new VmLimit { Device = "52:54:00:00:00:01", Name = "out_bytes_per_second", Value = 1 << 20 },
            },
        },
        new()
        {
            Id = DbId, Name = "db-1", Host = "host-01", HostId = "aaaaaaaa-0000-4000-8000-000000000001",
            State = VmState.Crashed, Reason = VmStateReason.Panicked, SinceUnixMs = Ago(42), VcpuCount = 8, MemoryBytes = 4294967296,
            LastReportUnixMs = Ago(44), Evidence = "guest panic: pvpanic",
        },
        new()
        {
            Id = OddId, Name = "odd \"name\", ünï\u001b[31m", Host = "host-02", HostId = "aaaaaaaa-0000-4000-8000-000000000002",
            State = VmState.Unspecified, Reason = VmStateReason.AgentLost, LastKnownState = VmState.Running, SinceUnixMs = Ago(3720),
        },
    ];

    public static Pool[] Pools() =>
    [
        new()
        {
            Host = "host-01", Name = "default", Type = "dir", Active = Known(1), CapacityBytes = Known(1099511627776),
            AllocationBytes = Known(549755813888), AvailableBytes = Known(54975581388.8), LastReportUnixMs = Ago(10),
        },
        new() { Host = "host-01", Name = "nfs", Shared = true, Active = Known(0), CapacityBytes = Missing(), LastReportUnixMs = Ago(10) },
        new() { Host = "host-02", Name = "default" },
    ];

    public static Volume[] Volumes() =>
    [
        new()
        {
            Host = "host-01", Pool = "default", Name = "db-1.qcow2", CapacityBytes = Known(42949672960), AllocationBytes = Known(3221225472),
            LastReportUnixMs = Ago(30),
        },
        new() { Host = "host-01", Pool = "nfs", Name = "web-1.qcow2", CapacityBytes = Missing(), AllocationBytes = Missing() },
    ];

    public static FeedEvent[] Events() =>
    [
        Event(1, EventKind.AgentConnected, 7200),
        Event(2, EventKind.VmStarted, 3600, vm: "web-1", vmId: WebId, state: VmState.Running, reason: VmStateReason.Booted),
        Event(3, EventKind.VmCrashed, 42, vm: "db-1", vmId: DbId, from: VmState.Running, state: VmState.Crashed, reason: VmStateReason.Panicked, evidence: "guest panic: pvpanic"),
        Event(4, EventKind.PoolFull, 20, device: "default"),
        Event(5, EventKind.VmIoError, 10, vm: "web-1", vmId: WebId, device: "vda", from: VmState.Running, state: VmState.Running, reason: VmStateReason.NoSpace),
        Event(6, EventKind.VmUnknown, 5, vm: "web-1", vmId: WebId, from: VmState.Running, reason: VmStateReason.AgentLost),
    ];

    public static FeedEvent Event(
        ulong id, EventKind kind, double secondsAgo, string vm = "", string vmId = "", string device = "",
        VmState from = VmState.Unspecified, VmState state = VmState.Unspecified, VmStateReason reason = VmStateReason.Unspecified, string evidence = "") => new()
    {
        Id = id, HostId = "aaaaaaaa-0000-4000-8000-000000000001", Host = "host-01", Kind = kind, TimeUnixMs = Ago(secondsAgo), ReceivedUnixMs = Ago(secondsAgo) + 15,
        Vm = vm, VmId = vmId, Device = device, FromState = from, State = state, Reason = reason, Evidence = evidence,
    };
}
