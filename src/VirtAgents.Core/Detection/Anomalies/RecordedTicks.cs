using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What was recorded of one host and its VMs over a stretch of time: each minute stands for a tick. Not thread-safe.</summary>
/// <remarks>
/// Summaries have numerators and denominators as ticks have them, so means over windows are those of the ticks themselves. Two things cannot be told from them: of a VM with several disks or
/// interfaces, whether one of them was unknown in a tick, which makes the tick unknown live; and in which tick of a minute a VM stopped.
/// </remarks>
/// <param name="minutes">How many minutes there are room for.</param>
public sealed class RecordedTicks(int minutes) : ITickFigures
{
    private readonly Dictionary<(VmId Vm, int Slot), (double Amount, double Weight)[]> _vms = [];
    private readonly (double Amount, double Weight)[][] _host = [new (double, double)[minutes], new (double, double)[minutes], new (double, double)[minutes]];
    private readonly bool[] _known = new bool[minutes];
    private readonly HashSet<VmId> _ids = [];
    private int _now;

    /// <summary>VMs of which something was recorded.</summary>
    public IReadOnlyCollection<VmId> Vms => _ids;

    /// <summary>The first minute of which something is known; null = of none.</summary>
    public int? First => Array.IndexOf(_known, true) is >= 0 and var first ? first : null;

    /// <summary>Takes the summary of a minute.</summary>
    /// <param name="signal">What it is of.</param>
    /// <param name="vm">The VM; default for figures of the host.</param>
    /// <param name="minute">Number of the minute, from 0.</param>
    /// <param name="summary">The summary.</param>
    public void Add(RecordedSignal signal, VmId vm, int minute, Summary summary)
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(summary);
        (double Amount, double Weight)[] series = signal.IsOfHost ? _host[signal.Slot] : SeriesOf(vm, signal.Slot);
        (double amount, double weight) = series[minute];
        series[minute] = (amount + summary.Amount, signal.CountsOnce ? Math.Max(weight, summary.Weight) : weight + summary.Weight);
        _known[minute] = true;
    }

    /// <inheritdoc />
    public void AddTo(VmId vm, int vcpuCount, VmSums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);

        // What a guest does not tell any more stands still, which is not the same as 0; its memory is unknown then.
        bool isFresh = At(vm, VmSignals.Memory).Weight > 0;
        foreach (RecordedSignal signal in RecordedSignal.All)
        {
            if (!signal.IsOfHost && (isFresh || signal.Slot is not (VmSums.SwapIn or VmSums.SwapOut or VmSums.MajorFaults)))
            {
                (double amount, double weight) = At(vm, signal.Slot);
                sums.Add(signal.Slot, amount, weight);
            }
        }
    }

    /// <inheritdoc />
    public void AddTo(HostMemorySums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        (double available, double count) = _host[RecordedSignal.HostAvailable][_now];
        (double total, double totals) = _host[RecordedSignal.HostTotal][_now];
        if (count > 0 && totals > 0)
        {
            sums.Add((long)(available / count), (long)(total / totals));
        }
    }

    /// <summary>How long the host had been up in the middle of the minute, milliseconds; null = unknown.</summary>
    internal long? UptimeMs => _host[RecordedSignal.HostUptime][_now] is { Weight: > 0 } uptime ? (long)(uptime.Amount / uptime.Weight * 1_000) : null;

    /// <summary>Goes to a minute; whether anything is known of it.</summary>
    internal bool MoveTo(int minute) => _known[_now = minute];

    /// <summary>Whether its CPU was sampled in the minute, which is so of VMs that run.</summary>
    internal bool Runs(VmId vm) => At(vm, VmSignals.Cpu).Weight > 0;

    private (double Amount, double Weight) At(VmId vm, int slot) => _vms.TryGetValue((vm, slot), out (double, double)[]? series) ? series[_now] : default;

    private (double Amount, double Weight)[] SeriesOf(VmId vm, int slot)
    {
        _ids.Add(vm);
        ref (double, double)[]? series = ref CollectionsMarshal.GetValueRefOrAddDefault(_vms, (vm, slot), out _);
        return series ??= new (double, double)[minutes];
    }
}
