using VirtAgents.Agent.Acting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Hypervisors;
using static VirtAgents.Agent.Tests.Acting.DeskBench;

namespace VirtAgents.Agent.Tests.Acting;

/// <summary>Limits that the host takes back by itself.</summary>
public sealed class LimitLeaseDeskTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly DeskBench _bench = new();
    private readonly List<DirectiveOrder> _done = [];

    public LimitLeaseDeskTests() => Control.OnCarryOut = (order, _, _) =>
    {
        lock (_done)
        {
            _done.Add(order);
        }

        return Task.FromResult(ControlOutcome.Done("read back"));
    };

    private FakeControl Control => _bench.Control!;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ReleaseDue_LeaseIsOver_TakesTheLimitBackOnceAndTellsNobody()
    {
        DirectiveOrder order = Quota("40");
        await _bench.RunAsync(order);
        _bench.Time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        _bench.Desk.ReleaseDue();
        Assert.Equal([order.Id], Done().Select(o => o.Id));
        _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        await ReleasedAsync();
        DirectiveOrder release = Done()[^1];
        Assert.Equal((DirectiveKind.SetCpuQuota, Vm1, "0", "40", false), (release.Kind, release.Vm, release.Text("percent"), release.Text("only_if_percent"), release.IsDryRun));
        Assert.Contains(order.Id.ToString(), release.Reason, StringComparison.Ordinal);
        Assert.False(_bench.Desk.TryTake(out _));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        _bench.Desk.ReleaseDue();
        Assert.Equal(2, Done().Count);
    }

    /// <summary>The journal knows the lease before the limit is in force, so it does not matter when the agent is killed.</summary>
    [Fact]
    public async Task ReleaseDue_AgentWasKilledWhileItSetTheLimit_TakesItBack()
    {
        var begun = new TaskCompletionSource();
        Control.OnCarryOut = (_, _, _) =>
        {
            begun.TrySetResult();
            return new TaskCompletionSource<ControlOutcome>().Task;
        };
        _bench.Offer(Quota("40"));
        await begun.Task.Soon();
        Control.OnCarryOut = (order, _, _) =>
        {
            _done.Add(order);
            return Task.FromResult(ControlOutcome.Done("read back"));
        };
        _bench.Start();
        await Patience.UntilAsync(() => _bench.Journal.Unended.IsEmpty);
        _bench.Time.Advance(Lease);
        await ReleasedAsync();
        Assert.Equal("0", Done()[^1].Text("percent"));
    }

    [Fact]
    public async Task ReleaseDue_AfterARestart_KnowsTheLease()
    {
        await _bench.RunAsync(Nic("out_bytes_per_second", "1048576"));
        await _bench.RunAsync(Nic("in_bytes_per_second", "2097152"));
        _bench.Start();
        _bench.Time.Advance(Lease);

        // The other one waits while the first holds the VM.
        await Patience.UntilAsync(() =>
        {
            _bench.Desk.ReleaseDue();
            _bench.Time.Advance(LeaseKeeper.Pause.Longest);
            return _bench.Journal.Leases.IsEmpty;
        });
        Assert.Equal(
            [("0", null, "1048576"), (null, "0", null)],
            Done()[^2..].Select(o => (o.Text("out_bytes_per_second"), o.Text("in_bytes_per_second"), o.Text("only_if_out_bytes_per_second"))));
        Assert.All(Done()[^2..], o => Assert.Equal("52:54:00:00:00:01", o.Text("mac")));
    }

    [Fact]
    public async Task ReleaseDue_SomebodyElseHasSetAnotherLimit_LeavesItAlone()
    {
        await _bench.RunAsync(Quota("40"));
        _bench.Time.Advance(Lease);
        Control.OnCheck = (_, _) => Task.FromResult(ControlCheck.No(RefusalReason.WrongState, "vcpu_quota=70000 is in force"));
        await ReleasedAsync();
        Assert.Single(Done());
    }

    /// <summary>What says nothing of the limit does not end its lease.</summary>
    [Fact]
    public async Task ReleaseDue_NotAllowedNow_IsTriedAgainAfterGrowingPauses()
    {
        await _bench.RunAsync(Quota("40"));
        _bench.Policy = PolicyState.Off("no file");
        _bench.Time.Advance(Lease);
        int tries = _bench.Acted.Count;
        foreach (int minutes in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            _bench.Desk.ReleaseDue();
            tries++;
            await Patience.UntilAsync(() => _bench.Acted.Count == tries);
            _bench.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
            _bench.Desk.ReleaseDue();
            Assert.Equal(tries, _bench.Acted.Count);
            _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        _bench.Policy = PolicyState.On(HostPolicy.AllowAll);
        await ReleasedAsync();
        Assert.Equal(2, Done().Count);
    }

    [Fact]
    public async Task RunAsync_LimitIsSetForGoodAfterwards_EndsTheLeaseOnlyWhenThatIsDone()
    {
        await _bench.RunAsync(Quota("40"));
        Control.OnCarryOut = (_, _, _) => Task.FromResult(ControlOutcome.Failed("no answer"));
        await _bench.RunAsync(Quota("50", lease: null));
        Assert.Equal([40], _bench.Journal.Leases.Select(l => l.Amount));
        Control.OnCarryOut = (_, _, _) => Task.FromResult(ControlOutcome.Done("read back"));
        await _bench.RunAsync(Quota("40", lease: null));
        Assert.Empty(_bench.Journal.Leases);
    }

    [Fact]
    public async Task RunAsync_LimitIsChangedUnderANewLease_TheNewOneCounts()
    {
        await _bench.RunAsync(Quota("40"));
        await _bench.RunAsync(Nic("out_bytes_per_second", "1048576"));
        _bench.Time.Advance(Lease / 2);
        await _bench.RunAsync(Quota("30"));
        Assert.Equal([1048576, 30], _bench.Journal.Leases.Select(l => l.Amount));
    }

    [Fact]
    public async Task Due_VmIsNotInSight_Waits()
    {
        await _bench.RunAsync(Quota("40"));
        _bench.Time.Advance(Lease);
        Assert.Empty(Keeper(_ => null));
        Assert.Single(Keeper());
    }

    private static VmInfo Info(VmId id) => new(1, id, "web-1", "acme", 1, 1 << 30, [], []);

    private static DirectiveOrder Quota(string percent, string? lease = "60") =>
        Order(DirectiveKind.SetCpuQuota, parameters: lease is null ? [("percent", percent)] : [("percent", percent), ("lease_seconds", lease)]);

    private static DirectiveOrder Nic(string name, string amount) =>
        Order(DirectiveKind.SetNicLimit, parameters: [("mac", "52:54:00:00:00:01"), (name, amount), ("lease_seconds", "60")]);

    private List<DirectiveOrder> Done()
    {
        lock (_done)
        {
            return [.. _done];
        }
    }

    /// <summary>What a keeper that knows the journal alone would give out.</summary>
    private List<LimitLease> Keeper(Func<VmId, VmInfo?>? find = null) =>
        new LeaseKeeper(_bench.Journal, _bench.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).Due(find ?? Info);

    private Task ReleasedAsync()
    {
        _bench.Desk.ReleaseDue();
        return Patience.UntilAsync(() => _bench.Journal.Leases.IsEmpty);
    }
}
