using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Simulation.Tests;

/// <summary>What a VM suffers from its neighbours is seen in its contention score, live and in history alike.</summary>
public sealed class ContentionTests
{
    private const string Json = """
        {
          "seed": 5, "duration": "1h",
          "hosts": [
            { "name": "h", "pcpus": 2, "memory": "64GiB", "vms": [
              { "name": "victim", "vcpus": 2, "workload": { "kind": "constant", "cpuPercent": 60 } },
              { "name": "noisy", "vcpus": 4, "workload": { "kind": "noisy-neighbour" } },
            ] },
          ],
        }
        """;

    private readonly FigureTracker _tracker = new();
    private readonly SampleSet _samples = new();
    private readonly Dictionary<MetricId, List<CounterReading>> _stored = [];

    [Fact]
    public void NoisyNeighbour_Noisy_RaisesTheScoreOfTheVictim()
    {
        Assert.True(ScenarioRunner.TryLoad(Json, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        World world = scenario!.CreateWorld();
        VmInfo victim = world.InventoryOf(0).Vms.Single(v => v.Name == "victim");
        VmInfo noisy = world.InventoryOf(0).Vms.Single(v => v.Name == "noisy");
        List<double> undisturbed = [];
        List<double> disturbed = [];
        List<double> live = [];
        for (int tick = 0; tick < 600; tick++)
        {
            world.Step(TimeSpan.FromSeconds(2));
            Take(world, SampleTier.Fast, victim, noisy);
            if (tick % 7 == 0)
            {
                Take(world, SampleTier.Slow, victim, noisy);
            }

            VmFigures figures = _tracker.Vm(victim.Id, 0);
            VmFigures neighbour = _tracker.Vm(noisy.Id, 0);
            if (figures.ContentionScore is { } score)
            {
                live.Add(score);
                (neighbour.CpuPercent + neighbour.StealPercent > 50 ? disturbed : undisturbed).Add(score);
            }
        }

        Assert.InRange(disturbed.Count, 100, 300);
        Assert.InRange(disturbed.Average(), 80, 100);
        Assert.InRange(undisturbed.Average(), 0, 25);
        Assert.Equal(live, History().Select(v => v.Value));
    }

    private IEnumerable<WeightedValue> History() => DerivedSeries.Compute(
        DerivedCatalogue.Find("vm_contention_score")!,
        _stored.ToDictionary(
            s => s.Key,
            s => new RawSeries([.. s.Value.Select(r => r.TimeUnixMs)], [.. s.Value.Select(r => r.Raw)], [.. s.Value.Select(r => r.Epoch)])));

    private void Take(World world, SampleTier tier, VmInfo victim, VmInfo noisy)
    {
        _samples.Reset();
        world.Sample(0, tier, _samples);
        var subjects = new Subject?[Math.Max(victim.Index, noisy.Index) + 1];
        subjects[victim.Index] = new Subject(SubjectKind.Vm, victim.Id.Value, "");
        subjects[noisy.Index] = new Subject(SubjectKind.Vm, noisy.Id.Value, "");
        _tracker.Observe(_samples, subjects);
        SampleTable table = _samples.Find(SubjectKind.Vm)!;
        int row = table.Subjects.IndexOf(victim.Index);
        foreach (MetricId metric in table.Metrics)
        {
            if (table.Get(row, metric) is { } value)
            {
                if (!_stored.TryGetValue(metric, out List<CounterReading>? readings))
                {
                    _stored.Add(metric, readings = []);
                }

                readings.Add(new(_samples.TimeUnixMs, value, 0));
            }
        }
    }
}
