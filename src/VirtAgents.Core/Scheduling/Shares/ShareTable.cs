using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>Who takes part in a division, and what comes of it. Amounts are in the unit of the capacity.</summary>
/// <param name="Taker">Who.</param>
/// <param name="Used">What it uses.</param>
/// <param name="Limit">Our limit of it; null = it has none.</param>
/// <param name="Share">Its fair share.</param>
internal sealed record ShareEntry(ShareTaker Taker, double Used, HeldLimit? Limit, double Share)
{
    private const double NearLimit = 0.9;

    /// <summary>Whether its limit hides what it would use, as it is held back or comes so near to it that it may want more.</summary>
    public bool IsHidden => Limit is not null && (Taker.IsHeldBack || Used >= Limit.Amount * Taker.PerUnit * NearLimit);
}

/// <summary>The division of a place. Who may not be limited takes part, so that nobody else is limited to less than its fair share for their sake.</summary>
/// <param name="Entries">Those whose limits are known to be none or ours.</param>
internal sealed record ShareTable(ImmutableArray<ShareEntry> Entries)
{
    /// <summary>Divides. The capacity and what all use is known.</summary>
    public static ShareTable Of(ShareRule rule, ShareSight sight, IReadOnlyList<HeldLimit> held)
    {
        Dictionary<(Guid, string), HeldLimit> own = held.ToDictionary(l => (l.Vm.Value, l.Device));
        ShareEntry[] all =
        [
            .. sight.Takers.Select(t => new ShareEntry(t, t.Used!.Value, own.GetValueOrDefault((t.Vm.Value, t.Device)), 0))
                .OrderBy(e => e.Taker.Vm.Value).ThenBy(e => e.Taker.Device, StringComparer.Ordinal),
        ];

        // What the host itself uses, and VMs that take no part, is carried all the same.
        double others = Math.Max(0, sight.Used!.Value - all.Sum(e => e.Used));
        double room = Math.Max(0, (rule.From * sight.Capacity!.Value) - others);
        ILookup<Guid, ShareEntry> byVm = all.ToLookup(e => e.Taker.Vm.Value);
        double[] shares = MaxMinShares.Divide(room, [.. all.Select(e => ClaimOf(e, rule, room, byVm[e.Taker.Vm.Value].Count()))]);
        return new([.. all.Select((e, i) => e with { Share = shares[i] }).Where(IsOurs)]);
    }

    // The inventory may be of before ours was set or changed.
    private static bool IsOurs(ShareEntry entry) => entry.Taker.InForce is { } seen
        && (seen == 0 || seen == entry.Limit?.Amount || seen == entry.Limit?.FormerAmount);

    private static ShareClaim ClaimOf(ShareEntry entry, ShareRule rule, double room, int ofVm) => new(
        entry.IsHidden ? Math.Max(room, entry.Used) : entry.Used, rule.WeightOf(entry.Taker.VmName, entry.Taker.Tenant) / ofVm)
    {
        Floor = rule.Floor * entry.Taker.PerUnit,
        Ceiling = entry.Taker.FreeFrom * entry.Taker.PerUnit,
    };
}
