using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Tests.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Tests.Witness;

/// <summary>Heartbeat files in a real directory.</summary>
public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _path = Directory.CreateTempSubdirectory("virtagents-heartbeat-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000));
    private readonly ListLogger _log = new();
    private readonly HeartbeatDirectory _directory;

    public HeartbeatTests() => _directory = new HeartbeatDirectory(_path, _time);

    private string FilePath => Path.Combine(_path, Heartbeat.FileOf(WitnessScene.Line.Host));

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void TryRead_WhatToBytesWrote_GivesTheSame() =>
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Long[1, long.MaxValue]).Sample((host, boot, sequence) =>
        {
            var beat = new Heartbeat(new WitnessLine(new HostId(host), new BootId(boot)), sequence);
            byte[] bytes = beat.ToBytes();
            return bytes.Length <= Heartbeat.Longest && Heartbeat.TryRead(bytes, out Heartbeat? read) && read == beat;
        });

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, Heartbeat.Longest].Sample(bytes => !Heartbeat.TryRead(bytes, out Heartbeat? beat) || beat.Sequence > 0);

    [Fact]
    public async Task Write_ThenRead_GivesTheBeatAndOthersMayNotWriteTheFile()
    {
        await WriteAsync(7);
        await WriteAsync(9);
        Assert.Equal(9, await ReadAsync());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("VIRTAGENTS-HEARTBEAT/1 half a fi")]
    public async Task Read_NoFileOrHalfAFile_IsNoBeat(string? content)
    {
        if (content is not null)
        {
            await File.WriteAllTextAsync(FilePath, content, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await ReadAsync());
    }

    [Fact]
    public async Task Read_FileOfAnotherHostUnderThisName_IsNoBeat()
    {
        await File.WriteAllBytesAsync(FilePath, new Heartbeat(new(new HostId(Guid.NewGuid()), WitnessScene.Line.Boot), 5).ToBytes(), TestContext.Current.CancellationToken);
        Assert.Equal(0, await ReadAsync());
    }

    [Fact]
    public async Task Run_ClockWasSetBack_TheSequenceGrowsAllTheSame()
    {
        await WriteAsync(5_000_000);
        var writer = new HeartbeatWriter(_directory, WitnessScene.Line, _time, _log);
        await using Running running = Start(writer);

        // A file that can be read already may belong to a write that has not ended: the clock would run out on it.
        await UntilAsync(() => Task.FromResult(writer.Written == 5_000_001));
        Assert.Equal(5_000_001, await ReadAsync());
        _time.Advance(HeartbeatWriter.Rhythm);
        await UntilAsync(() => Task.FromResult(writer.Written == 5_000_002));
        Assert.Equal(5_000_002, await ReadAsync());
    }

    [Fact]
    public async Task Run_DirectoryIsMissing_IsToldOnceCountedAndWrittenWhenItIsThere()
    {
        string late = Path.Combine(_path, "late");
        var writer = new HeartbeatWriter(new HeartbeatDirectory(late, _time), WitnessScene.Line, _time, _log);
        await using Running running = Start(writer);
        await UntilAsync(() => Task.FromResult(writer.LeftOut == 1));
        for (int beats = 2; beats <= 3; beats++)
        {
            _time.Advance(HeartbeatWriter.Rhythm);
            await UntilAsync(() => Task.FromResult(writer.LeftOut == beats));
        }

        Directory.CreateDirectory(late);
        _time.Advance(HeartbeatWriter.Rhythm);
        await UntilAsync(() => Task.FromResult(writer.LeftOut == 0));
        Assert.True(File.Exists(Path.Combine(late, Heartbeat.FileOf(WitnessScene.Line.Host))));

        Assert.Single(_log.Lines, l => l.Contains("cannot be written", StringComparison.Ordinal));
        Assert.Single(_log.Lines, l => l.Contains("is written again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_StorageHangs_NobodyWaitsLongAndFewThreadsHang()
    {
        // A pipe that nobody writes to holds up who opens it, as storage does that does not answer.
        await RunAsync("mkfifo", FilePath);
        Task<long>[] first =
            [.. Enumerable.Range(0, HeartbeatDirectory.MostReads).Select(_ => _directory.ReadAsync(WitnessScene.Line.Host, Patience, TestContext.Current.CancellationToken))];
        _time.Advance(Patience);
        foreach (Task<long> read in first)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => read.Soon());
        }

        TimeoutException another = await Assert.ThrowsAsync<TimeoutException>(() => ReadAsync());
        Assert.Equal("4 earlier access(es) have not ended yet", another.Message);

        // It ends, and the next read is served again.
        await File.WriteAllTextAsync(FilePath, "", TestContext.Current.CancellationToken);
        File.Delete(FilePath);
        await UntilAsync(async () =>
        {
            try
            {
                return await ReadAsync() == 0;
            }
            catch (TimeoutException)
            {
                return false;
            }
        });
    }

    private static async Task RunAsync(string program, string argument)
    {
        using var process = System.Diagnostics.Process.Start(program, argument);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
    }

    private static Task UntilAsync(Func<Task<bool>> condition) => Tests.Patience.UntilAsync(condition);

    private Task WriteAsync(long sequence) => _directory.WriteAsync(new Heartbeat(WitnessScene.Line, sequence), Patience, TestContext.Current.CancellationToken).Soon();

    private Task<long> ReadAsync() => _directory.ReadAsync(WitnessScene.Line.Host, Patience, TestContext.Current.CancellationToken).Soon();

    private static Running Start(HeartbeatWriter writer) => new(writer.RunAsync);
}
