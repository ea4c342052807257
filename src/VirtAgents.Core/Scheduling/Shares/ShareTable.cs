using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>An interface that takes part in a division.</summary>
/// <param name="Nic">The interface.</param>
/// <param name="Rate">What passes, bytes per second.</param>
/// <param name="Limit">Our limit of it; null = it has none.</param>
/// <param name="Share">Its fair share, bytes per second.</param>
internal sealed record ShareEntry(ShareNic Nic, double Rate, HeldLimit? Limit, double Share)
{
    /// <summary>Whether its limit hides what it would use.</summary>
    public bool IsHidden => Limit is not null && ShareJudge.IsNear(Rate, Limit.BytesPerSecond);
}

/// <summary>The division of an uplink among those whose limits are known to be none or ours.</summary>
internal sealed record ShareTable(ImmutableArray<ShareEntry> Entries)
{
    /// <summary>Divides. All rates are known.</summary>
    public static ShareTable Of(ShareRule rule, ShareSight sight, IReadOnlyList<HeldLimit> held)
    {
        Dictionary<(Guid, string), HeldLimit> own = held.ToDictionary(l => (l.Vm.Value, l.Mac));
        ShareEntry[] entries =
        [
            .. sight.Nics.Select(n => new ShareEntry(n, n.BytesPerSecond!.Value, own.GetValueOrDefault((n.Vm.Value, n.Mac)), 0))
                .Where(IsOurs).OrderBy(e => e.Nic.Vm.Value).ThenBy(e => e.Nic.Mac, StringComparer.Ordinal),
        ];

        // What is neither of these is carried all the same: what the host itself sends, and those whom nobody may limit.
        double others = Math.Max(0, sight.UplinkBytesPerSecond!.Value - entries.Sum(e => e.Rate));
        double room = Math.Max(0, (rule.From * rule.CapacityBytesPerSecond) - others);
        ILookup<Guid, ShareEntry> byVm = entries.ToLookup(e => e.Nic.Vm.Value);
        double[] shares = MaxMinShares.Divide(room, [.. entries.Select(e => ClaimOf(e, rule, room, byVm[e.Nic.Vm.Value].Count()))]);
        return new([.. entries.Select((e, i) => e with { Share = shares[i] })]);
    }

    // Ours is also one whose inventory is of before it was set.
    private static bool IsOurs(ShareEntry entry) => entry.Limit is not null || entry.Nic.LimitBytesPerSecond == 0;

    private static ShareClaim ClaimOf(ShareEntry entry, ShareRule rule, double room, int cards) => new(
        entry.IsHidden ? Math.Max(room, entry.Rate) : entry.Rate, rule.WeightOf(entry.Nic.VmName, entry.Nic.Tenant) / cards) { Floor = rule.FloorBytesPerSecond };
}
