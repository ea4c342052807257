using VirtAgents.Collector.Directives;
using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Collector.Planning;

/// <summary>Volumes that hosts were told to make or are about to be told, which their pools may not show yet.</summary>
internal sealed class VolumeOrders(DirectiveReader directives, TimeProvider time)
{
    // Whoever asks for a pool sends the directive at once.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (OrderedVolume Volume, long UntilMs)> _held = [];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Counts a choice until its directive is recorded, and not for long.</summary>
    public void Keep(Guid directive, OrderedVolume volume)
    {
        lock (_gate)
        {
            _held[directive] = (volume, Now + (long)Hold.TotalMilliseconds);
        }
    }

    /// <param name="except">The directive for which is asked: one that is asked for again does not count beside itself.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<OrderedVolume>> ReadAsync(Guid? except, CancellationToken cancellationToken)
    {
        (Guid Id, OrderedVolume Volume)[] held = [.. Held().Where(h => h.Id != except)];

        // Asked for first: one that is recorded in between counts twice rather than not at all.
        IReadOnlySet<Guid> known = await directives.KnownAsync([.. held.Select(h => h.Id)], cancellationToken);
        IReadOnlyList<OrderedVolume> recorded = await directives.VolumesAsync(Now - OrderedVolumes.ListedWithinMs, except, cancellationToken);
        return [.. recorded, .. held.Where(h => !known.Contains(h.Id)).Select(h => h.Volume)];
    }

    private (Guid Id, OrderedVolume Volume)[] Held()
    {
        lock (_gate)
        {
            long now = Now;
            foreach (Guid late in _held.Where(h => h.Value.UntilMs <= now).Select(h => h.Key).ToArray())
            {
                _held.Remove(late);
            }

            return [.. _held.Select(h => (h.Key, h.Value.Volume))];
        }
    }
}
