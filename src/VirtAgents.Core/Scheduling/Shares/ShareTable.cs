using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>An interface that takes part in a division.</summary>
/// <param name="Nic">The interface.</param>
/// <param name="Rate">What passes, bytes per second.</param>
/// <param name="Limit">Our limit of it; null = it has none.</param>
/// <param name="Share">Its fair share, bytes per second.</param>
internal sealed record ShareEntry(ShareNic Nic, double Rate, HeldLimit? Limit, double Share)
{
    /// <summary>Whether its limit hides what it would use.</summary>
    public bool IsHidden => Limit is not null && ShareJudge.IsNear(Rate, Limit.Amount);
}

/// <summary>The division of an uplink. Who may not be limited takes part, so that nobody else is limited to less than its fair share for their sake.</summary>
/// <param name="Entries">Those whose limits are known to be none or ours.</param>
internal sealed record ShareTable(ImmutableArray<ShareEntry> Entries)
{
    /// <summary>Divides. All rates are known.</summary>
    public static ShareTable Of(ShareRule rule, ShareSight sight, IReadOnlyList<HeldLimit> held)
    {
        Dictionary<(Guid, string), HeldLimit> own = held.ToDictionary(l => (l.Vm.Value, l.Device));
        ShareEntry[] all =
        [
            .. sight.Nics.Select(n => new ShareEntry(n, n.BytesPerSecond!.Value, own.GetValueOrDefault((n.Vm.Value, n.Mac)), 0))
                .OrderBy(e => e.Nic.Vm.Value).ThenBy(e => e.Nic.Mac, StringComparer.Ordinal),
        ];

        // What the host itself sends, and VMs that take no part, is carried all the same.
        double others = Math.Max(0, sight.UplinkBytesPerSecond!.Value - all.Sum(e => e.Rate));
        double room = Math.Max(0, (rule.From * rule.CapacityBytesPerSecond) - others);
        ILookup<Guid, ShareEntry> byVm = all.ToLookup(e => e.Nic.Vm.Value);
        double[] shares = MaxMinShares.Divide(room, [.. all.Select(e => ClaimOf(e, rule, room, byVm[e.Nic.Vm.Value].Count()))]);
        return new([.. all.Select((e, i) => e with { Share = shares[i] }).Where(IsOurs)]);
    }

    // The inventory may be of before ours was set or changed.
    private static bool IsOurs(ShareEntry entry) => entry.Nic.LimitBytesPerSecond is { } seen
        && (seen == 0 || seen == entry.Limit?.Amount || seen == entry.Limit?.FormerAmount);

    private static ShareClaim ClaimOf(ShareEntry entry, ShareRule rule, double room, int cards) => new(
        entry.IsHidden ? Math.Max(room, entry.Rate) : entry.Rate, rule.WeightOf(entry.Nic.VmName, entry.Nic.Tenant) / cards) { Floor = rule.FloorBytesPerSecond };
}
