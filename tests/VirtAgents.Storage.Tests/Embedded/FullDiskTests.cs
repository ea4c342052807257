using System.Diagnostics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>On a small file system of its own, which needs the right to mount.</summary>
[Trait("needs", "root")]
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Vms = 2000;
    private readonly DirectoryInfo _mount = Directory.CreateTempSubdirectory("virtagents-full-");

    private string File => Path.Combine(_mount.FullName, "data", "virtagents.db");

    public async ValueTask InitializeAsync() => await RunAsync("mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "virtagents-test", _mount.FullName);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", _mount.FullName);
        _mount.Delete();
    }

    [Fact(Timeout = 60_000)]
    public async Task Write_DiskFull_IsUnavailableUntilThereIsSpaceAgain()
    {
        string ballast = Path.Combine(_mount.FullName, "ballast");
        await System.IO.File.WriteAllBytesAsync(ballast, new byte[3 << 20], Token);
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = File }, TimeProvider.System);
        await store.OpenAsync(Token);
        long sequence = 0;
        WriteOutcome outcome;
        do
        {
            outcome = await store.WriteAsync(BatchOf(++sequence), Token);
        }
        while (outcome.Status == WriteStatus.Durable && sequence < 5000);

        Assert.Equal(WriteStatus.Unavailable, outcome.Status);
        Assert.Contains("space", outcome.Problem, StringComparison.Ordinal);
        StoreHealth health = await store.HealthAsync(Token);
        Assert.Equal((false, outcome.Problem), (health.CanWrite, health.Problem));
        await AssertHoldsAsync(store, sequence - 1);
        Assert.Equal(WriteStatus.Unavailable, (await store.WriteAsync(BatchOf(sequence), Token)).Status);

        System.IO.File.Delete(ballast);
        Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(BatchOf(sequence), Token)).Status);
        Assert.Equal((true, null), (await store.HealthAsync(Token)) is { } healed ? (healed.CanWrite, healed.Problem) : default);
        await AssertHoldsAsync(store, sequence);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_DiskFull_LosesNothingAndGoesOnWhenThereIsSpace()
    {
        string ballast = Path.Combine(_mount.FullName, "ballast");
        await System.IO.File.WriteAllBytesAsync(ballast, new byte[3 << 20], Token);
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = File }, TimeProvider.System);
        await store.OpenAsync(Token);
        long sequence = 0;
        while ((await store.WriteAsync(BatchOf(sequence + 1), Token)).Status == WriteStatus.Durable)
        {
            sequence++;
        }

        StoreUnusableException full = await Assert.ThrowsAsync<StoreUnusableException>(async () => await store.MaintainAsync(all: true, null, Token));

        Assert.Contains("space", full.Message, StringComparison.Ordinal);
        await AssertHoldsAsync(store, sequence);
        System.IO.File.Delete(ballast);
        Assert.Equal(1, (await store.MaintainAsync(all: true, null, Token)).Hours);
        await AssertHoldsAsync(store, sequence);
        Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(BatchOf(sequence + 1), Token)).Status);
        await AssertHoldsAsync(store, sequence + 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_ReadOnlyFileSystem_IsRefusedWithAReason()
    {
        await using (var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = File }, TimeProvider.System))
        {
            await store.OpenAsync(Token);
            await store.WriteAsync(BatchOf(1), Token);
        }

        await RunAsync("mount", "-o", "remount,ro", _mount.FullName);
        await using var refused = new EmbeddedStore(new EmbeddedStoreOptions { Path = File }, TimeProvider.System);

        StoreUnusableException e = await Assert.ThrowsAsync<StoreUnusableException>(async () => await refused.OpenAsync(Token));

        Assert.Contains("Read-only file system", e.Message, StringComparison.Ordinal);
    }

    private static WriteBatch BatchOf(long sequence) => Batch(Report(
        1, sequence, Start + sequence, Metric.VmCpuTime,
        [.. Enumerable.Range(1, Vms).Select(vm => (Vm(vm), (long?)unchecked(vm * 7_046_029_254_386_353_131 * sequence)))]));

    private static async Task AssertHoldsAsync(EmbeddedStore store, long sequence)
    {
        Assert.Equal(sequence, Assert.Single(await store.PositionsAsync(Host(1), Token)).Contiguous);
        SeriesPoints series = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue, Id(1))));
        Assert.Equal(sequence, series.Raw.Length);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
    }
}
