using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Testbed;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>Servers that are killed, locked or narrow.</summary>
[Trait("needs", "influxdb")]
public sealed class OwnServerTests
{
    private const int Vms = 40;

    [Fact]
    public async Task Kill_InMidStream_LosesNothingAndStoresNothingTwice()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = place.Store(TimeProvider.System);
        await store.OpenAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new Progress();
        Task writing = WriteAsync(store, progress, stop.Token);

        for (int round = 0; round < 3; round++)
        {
            await progress.ReachAsync(progress.Durable + 10);
            await server.KillAsync();
            await progress.FailAsync();
            await server.StartAgainAsync(Token);
        }

        await progress.ReachAsync(progress.Durable + 10);
        await stop.CancelAsync();
        await writing;
        Assert.Contains("cannot be reached", progress.Problem, StringComparison.Ordinal);
        long last = progress.Durable;
        List<SeriesPoints> series = await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue));
        Assert.Equal(Vms, series.Count);
        Assert.All(series, s => Assert.Equal(Enumerable.Range(1, (int)last).Select(i => (long)i), s.Raw[..(int)last]));
        JsonElement count = JsonDocument.Parse(await server.QueryAsync($"SELECT count(vm_cpu_seconds_total) FROM vm WHERE time <= {Start + last}ms", place.Database)).RootElement;
        Assert.Equal(last * Vms, count.GetProperty("results")[0].GetProperty("series")[0].GetProperty("values")[0][1].GetInt64());
        Assert.Equal(last, Assert.Single(await store.PositionsAsync(Host(1), Token)).Contiguous);
    }

    [Fact]
    public async Task Open_ServerAway_WorksWhenItComes()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await server.KillAsync();
        await using InfluxStore store = place.Store(TimeProvider.System);
        await store.OpenAsync(Token);
        StoreHealth away = await store.HealthAsync(Token);
        WriteBatch batch = Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5)));

        WriteOutcome before = await store.WriteAsync(batch, Token);
        await server.StartAgainAsync(Token);
        WriteOutcome after = await store.WriteAsync(batch, Token);

        Assert.Equal((WriteStatus.Unavailable, WriteStatus.Durable), (before.Status, after.Status));
        Assert.False(away.CanWrite);
        Assert.Equal((away.Problem, true), (before.Problem, before.Problem!.Contains($"{server.Url.AbsoluteUri.TrimEnd('/')} cannot be reached", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<StoreUnusableException>(async () => { await server.KillAsync(); await ReadAsync(store, Range(Metric.VmCpuTime, 0, 1)); });
    }

    [Fact]
    public async Task Users_WithTooFewRights_AreToldWhatIsMissing()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token, "auth-enabled = true");
        using var place = new InfluxPlace(server.Url);
        Task<string> Admin(string query) => server.QueryAsync(query, "", "root", "s3cret-root");
        await RefusedAsync(place, "", "", "403 (error authorizing query: create admin user first or disable authentication)");
        await server.QueryAsync("CREATE USER root WITH PASSWORD 's3cret-root' WITH ALL PRIVILEGES");
        await Admin("CREATE USER w WITH PASSWORD 's3cret-w'");
        string database = place.Database;

        await RefusedAsync(place, "w", "s3cret-wrong", "401 (authorization failed)", "check Store:Influx:Username");
        await RefusedAsync(place, "", "", "401", "check Store:Influx:Username");
        await RefusedAsync(place, "w", "s3cret-w", "403", $"GRANT ALL ON \"{database}\" TO \"w\"");
        await Admin($"CREATE DATABASE {database}; GRANT WRITE ON {database} TO w");
        await RefusedAsync(place, "w", "s3cret-w", "403 (error authorizing query: w not authorized to execute statement", "requires READ on", $"GRANT ALL ON \"{database}\" TO \"w\"");
        await Admin($"REVOKE ALL ON {database} FROM w; GRANT READ ON {database} TO w");
        await using (InfluxStore reader = place.Store(TimeProvider.System, As(place, "w", "s3cret-w")))
        {
            await reader.OpenAsync(Token);
            WriteOutcome refused = await reader.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);
            Assert.Equal(WriteStatus.Unavailable, refused.Status);
            Assert.Contains("403 (\"w\" user is not authorized to write to database", refused.Problem, StringComparison.Ordinal);
            Assert.Contains($"GRANT ALL ON \"{database}\" TO \"w\"", refused.Problem, StringComparison.Ordinal);
            await Admin($"GRANT ALL ON {database} TO w");

            Assert.Equal(WriteStatus.Durable, (await reader.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token)).Status);
            await Admin("SET PASSWORD FOR w = 'another'");
            WriteOutcome locked = await reader.WriteAsync(Batch(Report(1, 2, Start + 1, Metric.VmCpuTime, (Vm(1), 6))), Token);
            Assert.Equal(WriteStatus.Unavailable, locked.Status);
            Assert.DoesNotContain("s3cret", locked.Problem, StringComparison.Ordinal);
            await Admin("SET PASSWORD FOR w = 's3cret-w'");
            Assert.Equal(WriteStatus.Durable, (await reader.WriteAsync(Batch(Report(1, 2, Start + 1, Metric.VmCpuTime, (Vm(1), 6))), Token)).Status);
            Assert.Equal((long[])[5, 6], Assert.Single(await ReadAsync(reader, Range(Metric.VmCpuTime, Start, Start + 9))).Raw);
        }
    }

    [Fact]
    public async Task SignedToken_OfV1_IsAccepted()
    {
        const string Key = "a shared secret of the test";
        await using InfluxServer server = await InfluxServer.StartAsync(Token, $"auth-enabled = true\nshared-secret = \"{Key}\"");
        using var place = new InfluxPlace(server.Url);
        await server.QueryAsync("CREATE USER root WITH PASSWORD 'root' WITH ALL PRIVILEGES");
        string unsigned = $"{Base64Url.EncodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8)}.{Base64Url.EncodeToString("{\"username\":\"root\",\"exp\":4102444800}"u8)}";
        InfluxOptions options = place.Options;
        options.Token = $"{unsigned}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Key), Encoding.ASCII.GetBytes(unsigned)))}";
        options.Flavour = InfluxFlavour.V1;
        await using InfluxStore store = place.Store(TimeProvider.System, options);
        await store.OpenAsync(Token);

        Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token)).Status);

        Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, Start, Start + 1)));
    }

    [Fact]
    public async Task Write_LargerThanTheServerTakes_IsHalvedUntilItFits()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token, "max-body-size = 2000");
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = place.Store(TimeProvider.System);
        await store.OpenAsync(Token);

        WriteOutcome outcome = await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, [.. Enumerable.Range(1, 500).Select(i => (Vm(i * 7919), (long?)(i * 7_919_373L)))])), Token);
        WriteOutcome tooLong = await store.WriteAsync(
            Batch(Report(1, 2, Start, Metric.DiskReads, (new Subject(SubjectKind.VmDisk, Id(1), string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i * 7919:X}"))), 1))), Token);

        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
        Assert.Equal(500, (await ReadAsync(store, Range(Metric.VmCpuTime, Start, Start + 1))).Count);
        Assert.Equal(WriteStatus.Rejected, tooLong.Status);
        Assert.Contains("413", tooLong.Problem, StringComparison.Ordinal);
    }

    private static InfluxOptions As(InfluxPlace place, string user, string password)
    {
        InfluxOptions options = place.Options;
        (options.Username, options.Password) = (user, password);
        return options;
    }

    private static async Task RefusedAsync(InfluxPlace place, string user, string password, params string[] parts)
    {
        await using InfluxStore store = place.Store(TimeProvider.System, As(place, user, password));
        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(async () => await store.OpenAsync(Token));
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes one report after another, each until it is durable, as the collector does.</summary>
    private static async Task WriteAsync(InfluxStore store, Progress progress, CancellationToken stop)
    {
        for (long sequence = 1; !stop.IsCancellationRequested; sequence++)
        {
            WriteBatch batch = Batch(Report(1, sequence, Start + sequence, Metric.VmCpuTime, [.. Enumerable.Range(1, Vms).Select(vm => (Vm(vm), (long?)sequence))]));
            for (WriteOutcome? outcome = null; outcome?.Status != WriteStatus.Durable;)
            {
                outcome = await store.WriteAsync(batch, Token);
                Assert.NotEqual(WriteStatus.Rejected, outcome.Status);
                progress.Tell(outcome.Status == WriteStatus.Durable ? sequence : null, outcome.Problem);
                if (outcome.Problem is not null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
                }
            }
        }
    }

    /// <summary>How far the writer is, and a way to wait for it.</summary>
    private sealed class Progress
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _failures;

        public long Durable { get; private set; }

        public string? Problem { get; private set; }

        public void Tell(long? durable, string? problem)
        {
            lock (_lock)
            {
                Durable = durable ?? Durable;
                Problem = problem ?? Problem;
                _failures += problem is null ? 0 : 1;
                _change.SetResult();
                _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public Task ReachAsync(long sequence) => UntilAsync(() => Durable >= sequence);

        public Task FailAsync()
        {
            long before = _failures;
            return UntilAsync(() => _failures > before);
        }

        private async Task UntilAsync(Func<bool> condition)
        {
            while (true)
            {
                Task change;
                lock (_lock)
                {
                    if (condition())
                    {
                        return;
                    }

                    change = _change.Task;
                }

                await change.WaitAsync(TimeSpan.FromSeconds(60), Token);
            }
        }
    }
}
