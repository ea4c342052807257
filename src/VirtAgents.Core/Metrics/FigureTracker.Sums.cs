using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

public sealed partial class FigureTracker
{
    private static readonly DerivedMetric DiskOperations = VmSignals.All[VmSignals.DiskOperations];
    private static readonly DerivedMetric DiskLatency = VmSignals.All[VmSignals.DiskLatency];

    /// <inheritdoc/>
    public void AddTo(VmId vm, int vcpuCount, VmSums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        if (!_vms.TryGetValue(vm, out VmSlot? slot))
        {
            return;
        }

        VmInputs inputs = new(this, slot, vcpuCount);
        AddTo(sums, VmSignals.Cpu, CpuPercent, inputs, slot.Cpu.Stamp);
        AddTo(sums, VmSignals.Steal, StealPercent, inputs, slot.Delay.Stamp);
        AddTo(sums, VmSignals.Memory, MemoryUsedPercent, inputs, slot.GuestTotal.Stamp);
        AddDisks(sums, VmSignals.DiskOperations, DiskOperations, slot.Disks);
        AddDisks(sums, VmSignals.DiskLatency, DiskLatency, slot.Disks);
        AddDevices(sums, VmSignals.NetworkReceive, slot.Interfaces, incoming: true);
        AddDevices(sums, VmSignals.NetworkTransmit, slot.Interfaces, incoming: false);
        AddDevices(sums, VmSums.DiskRead, slot.Disks, incoming: true);
        AddDevices(sums, VmSums.DiskWrite, slot.Disks, incoming: false);
        AddGauge(sums, VmSums.Balloon, slot.Balloon);
        AddGauge(sums, VmSums.BalloonMaximum, slot.MemoryMaximum);
        if (slot.MemoryIsStale == UnknownReason.None)
        {
            // What the guest does not tell any more stands still, which is not the same as 0.
            AddRate(sums, VmSums.SwapIn, slot.SwapIn);
            AddRate(sums, VmSums.SwapOut, slot.SwapOut);
            AddRate(sums, VmSums.MajorFaults, slot.MajorFaults);
        }
    }

    /// <inheritdoc/>
    public void AddTo(HostMemorySums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        if (_host.MemoryAvailable.Stamp == _newest && _host.MemoryAvailable.Value is { } available && _host.MemoryTotal.Value is { } total)
        {
            sums.Add(available, total);
        }
    }

    private void ObserveWork(SampleTable table, IReadOnlyList<Subject?> subjects, in FigureTick tick)
    {
        int reads = table.ColumnOf(Metric.DiskReads);
        int writes = table.ColumnOf(Metric.DiskWrites);
        int flushes = table.ColumnOf(Metric.DiskFlushes);
        int readTime = table.ColumnOf(Metric.DiskReadTime);
        int writeTime = table.ColumnOf(Metric.DiskWriteTime);
        int flushTime = table.ColumnOf(Metric.DiskFlushTime);
        for (int row = 0; reads >= 0 && row < table.RowCount; row++)
        {
            if (SlotOf(table.Subjects[row], subjects, table.Kind) is DeviceSlot disk)
            {
                DiskWork work = disk.Work ??= new();
                work.Reads.Observe(table, row, reads, tick);
                work.Writes.Observe(table, row, writes, tick);
                work.Flushes.Observe(table, row, flushes, tick);
                work.ReadTime.Observe(table, row, readTime, tick);
                work.WriteTime.Observe(table, row, writeTime, tick);
                work.FlushTime.Observe(table, row, flushTime, tick);
            }
        }
    }

    private void AddTo(VmSums sums, int signal, DerivedMetric metric, in VmInputs inputs, TickStamp stamp)
    {
        if (stamp == _newest && DerivedFraction.Evaluate(metric, inputs, out double amount, out double weight) == UnknownReason.None)
        {
            sums.Add(signal, amount, weight);
        }
    }

    private void AddGauge(VmSums sums, int signal, in LiveGauge gauge)
    {
        if (gauge.Stamp == _newest && gauge.Value is { } value)
        {
            sums.Add(signal, value, 1);
        }
    }

    private void AddRate(VmSums sums, int signal, in LiveRate rate)
    {
        if (rate.Stamp == _newest && rate.Growth(out CounterGrowth growth) == UnknownReason.None)
        {
            sums.Add(signal, growth.Amount, growth.Milliseconds / 1000.0);
        }
    }

    // Of operations each second the interval counts once, of latency the requests of all disks. One that is unknown makes the whole unknown; one without requests does not.
    private void AddDisks(VmSums sums, int signal, DerivedMetric metric, List<DeviceSlot> disks)
    {
        (double amounts, double weights) = (0, 0);
        foreach (DeviceSlot disk in disks)
        {
            if (disk.Work is not { } work || work.Reads.Stamp != _newest)
            {
                continue;
            }

            UnknownReason unknown = DerivedFraction.Evaluate(metric, new DiskInputs(this, work), out double amount, out double weight);
            if (unknown is not (UnknownReason.None or UnknownReason.ZeroDenominator))
            {
                return;
            }

            amounts += amount;
            weights = signal == VmSignals.DiskOperations ? weight : weights + weight;
        }

        sums.Add(signal, amounts, weights);
    }

    private void AddDevices(VmSums sums, int signal, List<DeviceSlot> devices, bool incoming)
    {
        (double bytes, double seconds) = (0, 0);
        foreach (DeviceSlot device in devices)
        {
            ref readonly LiveRate rate = ref incoming ? ref device.In : ref device.Out;
            if (rate.Stamp != _newest)
            {
                continue;
            }

            if (rate.Growth(out CounterGrowth growth) != UnknownReason.None)
            {
                return;
            }

            bytes += growth.Amount;
            seconds = growth.Milliseconds / 1000.0;
        }

        sums.Add(signal, bytes, seconds);
    }

    /// <summary>What is remembered of a disk, as derived metrics ask for it.</summary>
    private readonly struct DiskInputs(FigureTracker tracker, DiskWork work) : IDerivedInputs
    {
        public Reckoned Growth(MetricId metric, out long milliseconds) =>
            metric == Metric.DiskReads ? tracker.GrowthOf(work.Reads, metric, out milliseconds)
            : metric == Metric.DiskWrites ? tracker.GrowthOf(work.Writes, metric, out milliseconds)
            : metric == Metric.DiskFlushes ? tracker.GrowthOf(work.Flushes, metric, out milliseconds)
            : metric == Metric.DiskReadTime ? tracker.GrowthOf(work.ReadTime, metric, out milliseconds)
            : metric == Metric.DiskWriteTime ? tracker.GrowthOf(work.WriteTime, metric, out milliseconds)
            : metric == Metric.DiskFlushTime ? tracker.GrowthOf(work.FlushTime, metric, out milliseconds)
            : NoGrowth(out milliseconds);

        public Reckoned Level(MetricId metric) => UnknownReason.NotSampled;

        public Reckoned Held(MetricId metric) => UnknownReason.NotSampled;

        public UnknownReason Freshness(MetricId metric) => UnknownReason.None;
    }
}
