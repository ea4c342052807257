using System.Collections.Immutable;
using System.CommandLine;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Planning;

/// <summary>Asks the collector where a new VM should be.</summary>
internal static class LivePlacement
{
    // The collector may be busy with a plan before it is the turn of this.
    private static readonly TimeSpan Reckoning = TimeSpan.FromSeconds(20);

    public static async Task<MadePlacement> AskAsync(CommandContext context, ClusterSource source, ParseResult parse, string vmFile, CancellationToken cancel)
    {
        var request = new PlaceRequest { Cluster = parse.GetValue(source.Cluster) ?? "", Vm = ClusterFile.ReadVm(vmFile) };
        if (parse.GetValue(source.VcpuRatio) is { } ratio)
        {
            request.VcpuRatio = ratio;
        }

        if (parse.GetValue(source.FailoverHosts) is { } failing)
        {
            request.FailoverHosts = failing;
        }

        var answer = await context.Client.CallAsync(call => context.Client.Planning.PlaceAsync(request, call), Reckoning, cancel);
        var decision = new PlacementDecision(
            TextOrNull(answer.Host), answer.HasScore ? answer.Score : null, TextOrNull(answer.SecondBest), answer.HasSecondScore ? answer.SecondScore : null,
            TextOrNull(answer.Pool), ImmutableSortedDictionary<Obstacle, int>.Empty, answer.Reason);
        return new MadePlacement(decision, [.. answer.Rejected.OrderBy(rejected => rejected.Key, StringComparer.Ordinal)], answer.Notes);
    }

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;
}
