using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Tests.Stream;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Tests.Witness;

/// <summary>What a host keeps of its VMs on shared storage.</summary>
public sealed class DefinitionKeeperTests : IDisposable
{
    private static readonly VmId Web = new(new Guid("00000001-0000-4000-8000-000000000000")), Db = new(new Guid("00000002-0000-4000-8000-000000000000"));
    private static readonly HostId Host = WitnessScene.Line.Host;

    private readonly string _path = Directory.CreateTempSubdirectory("virtagents-kept-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger _log = new();
    private readonly FakeSource _source = new();

    private string Own => Path.Combine(_path, $"virtagents-vms-{Host}");

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Run_Definitions_AreWrittenRewrittenAndTakenAway()
    {
        _source.Set((Web, "<domain>web</domain>"), (Db, "<domain>db</domain>"));
        DefinitionKeeper keeper = Keeper();
        await using Running running = new(keeper.RunAsync);
        await UntilAsync(() => keeper.Kept.Count == 2);
        Assert.Equal(Digest("<domain>web</domain>"), keeper.Kept[Web]);
        Assert.Equal("<domain>web</domain>", await ReadAsync(Web));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(FileOf(Web)));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Own) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite));

        _source.Set((Web, "<domain>larger</domain>"));
        _time.Advance(DefinitionKeeper.Rhythm);
        await UntilAsync(() => keeper.Kept.Count == 1 && keeper.Kept[Web] == Digest("<domain>larger</domain>"));
        Assert.Equal("<domain>larger</domain>", await ReadAsync(Web));
        Assert.Equal([FileOf(Web)], Directory.GetFiles(Own));
    }

    [Fact]
    public async Task Run_HypervisorIsAway_WhatIsKeptStays()
    {
        _source.Set((Web, "<domain/>"));
        DefinitionKeeper keeper = Keeper();
        await using Running running = new(keeper.RunAsync);
        await UntilAsync(() => keeper.Kept.Count == 1);
        _source.Away();
        int looks = _source.Looks;
        _time.Advance(DefinitionKeeper.Rhythm);
        await UntilAsync(() => _source.Looks > looks);
        Assert.True(File.Exists(FileOf(Web)));
        Assert.Single(keeper.Kept);
    }

    [Fact]
    public async Task Run_FilesOfAnEarlierRun_AreTakenAwayUnlessTheirVmIsThere()
    {
        Directory.CreateDirectory(Own);
        await File.WriteAllTextAsync(FileOf(Db), "old", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(FileOf(Web), "old", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Own, "README.xml"), "of somebody else", TestContext.Current.CancellationToken);
        _source.Set((Web, "new"));
        DefinitionKeeper keeper = Keeper();
        await using Running running = new(keeper.RunAsync);
        await UntilAsync(() => keeper.Kept.Count == 1);
        Assert.Equal([Path.Combine(Own, "README.xml"), FileOf(Web)], Directory.GetFiles(Own).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal("new", await ReadAsync(Web));
    }

    [Fact]
    public async Task Run_OfNoUseElsewhere_IsNotKeptToldOnceAndCounted()
    {
        _source.Definitions = [new(Web, "web", "", "vda (/local) is in no pool that hosts share"), new(Db, "db", "<domain/>", "")];
        DefinitionKeeper keeper = Keeper();
        await using Running running = new(keeper.RunAsync);
        await UntilAsync(() => keeper.Kept.Count == 1);
        int looks = _source.Looks;
        _time.Advance(DefinitionKeeper.Rhythm);
        await UntilAsync(() => _source.Looks > looks);
        Assert.Equal(1, keeper.LeftOut);
        Assert.False(File.Exists(FileOf(Web)));
        Assert.Single(_log.Lines, l => l.Contains("The definition of web", StringComparison.Ordinal) && l.Contains("is in no pool that hosts share; 1 are left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_DirectoryIsMissing_IsToldOnceAndKeptWhenItIsThere()
    {
        _source.Set((Web, "<domain/>"));
        await File.WriteAllTextAsync(Own, "a file is in the way", TestContext.Current.CancellationToken);
        DefinitionKeeper keeper = Keeper();
        await using Running running = new(keeper.RunAsync);
        await UntilAsync(() => _log.Lines.Any(l => l.Contains("cannot be kept", StringComparison.Ordinal)));
        Assert.Empty(keeper.Kept);
        int looks = _source.Looks;
        _time.Advance(DefinitionKeeper.Rhythm);
        await UntilAsync(() => _source.Looks > looks);
        File.Delete(Own);
        await UntilAsync(() =>
        {
            _time.Advance(DefinitionKeeper.Rhythm);
            return keeper.Kept.Count == 1;
        });
        Assert.Single(_log.Lines, l => l.Contains("cannot be kept", StringComparison.Ordinal));
        await UntilAsync(() => _log.Lines.Any(l => l.Contains("are kept in", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Complete_Inventory_HasTheDigestsAndAVersionThatGrowsWithThem()
    {
        var inventory = Inventory.Empty with { Version = 7, Vms = [new(1, Web, "web", "", 1, 1, [], []), new(2, Db, "db", "", 1, 1, [], [])] };
        _source.Set((Web, "<domain/>"));
        using var session = new WitnessSession(new WitnessOptions { HeartbeatDirectories = [_path] }, WitnessScene.Line, _source, _time, NullLoggerFactory.Instance);
        Assert.Equal(7, session.Complete(inventory).Version);
        using var stop = new CancellationTokenSource();
        var loops = Task.WhenAll(session.Run(stop.Token));
        await UntilAsync(() => session.Complete(inventory).Vms[0].DefinitionDigest == Digest("<domain/>"));
        Assert.Null(session.Complete(inventory).Vms[1].DefinitionDigest);
        Assert.True(session.Complete(inventory).Version > 7);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loops.Soon());
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Task UntilAsync(Func<bool> holds) => Patience.UntilAsync(holds);

    private DefinitionKeeper Keeper() => new(new DefinitionDirectory(_path, _time), Host, _source, _time, _log);

    private string FileOf(VmId vm) => Path.Combine(Own, $"{vm}.xml");

    private Task<string> ReadAsync(VmId vm) => File.ReadAllTextAsync(FileOf(vm), TestContext.Current.CancellationToken);

    private sealed class FakeSource : IDefinitionSource
    {
        private ImmutableArray<VmDefinition>? _definitions = [];
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public ImmutableArray<VmDefinition>? Definitions
        {
            get
            {
                Interlocked.Increment(ref _looks);
                return _definitions;
            }

            set => _definitions = value;
        }

        public void Set(params (VmId Vm, string Text)[] definitions) => Definitions = [.. definitions.Select(d => new VmDefinition(d.Vm, $"vm-{d.Vm}", d.Text, ""))];

        public void Away() => Definitions = null;
    }
}
