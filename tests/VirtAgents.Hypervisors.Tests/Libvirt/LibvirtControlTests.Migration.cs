using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Moves between two hosts.</summary>
public sealed partial class LibvirtControlTests
{
    [Fact(Timeout = Limit)]
    public async Task Migrate_RunningVm_IsAbortedOnOrderAndThenMovesWithItsGuest()
    {
        await using TestbedHost target = await TestbedHost.StartAsync("lvtwo", Token);
        await Host.StartVmAsync("mover", null, Token);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        VmId vm = await bed.IdOfAsync("mover");

        await AbortAsync(control, target);
        Assert.Equal(VmState.Running, await bed.StateOfAsync(vm));
        Assert.DoesNotContain("mover", await target.VirshAsync("list", "--name"), StringComparison.Ordinal);

        double before = await UptimeAsync("mover");
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "mover", ("destination", target.TcpUri));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, check.Detail);
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
        Assert.InRange(outcome.Figures.DowntimeMs ?? -1, 0, 60_000);
        Assert.InRange(outcome.Figures.SentBytes ?? -1, 1 << 20, 1L << 32);
        Assert.Contains("mover", await target.VirshAsync("list", "--name"), StringComparison.Ordinal);
        Assert.DoesNotContain("mover", await Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
        Assert.True(Seconds(await target.VmCommandAsync("mover", "state", Token)) > before);

        ControlOutcome followed = await control.FollowUpAsync(order, check.Before, _ => { }, Token);
        Assert.True(followed.State == DirectiveState.Done, followed.Detail);
        Assert.Equal(default, followed.Figures);
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_NobodyThere_FailsAndTheVmStays()
    {
        await RunMuleAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Assert.Equal(RefusalReason.BadParameter, (await CheckAsync(control, DirectiveKind.Migrate, Mule, ("destination", "elsewhere"))).Refusal);
        ControlOutcome outcome = await CarryOutAsync(control, DirectiveKind.Migrate, Mule, ("destination", "qemu+tcp://127.0.0.1:9/system"));
        Assert.Equal((DirectiveState.Failed, VmState.Running), (outcome.State, await bed.StateOfAsync(await bed.IdOfAsync(Mule))));
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_TargetHangs_IsRefusedAndThisHostIsStillActedOn()
    {
        const int blocked = 2;
        await RunMuleAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0); // takes connections, and never says a word
        silent.Start();
        await using var control = new LibvirtControl(
            new LibvirtControlOptions { Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(2), AbandonedThreadLimit = blocked }, TimeProvider.System);
        await control.ProbeAsync(Token);
        List<ControlCheck> checks = [];
        for (int i = 0; i <= blocked; i++)
        {
            checks.Add(await CheckAsync(control, DirectiveKind.Migrate, Mule, ("destination", $"qemu+tcp://{silent.LocalEndpoint}/system")));
        }

        Assert.Equal(RefusalReason.None, (await CheckAsync(control, DirectiveKind.Destroy, Mule)).Refusal);
        Assert.All(checks, check => Assert.Equal(RefusalReason.UnknownState, check.Refusal));
        Assert.All(checks, check => Assert.Contains("whether the target has this VM cannot be told", check.Detail, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_FollowedUpWhenTheVmIsGoneAndTheTargetHangs_IsLostAndSaysWhy()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new LibvirtControlOptions
        {
            Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(40), ConnectTimeout = TimeSpan.FromMinutes(5), AbandonedThreadLimit = 2,
        };
        await using var control = new LibvirtControl(options, new HastyTime());
        await control.ProbeAsync(Token);
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "", ("destination", $"qemu+tcp://{silent.LocalEndpoint}/system"));
        order = order with { Vm = new VmId(Guid.NewGuid()) };
        ControlOutcome outcome = await control.FollowUpAsync(order, ControlEvidence.None, _ => { }, Token);
        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.Contains("the VM is gone from its source and was not seen on", outcome.Detail, StringComparison.Ordinal);
    }

    /// <summary>QEMU itself is asked for the limits while the move goes on; the target's file is only as large as the disk before it.</summary>
    [Fact(Timeout = Limit)]
    public async Task Migrate_WithItsDiskDowntimeAndAutoConverge_MovesAllAndSetsThem()
    {
        const string vm = "carrier", disk = "/var/lib/libvirt/images/carrier.qcow2";
        await using TestbedHost target = await TestbedHost.StartAsync("lvtwo", Token);
        await Host.InHostAsync("mkdir", "-p", "/var/lib/libvirt/images");
        await target.InHostAsync("mkdir", "-p", "/var/lib/libvirt/images");
        await Host.StartVmAsync(vm, new TestVmOptions { Disk = disk, Load = "va.disk=256" }, Token);
        string size = (await Host.VirshAsync("domblkinfo", vm, "vda")).Split('\n').Single(l => l.StartsWith("Capacity:", StringComparison.Ordinal)).Split(' ')[^1];
        await target.InHostAsync("qemu-img", "create", "-q", "-f", "qcow2", disk, size);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        double before = await UptimeAsync(vm);

        DirectiveOrder order = await OrderAsync(
            DirectiveKind.Migrate, vm, ("destination", target.TcpUri), ("storage", "copied"), ("bandwidth_bytes_per_second", $"{8 << 20}"),
            ("downtime_milliseconds", "800"), ("auto_converge", "true"), ("timeout_seconds", "200"));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, check.Detail);
        Task<string>? limits = null;
        ControlOutcome outcome = await control.CarryOutAsync(
            order, check.Before, progress => limits ??= progress.RemainingBytes > 0 ? LimitsOfMoveAsync(vm) : null, Token);
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
        Assert.Equal("800 True", await Assert.IsType<Task<string>>(limits, exactMatch: false));
        Assert.Contains(vm, await target.VirshAsync("list", "--name"), StringComparison.Ordinal);
        Assert.DoesNotContain(vm, await Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
        Assert.True(Seconds(await target.VmCommandAsync(vm, "state", Token)) > before);
    }

    /// <summary>Longest downtime in milliseconds, and whether QEMU slows the guest down when it has to.</summary>
    private async Task<string> LimitsOfMoveAsync(string vm)
    {
        string downtime = await Host.VirshAsync("migrate-getmaxdowntime", vm);
        string capabilities = await Host.VirshAsync("qemu-monitor-command", vm, """{"execute":"query-migrate-capabilities"}""");
        using var answer = System.Text.Json.JsonDocument.Parse(capabilities);
        bool converges = answer.RootElement.GetProperty("return").EnumerateArray().Single(c => c.GetProperty("capability").GetString() == "auto-converge").GetProperty("state").GetBoolean();
        return $"{downtime.Trim()} {converges}";
    }

    /// <summary>Begins a move that takes long, and takes it back when its first figures are there.</summary>
    private async Task AbortAsync(LibvirtControl control, TestbedHost target)
    {
        DirectiveOrder order = await OrderAsync(DirectiveKind.Migrate, "mover", ("destination", target.TcpUri), ("bandwidth_bytes_per_second", $"{1 << 20}"));
        using var abort = new CancellationTokenSource();
        ConcurrentQueue<ControlProgress> news = [];
        ControlOutcome outcome = await control.CarryOutAsync(
            order,
            ControlEvidence.None,
            progress =>
            {
                news.Enqueue(progress);
                if (progress.RemainingBytes > 0)
                {
                    abort.Cancel();
                }
            },
            abort.Token);
        Assert.True(outcome.State == DirectiveState.Cancelled, outcome.Detail);
        Assert.Contains(news, progress => progress is { RemainingBytes: > 0, Percent: >= 0 and < 100 });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", news));
    }
    /// <summary>A clock that runs ahead, so that a minute's patience does not take one.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private const int Haste = 20;
        private readonly long _start = System.GetTimestamp();

        public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * Haste);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Haste;
    }
}
