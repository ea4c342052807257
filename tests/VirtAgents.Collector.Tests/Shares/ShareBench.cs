using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Shares;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using DirectiveState = VirtAgents.Protocol.V1.DirectiveState;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>
/// A whole collector and hosts whose uplink carries 100 MiB/s, or that have 4 pCPUs, or that have a pool of 1,000 operations per second. Their VMs use what they want as far as their limits and what there is let them, and their
/// agents do what directives say. Time goes in steps of 15 s.
/// </summary>
internal sealed class ShareBench(string policy, LimitedResource resource = LimitedResource.NetworkOut, int hosts = 1, bool isShared = true) : IAsyncDisposable
{
    public const long Mib = 1 << 20;

    private const double StepSeconds = 15;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1)));
    private readonly List<ShareHost> _hosts = [.. Enumerable.Range(1, hosts).Select(n => new ShareHost(n, resource, isShared))];
    private RunningCollector? _collector;
    private long _sequence;

    public RunningCollector Collector => _collector!;

    /// <summary>How agents answer a directive; null = they do what it says.</summary>
    public Func<Directive, DirectiveState?>? Answer { get; set; }

    /// <summary>Adds a VM that wants to use so much, with a limit that somebody has set.</summary>
    public SharingVm Add(string name, double demand, double limit = 0, int host = 1)
    {
        SharingVm vm = new(name, _hosts.Sum(h => h.Vms.Count) + 1, resource, demand);
        vm.Limit = (long)(limit / vm.PerUnit);
        _hosts[host - 1].Vms.Add(vm);
        return vm;
    }

    /// <summary>The first host cannot do a parameter of the directive.</summary>
    public void Lack(string parameter) =>
        _hosts[0].Gaps.Add(new UnsupportedParameter { Kind = DirectiveCatalogue.Find(LimitForm.Of(resource).Directive)!.Name, Parameter = parameter, Why = "told by the test" });

    /// <summary>Starts the collector, or another one on the same directory, and the agents.</summary>
    public async Task StartAsync()
    {
        string? directory = _collector?.Directory;
        _hosts.ForEach(h => h.Dispose());
        if (_collector is not null)
        {
            await _collector.StopAsync();
            await _collector.DisposeAsync();
        }

        _collector = await RunningCollector.StartAsync(directory, _clock, $"Scheduling:PolicyFile={policy}");
        foreach (ShareHost host in _hosts)
        {
            await host.ConnectAsync(_collector, _sequence);
        }
    }

    /// <summary>Lets time pass until it holds; the whole test fails when it never does.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, int steps = 60)
    {
        while (!await condition())
        {
            Assert.True(steps-- > 0, "it does not come");
            await StepAsync();
        }
    }

    /// <summary>15 s pass: VMs work, agents tell, the collector looks, and agents do what they are told.</summary>
    public async Task StepAsync()
    {
        _sequence++;
        _clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(_sequence + 1)));
        bool isOne = isShared && LimitForm.Of(resource).IsOfDisk;
        foreach (ShareHost host in _hosts)
        {
            host.Work(StepSeconds, (isOne ? _hosts : [host]).Sum(h => h.Wanted));
            await host.TellAsync(_sequence);
        }

        await Collector.Part<ShareRunner>().LookAsync(RunningCollector.Cancel);
        foreach (DirectiveRecord open in (await DirectivesAsync()).Where(d => d.EndedUnixMs() is null).ToArray())
        {
            await _hosts.Single(h => h.Name == open.Host).ObeyAsync(Collector, Answer);
        }
    }

    /// <summary>The agent of a host says no more.</summary>
    public async Task SilenceAsync(int host)
    {
        _hosts[host - 1].Dispose();
        await RunningCollector.UntilAsync(async () => (await Collector.HostAsync(host)).Agent != AgentStatus.Connected);
    }

    public async Task<IReadOnlyList<ShareLimit>> LimitsAsync(bool ended = false) => (await Collector.Shares.ListSharesAsync(new() { Ended = ended }, Call)).Limits;

    public async Task<IReadOnlyList<ShareUplink>> PlacesAsync() => (await Collector.Shares.ListSharesAsync(new(), Call)).Uplinks;

    public async Task<IReadOnlyList<DirectiveRecord>> DirectivesAsync() =>
        (await Collector.Directives.ListDirectivesAsync(new() { Kind = DirectiveCatalogue.Find(LimitForm.Of(resource).Directive)!.Name }, Call)).Directives;

    public async ValueTask DisposeAsync()
    {
        _hosts.ForEach(h => h.Dispose());
        if (_collector is not null)
        {
            await _collector.DisposeAsync();
        }
    }
}

internal static class RecordedDirectives
{
    private static readonly DirectiveStage[] Open = [DirectiveStage.Proposed, DirectiveStage.Sent, DirectiveStage.Accepted, DirectiveStage.Running];

    /// <summary>When a directive ended; null = it has not.</summary>
    public static long? EndedUnixMs(this DirectiveRecord record) => Open.Contains(record.State) ? null : record.UpdatedUnixMs;
}
