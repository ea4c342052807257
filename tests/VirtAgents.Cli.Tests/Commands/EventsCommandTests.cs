using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class EventsCommandTests
{
    [Fact]
    public async Task Events_Table_IsOneLineForEach()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("events");

        Assert.Equal(
            """
            2026-11-22 10:00:00.000  host-01   -             agent-connected   -                -
            2026-11-22 11:00:00.000  host-01   web-1         vm-started        running          booted
            2026-11-22 11:59:18.000  host-01   db-1          vm-crashed        running→crashed  panicked    guest panic: pvpanic
            2026-11-22 11:59:40.000  host-01   default       pool-full         -                -
            2026-11-22 11:59:50.000  host-01   web-1:vda     vm-io-error       running          no-space
            2026-11-22 11:59:55.000  host-01   web-1         vm-unknown        running→unknown  agent-lost

            """,
            ended.Output);
    }

    [Fact]
    public async Task Events_Json_IsOneObjectOnEachLine()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("events", "-o", "json", "--kind", "vm-crashed,pool-full");

        Assert.Equal(
            """
            {"id":3,"time":"2026-11-22T11:59:18.000Z","received":"2026-11-22T11:59:18.015Z","host":"host-01","host_id":"aaaaaaaa-0000-4000-8000-000000000001","vm":"db-1","vm_id":"22222222-2222-4222-8222-222222222222","device":null,"kind":"vm-crashed","from_state":"running","state":"crashed","reason":"panicked","evidence":"guest panic: pvpanic"}
            {"id":4,"time":"2026-11-22T11:59:40.000Z","received":"2026-11-22T11:59:40.015Z","host":"host-01","host_id":"aaaaaaaa-0000-4000-8000-000000000001","vm":null,"vm_id":null,"device":"default","kind":"pool-full","from_state":null,"state":null,"reason":null,"evidence":null}

            """,
            ended.Output);
    }

    [Fact]
    public async Task Events_Csv_HasHeadAndRows()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("events", "-o", "csv", "--vm", "db-1");

        Assert.Equal(
            "id,time,received,host,host_id,vm,vm_id,device,kind,from_state,state,reason,evidence\r\n"
            + "3,2026-11-22T11:59:18.000Z,2026-11-22T11:59:18.015Z,host-01,aaaaaaaa-0000-4000-8000-000000000001,db-1,22222222-2222-4222-8222-222222222222,,vm-crashed,running,crashed,panicked,guest panic: pvpanic\r\n",
            ended.Output);
    }

    [Theory]
    [InlineData("--limit 2", "5 6")]
    [InlineData("--since 3h", "1 2 3 4 5 6")]
    [InlineData("--since 1m --until 15s", "3 4")]
    [InlineData("--since 2h --limit 1", "6")]
    [InlineData("--limit 0", "")]
    public async Task Events_Range_TakesTheNewestOldestFirst(string options, string ids)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(["events", "-o", "csv", .. options.Split(' ')]);

        Assert.Equal(ids, string.Join(' ', IdsIn(ended.Output)));
    }

    [Fact]
    public async Task Follow_NewEvents_ComeAtOnceAfterTheLastOnes()
    {
        await using var collector = await InProcessCollector.StartAsync();
        using var run = collector.Start("events", "--follow", "--limit", "2", "-o", "csv");

        await collector.Events.WhenWatched(1).WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        collector.Events.Append(CollectorData.Event(7, EventKind.VmStarted, 0));
        await run.UntilAsync(text => IdsIn(text).Contains("7"));
        run.Interrupt();

        var ended = await run.EndAsync();
        Assert.Equal((130, ""), (ended.Code, ended.Error));
        Assert.Equal(["5", "6", "7"], IdsIn(ended.Output));
        Assert.Equal(6u, collector.Events.Watches.Single().AfterId);
    }

    [Fact]
    public async Task Follow_StreamBreaksAgainAndAgain_LosesAndRepeatsNothing()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Events.Breaks.Enqueue((1, Grpc.Core.StatusCode.Unavailable));
        collector.Events.Breaks.Enqueue((2, Grpc.Core.StatusCode.ResourceExhausted));
        collector.Events.Breaks.Enqueue((0, Grpc.Core.StatusCode.Internal));
        using var run = collector.Start("events", "--follow", "--limit", "0", "-o", "csv", "--timeout", "1h");
        using var clock = FastClock.Drive(run.Time);

        await collector.Events.WhenWatched(1).WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        for (ulong id = 7; id <= 40; id++)
        {
            collector.Events.Append(CollectorData.Event(id, EventKind.VmStarted, 0));
        }

        await run.UntilAsync(text => IdsIn(text).Contains("40"));
        run.Interrupt();

        var ended = await run.EndAsync();
        Assert.Equal(130, ended.Code);
        Assert.Equal(Enumerable.Range(7, 34).Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture)), IdsIn(ended.Output));
        Assert.Equal([6ul, 7, 9, 9], collector.Events.Watches.Select(watch => watch.AfterId));
        Assert.Equal(3, ended.Error.Split("Trying again").Length - 1);
        Assert.Equal(3, ended.Error.Split("connected again.").Length - 1);
    }

    [Fact]
    public async Task Follow_FeedWithoutAnyEvent_LosesNotEvenTheFirst()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Events.Replace();
        using var run = collector.Start("events", "--follow", "-o", "csv", "--timeout", "1h");
        using var clock = FastClock.Drive(run.Time);

        collector.Events.Append(CollectorData.Event(1, EventKind.AgentConnected, 0));
        await run.UntilAsync(text => IdsIn(text).Contains("1"));
        await collector.Events.WhenWatched(1).WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        collector.Events.Append(CollectorData.Event(2, EventKind.VmStarted, 0));
        await run.UntilAsync(text => IdsIn(text).Contains("2"));
        run.Interrupt();

        Assert.Equal(["1", "2"], IdsIn((await run.EndAsync()).Output));
    }

    [Fact]
    public async Task Follow_FeedBegunAnew_ReadsItFromItsBeginning()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Events.Breaks.Enqueue((0, Grpc.Core.StatusCode.Unavailable));
        collector.Events.Breaks.Enqueue((1, Grpc.Core.StatusCode.Unavailable));
        using var run = collector.Start("events", "--follow", "--limit", "0", "-o", "csv", "--timeout", "1h");

        await run.Error.UntilAsync(text => text.Contains("Trying again", StringComparison.Ordinal));
        collector.Events.Replace(CollectorData.Event(1, EventKind.AgentConnected, 0), CollectorData.Event(2, EventKind.VmStarted, 0));
        using var clock = FastClock.Drive(run.Time);
        await run.UntilAsync(text => IdsIn(text).Contains("2"));
        run.Interrupt();

        var ended = await run.EndAsync();
        Assert.Equal(["1", "2"], IdsIn(ended.Output));
        Assert.Contains("virtctl: the collector has begun a new feed of events; reading it from its beginning.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_Refused_Ends()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Events.Breaks.Enqueue((0, Grpc.Core.StatusCode.PermissionDenied));

        var ended = await collector.RunAsync("events", "--follow", "--limit", "0");

        Assert.Equal((5, $"virtctl: the collector at {collector.Address} refused: The stream was ended by the script.\n"), (ended.Code, ended.Error));
    }

    private static IEnumerable<string> IdsIn(string csv) =>
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[0]);
}
