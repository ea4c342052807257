using System.Threading.Channels;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors;

/// <summary>
/// What an agent can see of the VMs of one host. Sampling never changes anything on the host.
/// </summary>
/// <remarks>
/// <para>Life: construct, <see cref="StartAsync"/> once, sample as often as wanted, dispose. A hypervisor that cannot be
/// reached is not an error of the caller: the adapter says so with <see cref="HostEventKind.HypervisorLost"/>, keeps
/// trying with back-off, reads everything anew when it is back, and says <see cref="HostEventKind.HypervisorRestored"/>.</para>
/// <para><see cref="SampleFastAsync"/> and <see cref="SampleSlowAsync"/> may run at the same time, but neither twice at once.</para>
/// <para>A VM that is missing from a sample has no values in that tick; it never means that the VM is off.</para>
/// </remarks>
public interface IHypervisor : IAsyncDisposable
{
    /// <summary>Short name of the adapter: <c>libvirt</c> or <c>simulated</c>.</summary>
    string Name { get; }

    /// <summary>
    /// What is on the host now. Replaced as a whole, with a greater version, when something changes. Volumes are listed up to
    /// <see cref="VolumeInfo.MostOfPool"/> of a pool and <see cref="VolumeInfo.MostOfHost"/> in all; the others are counted
    /// (<see cref="Metric.PoolVolumesLeftOut"/>).
    /// </summary>
    Inventory Inventory { get; }

    /// <summary>
    /// Events in the order in which they were noticed. Bounded; when the reader is too slow the oldest are dropped and
    /// a <see cref="HostEventKind.SamplesDropped"/> event tells how many.
    /// </summary>
    ChannelReader<HostEvent> Events { get; }

    /// <summary>Calls made to the hypervisor so far (RPCs); 0 for adapters without calls.</summary>
    long HypervisorCalls { get; }

    /// <summary>
    /// Begins to watch the host. Returns when the first attempt to reach the hypervisor has ended, either way;
    /// when it succeeded the inventory is complete, but for volumes, which may follow, and there is a
    /// <see cref="HostEventKind.VmObserved"/> event for each VM.
    /// </summary>
    /// <exception cref="HypervisorUnavailableException">The adapter can never work here, such as a missing library.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Fills <paramref name="target"/> (already reset) with the cheap figures. Never waits for the hypervisor.</summary>
    ValueTask SampleFastAsync(SampleSet target, CancellationToken cancellationToken);

    /// <summary>
    /// Fills <paramref name="target"/> (already reset) with the figures that only the hypervisor knows. Ends within the
    /// deadline of the adapter's options also when the hypervisor hangs; what could not be read is null.
    /// </summary>
    ValueTask SampleSlowAsync(SampleSet target, CancellationToken cancellationToken);

    /// <summary>
    /// Tells everything that is known of states once more, for a reader that has missed events: a
    /// <see cref="HostEventKind.VmObserved"/> event for each VM of the inventory (<see cref="VmState.Unknown"/> where the state
    /// is not known now), then <see cref="HostEventKind.HypervisorRestored"/> or <see cref="HostEventKind.HypervisorLost"/>.
    /// Returns at once, the events follow in order with all others; the hypervisor is not asked. Does nothing before
    /// <see cref="StartAsync"/> and after disposal.
    /// </summary>
    void RepeatStates();

    /// <summary>
    /// Reads what the inventory says of a VM anew, soon: no event of a hypervisor need tell that a limit was set. Returns at once;
    /// a VM that is not there is nothing to read. Does nothing before <see cref="StartAsync"/> and after disposal.
    /// </summary>
    /// <param name="vm">The VM.</param>
    void Recheck(VmId vm);
}
