namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Interleaves the requests of tenants by their weighted shares; each tenant's own keep their order.</summary>
/// <remarks>
/// Progressive filling by weighted dominant shares (Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, algorithm 1): next is
/// the first request of the tenant that uses the least, counted with what the requests placed before it would add. Equal
/// shares are served in the order of the discipline.
/// </remarks>
internal static class FairOrder
{
    /// <summary>The requests in fair order.</summary>
    /// <param name="ordered">Requests in the order of a discipline.</param>
    /// <param name="usage">What tenants use now.</param>
    public static WaitingEntry[] Arrange(ReadOnlySpan<WaitingEntry> ordered, TenantUsage usage)
    {
        Dictionary<string, Queue<(int Place, WaitingEntry Entry)>> own = new(StringComparer.Ordinal);
        PriorityQueue<string, (double Share, int Place)> next = new();
        for (int i = 0; i < ordered.Length; i++)
        {
            string tenant = ordered[i].Request.Tenant;
            if (!own.TryGetValue(tenant, out Queue<(int, WaitingEntry)>? queue))
            {
                own[tenant] = queue = new();
                next.Enqueue(tenant, (usage.WeightedShare(tenant, default), i));
            }

            queue.Enqueue((i, ordered[i]));
        }

        return Fill(own, next, usage, ordered.Length);
    }

    private static WaitingEntry[] Fill(
        Dictionary<string, Queue<(int Place, WaitingEntry Entry)>> own, PriorityQueue<string, (double Share, int Place)> next, TenantUsage usage, int count)
    {
        Dictionary<string, Resources> added = new(StringComparer.Ordinal);
        WaitingEntry[] fair = new WaitingEntry[count];
        for (int i = 0; i < count; i++)
        {
            string tenant = next.Dequeue();
            Queue<(int Place, WaitingEntry Entry)> queue = own[tenant];
            fair[i] = queue.Dequeue().Entry;
            added[tenant] = added.GetValueOrDefault(tenant) + fair[i].Request.Need;
            if (queue.TryPeek(out (int Place, WaitingEntry Entry) following))
            {
                next.Enqueue(tenant, (usage.WeightedShare(tenant, added[tenant]), following.Place));
            }
        }

        return fair;
    }
}
