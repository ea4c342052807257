using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Benchmarks;

/// <summary>
/// A batch of one report of each host, tick after tick: VMs with 20 metrics as hosts have them, up for 1 to 60 days. CPU time comes in
/// jiffies, vCPU and waiting time in nanoseconds, memory in pages; a third of the VMs idles.
/// </summary>
internal sealed class StorageLoad
{
    public const int Hosts = 20, VmsPerHost = 50, Metrics = 20, Values = Hosts * VmsPerHost * Metrics;
    public const long IntervalMs = 10_000;

    public static readonly MetricId[] Columns =
    [
        Metric.VmCpuTime, Metric.VmCpuDelay, Metric.VmMemoryRss, Metric.VmMemoryCgroup, Metric.VmCpuThrottled, Metric.VmStateCode,
        Metric.VmStateReasonCode, Metric.VmVcpuCount, Metric.VmCpuUser, Metric.VmCpuSystem, Metric.VmVcpuTime, Metric.VmVcpuWait,
        Metric.VmVcpuDelay, Metric.VmBalloonCurrent, Metric.VmBalloonMaximum, Metric.VmMemoryAvailable, Metric.VmMemoryUnused,
        Metric.VmMemoryUsable, Metric.VmMemoryCaches, Metric.VmSwapIn,
    ];

    private const long Jiffy = 10_000_000, Page = 4096;
    private readonly Random _random = new(11);
    private readonly long[] _cells = new long[Values];
    private readonly double[] _busy = new double[Hosts * VmsPerHost];
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
        for (int vm = 0; vm < _busy.Length; vm++)
        {
            Begin(vm, _cells.AsSpan(vm * Metrics, Metrics));
        }
    }

    public long TimeUnixMs { get; private set; }

    public Subject Vm(int host, int vm) => _subjects[host][vm + 1]!;

    public Guid[] Vms() => [.. Enumerable.Range(0, Hosts * VmsPerHost).Select(i => Vm(i / VmsPerHost, i % VmsPerHost).Owner)];

    public long Cell(int host, int vm, int metric) => _cells[(((host * VmsPerHost) + vm) * Metrics) + metric];

    /// <summary>The next batch; it uses the sample sets of the one before.</summary>
    public WriteBatch Next()
    {
        _sequence++;
        TimeUnixMs += IntervalMs;
        for (int vm = 0; vm < _busy.Length; vm++)
        {
            Advance(vm, _cells.AsSpan(vm * Metrics, Metrics));
        }

        return new WriteBatch([.. Enumerable.Range(0, Hosts).Select(Report)], [], [], []);
    }

    private static bool Idle(int vm) => vm % 3 == 0;

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

    private void Begin(int vm, Span<long> cells)
    {
        long seconds = _random.NextInt64(86_400, 60 * 86_400);
        long memory = 1L << _random.Next(30, 35);
        _busy[vm] = _random.NextDouble();
        cells[0] = seconds * (Idle(vm) ? 1 : 50) * Jiffy;
        cells[1] = seconds * 1_000_003;
        cells[2] = memory / 4 * 3 / Page * Page;
        cells[3] = cells[2] + (1_000 * Page);
        (cells[5], cells[6], cells[7]) = (1, 1, 1 << _random.Next(0, 4));
        (cells[8], cells[9]) = (cells[0] * 3 / 4 / Jiffy * Jiffy, cells[0] / 4 / Jiffy * Jiffy);
        cells[10] = cells[0] + _random.NextInt64(Jiffy);
        (cells[11], cells[12]) = (seconds * 2_000_003, seconds * 1_000_003);
        (cells[13], cells[14], cells[15]) = (memory, memory, memory - (40_000 * Page));
        (cells[16], cells[17], cells[18]) = (memory / 8 / Page * Page, memory / 2 / Page * Page, memory / 3 / Page * Page);
    }

    private void Advance(int vm, Span<long> cells)
    {
        // Load wanders: what it was plus something, back to where it belongs.
        _busy[vm] = Math.Clamp((_busy[vm] * 0.9) + (_random.NextDouble() * 0.1) + ((_random.NextDouble() - 0.5) * 0.2), 0, 1);
        double seconds = Idle(vm) ? _random.Next(3) * 0.01 : _busy[vm] * 10 * cells[7];
        long user = (long)(seconds * 75) * Jiffy;
        long system = (long)(seconds * 25) * Jiffy;
        cells[0] += user + system;
        cells[8] += user;
        cells[9] += system;
        cells[10] += (long)(seconds * 1e9);
        long waited = _random.NextInt64((long)(seconds * 1e7) + 20_000);
        cells[1] += waited;
        cells[12] += waited;
        cells[11] += 10_000_000_000 - (long)(seconds * 1e9 / cells[7]);
        if (!Idle(vm) || _random.Next(6) == 0)
        {
            cells[2] += _random.NextInt64(-16, 17) * Page;
            cells[3] += _random.NextInt64(-16, 17) * Page;
            long used = _random.NextInt64(-256, 257) * Page;
            cells[16] += used;
            cells[17] += used;
            cells[18] += _random.NextInt64(-64, 65) * Page;
        }
    }
}
