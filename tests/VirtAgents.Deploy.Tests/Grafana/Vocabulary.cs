using System.Text.RegularExpressions;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Storage.Influx.Lines;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Tells which names of a query the store never writes.</summary>
internal static partial class Vocabulary
{
    /// <summary>What is wrong with the names of a query; empty when nothing is.</summary>
    public static IReadOnlyList<string> ProblemsOf(string query)
    {
        string[] measurements = [.. From().Matches(query).Select(m => m.Groups[1].Value)];
        if (measurements is not [string measurement] || Layout.KindOf(measurement) is not SubjectKind kind)
        {
            return [$"it reads {string.Join(", ", measurements)}, not one measurement"];
        }

        HashSet<string> known = [measurement, .. Layout.TagsOf(kind), .. Alias().Matches(query).Select(m => m.Groups[1].Value)];
        foreach (MetricDefinition metric in MetricCatalogue.All.Where(m => m.Kind == kind))
        {
            known.Add(MetricField.Of(metric.Id).Name);
        }

        return [.. Quoted().Matches(query).Select(m => m.Groups[1].Value).Distinct().Where(n => !known.Contains(n)).Select(n => $"{measurement} has no '{n}'")];
    }

    /// <summary>Tags that the last GROUP BY of a query keeps.</summary>
    public static IReadOnlyList<string> GroupsOf(string query)
    {
        int at = query.LastIndexOf("GROUP BY ", StringComparison.Ordinal);
        return at < 0 ? [] : [.. Quoted().Matches(query[at..]).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("FROM \"([^\"]+)\"")]
    private static partial Regex From();

    [GeneratedRegex("AS \"([^\"]+)\"")]
    private static partial Regex Alias();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
