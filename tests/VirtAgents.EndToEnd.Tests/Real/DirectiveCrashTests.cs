using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A start, a reboot and a move outlive kill -9 of either program at any time: each happens once, and its end is true.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class DirectiveCrashTests(RealEstate estate, CrashCast cast) : IClassFixture<CrashCast>, IAsyncLifetime
{
    private static readonly CarriedOut EachOnce = new(Starts: 1, Presses: 1, Boots: 1, Departures: 1, Arrivals: 1);

    private CarriedOut _before = new(0, 0, 0, 0, 0);

    public enum Victim
    {
        Agent,
        Collector,
    }

    public async ValueTask InitializeAsync()
    {
        await cast.GatherAsync(TestContext.Current.CancellationToken);
        _before = await cast.CountAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Victim.Agent)]
    [InlineData(Victim.Collector)]
    public async Task KilledBeforeAndAfter_EachIsDoneOnce(Victim victim)
    {
        await estate.KillFirstAgentAsync();
        SentDirective[] sent = await SendAllAsync();
        if (victim == Victim.Collector)
        {
            await RestartCollectorAsync();
        }

        await estate.ReviveFirstAgentAsync();
        await EndAsync(sent, "done", "done", "done");

        await (victim == Victim.Collector ? RestartCollectorAsync() : estate.RestartFirstAgentAsync());
        // The agent's next answer shows that it has taken all that came before.
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync(
            "directive", "send", "suspend", CrashCast.Rebooter, "--dry-run", "--wait", "80s");
        Assert.True(exitCode == 0, output);
        await EndAsync(sent, "done", "done", "done");
    }

    [Fact]
    public async Task AgentKilledDuring_EachIsCarriedOutOnce_AndWhatNobodySawIsNotDone()
    {
        SentDirective[] sent = await SendAllHeldAsync();
        await estate.RestartFirstAgentAsync();
        await cast.LetGoAsync();

        EndedDirective[] ends = await EndAsync(sent, "done", "failed", "done");
        Assert.Contains("whether it was rebooted cannot be told afterwards", ends[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectorKilledDuring_EachIsDoneOnce()
    {
        SentDirective[] sent = await SendAllHeldAsync();
        await estate.KillCollectorAsync();
        await cast.LetGoAsync();
        await estate.ReviveCollectorAsync();

        await EndAsync(sent, "done", "done", "done");
    }

    [Fact]
    public async Task StreamCutDuring_EachIsCarriedOutOnce_AndTheMoveThatTheCutBrokeHasFailed()
    {
        SentDirective[] sent = await SendAllHeldAsync();
        await estate.First.CutNetworkAsync();
        try
        {
            await cast.LetGoAsync();
            await cast.BootsAreAsync(_before.Boots + 1);
            await JobEndsAsync();
        }
        finally
        {
            await estate.First.HealNetworkAsync();
        }

        EndedDirective[] ends = await EndAsync(sent, "done", "done", "failed");
        Assert.Contains("Running", ends[2].Detail, StringComparison.Ordinal);
        Assert.Contains("on its source", ends[2].Detail, StringComparison.Ordinal);
    }

    /// <summary>Every directive ends as told, once; nothing was done twice, also when each is sent once more; the mover runs in one place.</summary>
    private async Task<EndedDirective[]> EndAsync(SentDirective[] sent, params string[] states)
    {
        EndedDirective[] ends = await Task.WhenAll(sent.Select(directive => directive.EndsAsync()));
        await cast.BootsAreAsync(_before.Boots + 1);
        Assert.True(states.SequenceEqual(ends.Select(end => end.State)), string.Join("\n", ends.Select(end => $"{end.State}: {end.Detail}")));
        Assert.Equal(ends, await Task.WhenAll(sent.Select(directive => directive.SendAgainAsync())));
        Assert.Equal("running", (await estate.First.VirshAsync("domstate", CrashCast.Starter)).Trim());
        Assert.Equal(ends[2].State == "done" ? estate.Second.Name : estate.First.Name, await cast.PlaceOfMoverAsync());
        Assert.Equal(_before.Plus(EachOnce), await cast.CountAsync());
        return ends;
    }

    private async Task<SentDirective[]> SendAllAsync(params string[] moving) =>
    [
        await SendAsync("start", CrashCast.Starter),
        await SendAsync("reboot", CrashCast.Rebooter),
        await SendAsync("migrate", CrashCast.Mover, ["--param", $"destination={estate.Second.TcpUri}", .. moving]),
    ];

    /// <summary>Sends all, and has libvirt and the guest carry out each of them at the same time until they are let go.</summary>
    private async Task<SentDirective[]> SendAllHeldAsync()
    {
        await cast.HoldAsync();
        SentDirective[] sent = await SendAllAsync("--param", CrashCast.Slow);
        foreach (SentDirective directive in sent)
        {
            await directive.RunsAsync();
        }

        // That it runs is told before libvirt is called: what dies between the two was never carried out.
        await cast.IsCarriedOutAsync(_before.Plus(EachOnce) with { Boots = _before.Boots });
        return sent;
    }

    private Task<SentDirective> SendAsync(string kind, string vm, params string[] more) => SentDirective.SendAsync(estate.Installation, kind, vm, more);

    private async Task RestartCollectorAsync()
    {
        await estate.KillCollectorAsync();
        await estate.ReviveCollectorAsync();
    }

    private Task<TimeSpan> JobEndsAsync() => Eventually.HoldsAsync(RealEstate.Patience, async () =>
    {
        string job = await estate.First.VirshAsync("domjobinfo", CrashCast.Mover);
        return job.Contains("None", StringComparison.Ordinal) ? null : $"a job goes on:\n{job}";
    });
}
