using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Keeps the newest figures of one host, its VMs and its pools from its ticks, one tracker for each host. Not thread-safe.
/// </summary>
/// <remarks>
/// A figure is that of the newest tick of its tier or it is null: a VM that a tick does not mention has no figures from
/// that tick on. Pools are read in a rhythm of their own, slower than the ticks: their figures are those of the newest tick
/// that had pools, for as long as <see cref="PoolsHoldMs"/>. Rates are null at the first reading of a counter, after a reset, when the clock did not move forward,
/// and after a gap of more than <see cref="Rhythm.LongestGapIntervals"/> intervals. Why a figure is null is told with it.
/// Figures that are derived metrics come from the same code as their history, so both agree.
/// <see cref="Observe"/> allocates only when a subject is seen for the first time.
/// </remarks>
public sealed partial class FigureTracker : ITickFigures
{
    /// <summary>How long figures of pools hold without new ones, by the time of slow ticks; milliseconds.</summary>
    public const long PoolsHoldMs = 300_000;

    private readonly Dictionary<Subject, FigureSlot> _slots = [];
    private readonly Dictionary<VmId, VmSlot> _vms = [];
    private readonly Dictionary<string, PoolSlot> _pools = [];
    private readonly HostSlot _host = new();
    private FigureSlot?[] _byIndex = [];
    private Rhythm _fast = new(Rhythm.FastIntervalMs);
    private Rhythm _slow = new(Rhythm.SlowIntervalMs);
    private long _fastTicks;
    private long _slowTicks;
    private long _poolTicks;
    private long _poolsUnixMs;
    private long _slowUnixMs;
    private long _newestUnixMs;
    private TickStamp _newest;
    private int _epoch;

