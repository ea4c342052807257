using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Simulation.Tests;

/// <summary>Two hosts with three VMs each, one shared pool; "a" is on h1, "b" too and on its local pool, "off" is shut off.</summary>
internal sealed class SmallWorld
{
    public const string Json = """
        {
          // Small enough to tell every event by heart.
          "seed": 5, "duration": "10m",
          "pools": [{ "name": "san", "capacity": "1TiB" }],
          "hosts": [
            { "name": "h1", "pcpus": 8, "memory": "64GiB", "vms": [
              { "name": "a", "vcpus": 2, "disks": [{ "pool": "san" }] },
              { "name": "b", "vcpus": 2, "disks": [{ "pool": "local" }] },
              { "name": "off", "running": false, "disks": [{ "pool": "san" }] },
            ] },
            { "name": "h2", "pcpus": 8, "memory": "64GiB", "vms": [{ "name": "c", "disks": [{ "pool": "san" }] }] },
          ],
        }
        """;

    public SmallWorld()
    {
        Assert.True(ScenarioRunner.TryLoad(Json, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        World = scenario!.CreateWorld();
    }

    public World World { get; }

    /// <summary>Lets seconds pass; each event as "host Kind vm/device State Reason".</summary>
    public string[] Pass(double seconds) => [.. World.Step(TimeSpan.FromSeconds(seconds)).Select(Show)];

    public void Inject(Fault fault)
    {
        Assert.True(World.TryInject(fault, out string problem), problem);
    }

    public string Refusal(Fault fault)
    {
        Assert.False(World.TryInject(fault, out string problem));
        return problem;
    }

    public SampleTable Table(int host, SampleTier tier, SubjectKind kind)
    {
        SampleSet samples = new();
        World.Sample(host, tier, samples);
        SampleTable? table = samples.Find(kind);
        Assert.NotNull(table);
        return table;
    }

    public long? Value(int host, SampleTier tier, SubjectKind kind, int subject, MetricId metric)
    {
        SampleTable table = Table(host, tier, kind);
        int row = table.Subjects.IndexOf(subject);
        return row < 0 ? null : table.Get(row, metric);
    }

    public VmInfo Vm(int host, string name) => Assert.Single(World.InventoryOf(host).Vms, vm => vm.Name == name);

    private static string Show(SimulatedEvent happened) => happened.Kind switch
    {
        SimulatedEventKind.LinkChanged => $"{happened.Host} link {happened.Link}",
        SimulatedEventKind.Refused => $"refused {happened.Text}",
        _ => string.Join(' ', new[]
        {
            happened.Host, happened.Event!.Kind.ToString(), happened.Event.VmName, happened.Event.Device,
            happened.Event.State == VmState.Unknown ? "" : happened.Event.State.ToString(),
            happened.Event.Reason == VmStateReason.Unspecified ? "" : happened.Event.Reason.ToString(),
        }.Where(part => part.Length > 0)),
    };
}
