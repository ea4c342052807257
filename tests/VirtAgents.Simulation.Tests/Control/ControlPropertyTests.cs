using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests.Control;

/// <summary>Whatever is ordered when: the same run each time, and a world that stays possible.</summary>
public sealed class ControlPropertyTests
{
    private const long GiB = 1L << 30;
    private static readonly EstateDefinition Estate = Tight(EstateGenerator.Generate(new(2, 4, Seed: 11)));
    private static readonly World Untouched = new(Estate, DateTimeOffset.UnixEpoch);
    private static readonly ImmutableArray<DirectiveKind> Kinds = Untouched.Control.Kinds;

    private static readonly Gen<Step[]> GenSteps =
        Gen.Select(Gen.Int[0, 9_000], Gen.Int[0, Kinds.Length - 1], Gen.Int[0, 7], Gen.Int[0, 3], (after, kind, vm, size) => new Step(after, Kinds[kind], vm, size))
            .Array[1, 25];

    [Fact]
    public void Run_SameOrdersAtSameTimes_SameToTheLastBitHoweverTimeIsDivided() =>
        GenSteps.Sample(steps => Assert.Equal(Run(steps, 60_000), Run(steps, 137)), iter: 40);

    [Fact]
    public void Run_AnyOrders_EachVmIsOnOneHostAndNoHostGivesOutMoreMemoryThanItHas() => GenSteps.Sample(
        steps => Run(steps, 60_000, world =>
        {
            Assert.Equal(8, Enumerable.Range(0, 2).Sum(host => Slow(world, host).Find(SubjectKind.Vm)!.RowCount));
            Assert.All(Enumerable.Range(0, 2), host => Assert.True(GivenBytes(world, host) <= world.HostOf(host).MemoryBytes));
        }),
        iter: 40);

    [Fact]
    public void Check_AnyOrders_ChangesNothing() => GenSteps.Sample(
        steps =>
        {
            World asked = new(Estate, DateTimeOffset.UnixEpoch), other = new(Estate, DateTimeOffset.UnixEpoch);
            foreach (Step step in steps)
            {
                asked.Step(TimeSpan.FromMilliseconds(step.AfterMs));
                other.Step(TimeSpan.FromMilliseconds(step.AfterMs));
                asked.Control.Check(step.Vm / 4, OrderOf(step));
                Assert.Equal(Fingerprint(other), Fingerprint(asked));
            }
        },
        iter: 20);

    private static string Run(Step[] steps, int longestStepMs, Action<World>? look = null)
    {
        World world = new(Estate, DateTimeOffset.UnixEpoch);
        using RunHash hash = new();
        foreach (Step step in steps.Append(new(30_000, DirectiveKind.None, 0, 0)))
        {
            for (int left = step.AfterMs; left > 0; left -= longestStepMs)
            {
                foreach (SimulatedEvent happened in world.Step(TimeSpan.FromMilliseconds(Math.Min(left, longestStepMs))))
                {
                    hash.Add(happened);
                }
            }

            world.Control.Begin(step.Vm / 4, OrderOf(step));
            look?.Invoke(world);
            hash.Add(Slow(world, 0));
            hash.Add(Slow(world, 1));
        }

        return hash.Finish();
    }

    /// <summary>Hosts with memory for their own VMs and little more, so that orders meet full ones.</summary>
    private static EstateDefinition Tight(EstateDefinition estate) =>
        estate with { Hosts = [.. estate.Hosts.Select(host => host with { MemoryBytes = host.Vms.Sum(vm => vm.MemoryBytes) + (2 * GiB) })] };

    private static string Fingerprint(World world)
    {
        using RunHash hash = new();
        hash.Add(Slow(world, 0));
        hash.Add(Slow(world, 1));
        return hash.Finish();
    }

    private static SampleSet Slow(World world, int host)
    {
        SampleSet samples = new();
        world.Sample(host, SampleTier.Slow, samples);
        return samples;
    }

    private static long GivenBytes(World world, int host)
    {
        SampleTable vms = Slow(world, host).Find(SubjectKind.Vm)!;
        return Enumerable.Range(0, vms.RowCount).Sum(row => vms.Get(row, Metric.VmBalloonCurrent) ?? 0);
    }

    /// <summary>Of all parameters that any kind takes, those that this kind takes.</summary>
    private static DirectiveOrder OrderOf(Step step)
    {
        VmDefinition vm = Estate.Hosts[step.Vm / 4].Vms[step.Vm % 4];
        Dictionary<string, string> values = new()
        {
            ["memory_bytes"] = $"{(1 + step.Size) * GiB}",
            ["vcpus"] = $"{2 << step.Size}",
            ["percent"] = $"{step.Size * 20}",
            ["share"] = $"{2 << step.Size}",
            ["vcpu"] = "0",
            ["cpus"] = "0-3",
            ["disk"] = step.Size == 0 ? "vda" : "vdc",
            ["total_iops"] = $"{step.Size * 10}",
            ["mac"] = Untouched.InventoryOf(step.Vm / 4).Vms[step.Vm % 4].Interfaces[0].Mac,
            ["in_bytes_per_second"] = $"{step.Size * 1000}",
            ["state"] = step.Size == 0 ? "up" : "down",
            ["pool"] = "shared-01",
            ["volume"] = $"v{step.Size}",
            ["capacity_bytes"] = $"{(1 + step.Size + step.Vm) * GiB}",
            ["destination"] = Estate.Hosts[1 - (step.Vm / 4)].Name,
            ["grace_seconds"] = $"{1 + step.Size}",
            ["force"] = step.Size == 3 ? "true" : "false",
        };
        IEnumerable<string> taken = DirectiveCatalogue.Find(step.Kind)?.Parameters.Select(p => p.Name).Where(values.ContainsKey) ?? [];
        return new(Guid.Empty, 1, 0, step.Kind, vm.Id, taken.ToImmutableSortedDictionary(name => name, name => values[name]), "test", false);
    }

    private sealed record Step(int AfterMs, DirectiveKind Kind, int Vm, int Size);
}
