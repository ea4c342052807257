using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class IncidentCommandTests
{
    [Fact]
    public async Task List_Table_IsNewestFirstOverAllPages()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("incidents");

        Assert.Equal(
            """
            ID                                    SEVERITY  STATE                     AGE  WHAT            WHERE            SYMPTOMS  TAKEN BY  EVIDENCE
            0199d2a4-0000-7000-8000-00000000000c  critical  open                    1m30s  pool-failed     san                1 of 2  -         3 hosts say so
            0199d2a4-0000-7000-8000-00000000000b  critical  acknowledged, silenced  1h00m  vm-crashed      db-1                    -  ann@desk  signal 9
            0199d2a4-0000-7000-8000-00000000000a  warning   resolved, flapping      1d01h  interface-down  eth1 of host-01         -  -         no carrier

            """,
            ended.Output);
    }

    [Fact]
    public async Task List_Filters_ReachTheCollector()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await collector.RunAsync("incidents", "--active", "--state", "open", "--severity", "error", "--kind", "pool-failed", "--limit", "1");

        Assert.Equal(
            new ListIncidentsRequest
            {
                PageSize = 1,
                Filter = new IncidentFilter { Active = true, State = IncidentState.Open, MinSeverity = IncidentSeverity.Error, Kind = FindingKind.PoolFailed },
            },
            Assert.Single(collector.Incidents.Requests));
    }

    [Fact]
    public async Task List_UnknownKind_NamesTheKindsThereAre()
    {
        var ended = await Tool.RunAsync("incidents", "--kind", "earthquake");

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains("--kind: 'earthquake' is not allowed; give one of vm-crashed, vm-panicked,", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_Text_HasFactsGraphsSymptomsAndLife()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Busy());

        var ended = await collector.RunAsync("incident", "show", IncidentData.PoolId);

        Assert.Equal(0, ended.Code);
        Assert.Contains("What        pool-failed\nWhere       pool san (rack/san)\nSeverity    critical\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Suggested   look at the storage first\n", ended.Output, StringComparison.Ordinal);
        Assert.Matches("vm_cpu_percent +.*[▁▂▃▄▅▆▇█]", ended.Output);
        Assert.Matches("2026-11-22 11:58:30.000 +- +critical +vm-paused-by-io-error +web-1 .*vda: EIO", ended.Output);
        Assert.Matches("2026-11-22 11:58:31.000 +symptom-added +web-1", ended.Output);
        Assert.DoesNotContain('\u001b', ended.Output);
    }

    [Fact]
    public async Task Show_Json_HasFindingsStepsAndPlots()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Steps.Add(Busy());

        var ended = await collector.RunAsync("incident", "show", IncidentData.PoolId, "-o", "json");

        var incident = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(("pool-failed", "rack/san", 2), (incident.GetProperty("kind").GetString(), incident.GetProperty("element_id").GetString(), incident.GetProperty("symptoms").GetInt32()));
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("resolved").ValueKind);
        Assert.Equal(
            [(string?)null, "2026-11-22T11:58:40.000Z"],
            incident.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("cleared").GetString()));
        Assert.Equal(["opened", "symptom-added"], incident.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("kind").GetString()));
        var plot = Assert.Single(incident.GetProperty("plots").EnumerateArray());
        Assert.Equal(("vm_cpu_percent", 20.0, 29.0), (plot.GetProperty("metric").GetString(), plot.GetProperty("min").GetDouble(), plot.GetProperty("max").GetDouble()));
    }

    [Fact]
    public async Task Show_Unknown_IsNotFound()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("incident", "show", Guid.Empty.ToString());

        Assert.Equal((4, ""), (ended.Code, ended.Output));
        Assert.Contains("there is no incident", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acknowledge_SaysWhoAndWhat_AndIsRefusedOnceItIsOver()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var taken = await collector.RunAsync("incident", "ack", IncidentData.PoolId, "--note", "on my way", "--actor", "bob", "-o", "csv");
        var over = await collector.RunAsync("incident", "ack", IncidentData.OldId);

        Assert.Contains(",acknowledged,", taken.Output, StringComparison.Ordinal);
        Assert.Equal(new AcknowledgeIncidentRequest { Id = IncidentData.PoolId, Note = "on my way", Actor = "bob" }, collector.Incidents.Requests[0]);
        Assert.Equal(5, over.Code);
        Assert.Contains("only active ones are taken on", over.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_OverABrokenStream_TellsEachChangeOnce()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var added = IncidentData.Changed(collector.Incidents.Incidents[0], IncidentChangeKind.SymptomAdded, "db-2 joined");
        var resolved = IncidentData.Changed(added, IncidentChangeKind.Resolved, "all is well");
        collector.Incidents.News.Enqueue([added]);
        collector.Incidents.News.Enqueue([added, resolved]);

        using var run = collector.Start("incidents", "--follow");
        using var clock = FastClock.Drive(run.Time);
        await run.UntilAsync(text => text.Contains("all is well", StringComparison.Ordinal));
        run.Interrupt();
        var ended = await run.EndAsync();

        string[] lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Matches($"^2026-11-22 11:58:40.000  {IncidentData.PoolId}  critical +open +pool-failed +san +3 hosts say so$", lines[0]);
        Assert.EndsWith("symptom-added  pool-failed            san           db-2 joined", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("all is well", lines[2], StringComparison.Ordinal);
        Assert.Contains("Trying again", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_Set_SaysWhatItCovers()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("silence", "set", "--for", "2h", "--host", "host-0*", "--kind", "host-silent", "--reason", "new firmware", "--actor", "ann");

        Assert.Equal(
            new SetSilenceRequest { ElementKind = ElementKind.Host, Name = "host-0*", Kind = FindingKind.HostSilent, DurationMs = 7_200_000, Reason = "new firmware", Actor = "ann" },
            Assert.Single(collector.Incidents.Requests));
        Assert.Matches(@"host host-0\*  host-silent  2026-11-22 12:00:00.000  2026-11-22 14:00:00.000  ann  new firmware", ended.Output);
    }

    [Theory]
    [InlineData("one kind of element", "silence", "set", "--for", "2h", "--host", "a", "--vm", "b", "--reason", "x")]
    [InlineData("'1s' is not allowed; give from", "silence", "set", "--for", "1s", "--reason", "x")]
    [InlineData("--reason", "silence", "set", "--for", "1h")]
    public async Task Silence_BadOptions_AreToldByName(string told, params string[] arguments)
    {
        var ended = await Tool.RunAsync(arguments);

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains(told, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_ListAndLift_GoToTheCollector()
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Contains("there is no silence.", (await collector.RunAsync("silence", "list")).Error, StringComparison.Ordinal);
        Assert.Contains("new firmware", (await collector.RunAsync("silence", "lift", IncidentData.OldId)).Output, StringComparison.Ordinal);
        Assert.Equal(new LiftSilenceRequest { Id = IncidentData.OldId }, Assert.Single(collector.Incidents.Requests));
    }

    private static MetricSeries Busy() => new()
    {
        VmId = CollectorData.WebId,
        Points = { Enumerable.Range(0, 10).Select(i => Point(1800 - (i * 120), i == 4 ? null : 20 + i)) },
    };

    private static StepPoint Point(double ago, double? value)
    {
        var point = new StepPoint { TimeUnixMs = CollectorData.Ago(ago) };
        if (value is { } known)
        {
            point.Value = known;
        }

        return point;
    }
}
