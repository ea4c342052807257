using System.Threading.Channels;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>One host of a <see cref="SimulatedEstate"/>, seen as an agent sees a real one.</summary>
/// <remarks>
/// Samples carry the time of the simulated host, whose clock may be wrong. Losses of the agent, of the host and of the
/// network are not the adapter's to show: <see cref="Link"/> tells whoever runs the agent's session what to act out.
/// </remarks>
public sealed class SimulatedHypervisor : IHypervisor
{
    private readonly SimulatedEstate _estate;
    private readonly EventQueue _events = new(length: 4096);
    private readonly int _host;
    private volatile bool _started;

    internal SimulatedHypervisor(SimulatedEstate estate, int host)
    {
        _estate = estate;
        _host = host;
        Host = estate.HostOf(host);
    }

    /// <summary>The state of the session changed; read <see cref="Link"/>. Raised on the thread that moved time on; return soon.</summary>
    public event EventHandler? LinkChanged;

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <summary>The host.</summary>
    public HostInfo Host { get; }

    /// <summary>How the agent of this host stands to the collector now.</summary>
    public HostLink Link => _estate.LinkOf(_host);

    /// <inheritdoc/>
    public Inventory Inventory => _estate.InventoryOf(_host);

    /// <inheritdoc/>
    public ChannelReader<HostEvent> Events => _events.Reader;

    /// <inheritdoc/>
    public long HypervisorCalls => 0;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _started = true;
        _estate.Look(_host);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SampleFastAsync(SampleSet target, CancellationToken cancellationToken) =>
        Sample(SampleTier.Fast, target, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SampleSlowAsync(SampleSet target, CancellationToken cancellationToken) =>
        Sample(SampleTier.Slow, target, cancellationToken);

    /// <inheritdoc/>
    public void RepeatStates() => _estate.RepeatStates(_host);

    /// <inheritdoc/>
    public void Recheck(VmId vm)
    {
        // The inventory of the world always says what there is.
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _started = false;
        _events.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Never waits; called with the lock of the estate held, so events keep their order.</summary>
    internal void Deliver(HostEvent seen)
    {
        if (_started)
        {
            _events.Add(seen);
        }
    }

    internal void TellLink() => LinkChanged?.Invoke(this, EventArgs.Empty);

    private ValueTask Sample(SampleTier tier, SampleSet target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _estate.Sample(_host, tier, target);
        return ValueTask.CompletedTask;
    }
}
