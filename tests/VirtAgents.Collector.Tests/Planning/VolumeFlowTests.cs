using System.Text;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using PoolInfo = VirtAgents.Core.Model.PoolInfo;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;
using VolumeInfo = VirtAgents.Core.Model.VolumeInfo;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Planning;

/// <summary>From what agents tell and what is stored to a pool for a volume. Pools have 100 GiB.</summary>
public sealed partial class VolumeFlowTests : IDisposable
{
    private const long Gib = 1L << 30, HourMs = 3_600_000, Now = (472_222 * HourMs) + 1_800_000;
    private static readonly PoolInfo San = new(50, "san", "netfs", "/san"), Own = new(51, "own", "dir", "/own");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtcollector-volumes-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task PlaceVolume_PoolsOfTwoHosts_TakesTheQuickestAndTellsWhatItKnows()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await JoinAsync(collector, 1, San, Own), second = await JoinAsync(collector, 2, San);
        await TellAsync(first, latencyMs: 4, (San, 60, 20), (Own, 80, 10));
        await TellAsync(second, latencyMs: 4, (San, 60, 20));

        PlaceVolumeResponse any = await PlaceAsync(collector, new() { SizeBytes = 10 * Gib }), there = await PlaceAsync(collector, new() { SizeBytes = 10 * Gib, Host = "host2" }),
            own = await PlaceAsync(collector, new() { SizeBytes = 10 * Gib, Host = $"{first.Info.Id}", Pool = "own", Thick = true });

