using System.Globalization;

namespace VirtAgents.Benchmarks;

/// <summary>CPU of the process and allocations over the measured parts.</summary>
internal sealed class StorageMeter
{
    private TimeSpan _cpu;
    private long _allocated;
    private TimeSpan _startCpu;
    private long _startAllocated;

    public void Start() => (_startCpu, _startAllocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

    public void Stop(bool counts)
    {
        if (counts)
        {
            _cpu += Environment.CpuUsage.TotalTime - _startCpu;
            _allocated += GC.GetTotalAllocatedBytes(precise: true) - _startAllocated;
        }
    }

    public void Print(string what, long values, int batches) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: {_cpu.TotalMicroseconds / values:F4} us CPU per value, {values / _cpu.TotalSeconds / 1e6:F2} M values per CPU-second, {_allocated / (double)batches:F0} bytes allocated per batch ({_allocated / (double)values:F3} per value)"));
}
