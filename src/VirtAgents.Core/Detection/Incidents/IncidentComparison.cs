namespace VirtAgents.Core.Detection.Incidents;

/// <summary>An incident that was recorded and the one that the rules conclude from the same lines. One of them may be missing.</summary>
/// <param name="Recorded">As it was recorded; null = nothing was.</param>
/// <param name="Concluded">As it is concluded now; null = nothing is.</param>
public sealed record IncidentPair(Incident? Recorded, Incident? Concluded);

/// <summary>Sets incidents that were recorded beside those that the rules conclude now. Pure.</summary>
public static class IncidentComparison
{
    // A collector that was away concludes later than it would have.
    private const long SlackMs = 5 * 60_000;
    private const int MostNames = 3;

    /// <summary>
    /// Pairs that share findings and overlap in time, give or take five minutes; of several the one with the same root, then
    /// the one that shares most. Ordered by time; each incident is in one pair.
    /// </summary>
    public static IReadOnlyList<IncidentPair> Pair(IEnumerable<Incident> recorded, IEnumerable<Incident> concluded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(concluded);
        List<Incident> left = [.. concluded.OrderBy(c => c.OpenedUnixMs)];
        List<IncidentPair> pairs = [];
        foreach (Incident one in recorded.OrderBy(r => r.OpenedUnixMs))
        {
            HashSet<FindingKey> keys = KeysOf(one);
            Incident? other = left.Where(c => Overlap(one, c) && Shared(keys, c) > 0)
                .OrderByDescending(c => c.Root.Key == one.Root.Key).ThenByDescending(c => Shared(keys, c)).FirstOrDefault();
            if (other is not null)
            {
                left.Remove(other);
            }

            pairs.Add(new(one, other));
        }

        return [.. pairs.Concat(left.Select(c => new IncidentPair(null, c))).OrderBy(p => (p.Recorded ?? p.Concluded!).OpenedUnixMs)];
    }

    /// <summary>What is different between two, for people, most important first; empty = nothing that matters.</summary>
    public static IReadOnlyList<string> Differences(Incident recorded, Incident concluded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(concluded);
        List<string> told = [];
        if (recorded.Root.Key != concluded.Root.Key)
        {
            told.Add($"the root was {Text(recorded.Root)}, now it is {Text(concluded.Root)}");
        }

        if (recorded.Severity != concluded.Severity)
        {
            told.Add($"the severity was {recorded.Severity.ToString().ToLowerInvariant()}, now it is {concluded.Severity.ToString().ToLowerInvariant()}");
        }

        // Beyond what is kept of one, nobody knows which are missing.
        if (recorded.SymptomsLeftOut == 0 && concluded.SymptomsLeftOut == 0)
        {
            Missing(recorded, concluded, "is no finding of it now", told);
            Missing(concluded, recorded, "was no finding of it", told);
        }

        if (recorded.IsActive != concluded.IsActive)
        {
            told.Add(recorded.IsActive ? "it is recorded as active, now it is resolved" : "it is recorded as resolved, now it is active");
        }

        return told;
    }

    private static void Missing(Incident has, Incident lacks, string text, List<string> told)
    {
        HashSet<FindingKey> known = KeysOf(lacks);
        Finding[] missing = [.. has.Findings().Where(f => !known.Contains(f.Key))];
        if (missing.Length > 0)
        {
            string more = missing.Length > MostNames ? $" and {missing.Length - MostNames} more" : "";
            told.Add($"{string.Join(", ", missing.Take(MostNames).Select(Text))}{more} {text}");
        }
    }

    private static bool Overlap(Incident one, Incident other) => StartOf(one) <= EndOf(other) && StartOf(other) <= EndOf(one);

    private static long StartOf(Incident one) => one.OpenedUnixMs - SlackMs;

    private static long EndOf(Incident one) => one.ResolvedUnixMs is { } resolved ? resolved + SlackMs : long.MaxValue;

    private static int Shared(HashSet<FindingKey> keys, Incident other) => other.Findings().Count(f => keys.Contains(f.Key));

    private static HashSet<FindingKey> KeysOf(Incident one) => [one.Root.Key, .. one.Symptoms.Select(s => s.Key)];

    private static string Text(Finding finding) => $"{finding.Key.Kind} of {finding.Name}{(finding.Key.Detail.Length > 0 ? " " + finding.Key.Detail : "")}";
}
