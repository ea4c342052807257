using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class SecondProcessTests : IDisposable
{
    private const int Kills = 50;
    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Kill_InTheMiddleOfWritingAndSealing_LosesNothingThatWasAcknowledged()
    {
        var random = new Random(20_250_601);
        for (int kill = 0; kill < Kills; kill++)
        {
            long acknowledged = await WriteAndKillAsync(random.Next(1, 25));

            await using var store = new EmbeddedStore(_directory.Options, TimeProvider.System);
            await store.OpenAsync(Token);
            long durable = Assert.Single(await store.PositionsAsync(Host(1), Token)).Contiguous;
            Assert.InRange(durable, acknowledged, acknowledged + ChildProcess.ReportsPerBatch);
            List<SeriesPoints> series = await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue));
            Assert.Equal(20, series.Count);
            Assert.All(series, s => Assert.Equal(Enumerable.Range(1, (int)durable).Select(n => (long)n), s.Raw));
            Assert.Null((await store.HealthAsync(Token)).Problem);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task ReadOnly_WhileAnotherProcessWrites_SeesWholeBatches()
    {
        await using var store = new EmbeddedStore(_directory.Options, TimeProvider.System);
        await store.OpenAsync(Token);
        await store.WriteAsync(ChildProcess.BatchFrom(1), Token);
        using Process reader = ChildProcess.Start(ChildProcess.ReadMode, _directory.File, "30");
        long next = 1 + ChildProcess.ReportsPerBatch;
        for (; !reader.HasExited; next += ChildProcess.ReportsPerBatch)
        {
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(ChildProcess.BatchFrom(next), Token)).Status);
        }

        string output = await reader.StandardOutput.ReadToEndAsync(Token);
        Assert.True(reader.ExitCode == 0, output);
        Assert.InRange(long.Parse(output, CultureInfo.InvariantCulture), ChildProcess.ReportsPerBatch, next);
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_WhileAnotherProcessWrites_IsRefusedByName()
    {
        using Process writer = ChildProcess.Start(ChildProcess.WriteMode, _directory.File);
        try
        {
            Assert.NotNull(await writer.StandardOutput.ReadLineAsync(Token));
            await using var second = new EmbeddedStore(_directory.Options, TimeProvider.System);

            StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(async () => await second.OpenAsync(Token));

            Assert.Contains("another collector", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(Token);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task ReadOnly_WhileHoursAreSealed_SeesTheSameValues()
    {
        await using var store = new EmbeddedStore(_directory.Options, TimeProvider.System);
        await store.OpenAsync(Token);
        for (int batch = 0; batch < 60; batch++)
        {
            await store.WriteAsync(ChildProcess.BatchFrom(1 + (batch * ChildProcess.ReportsPerBatch)), Token);
        }

        await using var reader = new EmbeddedStore(_directory.ReadOnly, TimeProvider.System);
        await reader.OpenAsync(Token);
        Task<UpkeepReport> sealing = store.MaintainAsync(all: true, null, Token).AsTask();
        int reads = 0;
        do
        {
            List<SeriesPoints> series = await ReadAsync(reader, Range(Metric.VmCpuTime, 0, long.MaxValue));
            Assert.All(series, s => Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), s.Raw));
            reads++;
        }
        while (!sealing.IsCompleted || reads < 2);

        Assert.Equal(6, (await sealing).Hours);
    }

    private async Task<long> WriteAndKillAsync(int batches)
    {
        using Process writer = ChildProcess.Start(ChildProcess.WriteMode, _directory.File);
        long acknowledged = 0;
        for (int i = 0; i < batches; i++)
        {
            acknowledged = Number(await writer.StandardOutput.ReadLineAsync(Token));
        }

        writer.Kill();
        while (await writer.StandardOutput.ReadLineAsync(Token) is string line)
        {
            acknowledged = Number(line);
        }

        await writer.WaitForExitAsync(Token);
        return acknowledged;
    }

    private static long Number(string? line) =>
        long.TryParse(line, CultureInfo.InvariantCulture, out long number) ? number : throw new InvalidOperationException($"the writer said: {line}");
}
