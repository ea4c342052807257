using Microsoft.EntityFrameworkCore;

namespace VirtAgents.Collector.Control;

/// <summary>
/// The epoch of the scheduler that is active here. It grows with each activation and is stored before anybody sees it,
/// so an agent can tell the directives of a scheduler that has been replaced.
/// </summary>
internal sealed class ClusterEpoch(ControlQueue queue, TimeProvider time)
{
    private const string TheCluster = "virtagents";

    private long _current;

    /// <summary>The epoch; 0 = no scheduler is active yet.</summary>
    public long Current => Interlocked.Read(ref _current);

    /// <summary>Begins a new epoch.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _current, await queue.RunAsync(TakeAsync, cancellationToken));

    private async Task<long> TakeAsync(ControlContext context)
    {
        EpochRow? row = await context.Epochs.SingleOrDefaultAsync(e => e.Cluster == TheCluster);
        if (row is null)
        {
            row = new EpochRow { Cluster = TheCluster };
            context.Add(row);
        }

        row.Value++;
        row.TakenUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        await context.SaveChangesAsync();
        return row.Value;
    }
}
