using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Scenarios;
using VirtAgents.Storage;
using VirtAgents.Storage.Influx;
using VirtAgents.Testbed;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>An hour of a simulated estate in a real InfluxDB, written by the store of the collector.</summary>
/// <remarks>
/// There are names with characters that mean something in regular expressions, a host without a cluster, VMs without a tenant and
/// one that is off; an agent is away for ten minutes, and a VM moves.
/// </remarks>
public sealed class SimulatedData : IAsyncLifetime
{
    public const string Database = "virtagents";

    /// <summary>A host whose agent is away, and how long; minutes since the start.</summary>
    public const string SilentHost = "alpha-2";

    public const int SilentFrom = 20;
    public const int SilentTo = 30;

    /// <summary>A VM that never reads from its disk.</summary>
    public const string WritingVm = "web (old)";

    /// <summary>A VM that moves, from where to where, and when; minutes since the start.</summary>
    public const string MovedVm = "app-2";

    /// <summary>A VM that runs all the time on the host where that one goes.</summary>
    public const string SteadyVm = "db/1";

    public const string MovedFrom = "alpha-1";
    public const string MovedTo = "beta.1";
    public const int MovedAt = 40;

    /// <summary>CPU of each agent, always.</summary>
    public const double AgentCpuPercent = 0.5;

    private const int FastSeconds = 2;
    private const int SlowSeconds = 15;
    private const int ReportsPerBatch = 300;

    private const string Estate = """
        {
          "seed": 7, "duration": "1h",
          "pools": [{ "name": "san", "medium": "nfs", "capacity": "2TiB" }],
          "hosts": [
            { "name": "alpha-1", "cluster": "east", "pcpus": 4, "memory": "64GiB", "vms": [
              { "name": "app-1", "tenant": "blue", "vcpus": 4, "disks": [{ "pool": "local" }, { "pool": "san" }],
                "workload": { "kind": "diurnal", "cpuPercent": 90, "memoryPercent": 60, "readBytesPerSecond": 4000000, "writeBytesPerSecond": 4000000, "receiveBytesPerSecond": 1000000, "transmitBytesPerSecond": 2000000 } },
              { "name": "app-2", "tenant": "blue", "vcpus": 4, "disks": [{ "pool": "san" }],
                "workload": { "kind": "constant", "cpuPercent": 80, "memoryPercent": 60, "readBytesPerSecond": 4000000, "writeBytesPerSecond": 4000000 } },
              { "name": "off", "tenant": "blue", "running": false },
            ] },
            { "name": "alpha-2", "cluster": "east", "pcpus": 8, "memory": "64GiB", "vms": [
              { "name": "web (old)", "tenant": "red", "workload": { "kind": "bursty", "cpuPercent": 60, "memoryPercent": 60, "readBytesPerSecond": 0, "writeBytesPerSecond": 100000 } },
            ] },
            { "name": "beta.1", "pcpus": 8, "memory": "64GiB", "vms": [{ "name": "db/1", "workload": { "kind": "constant", "cpuPercent": 30, "memoryPercent": 40 } }] },
          ],
          "steps": [
            { "at": "20m", "fault": "agent-loss", "host": "alpha-2", "for": "10m" },
            { "at": "40m", "fault": "vm-migrate", "vm": "app-2", "to": "beta.1" },
          ],
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-grafana-");
    private readonly Dictionary<int, HostSnapshot> _snapshots = [];
    private InfluxServer? _server;

    public static DateTimeOffset Start => Scenario.DefaultStart;

    public static DateTimeOffset End => Start + TimeSpan.FromHours(1);

    internal InfluxServer Server => _server!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Milliseconds since 1970 UTC of a minute since the start.</summary>
    internal static long Minute(int number) => (Start + TimeSpan.FromMinutes(number)).ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        _server = await InfluxServer.StartAsync(Cancel);
        InfluxOptions options = new() { Url = _server.Url, Database = Database, Path = Path.Combine(_directory.FullName, "influx.db") };
        using HttpClient client = new(InfluxStore.Transport(options));
        await using InfluxStore store = new(options, () => client, new FakeTimeProvider(End));
        await store.OpenAsync(Cancel);
        Assert.True(ScenarioRunner.TryLoad(Estate, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        await FillAsync(store, scenario);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private async Task FillAsync(InfluxStore store, Scenario scenario)
    {
        World world = scenario.CreateWorld();
        List<ReportRecord> reports = [];
        List<HostSnapshot> snapshots = [];
        for (int second = 0; second <= (End - Start).TotalSeconds; second++)
        {
            for (int host = 0; host < world.HostCount; host++)
            {
                bool isSlow = second % SlowSeconds == 0;
                if (isSlow || second % FastSeconds == 0)
                {
                    Sample(world, scenario, host, second, isSlow, reports, snapshots);
                }
            }

            if (reports.Count >= ReportsPerBatch || second == (End - Start).TotalSeconds)
            {
                WriteOutcome outcome = await store.WriteAsync(new WriteBatch([.. reports], [], [], [.. snapshots]), Cancel);
                Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
                reports.Clear();
                snapshots.Clear();
            }

            Assert.DoesNotContain(world.Step(TimeSpan.FromSeconds(1)), e => e.Kind == SimulatedEventKind.Refused);
        }
    }

    private void Sample(World world, Scenario scenario, int host, int second, bool isSlow, List<ReportRecord> reports, List<HostSnapshot> snapshots)
    {
        Inventory inventory = world.InventoryOf(host);
        if (!_snapshots.TryGetValue(host, out HostSnapshot? last) || last.Inventory.Version != inventory.Version)
        {
            last = new HostSnapshot(scenario.Estate.Hosts[host].Cluster, inventory, "1", Start.ToUnixTimeMilliseconds());
            _snapshots[host] = last;
            snapshots.Add(last);
        }

        Assert.True(SubjectTable.TryBuild(inventory, out SubjectTable? table, out string? problem), problem);
        BootId boot = new(new Guid(host + 1, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]));
        foreach (SampleTier tier in isSlow ? (SampleTier[])[SampleTier.Fast, SampleTier.Slow] : [SampleTier.Fast])
        {
            SampleSet samples = AgentReading.Of(world, host, tier, second);
            if (samples.TableCount == 0)
            {
                continue;
            }

            reports.Add(new ReportRecord(inventory.Host.Id, boot, (2 * second) + (long)tier, samples, table.Subjects));
        }
    }
}
