using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class RemedyCommandTests
{
    [Fact]
    public async Task List_Default_IsWhatWaitsOverAllPages()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("remedy", "list");

        Assert.Equal(
            """
            ID                                    STATE  DIRECTIVE  VM     HOST       AGE  BY  WHY
            0199d2a4-0000-7000-8000-0000000000c3  open   start      db-1   host-01    30s  -   rule 'restart', try 1 of 3; VM db-1 crashed: signal 9
            0199d2a4-0000-7000-8000-0000000000c1  open   start      web-1  host-01  1m30s  -   rule 'restart', try 1 of 3; VM web-1 crashed: signal 9

            """,
            ended.Output);
    }

    [Fact]
    public async Task List_All_HasWhatWasDecidedAndKeepsToTheLimit()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("remedy", "list", "--all", "--limit", "2", "-o", "json");

        var rows = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(["open", "declined"], rows.EnumerateArray().Select(row => row.GetProperty("state").GetString()));
        Assert.Equal((JsonValueKind.Null, "vm-crashed", "bob"), (rows[0].GetProperty("ended").ValueKind, rows[1].GetProperty("finding").GetString(), rows[1].GetProperty("actor").GetString()));
        Assert.Equal(["mac=52:54:00:00:00:01", "state=down"], rows[1].GetProperty("parameters").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(2, collector.Remediation.Requests.Count);
        Assert.Contains("  set_link mac=52:54:00:00:00:01 state=down  web-2  ", (await collector.RunAsync("remedy", "list", "--all")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttles_InForceAndEnded_SayWhatAndWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var open = await collector.RunAsync("remedy", "throttles");
        var ended = await collector.RunAsync("remedy", "throttles", "--ended", "-o", "json");

        Assert.Equal(
            """
            STATE     VM     HOST     RESOURCE  DISK  LIMIT    USED  RULE    AGE  WHY
            in-force  web-1  host-01  cpu       -      40 %  80.3 %  calm  1m30s  it used 80

            """,
            open.Output);
        var row = JsonDocument.Parse(ended.Output).RootElement[0];
        Assert.Equal(("ended", 40, "somebody has set 60"), (row.GetProperty("state").GetString(), row.GetProperty("amount").GetInt32(), row.GetProperty("outcome").GetString()));
        Assert.Equal([new ListThrottlesRequest(), new ListThrottlesRequest { Ended = true }], collector.Remediation.Requests);
    }

    [Fact]
    public async Task Approve_SaysWhoAndWhatAndTheDirective()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("remedy", "approve", ScriptedRemediationService.FirstId, "--note", "disk is back", "--actor", "ann", "-o", "csv");

        Assert.Equal(new ApproveProposalRequest { Id = ScriptedRemediationService.FirstId, Note = "disk is back", Actor = "ann" }, Assert.Single(collector.Remediation.Requests));
        Assert.Contains($",ann,disk is back,{CollectorData.WebId},", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decline_OneThatIsOver_IsRefusedWithTheReason()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var declined = await collector.RunAsync("remedy", "decline", ScriptedRemediationService.LastId, "--actor", "ann");
        var over = await collector.RunAsync("remedy", "decline", ScriptedRemediationService.DeclinedId);

        Assert.Equal(0, declined.Code);
        Assert.Contains("declined", declined.Output, StringComparison.Ordinal);
        Assert.Equal((5, ""), (over.Code, over.Output));
        Assert.Contains("is declined already", over.Error, StringComparison.Ordinal);
    }
}
