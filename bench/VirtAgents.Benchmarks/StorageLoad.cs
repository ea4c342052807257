using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Benchmarks;

/// <summary>
/// A batch of one report of each host, tick after tick: VMs with 20 metrics that have been up for 1 to 60 days, so that
/// counters have the size that real ones have. A third of the VMs is idle.
/// </summary>
internal sealed class StorageLoad
{
    public const int Hosts = 50, VmsPerHost = 50, Metrics = 20, Values = Hosts * VmsPerHost * Metrics;
    public const long IntervalMs = 10_000;

    public static readonly MetricId[] Columns =
        [.. new[] { 100, 101, 102, 103, 104, 120, 121 }.Concat(Enumerable.Range(123, 13)).Select(i => new MetricId((ushort)i))];

    private readonly Random _random = new(11);
    private readonly long[] _cells = new long[Values];
    private readonly SampleSet[] _sets = [.. Enumerable.Range(0, Hosts).Select(_ => new SampleSet())];
    private readonly Subject?[][] _subjects;
    private readonly Guid[] _hosts;
    private long _sequence;

    public StorageLoad(long startUnixMs)
    {
        TimeUnixMs = startUnixMs;
        _hosts = [.. Enumerable.Range(0, Hosts).Select(_ => NewGuid())];
        _subjects = [.. _hosts.Select(h => (Subject?[])
            [new Subject(SubjectKind.Host, h, ""), .. Enumerable.Range(0, VmsPerHost).Select(_ => new Subject(SubjectKind.Vm, NewGuid(), ""))])];
        for (int i = 0; i < _cells.Length; i++)
        {
            long ticks = _random.NextInt64(8_640, 60 * 8_640);
            _cells[i] = Start(i % Metrics, Idle(i), ticks);
        }
    }

    public long TimeUnixMs { get; private set; }

    public Subject Vm(int host, int vm) => _subjects[host][vm + 1]!;

    public long Cell(int host, int vm, int metric) => _cells[(((host * VmsPerHost) + vm) * Metrics) + metric];

    /// <summary>The next batch; it uses the sample sets of the one before.</summary>
    public WriteBatch Next()
    {
        _sequence++;
        TimeUnixMs += IntervalMs;
        for (int i = 0; i < _cells.Length; i++)
        {
            _cells[i] += Growth(i % Metrics, Idle(i));
        }

        return new WriteBatch([.. Enumerable.Range(0, Hosts).Select(Report)], [], [], []);
    }

    private static bool Idle(int cell) => cell / Metrics % 3 == 0;

    private ReportRecord Report(int host)
    {
        SampleSet set = _sets[host];
        set.Reset();
        set.Tier = SampleTier.Slow;
        set.TimeUnixMs = TimeUnixMs + (host * 17);
        SampleTable table = set.Add(SubjectKind.Vm, Columns);
        for (int vm = 0; vm < VmsPerHost; vm++)
        {
            table.AddRow(vm + 1);
            for (int metric = 0; metric < Metrics; metric++)
            {
                table.Set(vm, metric, Cell(host, vm, metric));
            }
        }

        return new ReportRecord(new HostId(_hosts[host]), new BootId(_hosts[host]), _sequence, set, _subjects[host]);
    }

    private Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private long Growth(int metric, bool idle) => (metric % 5) switch
    {
        0 => _random.NextInt64(idle ? 20_000_000 : 8_000_000_000), // ns of CPU or I/O time
        1 => idle ? 0 : _random.NextInt64(100_000_000), // bytes
        2 => idle ? 0 : _random.NextInt64(20_000), // requests or packets
        3 => idle ? 0 : _random.NextInt64(-64, 64) * 4096, // a gauge of memory
        _ => 0, // a limit, a state, an error counter
    };

    private long Start(int metric, bool idle, long ticks) => (metric % 5) switch
    {
        0 => ticks * (idle ? 10_000_000 : 4_000_000_000) + _random.NextInt64(1_000_000),
        1 => ticks * (idle ? 100 : 50_000_000) + _random.NextInt64(1_000_000),
        2 => ticks * (idle ? 1 : 10_000),
        3 => _random.NextInt64(1 << 18, 1 << 20) * 4096,
        _ => metric == 4 ? 0 : 1,
    };
}
