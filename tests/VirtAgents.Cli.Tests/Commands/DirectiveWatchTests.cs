using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class DirectiveWatchTests
{
    [Fact]
    public async Task Watch_One_EndsWithItAndItsExitCode()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Running, Detail = "sending disks", ProgressPercent = 80 });
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Failed, Detail = "the target refused" });

        var ended = await collector.RunAsync("directive", "watch", DirectiveData.OpenId);

        Assert.Equal(
            """
            2026-11-22 11:59:58.000  0199d2a4-0000-7000-8000-000000000003  host-01   web-1         migrate     running 45%  sending memory; 1.0 GiB left; 30.0 MiB/s written anew
            2026-11-22 11:59:59.000  0199d2a4-0000-7000-8000-000000000003  host-01   web-1         migrate     running 80%  sending disks; 1.0 GiB left; 30.0 MiB/s written anew
            2026-11-22 12:00:00.000  0199d2a4-0000-7000-8000-000000000003  host-01   web-1         migrate     failed       the target refused

            """,
            ended.Output);
        Assert.Equal((7, ""), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Watch_StreamBreaks_RepeatsNothing()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.Breaks.Enqueue(2);
        collector.Directives.Breaks.Enqueue(1);
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Running, ProgressPercent = 80 });
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Done, Detail = "seen on the target" });
        using var run = collector.Start("directive", "watch", DirectiveData.OpenId, "-o", "csv", "--timeout", "1h");
        using var clock = FastClock.Drive(run.Time);

        var ended = await run.EndAsync();

        Assert.Equal(0, ended.Code);
        Assert.Equal(1 + 3, ended.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, ended.Error.Split("connected again.").Length - 1);
    }

    [Fact]
    public async Task Watch_All_BeginsWithOpenOnesAndGoesOn()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { Id = "new", Kind = "start", State = DirectiveStage.Done });
        using var run = collector.Start("directive", "watch", "--host", "host-01", "-o", "csv");

        await run.UntilAsync(text => text.Contains("\nnew,", StringComparison.Ordinal));
        run.Interrupt();

        var ended = await run.EndAsync();
        Assert.Equal(130, ended.Code);
        Assert.Equal([DirectiveData.OpenId, "new"], ended.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal("host-01", collector.Directives.Requests.OfType<WatchDirectivesRequest>().Single().Host);
    }

    [Fact]
    public async Task Watch_IdAndFilter_IsWrongUsage() =>
        Assert.Equal(2, (await Tool.RunAsync("directive", "watch", DirectiveData.OpenId, "--vm", "web-1")).Code);
}
