using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Hypervisors.Tests.Simulated;

/// <summary>Two simulated hosts with a shared pool, and directives for the first one.</summary>
internal sealed class ControlBed : IDisposable
{
    private const string Json = """
        {
          "seed": 5, "duration": "1h",
          "pools": [{ "name": "san", "capacity": "1TiB" }],
          "hosts": [
            { "name": "h1", "pcpus": 8, "memory": "20GiB", "vms": [
              { "name": "a", "vcpus": 2, "disks": [{ "pool": "san" }] },
              { "name": "b", "vcpus": 2, "disks": [{ "pool": "local" }] },
              { "name": "off", "running": false, "disks": [{ "pool": "san" }] },
              { "name": "big", "running": false, "memory": "16GiB", "disks": [{ "pool": "san" }] },
            ] },
            { "name": "h2", "pcpus": 8, "memory": "20GiB", "vms": [{ "name": "c", "disks": [{ "pool": "san" }] }] },
          ],
        }
        """;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    public ControlBed()
    {
        Assert.True(ScenarioRunner.TryLoad(Json, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        Estate = new(scenario, Clock);
        Control = Estate.ControlOf(0);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public SimulatedEstate Estate { get; }

    public IHypervisorControl Control { get; }

    public List<ControlProgress> Progress { get; } = [];

    public void Dispose() => Estate.Dispose();

    public VmId VmOf(string name) =>
        Enumerable.Range(0, Estate.HostCount).SelectMany(host => Estate.HypervisorOf(host).Inventory.Vms).First(vm => vm.Name == name).Id;

    public DirectiveOrder Order(DirectiveKind kind, string vm, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        ImmutableSortedDictionary<string, string> texts = parameters.ToArray().ToImmutableSortedDictionary(p => p.Name, p => p.Value);
        Assert.Empty(DirectiveCatalogue.Find(kind)!.ProblemsWith(texts));
        return new(Guid.Empty, 1, 0, kind, vm.Length > 0 ? VmOf(vm) : default, texts, "test", false);
    }

    public Task<ControlCheck> CheckAsync(DirectiveOrder order) => Control.CheckAsync(order, TestContext.Current.CancellationToken);

    /// <summary>Checks, begins, and returns while the order is being carried out.</summary>
    public async Task<Task<ControlOutcome>> BeginAsync(DirectiveOrder order, CancellationTokenSource? abort = null)
    {
        ControlCheck check = await CheckAsync(order);
        Assert.True(check.IsPossible, check.Detail);
        return Control.CarryOutAsync(order, check.Before, Tell, abort?.Token ?? default);
    }

    public async Task<ControlOutcome> CarryOutAsync(DirectiveOrder order) => await EndAsync(await BeginAsync(order));

    /// <summary>Lets virtual time pass until it has ended.</summary>
    public async Task<ControlOutcome> EndAsync(Task<ControlOutcome> running)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (!running.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            Clock.Advance(Step);
            await Task.Yield();
        }

        return await running;
    }

    public void Inject(Fault fault) => Assert.True(Estate.TryInject(fault, out string problem), problem);

    public void Tell(ControlProgress progress)
    {
        lock (Progress)
        {
            Progress.Add(progress);
        }
    }
}
