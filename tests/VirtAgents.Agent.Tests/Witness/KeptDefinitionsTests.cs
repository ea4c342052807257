using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Witness;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Tests.Witness;

/// <summary>What is read of a host that may be off, from directories of its own.</summary>
public sealed class KeptDefinitionsTests : IDisposable
{
    private const string Text = "<domain>web</domain>";
    private static readonly VmId Vm = new(new Guid("00000001-0000-4000-8000-000000000000"));
    private static readonly HostId From = WitnessScene.Line.Host;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    private readonly string _one = Directory.CreateTempSubdirectory("virtagents-kept-").FullName, _two = Directory.CreateTempSubdirectory("virtagents-kept-").FullName;
    private readonly WatchedTime _time = new();
    private readonly KeptDefinitions _kept;

    public KeptDefinitionsTests() => _kept = new KeptDefinitions([_one, _two], _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_one, recursive: true);
        Directory.Delete(_two, recursive: true);
    }

    [Fact]
    public async Task Find_InTheSecondDirectory_IsFoundByItsDigestInAnyCase()
    {
        await BeatAsync(_two, 7);
        await KeepAsync(_two);
        Assert.Equal(KeptDefinition.Of(Text), await _kept.FindAsync(From, Vm, Digest.ToUpperInvariant(), Token).Soon());
    }

    [Fact]
    public async Task Find_NoFile_IsUnknownTarget()
    {
        await BeatAsync(_one, 7);
        KeptDefinition found = await _kept.FindAsync(From, Vm, Digest, Token).Soon();
        Assert.Equal((null, RefusalReason.UnknownTarget, $"host {From} keeps no definition of VM {Vm} in {_one}, {_two}"), (found.Text, found.Refusal, found.Detail));
    }

    [Fact]
    public async Task Find_AnotherDefinition_IsRefusedWithItsDigest()
    {
        await BeatAsync(_one, 7);
        await KeepAsync(_one);
        KeptDefinition found = await _kept.FindAsync(From, Vm, new string('0', 64), Token).Soon();
        Assert.Equal((null, RefusalReason.BadParameter, $"the definition in {_one} is another one: its SHA-256 is {Digest}"), (found.Text, found.Refusal, found.Detail));
    }

    [Fact]
    public async Task Find_NoHeartbeatBesideIt_IsUnknown()
    {
        await BeatAsync(_two, 7);
        await KeepAsync(_one);
        KeptDefinition found = await _kept.FindAsync(From, Vm, Digest, Token).Soon();
        Assert.Equal((null, RefusalReason.UnknownState), (found.Text, found.Refusal));
        Assert.Contains("has no heartbeat in", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_FileTooLongToBeADefinition_IsRefused()
    {
        await BeatAsync(_one, 7);
        await KeepAsync(_one, new string('x', VmDefinition.MostBytes + 1));
        KeptDefinition found = await _kept.FindAsync(From, Vm, Digest, Token).Soon();
        Assert.Equal((null, RefusalReason.UnknownState), (found.Text, found.Refusal));
        Assert.Contains("1048577 bytes (at most 1048576)", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_HeartbeatStandsStill_StandsStillAndLaterLooksTellWhetherItStillDoes()
    {
        await BeatAsync(_one, 7);
        HostPulse pulse = await WatchAsync(() => Task.CompletedTask);
        Assert.True(pulse.StandsStill, pulse.Detail);
        Assert.Equal(("7 0", $"the heartbeat of host {From} has stood still for 25 s"), (pulse.Marks, pulse.Detail));
        Assert.True((await _kept.LookAsync(From, pulse.Marks, Token).Soon()).StandsStill);
        await BeatAsync(_one, 8);
        Assert.Equal(RefusalReason.WrongState, (await _kept.LookAsync(From, pulse.Marks, Token).Soon()).Refusal);
    }

    [Fact]
    public async Task Watch_HeartbeatMovesInAnyDirectory_SomebodyMayLiveThere()
    {
        await BeatAsync(_one, 7);
        await BeatAsync(_two, 7);
        HostPulse pulse = await WatchAsync(() => BeatAsync(_two, 8));
        Assert.Equal((RefusalReason.WrongState, ""), (pulse.Refusal, pulse.Marks));
        Assert.Contains("somebody may live there", pulse.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_HeartbeatOfOneDirectoryGoesAway_IsNotTakenForDead()
    {
        await BeatAsync(_one, 7);
        await BeatAsync(_two, 7);
        Assert.False((await WatchAsync(() =>
        {
            File.Delete(Path.Combine(_two, Heartbeat.FileOf(From)));
            return Task.CompletedTask;
        })).StandsStill);
    }

    [Fact]
    public async Task Watch_NoHeartbeatAtAll_IsUnknown() =>
        Assert.Equal(RefusalReason.UnknownState, (await WatchAsync(() => Task.CompletedTask)).Refusal);

    private async Task<HostPulse> WatchAsync(Func<Task> meanwhile)
    {
        Task<HostPulse> watch = _kept.WatchAsync(From, Token);
        await _time.Watching.Soon();
        Assert.False(watch.IsCompleted);
        await meanwhile();
        _time.Advance(KeptDefinitions.WatchTime);
        return await watch.Soon();
    }

    private static Task BeatAsync(string path, long sequence) =>
        new HeartbeatDirectory(path, TimeProvider.System).WriteAsync(new Heartbeat(WitnessScene.Line, sequence), Patience, Token);

    private static Task KeepAsync(string path, string text = Text) => new DefinitionDirectory(path, TimeProvider.System).WriteAsync(From, Vm, text, Patience, Token);

    /// <summary>A clock that tells when the watch has begun: what is read before and after must not run out of time.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Watching => _watching.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == KeptDefinitions.WatchTime)
            {
                _watching.TrySetResult();
            }

            return timer;
        }
    }
}
