using System.Collections.Frozen;
using System.Collections.Immutable;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>What is observed of one host and its VMs. <see cref="StateRules"/> turn one into the next.</summary>
public sealed record HostState
{
    /// <summary>VMs one host may have here; events about more leave no trace but themselves.</summary>
    public const int MostVms = 65_536;

    private readonly ImmutableDictionary<VmId, VmCondition> _vms = ImmutableDictionary<VmId, VmCondition>.Empty;

    private HostState(HostInfo host) => Host = host;

    /// <summary>The host.</summary>
    public HostInfo Host { get; init; }

    /// <summary>Its agent.</summary>
    public AgentPresence Agent { get; init; }

    /// <summary>Its hypervisor, as the agent sees it.</summary>
    public HypervisorPresence Hypervisor { get; init; }

    /// <summary>Number of the newest message that told about the hypervisor; 0 = none in the current sequence space.</summary>
    public long HypervisorSequence { get; init; }

    /// <summary>Whether the host is suspected to be lost. A suspicion, not a verdict.</summary>
    public bool Suspected { get; init; }

    /// <summary>What others see of it while it is not heard; unproven as long as it is heard.</summary>
    public HostStanding Standing { get; init; }

    /// <summary>VMs the newest inventory names.</summary>
    public FrozenSet<VmId> Present { get; init; } = [];

    /// <summary>Its VMs, also those that left.</summary>
    public ImmutableDictionary<VmId, VmCondition> Vms
    {
        get => _vms;
        init
        {
            _vms = value;
            AnyHeld = value.Values.Any(IsHeld);
        }
    }

    /// <summary>Whether a VM is unknown only since the host was out of sight.</summary>
    public bool AnyHeld { get; private init; }

    /// <summary>A host nothing is known of.</summary>
    public static HostState New(HostInfo host) => new(host);

    /// <summary>Whether a VM is unknown only since the host was out of sight: its state before is held.</summary>
    public static bool IsHeld(VmCondition vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return vm.State == VmState.Unknown && vm.HeldState != VmState.Unknown && !vm.MissedMessages
        && vm.Reason is VmStateReason.AgentLost or VmStateReason.HostSilent or VmStateReason.NotYetSeen;
    }
}
