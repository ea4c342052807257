using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class VolumeCommandTests
{
    private const string Id = "0199d2a4-1111-7111-8111-000000000009", Note = "virtctl: not all is known of the pools: the store did not answer within 5 s\n";

    [Fact]
    public async Task Place_EveryOption_ReachesTheCollectorAndTheChoiceIsTold()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("volume", "place", "--size", "100GiB", "--thick", "--tag", "fast", "--tag", "raid", "--host", "host-01", "--cluster", "east", "--pool", "default", "--shared");

        Assert.Equal(0, ended.Code);
        Assert.Equal(
            new PlaceVolumeRequest { SizeBytes = 100L << 30, Thick = true, Tags = { "fast", "raid" }, Host = "host-01", Cluster = "east", Pool = "default", Shared = true },
            collector.Planning.VolumeAsked);
        Assert.Equal(
            """
            POOL             HOST        SIZE     FREE  PROMISED  LATENCY MS  SECOND BEST
            host-01/default  host-01  1.0 TiB  512 GiB         -           2  san

            Pools that are refused
            POOL  REFUSED BY    WHY
            nfs   room-unknown  its size or its room is unknown

            """,
            ended.Output);
        Assert.Equal("virtctl: host-01/default: 2 ms\n" + Note, ended.Error);
        Assert.Empty(collector.Directives.Requests);
    }

    [Fact]
    public async Task Place_NoPool_EndsWith2AndTellsWhyAsJson()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("volume", "place", "--size", "2TiB", "-o", "json");

        var answer = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((2, "", false), (ended.Code, ended.Error, collector.Planning.VolumeAsked!.Thick));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "no pool takes it"), (answer.GetProperty("pool").ValueKind, answer.GetProperty("free_bytes").ValueKind, answer.GetProperty("reason").GetString()));
        Assert.Equal(("nfs", "room-unknown"), (answer.GetProperty("refused")[0].GetProperty("pool").GetString(), answer.GetProperty("refused")[0].GetProperty("obstacle").GetString()));
    }

    [Fact]
    public async Task Create_PoolFound_SendsTheDirectiveToItsHost()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Done });

        var ended = await collector.RunAsync("volume", "create", "data.qcow2", "--size", "1GiB", "--format", "qcow2", "--id", Id, "--reason", "more room", "--actor", "ann@desk", "--dry-run", "-o", "json");

        var expected = new SendDirectiveRequest
        {
            Id = Id, Kind = "create_volume", Host = DirectiveData.HostId, Parameters = { ["pool"] = "default", ["volume"] = "data.qcow2", ["capacity_bytes"] = "1073741824", ["format"] = "qcow2" },
            Reason = "more room", Actor = "ann@desk", DryRun = true,
        };
        Assert.Equal((expected, ""), (collector.Directives.Requests[0], collector.Planning.VolumeAsked!.DirectiveId));
        Assert.Equal((0, "done"), (ended.Code, JsonDocument.Parse(ended.Output).RootElement.GetProperty("state").GetString()));
        Assert.StartsWith("virtctl: on host-01, in host-01/default: 2 ms\n", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--thick", "allocation=full capacity_bytes=1073741824 pool=default timeout_seconds=3600 volume=data")]
    [InlineData("--thick --abort-after 2h", "allocation=full capacity_bytes=1073741824 pool=default timeout_seconds=7200 volume=data")]
    [InlineData("--thin", "capacity_bytes=1073741824 pool=default volume=data")]
    [InlineData("--abort-after 30s", "capacity_bytes=1073741824 pool=default timeout_seconds=30 volume=data")]
    public async Task Create_ThinOrThick_TellsTheHostWhatToTakeAtOnce(string options, string parameters)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(["volume", "create", "data", "--size", "1GiB", "--id", Id, .. options.Split(' ')]);

        Assert.Equal(0, ended.Code);
        Assert.Equal((options.Contains("thick", StringComparison.Ordinal), Id), (collector.Planning.VolumeAsked!.Thick, collector.Planning.VolumeAsked.DirectiveId));
        Assert.Equal(parameters, string.Join(' ', Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests[0]).Parameters.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Create_AsATable_ShowsTheChoiceBeforeTheDirective()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("volume", "create", "data", "--size", "1GiB");

        Assert.Equal((0, collector.Planning.VolumeAsked!.DirectiveId), (ended.Code, Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests[0]).Id));
        Assert.True(Guid.TryParse(collector.Planning.VolumeAsked.DirectiveId, out _));
        Assert.Matches(@"(?s)^POOL.*host-01/default.*nfs.*create_volume", ended.Output);
    }

    [Fact]
    public async Task Create_NoPool_SendsNothing()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("volume", "create", "data", "--size", "2TiB");

        Assert.Equal(2, ended.Code);
        Assert.Contains("its size or its room is unknown", ended.Output, StringComparison.Ordinal);
        Assert.Empty(collector.Directives.Requests);
    }

    [Theory]
    [InlineData("volume place", "Option '--size' is required.")]
    [InlineData("volume place --size 1KiB", "virtctl: --size: '1KiB' is not allowed; give bytes, or a size such as 512MiB, 4GiB or 1.5TiB, from 1MiB to 256TiB.")]
    [InlineData("volume place --size 1GiB --thin --thick", "virtctl: give either --thin or --thick.")]
    [InlineData("volume create data --size 1GiB --abort-after 2d", "virtctl: --abort-after: '2d' is not allowed")]
    [InlineData("volume create --size 1GiB", "virtctl: Required argument 'NAME' missing for command: 'create'.")]
    public async Task Run_BadOption_EndsWith2(string line, string why)
    {
        var ended = await Tool.RunAsync(line.Split(' '));

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains(why, ended.Error, StringComparison.Ordinal);
    }
}
