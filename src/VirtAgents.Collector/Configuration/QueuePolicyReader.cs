using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads how requests to start VMs are served, a part of the schedule policy.</summary>
internal static class QueuePolicyReader
{
    private const int MostTenants = 10_000, MostVcpus = 10_000_000;
    private const double MostGb = 1e9, LeastWeight = 1e-3, MostWeight = 1e6, MostAging = 1e6, MibPerGib = 1_024;

    private static readonly IReadOnlyDictionary<string, Backfilling> Backfillings =
        Enum.GetValues<Backfilling>().ToDictionary(b => b.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static QueuePolicy Check(QueueText text, string at, List<string> problems)
    {
        QueuePolicy usual = QueuePolicy.Default;
        Dictionary<string, TenantText?> tenants = text.Quotas ?? [];
        if (tenants.Count > MostTenants)
        {
            problems.Add($"{at}quotas: there are {tenants.Count}; allowed: up to {MostTenants}");
        }

        if (tenants.ContainsKey(""))
        {
            problems.Add($"{at}quotas: '' is not valid; allowed: the name of a tenant, as its VMs are tagged with");
        }

        return new(
            Discipline(text, usual, at, problems), text.Backfill is null ? usual.Backfilling : JsonFile.Choice(text.Backfill, Backfillings, at + "backfill", problems),
            JsonFile.Number(text.MaxStartsPerHost, usual.StartsPerHost, 1, 100, at + "maxStartsPerHost", problems),
            tenants.Take(MostTenants).ToImmutableDictionary(t => t.Key, t => Share(t.Value ?? new(null, null, null), $"{at}quotas.{t.Key}.", problems), StringComparer.Ordinal));
    }

    private static IQueueDiscipline Discipline(QueueText text, QueuePolicy usual, string at, List<string> problems)
    {
        string name = text.Discipline ?? usual.Discipline.Name;
        IQueueDiscipline? found = QueueDisciplines.Named(name, JsonFile.Number(text.Aging ?? Aging.DefaultFactor, 0, MostAging, at + "aging", problems));
        if (found is null)
        {
            problems.Add($"{at}discipline: '{name}' is not valid; allowed: {string.Join(", ", QueueDisciplines.Names)}");
        }
        else if (text.Aging is not null && found is not Aging)
        {
            problems.Add($"{at}aging: it is set; allowed: with discipline aging alone");
        }

        return found ?? usual.Discipline;
    }

    // A part that is left out has no limit.
    private static TenantShare Share(TenantText text, string at, List<string> problems)
    {
        long vcpus = JsonFile.Number(text.Vcpus, MostVcpus, 0, MostVcpus, at + "vcpus", problems);
        double gb = JsonFile.Number(text.MemoryGb ?? MostGb, 0, MostGb, at + "memoryGb", problems);
        bool isLimited = text.Vcpus is not null || text.MemoryGb is not null;
        return new(
            JsonFile.Number(text.Weight ?? TenantShare.Usual.Weight, LeastWeight, MostWeight, at + "weight", problems), isLimited ? new Resources(vcpus, (long)(gb * MibPerGib)) : null);
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record QueueText(string? Discipline, double? Aging, string? Backfill, int? MaxStartsPerHost, Dictionary<string, TenantText?>? Quotas);

    /// <summary>What a tenant may use, as it is written.</summary>
    internal sealed record TenantText(int? Vcpus, double? MemoryGb, double? Weight);
}
