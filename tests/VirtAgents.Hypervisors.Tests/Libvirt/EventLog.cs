using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Everything an adapter has told so far, in order, with a way to wait for more.</summary>
internal sealed class EventLog(IHypervisor host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly List<HostEvent> _all = [];

    public IReadOnlyList<HostEvent> All => _all;

    /// <summary>Forgets what was told so far, also what nobody has read yet.</summary>
    public void Clear()
    {
        while (host.Events.TryRead(out _))
        {
        }

        _all.Clear();
    }

    /// <summary>Waits for an event that was not waited for before; fails with all that came instead.</summary>
    public async Task<HostEvent> NextAsync(HostEventKind kind, string vm = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        int seen = _all.Count;
        try
        {
            while (true)
            {
                HostEvent happened = await host.Events.ReadAsync(limit.Token);
                _all.Add(happened);
                if (happened.Kind == kind && (vm.Length == 0 || happened.VmName == vm))
                {
                    return happened;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no {kind} of '{vm}', but: {string.Join("; ", _all.Skip(seen))}");
        }
    }

    /// <summary>Kinds of what was told of a VM, but for what may or may not come with a job or a balloon.</summary>
    public HostEventKind[] KindsOf(string vm) =>
    [
        .. _all.Where(happened => happened.VmName == vm)
            .Select(happened => happened.Kind)
            .Where(kind => kind is not (HostEventKind.VmJobCompleted or HostEventKind.VmBalloonChanged or HostEventKind.VmObserved)),
    ];
}
