using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class SharesCommandTests
{
    [Fact]
    public async Task Shares_Table_ShowsLimitsInForceAndRecommended()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("shares");
        Assert.Equal(0, ended.Code);
        string[] lines = ended.Output.Split('\n');
        Assert.Matches(@"^in-force +web +52:54:00:00:00:01 +alpha +network-out +50\.0 MiB/s +front +1m\d*s? +eth1 is at 100 % of its capacity", lines[1]);
        Assert.Matches(@"^recommended +db +52:54:00:00:00:02 +beta +network-in +1\.0 MiB/s +back +- +eth2 is at 95 %", lines[2]);
        Assert.Matches(@"^setting +batch +(- +)?beta +cpu +37 % +cpu +- +CPU is at 99 %", lines[3]);
    }

    [Fact]
    public async Task Shares_Json_HasAllOfALimit()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("shares", "-o", "json");
        JsonElement limit = JsonDocument.Parse(ended.Output).RootElement[0];
        Assert.Equal(
            (FixedShareService.InForce, "in-force", 52_428_800, 0, "front"),
            (limit.GetProperty("id").GetString(), limit.GetProperty("state").GetString(), limit.GetProperty("bytes_per_second").GetInt64(), limit.GetProperty("previous_bytes_per_second").GetInt64(), limit.GetProperty("rule").GetString()));
        Assert.Equal(("52:54:00:00:00:01", "52:54:00:00:00:01", 52_428_800), (limit.GetProperty("mac").GetString(), limit.GetProperty("device").GetString(), limit.GetProperty("amount").GetInt64()));
        Assert.Equal(JsonValueKind.String, limit.GetProperty("expires").ValueKind);
    }

    [Fact]
    public async Task Shares_Ended_TellsHow()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("shares", "--ended");
        Assert.Contains("it has expired", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shares_Uplinks_TellHowTheyStandAndWhatIsUnknown()
    {
        await using var collector = await InProcessCollector.StartAsync();
        string[] lines = (await collector.RunAsync("shares", "--uplinks")).Output.Split('\n');
        Assert.Matches(@"^alpha +eth1 +network-out +front +95\.0 MiB/s +100 MiB/s +yes +eth1 is at 95 %", lines[1]);
        Assert.Matches(@"^beta +eth2 +network-in +back +- +100 MiB/s +no +nothing is set or changed: ", lines[2]);
        Assert.Matches(@"^beta +CPU +cpu +cpu +15\.25 pCPUs +16 pCPUs +no +CPU is at 95 %", lines[3]);
        Assert.Matches(@"^2 hosts +san-1 +disk-operations +san +1500/s +20000/s +no +pool san-1 is at 8 %", lines[4]);
    }
}
