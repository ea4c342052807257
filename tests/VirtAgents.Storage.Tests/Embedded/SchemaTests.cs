using System.Runtime.Versioning;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

[SupportedOSPlatform("linux")]
public sealed class SchemaTests : IDisposable
{
    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Open_NoFile_MakesItForTheUserAlone()
    {
        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.File));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(_directory.File)!));
        Assert.Equal("wal", _directory.Ask("PRAGMA journal_mode"));
        Assert.Equal(8192L, _directory.Ask("PRAGMA page_size"));
        Assert.Equal(2L, _directory.Ask("PRAGMA auto_vacuum"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_FileThatOthersMayRead_IsClosedToThem()
    {
        await (await OpenAsync(_directory.Options)).DisposeAsync();
        File.SetUnixFileMode(_directory.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.File));
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_VersionZero_IsUpgraded()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.File)!);
        _directory.Ask("PRAGMA user_version = 7");

        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Equal(4L, _directory.Ask("SELECT version FROM schema_version"));
        WriteOutcome outcome = await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);
        Assert.Equal(WriteStatus.Durable, outcome.Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_FileOfVersionOne_IsUpgradedWithItsSamplesAndSealed()
    {
        await using (EmbeddedStore first = await OpenAsync(_directory.Options))
        {
            await first.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 7))), Token);
        }

        // What later versions added, taken away again.
        Array.ForEach(["DROP TABLE segment", "DROP TABLE segment_column", "DROP INDEX directory_chunk", "DROP INDEX residence_owner", "UPDATE schema_version SET version = 1"], sql => _directory.Ask(sql));
        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Equal(4L, _directory.Ask("SELECT version FROM schema_version"));
        Assert.Equal(1, (await store.MaintainAsync(all: true, null, Token)).Hours);
        SeriesPoints series = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue)));
        Assert.Equal([7L], series.Raw);
        Assert.Equal(0L, _directory.Ask("SELECT count(*) FROM chunk"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("UPDATE schema_version SET version = 5", "schema version 5")]
    [InlineData("UPDATE schema_version SET version = 0", "schema version 0")]
    [InlineData("DELETE FROM schema_version", "damaged")]
    [InlineData("PRAGMA application_id = 5", "another program")]
    [InlineData("DROP TABLE schema_version", "no such table")]
    public async Task Open_FileThatIsNotOurs_IsRefusedAndLeftAlone(string change, string reason)
    {
        await (await OpenAsync(_directory.Options)).DisposeAsync();
        _directory.Ask(change);
        byte[] before = await File.ReadAllBytesAsync(_directory.File, Token);

        StoreUnusableException writer = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(_directory.Options));
        StoreUnusableException reader = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(_directory.ReadOnly));

        Assert.Contains(reason, writer.Message, StringComparison.Ordinal);
        Assert.Contains(reason, reader.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_directory.File, Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_ReadOnlyWithoutFile_IsRefused()
    {
        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(_directory.ReadOnly));

        Assert.Contains("does not exist", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.File));
    }

    [Fact(Timeout = 30_000)]
    public async Task Write_ReadOnly_IsUnavailable()
    {
        await (await OpenAsync(_directory.Options)).DisposeAsync();
        await using EmbeddedStore reader = await OpenAsync(_directory.ReadOnly);

        WriteOutcome outcome = await reader.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);

        Assert.Equal(WriteStatus.Unavailable, outcome.Status);
        Assert.False((await reader.HealthAsync(Token)).CanWrite);
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_DirectoryThatCannotBeMade_SaysSo()
    {
        var options = new EmbeddedStoreOptions { Path = "/proc/none/virtagents.db" };

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(options));

        Assert.Contains("Store:Embedded:Path", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_SettingOutOfRange_NamesItAndTheRange()
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(
            () => new EmbeddedStore(new EmbeddedStoreOptions { Path = _directory.File, LatestValues = -1 }, TimeProvider.System));

        Assert.Contains("LatestValues is -1, allowed are 0 to 100,000,000", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options)
    {
        var store = new EmbeddedStore(options, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }
}