    /// <summary>Takes one tick of the host.</summary>
    /// <param name="samples">The tick.</param>
    /// <param name="subjects">Subject of each index that rows use; rows without one are passed over.</param>
    /// <param name="epoch">Number of the boot it came from; counters are not compared across different ones.</param>
    public void Observe(SampleSet samples, IReadOnlyList<Subject?> subjects, int epoch = 0)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(subjects);
        FigureTick tick = Begin(samples, epoch);
        for (int i = 0; i < samples.TableCount; i++)
        {
            SampleTable table = samples[i];
            switch (table.Kind)
            {
                case SubjectKind.Host:
                    ObserveHost(table, tick);
                    break;
                case SubjectKind.Vm:
                    ObserveVms(table, subjects, tick);
                    break;
                case SubjectKind.VmDisk:
                    ObserveDevices(table, subjects, tick, Metric.DiskReadBytes, Metric.DiskWriteBytes);
                    ObserveWork(table, subjects, tick);
                    break;
                case SubjectKind.VmInterface:
                    ObserveDevices(table, subjects, tick, Metric.NetReceiveBytes, Metric.NetTransmitBytes);
                    break;
                case SubjectKind.Pool:
                    ObservePools(table, subjects, tick);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Forgets a VM and its devices, so that one that left does not take memory for ever.</summary>
    public void Forget(VmId vm)
    {
        if (!_vms.Remove(vm, out VmSlot? slot))
        {
            return;
        }

        Drop(slot);
        foreach (DeviceSlot device in slot.Disks.Concat(slot.Interfaces))
        {
            Drop(device);
        }
    }

    private FigureTick Begin(SampleSet samples, int epoch)
    {
        if (epoch != _epoch)
        {
            // Another agent has a rhythm of its own.
            (_fast, _slow) = (new Rhythm(Rhythm.FastIntervalMs), new Rhythm(Rhythm.SlowIntervalMs));
        }

        _epoch = epoch;
        _newestUnixMs = samples.TimeUnixMs;
        bool fast = samples.Tier == SampleTier.Fast;
        long number = fast ? ++_fastTicks : ++_slowTicks;
        _slowUnixMs = fast ? _slowUnixMs : samples.TimeUnixMs;
        long longestGap = fast ? _fast.Observe(samples.TimeUnixMs) : _slow.Observe(samples.TimeUnixMs);
        _newest = new TickStamp(fast ? SampleTier.Fast : SampleTier.Slow, number);
        return new(_newest, samples.TimeUnixMs, longestGap, epoch);
    }

    private void ObserveHost(SampleTable table, in FigureTick tick)
    {
        if (table.RowCount == 0)
        {
            return;
        }

        _host.User.Observe(table, 0, table.ColumnOf(Metric.HostCpuUser), tick);
        _host.System.Observe(table, 0, table.ColumnOf(Metric.HostCpuSystem), tick);
        _host.Idle.Observe(table, 0, table.ColumnOf(Metric.HostCpuIdle), tick);
        _host.IoWait.Observe(table, 0, table.ColumnOf(Metric.HostCpuIoWait), tick);
        _host.Steal.Observe(table, 0, table.ColumnOf(Metric.HostCpuSteal), tick);
        _host.MemoryTotal.Observe(table, 0, table.ColumnOf(Metric.HostMemoryTotal), tick);
        _host.MemoryAvailable.Observe(table, 0, table.ColumnOf(Metric.HostMemoryAvailable), tick);
        if (HasValue(table, 0))
        {
            _host.UpdatedUnixMs = tick.TimeUnixMs;
        }
    }

    private void ObserveVms(SampleTable table, IReadOnlyList<Subject?> subjects, in FigureTick tick)
    {
        int cpu = table.ColumnOf(Metric.VmCpuTime);
        int delay = table.ColumnOf(Metric.VmCpuDelay);
        int throttled = table.ColumnOf(Metric.VmCpuThrottled);
        int rss = table.ColumnOf(Metric.VmMemoryRss);
        int vcpus = table.ColumnOf(Metric.VmVcpuCount);
        int hostCpus = table.ColumnOf(Metric.VmHostCpus);
        int maximum = table.ColumnOf(Metric.VmBalloonMaximum);
        int balloon = table.ColumnOf(Metric.VmBalloonCurrent);
        int swapIn = table.ColumnOf(Metric.VmSwapIn);
        int swapOut = table.ColumnOf(Metric.VmSwapOut);
        int faults = table.ColumnOf(Metric.VmMajorFaults);
        int total = table.ColumnOf(Metric.VmMemoryAvailable);
        int usable = table.ColumnOf(Metric.VmMemoryUsable);
        int updated = table.ColumnOf(Metric.VmBalloonUpdated);
        for (int row = 0; row < table.RowCount; row++)
        {
            if (SlotOf(table.Subjects[row], subjects, SubjectKind.Vm) is not VmSlot vm)
            {
                continue;
            }

            vm.Cpu.Observe(table, row, cpu, tick);
            vm.Delay.Observe(table, row, delay, tick);
            vm.Throttled.Observe(table, row, throttled, tick);
            vm.Rss.Observe(table, row, rss, tick);
            vm.Vcpus.Observe(table, row, vcpus, tick);
            vm.HostCpus.Observe(table, row, hostCpus, tick);
            vm.MemoryMaximum.Observe(table, row, maximum, tick);
            vm.GuestTotal.Observe(table, row, total, tick);
            vm.GuestUsable.Observe(table, row, usable, tick);
            vm.Balloon.Observe(table, row, balloon, tick);
            vm.SwapIn.Observe(table, row, swapIn, tick);
            vm.SwapOut.Observe(table, row, swapOut, tick);
            vm.MajorFaults.Observe(table, row, faults, tick);
            vm.GuestTold.Observe(table, row, updated, tick);
            ObserveFreshness(vm, table, row, updated, tick);
            NoteUpdate(vm, table, row, tick);
        }
    }

    private static void ObserveFreshness(VmSlot vm, SampleTable table, int row, int column, in FigureTick tick)
    {
        if (vm.FreshnessEpoch != tick.Epoch)
        {
            // What the guest told to another agent, or on another host, says nothing about what it tells here.
            vm.Freshness = default;
            vm.FreshnessEpoch = tick.Epoch;
        }

        if (column >= 0)
        {
            vm.MemoryIsStale = !table.TryGet(row, column, out long updated) ? UnknownReason.NotSampled
                : vm.Freshness.Observe(tick.TimeUnixMs, updated, tick.LongestGapMs) ? UnknownReason.None
                : UnknownReason.Stale;
        }
    }

    private void ObserveDevices(
        SampleTable table, IReadOnlyList<Subject?> subjects, in FigureTick tick, MetricId incoming, MetricId outgoing)
    {
        int @in = table.ColumnOf(incoming);
        int @out = table.ColumnOf(outgoing);
        for (int row = 0; row < table.RowCount; row++)
        {
            if (SlotOf(table.Subjects[row], subjects, table.Kind) is DeviceSlot device)
            {
                device.In.Observe(table, row, @in, tick);
                device.Out.Observe(table, row, @out, tick);
                NoteUpdate(device, table, row, tick);
            }
        }
    }

    private void ObservePools(SampleTable table, IReadOnlyList<Subject?> subjects, in FigureTick tick)
    {
        FigureTick pools = tick with { Stamp = new TickStamp(SampleTier.Slow, ++_poolTicks) };
        _poolsUnixMs = tick.TimeUnixMs;
        int active = table.ColumnOf(Metric.PoolActive);
        int capacity = table.ColumnOf(Metric.PoolCapacity);
        int allocation = table.ColumnOf(Metric.PoolAllocation);
        int available = table.ColumnOf(Metric.PoolAvailable);
        for (int row = 0; row < table.RowCount; row++)
        {
            if (SlotOf(table.Subjects[row], subjects, SubjectKind.Pool) is PoolSlot pool)
            {
                pool.Active.Observe(table, row, active, pools);
                pool.Capacity.Observe(table, row, capacity, pools);
                pool.Allocation.Observe(table, row, allocation, pools);
                pool.Available.Observe(table, row, available, pools);
                NoteUpdate(pool, table, row, tick);
            }
        }
    }

    private static void NoteUpdate(FigureSlot slot, SampleTable table, int row, in FigureTick tick)
    {
        if (HasValue(table, row))
        {
            slot.UpdatedUnixMs = tick.TimeUnixMs;
        }
    }

    private static bool HasValue(SampleTable table, int row)
    {
        for (int column = 0; column < table.Metrics.Length; column++)
        {
            if (table.TryGet(row, column, out _))
            {
                return true;
            }
        }

        return false;
    }
}
