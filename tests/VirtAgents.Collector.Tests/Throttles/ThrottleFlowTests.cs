using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Throttles;

/// <summary>From a noisy neighbour to its throttle and back, on a whole collector.</summary>
public sealed class ThrottleFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Auto_TakesCpu_IsThrottledOverARestartAndReleasedWithItsFinding()
    {
        await using ThrottleBench bench = await BlamedAsync("auto");
        await InForceAsync(bench);
        Throttle throttle = Assert.Single(await bench.ThrottlesAsync());
        Assert.Equal(("calm", "cpu", "culprit", "host1", "", 40L, FindingKind.VmNoisyNeighbour), (throttle.Rule, throttle.Resource, throttle.Vm, throttle.Host, throttle.Device, throttle.Amount, throttle.Finding));
        Assert.Equal((80, 1_800_000), (throttle.Used, throttle.ExpiresUnixMs - throttle.SetUnixMs));
        DirectiveRecord set = Assert.Single(await bench.DirectivesAsync());
        Assert.Equal(("set_cpu_quota", "rule:calm", "40", "0"), (set.Kind, set.Actor, set.Parameters["percent"], set.Parameters["only_if_percent"]));
        Assert.StartsWith(
            "rule 'calm', try 1 of 3, it used 80 and gets 40 % of a pCPU for each vCPU, for 30 min at most; VM culprit takes what others wait for: told by the test; incident ", set.Reason, StringComparison.Ordinal);

        await bench.StartAsync();
        Assert.Equal((throttle.Id, 40L), (Assert.Single(await bench.ThrottlesAsync()).Id, bench.CpuLimit));
        bench.Blame(isOver: true);
        await ReleasedAsync(bench);
        Throttle ended = Assert.Single(await bench.ThrottlesAsync(ended: true));
        Assert.Equal((throttle.Id, ThrottleState.Ended, "its finding has ended", 0L), (ended.Id, ended.State, ended.Reason, bench.CpuLimit));
        string[] acted = await bench.ActedAsync();
        Assert.Contains(acted, t => t.StartsWith("rule 'calm', try 1 of 3, it used 80 and gets 40 % of a pCPU for each vCPU, for 30 min at most: set_cpu_quota lease_seconds=1920 only_if_percent=0 percent=40 of culprit was sent, directive ", StringComparison.Ordinal));
        Assert.Contains(acted, t => t.StartsWith("the throttle of culprit by rule 'calm' is taken back: its finding has ended, directive ", StringComparison.Ordinal));
        Assert.Contains("the throttle of culprit by rule 'calm' is over: it was taken back", acted);
        Assert.Equal(2, (await bench.DirectivesAsync()).Count);
    }

    [Fact]
    public async Task Auto_TakesOfAPool_ItsOneDiskThereIsThrottled()
    {
        await using ThrottleBench bench = await BlamedAsync("auto", "disk-operations", ThrottleBench.Pool);
        await bench.UntilAsync(() => Task.FromResult(bench.DiskLimit > 0));
        Assert.Equal(500, bench.DiskLimit);
        Throttle throttle = Assert.Single(await bench.ThrottlesAsync());
        Assert.Equal(("disk-operations", "vdb", 500L), (throttle.Resource, throttle.Device, throttle.Amount));
        bench.Blame(isOver: true, ThrottleBench.Pool);
        await ReleasedAsync(bench);
        Assert.Equal(0, bench.DiskLimit);
    }

    [Fact]
    public async Task Auto_FindingHoldsOn_IsReleasedAtItsExpiryAndNotThrottledAgain()
    {
        await using ThrottleBench bench = await BlamedAsync("auto", expiry: "2m");
        await InForceAsync(bench);
        await ReleasedAsync(bench);
        Assert.Equal("it has expired, and its finding holds", Assert.Single(await bench.ThrottlesAsync(ended: true)).Reason);
        await bench.UntilAsync(async () => (await bench.ActedAsync()).Any(t => t.StartsWith("rule 'calm' does not throttle it, it is for people: it was throttled about this finding already", StringComparison.Ordinal)));
        for (int step = 0; step < 30; step++)
        {
            await bench.StepAsync();
        }

        Assert.Equal((0L, 2), (bench.CpuLimit, (await bench.DirectivesAsync()).Count));
    }

    [Fact]
    public async Task Auto_SomebodyHasLimitedIt_NothingIsSentAndTheIncidentSaysSo()
    {
        await using ThrottleBench bench = await BlamedAsync("auto", before: b => b.CpuLimit = 70);
        await bench.UntilAsync(async () => (await bench.ActedAsync()).Length > 0);
        Assert.Equal("rule 'calm' does not throttle it, it is for people: somebody has limited it to 70 % of a pCPU for each vCPU (culprit)", (await bench.ActedAsync())[0]);
        Assert.Empty(await bench.DirectivesAsync());
    }

    [Fact]
    public async Task Auto_LimitUnknown_NothingIsSentUntilItIsKnown()
    {
        await using ThrottleBench bench = await BlamedAsync("auto", before: b => b.CpuLimit = null);
        await bench.UntilAsync(async () => (await bench.ActedAsync()).Length > 0);
        Assert.Equal("rule 'calm' cannot throttle culprit: it is not known whether a limit is in force", Assert.Single(await bench.ActedAsync()));
        Assert.Empty(await bench.DirectivesAsync());
        bench.CpuLimit = 0;
        await InForceAsync(bench);
    }

    [Fact]
    public async Task Auto_RuleGoes_IsReleased()
    {
        await using ThrottleBench bench = await BlamedAsync("auto");
        await InForceAsync(bench);
        await WriteAsync("recommend");
        await ReleasedAsync(bench);
        Assert.Equal("the policy does not ask for it any more", Assert.Single(await bench.ThrottlesAsync(ended: true)).Reason);
    }

    [Fact]
    public async Task Auto_SomebodyChangesIt_IsTheirsFromThenOn()
    {
        await using ThrottleBench bench = await BlamedAsync("auto");
        await InForceAsync(bench);
        bench.CpuLimit = 60;
        await ReleasedAsync(bench);
        Assert.Equal("somebody has set 60 % of a pCPU for each vCPU, which stay", Assert.Single(await bench.ThrottlesAsync(ended: true)).Outcome);
        Assert.Equal((60L, 1), (bench.CpuLimit, (await bench.DirectivesAsync()).Count));
    }

    [Fact]
    public async Task Auto_ReleaseFails_IsTriedAgainUntilItIsDone()
    {
        await using ThrottleBench bench = await BlamedAsync("auto");
        await InForceAsync(bench);
        bench.Answer = DirectiveState.Failed;
        bench.Blame(isOver: true);
        await bench.UntilAsync(async () => (await bench.DirectivesAsync()).Count(d => d.State == DirectiveStage.Failed) == 2);
        Assert.Equal(40, bench.CpuLimit);
        Assert.Single(await bench.ThrottlesAsync());
        bench.Answer = null;
        await ReleasedAsync(bench);
        Assert.Equal(0, bench.CpuLimit);
        Assert.Equal("the throttle of culprit by rule 'calm' is over: it was taken back", (await bench.ActedAsync())[^1]);
    }

    [Fact]
    public async Task Auto_BeginsAgainAfterItsRelease_IsThrottledAfterThePauseUpToTheLimit()
    {
        await using ThrottleBench bench = await BlamedAsync("auto");
        for (int time = 1; time <= 3; time++)
        {
            await InForceAsync(bench);
            bench.Blame(isOver: true);
            await bench.UntilAsync(async () => (await bench.ThrottlesAsync(ended: true)).Count == time);
            bench.Blame();
        }

        await bench.UntilAsync(async () => (await bench.ActedAsync()).Any(t => t.StartsWith("rule 'calm' has tried 3 times within 06:00:00, which is its limit", StringComparison.Ordinal)));
        long[] pauses = [.. (await bench.ThrottlesAsync(ended: true)).Reverse().Zip((await bench.ThrottlesAsync(ended: true)).Reverse().Skip(1), (a, b) => b.SetUnixMs - a.EndedUnixMs)];
        Assert.True(pauses[0] >= 300_000 && pauses[1] >= 600_000, string.Join(' ', pauses));
        Assert.Equal((0L, 3), (bench.CpuLimit, (await bench.DirectivesAsync()).Count(d => d.Parameters["percent"] == "40")));
    }

    [Fact]
    public async Task Approve_WhatWasShownIsSentAlthoughTheUseHasChanged()
    {
        await using ThrottleBench bench = await BlamedAsync("approve");
        ProposalRecord[] open = [];
        await bench.UntilAsync(async () => (open = [.. (await bench.Collector.Remediation.ListProposalsAsync(new(), DirectiveScene.Call)).Proposals]).Length > 0);
        Assert.Equal("40", open[0].Parameters["percent"]);
        bench.Demand = (90, 0);
        for (int step = 0; step < 3; step++)
        {
            await bench.StepAsync();
        }

        await bench.Collector.Remediation.ApproveProposalAsync(new() { Id = open[0].Id, Actor = "ann" }, DirectiveScene.Call);
        await InForceAsync(bench);
        Assert.Equal(40, bench.CpuLimit);
    }

    private static async Task InForceAsync(ThrottleBench bench) =>
        await bench.UntilAsync(async () => (await bench.ThrottlesAsync()).Any(t => t.State == ThrottleState.InForce));

    private static async Task ReleasedAsync(ThrottleBench bench) =>
        await bench.UntilAsync(async () => (await bench.ThrottlesAsync(ended: true)).Count == 1);

    /// <summary>A VM that is found to take what others wait for.</summary>
    private async Task<ThrottleBench> BlamedAsync(string mode, string resource = "cpu", string pool = "", string expiry = "30m", Action<ThrottleBench>? before = null)
    {
        await WriteAsync(mode, resource, expiry);
        ThrottleBench bench = new(_policy);
        before?.Invoke(bench);
        await bench.StartAsync();
        bench.Blame(pool: pool);
        await bench.UntilAsync(async () => (await bench.Collector.Incidents.ListIncidentsAsync(new() { Filter = new() { Kind = FindingKind.VmNoisyNeighbour } }, DirectiveScene.Call)).Incidents.Count > 0);
        return bench;
    }

    private Task WriteAsync(string mode, string resource = "cpu", string expiry = "30m") => File.WriteAllTextAsync(
        _policy,
        $$$"""{"rules":[{"name":"calm","findings":["vm-noisy-neighbour"],"mode":"{{{mode}}}","directive":"throttle","throttle":{"resource":"{{{resource}}}","expiry":"{{{expiry}}}"}}]}""",
        RunningCollector.Cancel);
}
