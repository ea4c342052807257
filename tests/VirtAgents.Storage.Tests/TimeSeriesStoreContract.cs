using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests;

/// <summary>What every store must do, whatever it is made of.</summary>
public abstract partial class TimeSeriesStoreContract : IAsyncLifetime
{
    private const int Timeout = 30_000;

    protected ITimeSeriesStore Store { get; private set; } = null!;

    protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(2));

    private long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        Store = Make();
        await Store.OpenAsync(Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_NewReport_IsDurableAndReadBack()
    {
        WriteOutcome outcome = await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 7), (Vm(2), null))), Token);

        Assert.Equal(new WriteOutcome(WriteStatus.Durable, 1, 0, 0, null), outcome);
        SeriesPoints series = Assert.Single(await ReadAsync(Store, Range(Metric.VmCpuTime, Start, Start + 1)));
        Assert.Equal(Vm(1), series.Subject);
        Assert.Equal([Start], series.TimesUnixMs);
        Assert.Equal([7], series.Raw);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_SameBatchAgain_ChangesNothing()
    {
        WriteBatch batch = Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 7))) with
        {
            Events = [Event(1, HostEventKind.VmStarted, Start, 1), Event(1, HostEventKind.VmPaused, Start + 1, 1)],
            Received = [new MessageKey(Host(1), Boot(1), 2, 3)],
        };
        WriteOutcome first = await Store.WriteAsync(batch, Token);

        WriteOutcome second = await Store.WriteAsync(batch, Token);

        Assert.Equal(first with { Values = 0, Duplicates = 1 }, second);
        Assert.Equal(2, (await Store.EventsAsync(Events(), Token)).Count);
        StreamPosition position = Assert.Single(await Store.PositionsAsync(Host(1), Token));
        Assert.Equal(3, position.Contiguous);
        Assert.Equal(1, (await Store.HealthAsync(Token)).Reports);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_DuplicateInsideBatch_CountsItOnce()
    {
        ReportRecord report = Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 7));

        WriteOutcome outcome = await Store.WriteAsync(Batch(report, report), Token);

        Assert.Equal((1L, 1), (outcome.Values, outcome.Duplicates));
    }

    [Fact(Timeout = Timeout)]
    public async Task Positions_GapsAndRuns_AreMergedByBoot()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1)), Report(1, 5, Start + 4, Metric.VmCpuTime, (Vm(1), 2))), Token);
        await Store.WriteAsync(Batch() with { Received = [new(Host(1), Boot(1), 8, 9), new(Host(1), Boot(2), 1, 4), new(Host(2), Boot(1), 1, 1)] }, Token);
        await Store.WriteAsync(Batch() with { Received = [new(Host(1), Boot(1), 6, 7), new(Host(1), Boot(1), 2, 3)] }, Token);

        IReadOnlyList<StreamPosition> positions = await Store.PositionsAsync(Host(1), Token);

        Assert.Equal(2, positions.Count);
        StreamPosition first = positions.Single(p => p.Boot == Boot(1));
        Assert.Equal(3, first.Contiguous);
        Assert.Equal([(5L, 9L)], first.Beyond);
        Assert.Equal(4, positions.Single(p => p.Boot == Boot(2)).Contiguous);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_RowWithoutSubject_IsRejectedWhole()
    {
        ReportRecord wrong = Report(1, 2, Start, Metric.VmCpuTime, (Vm(1), 1)) with { Subjects = [null, null] };

        WriteOutcome outcome = await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1)), wrong), Token);

        Assert.Equal(WriteStatus.Rejected, outcome.Status);
        Assert.Contains("index 1", outcome.Problem, StringComparison.Ordinal);
        Assert.Empty(await Store.PositionsAsync(Host(1), Token));
        Assert.Equal(new StoreHealth(true, null, null, 0), await Store.HealthAsync(Token) with { SizeBytes = null });
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_SequenceZero_IsRejected()
    {
        WriteOutcome outcome = await Store.WriteAsync(Batch(Report(1, 0, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);

        Assert.Equal(WriteStatus.Rejected, outcome.Status);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_AgentTableOnHostIndex_IsASubjectOfItsOwn()
    {
        var samples = new SampleSet { TimeUnixMs = Start };
        MetricId metric = Metric.HostCpuUser;
        samples.Add(SubjectKind.Host, [metric]).AddRow(0);
        samples[0].Set(0, 0, 5);
        samples.Add(SubjectKind.Agent, [metric]).AddRow(0);
        samples[1].Set(0, 0, 6);

        await Store.WriteAsync(Batch(new ReportRecord(Host(1), Boot(1), 1, samples, [HostSubject(1)])), Token);

        List<SeriesPoints> read = await ReadAsync(Store, Range(metric, Start, Start + 1));
        Assert.Equal([(SubjectKind.Host, 5L), (SubjectKind.Agent, 6L)], read.Select(s => (s.Subject.Kind, s.Raw[0])).Order());
        Assert.All(read, s => Assert.Equal(Host(1).Value, s.Subject.Owner));
    }

    [Fact(Timeout = Timeout)]
    public async Task Range_VmThatMoved_IsOneSeriesWithTwoEpochs()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 10))), Token);
        await Store.WriteAsync(Batch(Report(2, 1, Start + 4_000_000, Metric.VmCpuTime, (Vm(1), 1))), Token);

        SeriesPoints series = Assert.Single(await ReadAsync(Store, Range(Metric.VmCpuTime, 0, long.MaxValue, Id(1))));

        Assert.Equal([Start, Start + 4_000_000], series.TimesUnixMs);
        Assert.Equal([10, 1], series.Raw);
        Assert.NotEqual(series.Epochs[0], series.Epochs[1]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Range_Device_IsTakenAlone()
    {
        var vda = new Subject(SubjectKind.VmDisk, Id(1), "vda");
        var vdb = new Subject(SubjectKind.VmDisk, Id(1), "vdb");
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.DiskReads, (vda, 1), (vdb, 2))), Token);

        SeriesPoints series = Assert.Single(await ReadAsync(Store, Range(Metric.DiskReads, Start, Start + 1, Id(1)) with { Device = "vdb" }));

        Assert.Equal((vdb, 2L), (series.Subject, series.Raw[0]));
    }

    [Fact(Timeout = Timeout)]
    public async Task Range_LateReport_IsSortedIn()
    {
        await Store.WriteAsync(Batch(Report(1, 2, Start + 10, Metric.VmCpuTime, (Vm(1), 2))), Token);
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);

        SeriesPoints series = Assert.Single(await ReadAsync(Store, Range(Metric.VmCpuTime, Start, Start + 11)));

        Assert.Equal([1, 2], series.Raw);
    }

    [Fact(Timeout = Timeout)]
    public async Task Range_EmptyOrForeign_IsEmpty()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);

        Assert.Empty(await ReadAsync(Store, Range(Metric.VmCpuTime, Start + 1, Start + 1)));
        Assert.Empty(await ReadAsync(Store, Range(Metric.VmCpuTime, Start + 1, Start + 2)));
        Assert.Empty(await ReadAsync(Store, Range(Metric.VmMemoryRss, Start, Start + 1)));
        Assert.Empty(await ReadAsync(Store, Range(Metric.VmCpuTime, Start, Start + 1, Id(99))));
    }

    [Fact(Timeout = Timeout)]
    public async Task Latest_NullAfterValue_TellsTheValueWhileItIsYoung()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Now - 2000, Metric.VmCpuTime, (Vm(1), 3), (Vm(2), 4))), Token);
        await Store.WriteAsync(Batch(Report(1, 2, Now - 1000, Metric.VmCpuTime, (Vm(1), null), (Vm(2), 5))), Token);

        IReadOnlyList<SeriesValue> young = await Store.LatestAsync(new(null, null, TimeSpan.FromMilliseconds(1500), Now), Token);
        IReadOnlyList<SeriesValue> older = await Store.LatestAsync(new(Id(1), Metric.VmCpuTime, TimeSpan.FromSeconds(2), Now), Token);

        Assert.Equal([new SeriesValue(Vm(2), Metric.VmCpuTime, Now - 1000, 5)], young);
        Assert.Equal([new SeriesValue(Vm(1), Metric.VmCpuTime, Now - 2000, 3)], older);
    }

    [Fact(Timeout = Timeout)]
    public async Task Latest_SilentForHours_IsStillFound()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Now, Metric.VmCpuTime, (Vm(1), 3))), Token);
        Clock.Advance(TimeSpan.FromHours(30));
        await Store.WriteAsync(Batch(Report(1, 2, Now, Metric.VmCpuTime, (Vm(2), 4))), Token);

        IReadOnlyList<SeriesValue> hour = await Store.LatestAsync(new(null, null, TimeSpan.FromHours(1), Now), Token);
        IReadOnlyList<SeriesValue> days = await Store.LatestAsync(new(null, null, TimeSpan.FromDays(3), Now), Token);
        IReadOnlyList<SeriesValue> one = await Store.LatestAsync(new(Id(1), null, TimeSpan.MaxValue, Now), Token);

        Assert.Equal([4], hour.Select(v => v.Raw));
        Assert.Equal([3, 4], days.Select(v => v.Raw).Order());
        Assert.Equal([3], one.Select(v => v.Raw));
    }

    [Fact(Timeout = Timeout)]
    public async Task Latest_VmThatStoppedReporting_IsToldForAsLongAsAsked()
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Store.WriteAsync(Batch(Report(1, 1, Now, Metric.VmCpuTime, (Vm(1), 3), (Vm(2), 4))), Token);
        Clock.Advance(TimeSpan.FromSeconds(20));
        await Store.WriteAsync(Batch(Report(1, 2, Now, Metric.VmCpuTime, (Vm(2), 5)), Report(1, 3, Now - 1, Metric.VmCpuTime, (Vm(2), 9))), Token);
        await Store.WriteAsync(Batch(Report(1, 2, Now + 5, Metric.VmCpuTime, (Vm(2), 6))), Token); // a number that is there already

        await LatestIsAsync(TimeSpan.FromSeconds(19), (2, Now, 5));
        await LatestIsAsync(TimeSpan.FromSeconds(20), (1, Now - 20_000, 3), (2, Now, 5));
        await LatestIsAsync(TimeSpan.MaxValue, (1, Now - 20_000, 3), (2, Now, 5));
    }

    [Fact(Timeout = Timeout)]
    public async Task Latest_AfterARestart_TellsWhatCameBeforeAndSince()
    {
        long before = Now;
        await Store.WriteAsync(Batch(Report(1, 1, before, Metric.VmCpuTime, (Vm(1), 3), (Vm(2), 4)), Report(1, 2, before + 30_000, Metric.VmCpuTime, (Vm(3), 8))), Token);
        await ReopenAsync();
        Clock.Advance(TimeSpan.FromSeconds(20));
        await LatestIsAsync(TimeSpan.FromSeconds(20), (1, before, 3), (2, before, 4), (3, before + 30_000, 8));
        await Store.WriteAsync(Batch(Report(1, 3, Now, Metric.VmCpuTime, (Vm(2), 5))), Token);

        await LatestIsAsync(TimeSpan.FromSeconds(20), (1, before, 3), (2, Now, 5), (3, before + 30_000, 8));
        Clock.Advance(TimeSpan.FromSeconds(40));
        await LatestIsAsync(TimeSpan.FromSeconds(40), (2, Now - 40_000, 5), (3, before + 30_000, 8)); // an agent whose clock is ahead
        await LatestIsAsync(TimeSpan.FromSeconds(29));
        await Store.WriteAsync(Batch(Report(1, 4, Now, Metric.VmCpuTime, (Vm(3), 7))), Token);
        await LatestIsAsync(TimeSpan.FromSeconds(29), (3, Now, 7));
        await LatestIsAsync(TimeSpan.FromSeconds(60), (1, before, 3), (2, Now - 40_000, 5), (3, Now, 7));
    }

    [Fact(Timeout = Timeout)]
    public async Task Hosts_TwoSnapshotsOfOneHost_LastOneCounts()
    {
        await Store.WriteAsync(Batch() with { Snapshots = [Snapshot(1, "a"), Snapshot(1, "b"), Snapshot(2, "c")] }, Token);
        await Store.WriteAsync(Batch() with { Snapshots = [Snapshot(2, "d")] }, Token);

        IReadOnlyList<HostSnapshot> hosts = await Store.HostsAsync(Token);

        Assert.Equal(["b", "d"], hosts.Select(h => h.AgentVersion).Order());
        HostSnapshot first = hosts.Single(h => h.AgentVersion == "b");
        HostSnapshot wanted = Snapshot(1, "b");
        Assert.Equal(wanted.Inventory.Vms.AsSpan(), first.Inventory.Vms.AsSpan());
        Assert.Equal(wanted.Inventory.Devices.AsSpan(), first.Inventory.Devices.AsSpan());
        Assert.Equal(wanted.Inventory.Volumes.AsSpan(), first.Inventory.Volumes.AsSpan());
        Assert.Equal(wanted.Inventory.Host, first.Inventory.Host);
        Assert.Equal((wanted.Cluster, wanted.UpdatedUnixMs), (first.Cluster, first.UpdatedUnixMs));
    }

    [Fact(Timeout = Timeout)]
    public async Task Events_Filters_TakeWhatFits()
    {
        FleetEvent[] feed =
        [
            Event(1, HostEventKind.VmStarted, Start, 1, "schlüssel"), Event(1, HostEventKind.VmCrashed, Start + 10, 1),
            Event(2, HostEventKind.VmStarted, Start + 20, 2), Event(2, HostEventKind.HypervisorLost, Start + 30),
        ];
        long first = (await Store.WriteAsync(Batch() with { Events = feed }, Token)).FirstEventId;
        async Task<int[]> Find(EventQuery query) => [.. (await Store.EventsAsync(query, Token)).Select(e => (int)(e.Id - first))];

        Assert.True(first > 0);
        Assert.Equal(feed.Select((e, i) => e with { Id = first + i }), await Store.EventsAsync(Events(), Token));
        Assert.Equal((int[])[2, 3], await Find(Events(after: first + 1)));
        Assert.Equal((int[])[3, 2, 1], await Find(Events(newestFirst: true, limit: 3)));
        Assert.Equal((int[])[1, 2], await Find(Events() with { FromUnixMs = Start + 10, ToUnixMs = Start + 30 }));
        Assert.Equal((int[])[2, 3], await Find(Events() with { Host = Host(2) }));
        Assert.Equal((int[])[0, 1], await Find(Events() with { Vm = new VmId(Id(1)) }));
        Assert.Equal((int[])[1, 3], await Find(Events() with { Kinds = [HostEventKind.VmCrashed, HostEventKind.HypervisorLost] }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Find(Events(limit: 0)));
    }

    [Fact(Timeout = Timeout)]
    public async Task DropBefore_OldReportsAndEvents_AreGoneAndTheRestStays()
    {
        long cut = Start + 3_700_000;
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);
        await Store.WriteAsync(Batch(Report(1, 2, cut - 1, Metric.VmCpuTime, (Vm(1), 2))), Token);
        await Store.WriteAsync(Batch(Report(1, 3, cut, Metric.VmCpuTime, (Vm(1), 3))) with { Events = [Event(1, HostEventKind.VmStarted, cut - 1), Event(1, HostEventKind.VmStarted, cut)] }, Token);

        long dropped = await Store.DropBeforeAsync(cut, Token);

        Assert.Equal(2, dropped);
        Assert.Equal((long[])[3], Assert.Single(await ReadAsync(Store, Range(Metric.VmCpuTime, 0, long.MaxValue))).Raw);
        Assert.Equal((long[])[cut], (await Store.EventsAsync(Events(), Token)).Select(e => e.Event.TimeUnixMs));
        Assert.Equal(1, (await Store.HealthAsync(Token)).Reports);
        Assert.Equal(3, Assert.Single(await Store.PositionsAsync(Host(1), Token)).Contiguous);
        Assert.Equal(0, await Store.DropBeforeAsync(cut, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Store.DropBeforeAsync(Now + 1, Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task DropBefore_ReportsOfOneBatchOnBothSides_HidesTheOldOnes()
    {
        await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1)), Report(1, 2, Start + 9, Metric.VmCpuTime, (Vm(1), 2))), Token);

        await Store.DropBeforeAsync(Start + 5, Token);

        Assert.Equal((long[])[2], Assert.Single(await ReadAsync(Store, Range(Metric.VmCpuTime, 0, long.MaxValue))).Raw);
        Assert.Equal((long[])[2], (await Store.LatestAsync(new(null, null, TimeSpan.MaxValue, Now), Token)).Select(v => v.Raw));
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_ManyWritersAtOnce_AllAreStored()
    {
        Task<WriteOutcome>[] writes = [.. Enumerable.Range(1, 20).Select(host =>
            Task.Run(async () => await Store.WriteAsync(Batch(Report(host, 1, Start + host, Metric.VmCpuTime, (Vm(host), host))), Token)))];

        WriteOutcome[] outcomes = await Task.WhenAll(writes);

        Assert.All(outcomes, o => Assert.Equal(WriteStatus.Durable, o.Status));
        Assert.Equal(20, (await ReadAsync(Store, Range(Metric.VmCpuTime, Start, Start + 100))).Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task Write_Cancelled_WritesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), cancelled.Token));

        Assert.Empty(await Store.PositionsAsync(Host(1), Token));
    }

    /// <summary>Makes a store that is not open yet; it is empty the first time, later it has what was written.</summary>
    protected abstract ITimeSeriesStore Make();

    private async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Make();
        await Store.OpenAsync(Token);
    }

    private async Task LatestIsAsync(TimeSpan age, params (int Vm, long TimeMs, long Raw)[] wanted)
    {
        IReadOnlyList<SeriesValue> all = await Store.LatestAsync(new(null, null, age, Now), Token);
        Assert.Equal(wanted.Select(w => new SeriesValue(Vm(w.Vm), Metric.VmCpuTime, w.TimeMs, w.Raw)), all.OrderBy(v => v.Subject.Owner));
        IReadOnlyList<SeriesValue> one = await Store.LatestAsync(new(Id(2), Metric.VmCpuTime, age, Now), Token);
        Assert.Equal(wanted.Where(w => w.Vm == 2).Select(w => (w.TimeMs, w.Raw)), one.Select(v => (v.TimeUnixMs, v.Raw)));
    }

    private static HostSnapshot Snapshot(int host, string version)
    {
        var vm = new VmInfo(1, new VmId(Id(1)), "vm1", "", 2, 1 << 30, [new(2, "vda", "/a", "default")], [new(3, "52:54:00:00:00:01", "vnet0", "br0")]);
        var inventory = new Inventory(4, HostInfo.None with { Id = Host(host), Name = $"host{host}" }, [vm], [new(5, "default", "dir", "/p")], [new(6, SubjectKind.HostDisk, "sda")])
        {
            Volumes = [new(7, "default", "vm1.qcow2")],
        };
        return new HostSnapshot("lab", inventory, version, Start);
    }
}
