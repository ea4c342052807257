using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Protocol.V1;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>A thousand directives while hypervisors, hosts, agents, streams, VMs and the collector fail.</summary>
public sealed class ManyDirectivesTests
{
    /// <summary>Three quarters meet no fault and are not taken back; the rest ends somehow.</summary>
    private const int FewestDone = DirectiveStorm.Count / 2;

    /// <summary>Most MiB that a process may have more after the storm: as much as 64 and 128 KiB for each directive.</summary>
    private const long MostAgentGrowth = 64, MostCollectorGrowth = 128;

    [Fact]
    public async Task SendThousand_WhileAllFails_EachEndsOnceAndIsCarriedOutAtMostOnce()
    {
        await using var installation = new Installation();
        string socket = Path.Combine(installation.Directory, "control.sock"), journals = Path.Combine(installation.Directory, "journals");
        RunningProgram collector = await installation.StartCollectorAsync();
        RunningProgram agent = await installation.StartSimulatedAgentAsync(DirectiveStorm.Hosts, AgentSettings(socket, journals));
        using var api = new DirectiveApi(installation.Endpoint);
        var storm = new DirectiveStorm(await api.FleetIsUpAsync(DirectiveStorm.Hosts, DirectiveStorm.Hosts * DirectiveStorm.VmsPerHost));
        long agentBefore = agent.ResidentMebibytes, collectorBefore = collector.ResidentMebibytes;

        Task sending = storm.SendAsync(api);
        await storm.SentAsync(DirectiveStorm.Hosts * 2);

        // The agent lets go of a connection that says nothing for a minute, so each time there is one of its own.
        using (var simulation = new SimulationSocket(socket))
        {
            await storm.BreakHypervisorsAsync(simulation);
        }

        await storm.SentAsync(DirectiveStorm.Count / 2);
        await collector.KillAsync();
        collector = await installation.StartCollectorAsync();
        await storm.SentAsync(DirectiveStorm.SlowMovesSent);
        using (var simulation = new SimulationSocket(socket))
        {
            await storm.BreakAgentsAsync(simulation);
        }

        await sending;

        await Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () => await api.ListAsync(open: true) is { Count: > 0 } left
            ? $"{left.Count} have not ended: {string.Join("; ", left.Take(5).Select(r => $"{r.Kind} on {r.Host} is {r.State}"))}"
            : null);
        Assert.False(agent.HasExited, agent.Output);
        Assert.InRange(agent.ResidentMebibytes, 0, agentBefore + MostAgentGrowth);
        Assert.InRange(collector.ResidentMebibytes, 0, collectorBefore + MostCollectorGrowth);
        await EachIsListedOnceAsync(installation, api, storm);
        IReadOnlyList<DirectiveRecord> records = await api.WatchAsync(DirectiveStorm.Count);
        IReadOnlyList<SeenEvent> reboots = await installation.EventsAsync("--kind", "vm-rebooted");

        // While it runs its journals are its own.
        Assert.Equal(0, await agent.StopAsync(TimeSpan.FromSeconds(30)));
        IReadOnlyList<SeenJournalLine> lines = SeenJournal.Read(journals);
        DirectiveAudit.StepsAreLawful(records);
        DirectiveAudit.JournalsAgree(records, lines);
        DirectiveAudit.WorldAgrees(records, lines, reboots, storm.RebootedInPeace);
        Assert.InRange(records.Count(r => r.State == DirectiveStage.Done), FewestDone, DirectiveStorm.Count);

        // By hypervisors that are lost, VMs that crash on their way, and those that are taken back.
        Assert.All([DirectiveStage.Refused, DirectiveStage.Failed, DirectiveStage.Cancelled], end => Assert.Contains(records, r => r.State == end));
    }

    private static async Task EachIsListedOnceAsync(Installation installation, DirectiveApi api, DirectiveStorm storm)
    {
        string[] sent = [.. storm.Requests.Keys.Order(StringComparer.Ordinal)];
        Assert.Equal(sent, (await api.ListAsync(open: false)).Select(r => r.Id).Order(StringComparer.Ordinal));
        JsonElement shown = await installation.VirtctlAsync("directive", "list", "--limit", "2000");
        Assert.Equal(sent, shown.EnumerateArray().Select(r => r.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
    }

    private static string[] AgentSettings(string socket, string journals) =>
    [
        "--set", $"Simulation:ControlSocket={socket}", "--set", $"Simulation:VmsPerHost={DirectiveStorm.VmsPerHost}",
        "--set", $"Simulation:Speed={DirectiveStorm.Speed}", "--set", "Simulation:Spool=false", "--set", $"Acting:Journal={journals}",
    ];
}
