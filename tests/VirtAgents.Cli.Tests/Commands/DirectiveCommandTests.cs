using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class DirectiveCommandTests
{
    [Fact]
    public async Task KindsOfAHost_SayWhatItCannotAndWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Equal(
            "name,support,why\r\nstart,supported,\r\nmigrate,unsupported,host-01 is alone\r\n",
            (await collector.RunAsync("directive", "kinds", "--host", "host-01", "-o", "csv")).Output);
        Assert.Equal("name,support,why\r\nstart,supported,\r\n", (await collector.RunAsync("directive", "kinds", "start", "--host", "host-01", "-o", "csv")).Output);
    }

    [Fact]
    public async Task List_Table_IsNewestFirst()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("directive", "list");

        Assert.Equal(
            """
            ID                                    KIND               HOST     VM     STATE             BY          AGE  DETAIL
            0199d2a4-0000-7000-8000-000000000003  migrate            host-01  web-1  running 45%       ann@desk  1m00s  sending memory
            0199d2a4-0000-7000-8000-000000000002  destroy (dry run)  host-01  db-1   refused (policy)  api       1h00m  rule 'night' denies it
            0199d2a4-0000-7000-8000-000000000001  set_drain          host-01  -      done              ann@desk  1d01h  the mark was recorded

            """,
            ended.Output);
    }

    [Fact]
    public async Task List_Json_HasNullForUnknown()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("directive", "list", "-o", "json", "--state", "refused");

        var record = JsonDocument.Parse(ended.Output).RootElement.EnumerateArray().Single();
        Assert.Equal("policy", record.GetProperty("refusal").GetString());
        Assert.True(record.GetProperty("dry_run").GetBoolean());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("progress_percent").ValueKind);
        Assert.Equal("2026-11-22T11:00:00.000Z", record.GetProperty("created").GetString());
    }

    [Fact]
    public async Task List_Limit_StopsPaging()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("directive", "list", "--limit", "1", "--open", "--vm", "web-1", "--host", "host-01", "--kind", "migrate", "-o", "csv");

        Assert.Equal(
            new ListDirectivesRequest { PageSize = 1, Open = true, Vm = "web-1", Host = "host-01", Kind = "migrate" },
            collector.Directives.Requests.Cast<ListDirectivesRequest>().Single());
        Assert.Equal(2, ended.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Show_Table_HasFactsAndTimeline()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("directive", "show", DirectiveData.OpenId);

        Assert.Equal(
            """
            Directive    0199d2a4-0000-7000-8000-000000000003
            Kind         migrate
            Parameters   destination=qemu+tls://host-02/system, storage=shared
            VM           web-1 (11111111-1111-4111-8111-111111111111)
            Host         host-01 (aaaaaaaa-0000-4000-8000-000000000001)
            State        running 45%
            Detail       sending memory; 1.0 GiB left; 30.0 MiB/s written anew
            Reason       maintenance
            Sent by      ann@desk
            Recorded     2026-11-22 11:59:00.000 (1m00s ago)
            Deadline     2026-11-22 12:04:00.000
            Epoch        7

            What happened
            TIME                     STATE     BY         DETAIL
            2026-11-22 11:59:00.000  proposed  ann@desk   maintenance
            2026-11-22 11:59:00.500  sent      collector  -
            2026-11-22 11:59:01.000  running   host-01    sending� memory

            """,
            ended.Output);
    }

    [Fact]
    public async Task Show_DataFormats_HaveTheSteps()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var json = JsonDocument.Parse((await collector.RunAsync("directive", "show", DirectiveData.OpenId, "-o", "json")).Output).RootElement;
        var csv = (await collector.RunAsync("directive", "show", DirectiveData.OpenId, "-o", "csv")).Output.Split("\r\n");

        Assert.Equal(["proposed", "sent", "running"], json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("state").GetString()));
        Assert.Contains("directive,remaining_bytes,1073741824,,", csv);
        Assert.Contains("step,proposed,maintenance,ann@desk,2026-11-22T11:59:00.000Z", csv);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("watch")]
    [InlineData("cancel")]
    public async Task AnyCommand_NoSuchDirective_EndsWithNotFound(string command)
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Equal(new Tool.Ended(4, "", "virtctl: There is no directive 'nope'.\n"), await collector.RunAsync("directive", command, "nope"));
    }

    [Fact]
    public async Task Cancel_Waiting_TellsReasonAndActor()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.Ledger[0].State = DirectiveStage.Sent;

        var ended = await collector.RunAsync("directive", "cancel", DirectiveData.OpenId, "--reason", "wrong VM", "-o", "json");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal("cancelled", JsonDocument.Parse(ended.Output).RootElement.GetProperty("state").GetString());
        Assert.Equal(
            new CancelDirectiveRequest { Id = DirectiveData.OpenId, Reason = "wrong VM", Actor = "unknown@localhost" },
            collector.Directives.Requests.Cast<CancelDirectiveRequest>().Single());
    }

    [Fact]
    public async Task Cancel_Begun_TellsHowToSeeTheEnd()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("directive", "cancel", DirectiveData.OpenId);

        Assert.Equal(0, ended.Code);
        Assert.EndsWith($"virtctl directive watch {DirectiveData.OpenId}\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_Ended_IsRefused()
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Equal(5, (await collector.RunAsync("directive", "cancel", DirectiveData.DoneId)).Code);
    }

    [Fact]
    public async Task Kinds_NoCollector_ListsTheCatalogue()
    {
        var ended = await Tool.RunAsync("directive", "kinds", "-o", "json");

        var kinds = JsonDocument.Parse(ended.Output).RootElement.EnumerateArray().ToArray();
        Assert.Equal(DirectiveCatalogue.All.Select(kind => kind.Name), kinds.Select(kind => kind.GetProperty("name").GetString()));
        Assert.Equal(DirectiveCatalogue.All.Select(kind => kind.IsDestructive), kinds.Select(kind => kind.GetProperty("destructive").GetBoolean()));
    }

    [Fact]
    public async Task Kinds_OneKind_ListsItsParameters()
    {
        var ended = await Tool.RunAsync("directive", "kinds", "create_volume");

        Assert.Equal(
            """
            PARAMETER        TYPE    NEEDED  VALUES                      MEANING
            pool             text    yes     1 to 255 characters         name of the pool
            volume           text    yes     1 to 255 characters         name of the volume in its pool
            capacity_bytes   number  yes     1048576 to 281474976710656  size
            format           choice  no      raw, qcow2                  raw when left out
            allocation       choice  no      thin, full                  whether it takes its room as it is written or all of it at once; thin when left out
            timeout_seconds  number  no      1 to 86400                  given up after that; 600 when left out

            """,
            ended.Output);
    }

    [Fact]
    public async Task Freeze_AndBack_TellsSinceWhomAndWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Equal("not frozen\n", (await collector.RunAsync("freeze", "status")).Output);
        Assert.Equal("frozen since 2026-11-22 12:00:00.000 by ann: storage\n", (await collector.RunAsync("freeze", "--reason", "storage", "--actor", "ann")).Output);
        Assert.Equal("frozen,since,actor,reason\r\ntrue,2026-11-22T12:00:00.000Z,ann,storage\r\n", (await collector.RunAsync("freeze", "status", "-o", "csv")).Output);
        var json = (await collector.RunAsync("unfreeze", "-o", "json")).Output;
        Assert.False(JsonDocument.Parse(json).RootElement.GetProperty("frozen").GetBoolean());
    }
}
