using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Golden;

/// <summary>Three hosts in two clusters with nine VMs, of which the last one is known to history only.</summary>
internal static class GoldenFleet
{
    public const int Vms = 9;
    public const int Unlisted = 9;

    public static readonly string[] HostNames = ["alpha", "beta", "gamma"];
    public static readonly string[] Clusters = ["east", "east", "west"];

    public static HostId Host(int host) => new(new Guid(500 + host, 0, 0, new byte[8]));

    public static Subject Vm(int vm) => new(SubjectKind.Vm, SampleFleet.Vm(vm).Value, "");

    public static Subject Disk(int vm, string target) => new(SubjectKind.VmDisk, SampleFleet.Vm(vm).Value, target);

    public static Subject OfHost(int host) => new(SubjectKind.Host, Host(host).Value, "");

    public static Subject Pool(int host) => new(SubjectKind.Pool, Host(host).Value, "default");

    /// <summary>The host a VM is on at the end.</summary>
    public static int HomeOf(int vm) => vm == 4 ? 0 : (vm - 1) / 3;

    public static string TenantOf(int vm) => (vm % 3) switch { 1 => "blue", 2 => "green", _ => "" };

    public static string PoolOf(int vm, string disk) => disk == "vdb" ? "" : vm % 2 == 0 ? "fast" : "default";

    public static IReadOnlyList<HostView> Views { get; } = [.. Enumerable.Range(0, HostNames.Length).Select(View)];

    private static HostView View(int host) => new(
        new HostInfo(Host(host), HostNames[host], "QEMU", 8, 64L << 30, "CPU"), Clusters[host], "1.0", AgentStatus.Connected, HypervisorStatus.Up,
        new HostFigures(null, null, 0),
        [.. Enumerable.Range(1, Vms).Where(vm => vm != Unlisted && HomeOf(vm) == host).Select(VmView)],
        [new PoolView(new PoolInfo(9, "default", "dir", "/images"), new PoolFigures(true, 1, 1, 1, 0))],
        0);

    private static VmView VmView(int vm) => new(
        new VmInfo(vm, SampleFleet.Vm(vm), $"vm-{vm}", TenantOf(vm), 2, 1 << 30, [new(1, "vda", "/x", PoolOf(vm, "vda")), new(2, "vdb", "/y", "")], []),
        VmState.Running, Core.Model.VmStateReason.Booted, 0, VmState.Running, "test", VmFigures.None);
}
