using System.Globalization;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>Hundreds of hosts in one agent process.</summary>
public sealed class ManyHostsTests
{
    private const int Hosts = 400;

    [Fact]
    public async Task Simulate400_AllReportAgainAndAgainOverOneStreamEach()
    {
        await using var installation = new Installation();
        await installation.StartCollectorAsync();
        RunningProgram agent = await installation.StartSimulatedAgentAsync(Hosts, "--set", "Simulation:VmsPerHost=1");

        DateTimeOffset first = await EveryHostReportsAsync(installation, after: DateTimeOffset.MinValue);
        DateTimeOffset second = await EveryHostReportsAsync(installation, first + TimeSpan.FromSeconds(2));
        await EveryHostReportsAsync(installation, second + TimeSpan.FromSeconds(2));

        var kinds = (await installation.EventsAsync()).CountBy(e => e.Kind).OrderBy(k => k.Key, StringComparer.Ordinal);
        Assert.Equal([KeyValuePair.Create("agent-connected", Hosts), KeyValuePair.Create("vm-observed", Hosts)], kinds);
        Assert.Equal(0, await agent.StopAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Waits until the oldest of the newest reports is later than a time; the answer is the newest.</summary>
    private static async Task<DateTimeOffset> EveryHostReportsAsync(Installation installation, DateTimeOffset after)
    {
        DateTimeOffset[] reports = [];
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () =>
        {
            JsonElement hosts = await installation.VirtctlAsync("hosts");
            reports = [.. hosts.EnumerateArray().Where(IsWell).Select(h => h.GetProperty("last_report").GetDateTimeOffset())];
            return reports.Length == Hosts && reports.Min() > after
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{reports.Count(r => r > after)} of {Hosts} hosts are well and reported after {after:O}");
        });
        return reports.Max();
    }

    private static bool IsWell(JsonElement host) =>
        host.GetProperty("agent_status").GetString() == "connected" && host.GetProperty("running_vm_count") is { ValueKind: JsonValueKind.Number } running
        && running.GetInt32() == 1 && host.GetProperty("last_report").ValueKind == JsonValueKind.String;
}
