using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Fills the Host table: CPU, load, memory, pressure and uptime. A file that is missing leaves its cells null.</summary>
internal sealed class HostTableReader(LinuxRoots roots) : IDisposable
{
    private const int CpuFields = 8;
    private const long BytesPerKibibyte = 1024;
    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.Host, SampleTier.Fast);
    private static readonly long NanosecondsPerTick = 1_000_000_000 / LibC.ClockTicksPerSecond;

    private readonly FileBudget _budget = new(long.MaxValue);
    private readonly Dictionary<string, KernelFile> _files = [];
    private byte[] _buffer = new byte[16 * 1024];

    public void Read(SampleSet target)
    {
        SampleTable table = target.Add(SubjectKind.Host, Columns.AsSpan());
        int row = table.AddRow(Inventory.HostIndex);
        ReadCpu(table, row);
        ReadMemory(table, row);
        ReadPressure(table, row, "pressure/cpu", Metric.HostPsiCpuSome, null);
        ReadPressure(table, row, "pressure/memory", Metric.HostPsiMemorySome, Metric.HostPsiMemoryFull);
        ReadPressure(table, row, "pressure/io", Metric.HostPsiIoSome, Metric.HostPsiIoFull);
        ReadThousandths(table, row, "loadavg", Metric.HostLoad1);
        ReadThousandths(table, row, "uptime", Metric.HostUptime);
    }

    public void Dispose()
    {
        foreach (KernelFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private ReadOnlySpan<byte> Text(string name)
    {
        if (!_files.TryGetValue(name, out KernelFile? file))
        {
            file = new KernelFile($"{roots.Proc}/{name}", _budget);
            _files.Add(name, file);
        }

        return file.ReadWhole(ref _buffer);
    }

    private void ReadCpu(SampleTable table, int row)
    {
        ReadOnlySpan<byte> text = Text("stat");
        if (!KernelText.TakeWord(ref text).SequenceEqual("cpu"u8))
        {
            return;
        }

        // user nice system idle iowait irq softirq steal; the kernel counts guest time in user too, so it is not added.
        Span<long> ticks = stackalloc long[CpuFields];
        for (int i = 0; i < CpuFields; i++)
        {
            if (!KernelText.TryTakeNumber(ref text, out ticks[i]))
            {
                return;
            }
        }

        table.Set(row, Metric.HostCpuUser, (ticks[0] + ticks[1]) * NanosecondsPerTick);
        table.Set(row, Metric.HostCpuSystem, (ticks[2] + ticks[5] + ticks[6]) * NanosecondsPerTick);
        table.Set(row, Metric.HostCpuIdle, ticks[3] * NanosecondsPerTick);
        table.Set(row, Metric.HostCpuIoWait, ticks[4] * NanosecondsPerTick);
        table.Set(row, Metric.HostCpuSteal, ticks[7] * NanosecondsPerTick);
    }

    private void ReadMemory(SampleTable table, int row)
    {
        ReadOnlySpan<byte> text = Text("meminfo");
        Set(table, row, text, "MemTotal:"u8, Metric.HostMemoryTotal, BytesPerKibibyte);
        Set(table, row, text, "MemAvailable:"u8, Metric.HostMemoryAvailable, BytesPerKibibyte);
        Set(table, row, text, "SwapTotal:"u8, Metric.HostSwapTotal, BytesPerKibibyte);
        Set(table, row, text, "SwapFree:"u8, Metric.HostSwapFree, BytesPerKibibyte);
    }

    private void ReadPressure(SampleTable table, int row, string name, MetricId some, MetricId? full)
    {
        // "some avg10=0.00 avg60=0.00 avg300=0.00 total=0": absent without CONFIG_PSI, unreadable with psi=0.
        ReadOnlySpan<byte> text = Text(name);
        while (KernelText.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            MetricId? metric = line.StartsWith("some "u8) ? some : line.StartsWith("full "u8) ? full : null;
            int total = line.LastIndexOf("total="u8);
            if (metric is MetricId known && total >= 0)
            {
                line = line[(total + "total="u8.Length)..];
                if (KernelText.TryTakeNumber(ref line, out long microseconds))
                {
                    table.Set(row, known, microseconds);
                }
            }
        }
    }

    private void ReadThousandths(SampleTable table, int row, string name, MetricId metric)
    {
        ReadOnlySpan<byte> text = Text(name);
        if (KernelText.TryTakeThousandths(ref text, out long value))
        {
            table.Set(row, metric, value);
        }
    }

    private static void Set(SampleTable table, int row, ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, MetricId metric, long factor)
    {
        if (KernelText.TryFindNumber(text, key, out long value))
        {
            table.Set(row, metric, value * factor);
        }
    }
}
