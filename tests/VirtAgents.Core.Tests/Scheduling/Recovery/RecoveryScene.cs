using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Recovery;
using VirtAgents.Core.Tests.Scheduling.Live;

namespace VirtAgents.Core.Tests.Scheduling.Recovery;

/// <summary>Host 9 is lost; its VMs have 4 vCPUs and 4 GiB, other hosts 16 pCPUs and 64 GiB, of which 5 % are their own.</summary>
internal static class RecoveryScene
{
    public static RecoveryPolicy Auto { get; } = new(ScheduleMode.Auto, 2);

    /// <summary>A VM that may be started elsewhere.</summary>
    public static LostVm Vm(int number, Func<VmInfo, VmInfo>? change = null)
    {
        VmInfo usual = LiveEstateOfTests.Vm(number).Info with { DefinitionDigest = new string('a', 64), HasAutostart = false };
        return new(change?.Invoke(usual) ?? usual, VmState.Running);
    }

    public static LostHost Lost(params LostVm[] vms) => new(LiveEstateOfTests.Host(9) with { OutOfSight = "its agent is not connected" }, [.. vms], IsConfirmed: true);

    public static RecoveryView View(params LiveHost[] hosts) =>
        new([.. hosts], new ClusterLimits(4), ImmutableDictionary<HostId, string>.Empty, [], Auto, null);

    /// <summary>What is decided, as "vm1 Start h1".</summary>
    public static IEnumerable<string> Told(this IEnumerable<RecoveryDecision> decisions) => decisions.Select(d => $"{d.Vm.Info.Name} {d.Action}{(d.Target is null ? "" : $" {d.Target.Name}")}");
}
