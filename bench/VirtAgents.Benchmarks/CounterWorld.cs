using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>
/// VMs with 20 metrics that grow as those of real ones do at 2 s: CPU in nanoseconds, disks and network in bytes and
/// requests, gauges, and a state that stays. A third of the VMs is idle.
/// </summary>
internal sealed class CounterWorld(int vms, int seed)
{
    public const int Metrics = 20;

    private static readonly MetricId[] Columns =
        [.. new[] { 100, 101, 102, 103, 104, 120, 121 }.Concat(Enumerable.Range(123, 13)).Select(i => new MetricId((ushort)i))];

    private readonly Random _random = new(seed);
    private readonly long[] _cells = new long[vms * Metrics];
    private long _time = 1_800_000_000_000;

    public SampleSet Next(SampleSet set)
    {
        set.Reset();
        set.Tier = SampleTier.Slow;
        set.TimeUnixMs = _time += 2000;
        set.InventoryVersion = 1;
        SampleTable table = set.Add(SubjectKind.Vm, Columns);
        for (int vm = 0; vm < vms; vm++)
        {
            table.AddRow(vm + 2);
            bool idle = vm % 3 == 0;
            for (int metric = 0; metric < Metrics; metric++)
            {
                ref long cell = ref _cells[(vm * Metrics) + metric];
                cell = metric is 5 or 6 ? 1 : cell + Growth(metric, idle);
                table.Set(vm, metric, cell);
            }
        }

        return set;
    }

    private long Growth(int metric, bool idle) => (metric % 5) switch
    {
        0 => _random.NextInt64(idle ? 4_000_000 : 1_600_000_000), // ns of CPU or I/O time
        1 => idle ? 0 : _random.NextInt64(20_000_000), // bytes
        2 => idle ? 0 : _random.NextInt64(4_000), // requests or packets
        3 => idle ? 0 : _random.NextInt64(-64, 64) * 4096, // a gauge of memory
        _ => 0, // a limit, a state, an error counter
    };
}