        Assert.Equal(("san", "san", "host1", $"{first.Info.Id}", "host1/own"), (any.Pool, any.PoolName, any.Host, any.HostId, any.SecondBest));
        Assert.Equal((100 * Gib, 60 * Gib, 20 * Gib, 4, false), ((long)any.CapacityBytes, (long)any.FreeBytes, (long)any.PromisedBytes, any.LatencyMs, any.HasHoursToFull));
        Assert.StartsWith("san: 60 GiB of 100 GiB are free, 50 % are left with it; requests take 4 ms; 0.3 times its size promised with it; when it will be full is unknown", any.Reason, StringComparison.Ordinal);
        Assert.Equal(("san", "host2", "host1/own reach"), (there.Pool, there.Host, string.Join(' ', there.Refused.Select(r => $"{r.Pool} {r.Obstacle}"))));
        Assert.Equal(("host1/own", "own", "", false), (own.Pool, own.PoolName, own.SecondBest, own.HasLatencyMs));
        Assert.Empty(any.Notes);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new ListDirectivesRequest(), Options())).Directives);
    }

    [Fact]
    public async Task PlaceVolume_PolicyWithTagsAndLimits_HoldsThemAndTellsWhy()
    {
        string file = Path.Combine(_directory.FullName, "schedule.json");
        await File.WriteAllTextAsync(file, """{ "storage": { "pools": [{ "pool": "own", "host": "host1", "tags": ["fast"] }], "overcommit": 1 } }""", Cancel);
        await using RunningCollector collector = await StartAsync($"Scheduling:PolicyFile={file}");
        using AgentUnderTest first = await JoinAsync(collector, 1, San, Own), second = await JoinAsync(collector, 2, Own);
        await TellAsync(first, latencyMs: 4, (San, 60, 95), (Own, 80, 10));
        await TellAsync(second, latencyMs: 4, (Own, 80, 10));

        PlaceVolumeResponse tagged = await PlaceAsync(collector, new() { SizeBytes = 10 * Gib, Tags = { "fast" } }), shared = await PlaceAsync(collector, new() { SizeBytes = 10 * Gib, Shared = true });

        Assert.Equal(("host1/own", "fast"), (tagged.Pool, string.Join(',', tagged.Tags)));
        Assert.Equal([("host2/own", "tags"), ("san", "tags")], tagged.Refused.Select(r => (r.Pool, r.Obstacle)));
        Assert.Equal(("", "", "no pool takes it"), (shared.Pool, shared.Host, shared.Reason));
        Assert.Equal(("overcommit", "95 GiB of 100 GiB are promised, with it 1.05 times its size; allowed 1"), shared.Refused.Where(r => r.Pool == "san").Select(r => (r.Obstacle, r.Reason)).Single());
    }

    [Fact]
    public async Task PlaceVolume_WhatIsNotKnown_TakesNothing()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await JoinAsync(collector, 1, San), untold = await JoinAsync(collector, 2, Own);
        using (AgentUnderTest gone = await JoinAsync(collector, 3, Own))
        {
            await TellAsync(gone, latencyMs: 1, (Own, 99, 0));
            await gone.CompleteAsync();
            await gone.EndAsync();
        }

        await TellAsync(first, latencyMs: 4, (San, null, 20));
        await UntilAsync(async () => (await collector.HostAsync(3)).Agent != AgentStatus.Connected);

        PlaceVolumeResponse none = await PlaceAsync(collector, new() { SizeBytes = Gib });

        Assert.Equal("", none.Pool);
        Assert.Equal([("host2/own", "state-unknown"), ("host3/own", "state-unknown"), ("san", "room-unknown")], none.Refused.Select(r => (r.Pool, r.Obstacle)));
    }

    [Fact]
    public async Task PlaceVolume_PoolThatFills_TakesNoThinVolume()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        await StoreGrowthAsync(collector, agent);
        await TellAsync(agent, latencyMs: 4, (San, 20, 50));

        PlaceVolumeResponse thin = await PlaceAsync(collector, new() { SizeBytes = Gib }), thick = await PlaceAsync(collector, new() { SizeBytes = Gib, Thick = true });

        RefusedPool refused = Assert.Single(thin.Refused);
        Assert.Equal(("san", "fills"), (refused.Pool, refused.Obstacle));
        Assert.StartsWith("it is expected to be full within 7 days: ", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(("san", true), (thick.Pool, thick.HoursToFull is > 0 and < 168));
    }

    [Fact]
    public async Task PlaceVolume_HostThatDoesNotAllowIt_IsNotAskedToMakeIt()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await JoinAsync(collector, 1, mayCreate: false, San), second = await JoinAsync(collector, 2, San);
        await TellAsync(first, latencyMs: 4, (San, 60, 20));
        await TellAsync(second, latencyMs: 4, (San, 60, 20));

        Assert.Equal("host2", (await PlaceAsync(collector, new() { SizeBytes = Gib, Host = "host1" })).Host);
    }

    [Fact]
    public async Task Place_VmWithAVolume_TakesThePoolByTheSameRules()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, mayCreate: false, San, Own);
        await TellAsync(agent, latencyMs: 4, (San, 60, 20), (Own, 80, 10));
        PlaceRequest request = new() { Vm = new NewVm { Vcpus = 1, MemoryMb = 512, DiskGb = 40 } };

        PlaceResponse small = await collector.Planning.PlaceAsync(request, Options());
        request.Vm.DiskGb = 60;
        PlaceResponse large = await collector.Planning.PlaceAsync(request, Options());
        request.Vm.DiskGb = 80;
        PlaceResponse none = await collector.Planning.PlaceAsync(request, Options());

        Assert.Equal((("host1", "san"), ("host1", "host1/own"), ("", "")), ((small.Host, small.Pool), (large.Host, large.Pool), (none.Host, none.Pool)));
        Assert.Equal(["pool san does not take the volume: 60 GiB of 100 GiB are free, 55.88 GiB are wanted and 10 GiB stay free"], large.Notes.Where(n => n.StartsWith("pool", StringComparison.Ordinal)));
        Assert.Equal((1, 2), (none.Rejected["pool"], none.Notes.Count(n => n.StartsWith("pool", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("""{}""", "size_bytes: 0 is not allowed; give a whole number from 1048576 to 281474976710656")]
    [InlineData("""{"sizeBytes":"1048576","pool":"sam"}""", "pool: there is no pool 'sam' in this cluster; did you mean 'san'?")]
    [InlineData("""{"sizeBytes":"1048576","host":"host9"}""", "host: there is no host 'host9'")]
    [InlineData("""{"sizeBytes":"1048576","cluster":"nowhere"}""", "cluster: there is no cluster 'nowhere'")]
    [InlineData("""{"sizeBytes":"1048576","tags":[""]}""", "tags: '' is not allowed; give 1 to 256 characters")]
    public async Task PlaceVolume_BadFieldAsJson_NamesFieldValueAndRange(string request, string problem)
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        using StringContent body = new(request, Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await collector.Http.PostAsync(new Uri("/v1/volumes:place", UriKind.Relative), body, Cancel);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains(problem, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlaceVolume_StoreThatCannotBeRead_JudgesByLessAndSaysWhy()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        await TellAsync(agent, latencyMs: 4, (San, 60, 95));
        collector.Store.ReadProblem = "the disk is away";

        PlaceVolumeResponse answer = await PlaceAsync(collector, new() { SizeBytes = 90 * Gib });

        Assert.Equal(("san", false, false, "not all is known of the pools: the disk is away"), (answer.Pool, answer.HasPromisedBytes, answer.HasLatencyMs, Assert.Single(answer.Notes)));
    }

    [Fact]
    public async Task PlaceVolume_AsJson_IsTheSameAnswer()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        await TellAsync(agent, latencyMs: 4, (San, 60, 20));
        using StringContent body = new($$"""{"sizeBytes":"{{Gib}}"}""", Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await collector.Http.PostAsync(new Uri("/v1/volumes:place", UriKind.Relative), body, Cancel);

        Assert.Equal("san", JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("pool").GetString());
    }

    // The clock stands still, so that no store is too slow for the one that asks.
    private static Task<RunningCollector> StartAsync(params string[] settings) => RunningCollector.StartAsync(null, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now)), settings);

    private static Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, params PoolInfo[] pools) => JoinAsync(collector, host, true, pools);

    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, bool mayCreate, params PoolInfo[] pools)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.Pools = pools;
        agent.Volumes = [.. pools.Select(p => new VolumeInfo(p.Index + 20, p.Name, "data"))];
        agent.Disks = [new(90, "vda", "/san/data", "san")];
        agent.Introduce = hello => hello.Capabilities.AddRange(mayCreate ? ["create_volume"] : Array.Empty<string>());
        await agent.OpenAsync();
        await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, VmState.Running));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }

    // Two samples: what requests took is a difference.
    private static async Task TellAsync(AgentUnderTest agent, long latencyMs, params (PoolInfo Pool, long? FreeGib, long PromisedGib)[] pools)
    {
        foreach (long sequence in (long[])[2, 3])
        {
            SampleSet samples = new() { TimeUnixMs = Now - ((4 - sequence) * 15_000), Tier = SampleTier.Slow, InventoryVersion = 1 };
            AddPools(samples, pools);
            AddDisk(samples, sequence * 1_000, latencyMs);
            await agent.SendAsync(agent.Encoded(samples, sequence));
        }

        await agent.AcknowledgedAtLeastAsync(3);
    }

    private static void AddPools(SampleSet samples, (PoolInfo Pool, long? FreeGib, long PromisedGib)[] pools)
    {
        SampleTable table = samples.Add(SubjectKind.Pool, [Metric.PoolActive, Metric.PoolCapacity, Metric.PoolAvailable, Metric.PoolVolumesLeftOut]);
        SampleTable volumes = samples.Add(SubjectKind.Volume, [Metric.VolumeCapacity]);
        foreach ((PoolInfo pool, long? free, long promised) in pools)
        {
            int row = table.AddRow(pool.Index);
            table.Set(row, 0, 1);
            table.Set(row, 1, 100 * Gib);
            if (free is { } known)
            {
                table.Set(row, 2, known * Gib);
            }

            table.Set(row, 3, 0);
            volumes.Set(volumes.AddRow(pool.Index + 20), 0, promised * Gib);
        }
    }

    private static void AddDisk(SampleSet samples, long requests, long latencyMs)
    {
        SampleTable table = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads, Metric.DiskWrites, Metric.DiskFlushes, Metric.DiskReadTime, Metric.DiskWriteTime, Metric.DiskFlushTime]);
        int row = table.AddRow(90);
        foreach (int column in (int[])[0, 1, 2])
        {
            table.Set(row, column, requests);
            table.Set(row, column + 3, requests * latencyMs * 1_000_000);
        }
    }

    private static async Task StoreGrowthAsync(RunningCollector collector, AgentUnderTest agent)
    {
        const int Hours = 120;
        Subject?[] subjects = [new(SubjectKind.Host, agent.Info.Id.Value, ""), new(SubjectKind.Pool, agent.Info.Id.Value, San.Name)];
        long fromMs = ((Now / HourMs) - Hours) * HourMs;
        ReportRecord[] reports = [.. Enumerable.Range(0, Hours).Select(hour => new ReportRecord(agent.Info.Id, new BootId(new Guid(agent.Number, 5, 5, new byte[8])), hour + 1, Used(fromMs + (hour * HourMs) + 60_000, 30 + (hour * 0.4)), subjects))];
        WriteOutcome outcome = await collector.Store.WriteAsync(new WriteBatch(reports, [], [], []), Cancel);
        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
    }

    private static SampleSet Used(long timeUnixMs, double percent)
    {
        SampleSet samples = new() { TimeUnixMs = timeUnixMs, Tier = SampleTier.Slow };
        SampleTable table = samples.Add(SubjectKind.Pool, [Metric.PoolCapacity, Metric.PoolAllocation]);
        int row = table.AddRow(1);
        table.Set(row, 0, 100 * Gib);
        table.Set(row, 1, (long)(Gib * percent));
        return samples;
    }

    private static async Task<PlaceVolumeResponse> PlaceAsync(RunningCollector collector, PlaceVolumeRequest request) => await collector.Planning.PlaceVolumeAsync(request, Options());

    private static CallOptions Options() => new CallOptions(cancellationToken: Cancel).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
}
