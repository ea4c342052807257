using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;

namespace VirtAgents.Simulation.Tests.Control;

/// <summary>The small world with directives for its first host.</summary>
internal sealed class ControlledWorld
{
    public SmallWorld Small { get; } = new();

    public World World => Small.World;

    public DirectiveOrder Order(DirectiveKind kind, string vm, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        ImmutableSortedDictionary<string, string> texts = parameters.ToArray().ToImmutableSortedDictionary(p => p.Name, p => p.Value);
        Assert.Empty(DirectiveCatalogue.Find(kind)!.ProblemsWith(texts));
        return new(Guid.Empty, 1, 0, kind, vm.Length > 0 ? Small.Vm(0, vm).Id : default, texts, "test", false);
    }

    /// <summary>Carries it out, which must succeed within so many seconds.</summary>
    public void Do(DirectiveOrder order, double seconds = 0)
    {
        string evidence = World.Control.EvidenceFor(order);
        OrderVerdict verdict = World.Control.Begin(0, order);
        Assert.True(verdict.IsPossible, verdict.Detail);
        Small.Pass(seconds);
        OrderSight sight = World.Control.Look(0, order, evidence);
        Assert.True(sight.Stage == SightStage.Seen, $"{sight.Stage}: {sight.Detail}");
    }

    public (RefusalReason, string) Refusal(DirectiveOrder order)
    {
        OrderVerdict verdict = World.Control.Check(0, order);
        return (verdict.Refusal, verdict.Detail);
    }

    public long Of(string vm, SampleTier tier, MetricId metric) =>
        Small.Value(0, tier, SubjectKind.Vm, Small.Vm(0, vm).Index, metric)!.Value;

    public long OfDisk(string vm, MetricId metric) =>
        Small.Value(0, SampleTier.Slow, SubjectKind.VmDisk, Small.Vm(0, vm).Disks[0].Index, metric)!.Value;

    public long OfInterface(string vm, MetricId metric) =>
        Small.Value(0, SampleTier.Fast, SubjectKind.VmInterface, Small.Vm(0, vm).Interfaces[0].Index, metric)!.Value;

    public long OfPool(string pool, MetricId metric) =>
        Small.Value(0, SampleTier.Slow, SubjectKind.Pool, World.InventoryOf(0).Pools.Single(known => known.Name == pool).Index, metric)!.Value;

    /// <summary>How much a counter grows in a second, on average over ten.</summary>
    public long Pace(Func<long> counter)
    {
        long before = counter();
        Small.Pass(10);
        return (counter() - before) / 10;
    }
}
