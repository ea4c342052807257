using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests;

public sealed class DeterminismTests
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Run_OtherStepsAndOtherOrderOfSampling_SameToTheLastBit()
    {
        string wholeSteps = Run(seed: 7, hostsBackwards: false, steps: _ => 2_000, sampleInBetween: false);
        ulong state = 1;
        string oddSteps = Run(seed: 7, hostsBackwards: true, _ => (int)(1 + (state = state * 6364136223846793005 + 1) % 731), sampleInBetween: true);
        Assert.Equal(wholeSteps, oddSteps);
    }

    [Fact]
    public void Run_OtherSeed_OtherRun() =>
        Assert.NotEqual(Run(7, false, _ => 2_000, false), Run(8, false, _ => 2_000, false));

    /// <summary>Samples at every even second; in between steps of the given lengths, with samples that must not matter.</summary>
    private static string Run(long seed, bool hostsBackwards, Func<int, int> steps, bool sampleInBetween)
    {
        World world = new(EstateGenerator.Generate(new(20, 20, seed)), Start);
        PlanTrouble(world);
        RunHash[] hosts = [.. Enumerable.Range(0, world.HostCount).Select(_ => new RunHash())];
        using RunHash events = new();
        SampleSet samples = new();
        while (world.Elapsed < Length)
        {
            StepTo(world, world.Elapsed + TimeSpan.FromSeconds(2), steps, sampleInBetween, events);
            IEnumerable<int> order = Enumerable.Range(0, world.HostCount);
            foreach (int host in hostsBackwards ? order.Reverse() : order)
            {
                foreach (SampleTier tier in (SampleTier[])[SampleTier.Fast, SampleTier.Slow])
                {
                    samples.Reset();
                    world.Sample(host, tier, samples);
                    hosts[host].Add(samples);
                }
            }
        }

        string result = string.Join(' ', hosts.Select(hash => hash.Finish()).Append(events.Finish()));
        Array.ForEach(hosts, hash => hash.Dispose());
        return result;
    }

    private static void StepTo(World world, TimeSpan target, Func<int, int> steps, bool sampleInBetween, RunHash events)
    {
        SampleSet ignored = new();
        for (int i = 0; world.Elapsed < target; i++)
        {
            TimeSpan step = TimeSpan.FromMilliseconds(steps(i));
            TimeSpan left = target - world.Elapsed;
            foreach (SimulatedEvent happened in world.Step(step < left ? step : left))
            {
                events.Add(happened);
            }

            if (sampleInBetween)
            {
                ignored.Reset();
                world.Sample(i % world.HostCount, SampleTier.Slow, ignored);
            }
        }
    }

    private static void PlanTrouble(World world)
    {
        (double Seconds, Fault Fault)[] trouble =
        [
            (3.25, new(FaultKind.VmCrash, VmSelector.ByIndex(3))),
            (10, new(FaultKind.VmHang, VmSelector.ByIndex(25), For: TimeSpan.FromSeconds(40.5))),
            (20.001, new(FaultKind.PoolFull, Pool: "shared-01", For: TimeSpan.FromSeconds(30))),
            (61, new(FaultKind.HypervisorLoss, Host: "sim-host-004", For: TimeSpan.FromSeconds(9))),
            (65, new(FaultKind.VmCrash, VmSelector.ByIndex(1, "sim-host-004"))),
            (100, new(FaultKind.HostLoss, Host: "sim-host-005", For: TimeSpan.FromSeconds(60))),
            (200, new(FaultKind.AgentLoss, Host: "sim-host-006", For: TimeSpan.FromSeconds(7))),
            (300, new(FaultKind.ClockSkew, Host: "sim-host-007", By: TimeSpan.FromMinutes(-5))),
            (310, new(FaultKind.DiskSlow, Pool: "shared-02", Factor: 50, For: TimeSpan.FromMinutes(2))),
            (320, new(FaultKind.LinkDown, Host: "sim-host-008", For: TimeSpan.FromSeconds(20))),
            (330, new(FaultKind.VmPanic, VmSelector.ByIndex(170))),
        ];
        foreach ((double seconds, Fault fault) in trouble)
        {
            world.Plan(TimeSpan.FromSeconds(seconds), fault);
        }
    }
}
