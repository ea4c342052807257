using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The slow tier: one bulk call for all running VMs, with a way around those that hang.</summary>
/// <remarks>
/// A QEMU that does not answer blocks the bulk call for every VM. When the call is late, libvirt is asked over another
/// connection whose monitor is occupied; those VMs are stuck, the blocked thread is left to itself, and the call is made
/// anew on a fresh connection without waiting for monitors in use: the blocked call still holds the stuck VM's.
/// </remarks>
internal sealed class SlowSampler(
    LibvirtOptions options, TimeProvider time, HostModel model, StuckVms stuck, MonitorCheck check, Func<StatsLine> open, AbandonedThreads abandoned)
    : IDisposable
{
    /// <summary>A monitor has been occupied a little less long than the call that occupies it has taken.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(200);
    private static readonly MetricId[] VmColumns = [.. MetricCatalogue.ColumnsOf(SubjectKind.Vm, SampleTier.Slow)];
    private static readonly MetricId[] DiskColumns = [.. MetricCatalogue.ColumnsOf(SubjectKind.VmDisk, SampleTier.Slow)];

    private readonly StatsReader _reader = new();
    private readonly CpuSplitReader _cpu = new(options.Roots);
    private readonly HashSet<Guid> _seen = [];
    private StatsLine? _line;
    private volatile bool _drop;

    /// <summary>Adds the tables Vm and VmDisk. Returns what was in the way, or null.</summary>
    public async Task<string?> SampleAsync(HostSnapshot snapshot, SampleSet target, CancellationToken cancellationToken)
    {
        if (!snapshot.IsReachable || snapshot.Vms.Count == 0)
        {
            return null;
        }

        try
        {
            using DomainStatsRecords? records = await FetchAsync(snapshot, cancellationToken);
            if (records is null)
            {
                return $"statistics of libvirt are late by more than {options.SlowDeadline}";
            }

            if (model.Snapshot.IsReachable)
            {
                Fill(records, snapshot, target);
            }

            return null;
        }
        catch (LibvirtException failure)
        {
            // Most often the daemon has just gone; its loss is told by the watch. The next sample connects anew.
            Drop();
            return failure.Message;
        }
    }

    /// <summary>Has the next sample connect anew, when the connection is known to be dead. From any thread.</summary>
    public void Drop() => _drop = true;

    public void Dispose()
    {
        _line?.Dispose();
        _cpu.Dispose();
    }

    private async Task<DomainStatsRecords?> FetchAsync(HostSnapshot snapshot, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        if (_drop)
        {
            _drop = false;
            _line?.Dispose();
            _line = null;
        }

        while (abandoned.HasRoom)
        {
            StatsLine line = _line ??= open();
            Task<DomainStatsRecords> call = line.StartAsync(noWait: stuck.Any);
            TimeSpan left = options.SlowDeadline - time.GetElapsedTime(start);
            TimeSpan patience = options.HungAfter + Slack;
            if (await IsDoneAsync(call, left < patience ? left : patience, line, cancellationToken))
            {
                return await call;
            }

            bool found = await check.FindStuckAsync(snapshot.Vms.Values, options.SlowDeadline - time.GetElapsedTime(start), cancellationToken);
            GiveUp(line, call);
            if (!found || time.GetElapsedTime(start) >= options.SlowDeadline)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<bool> IsDoneAsync(Task<DomainStatsRecords> call, TimeSpan patience, StatsLine line, CancellationToken cancellationToken)
    {
        try
        {
            _ = await call.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            GiveUp(line, call);
            throw;
        }
    }

    private void GiveUp(StatsLine line, Task<DomainStatsRecords> call)
    {
        line.Abandon(call);
        _line = null;
    }

    private void Fill(DomainStatsRecords records, HostSnapshot snapshot, SampleSet target)
    {
        SampleTable vms = target.Add(SubjectKind.Vm, VmColumns);
        SampleTable disks = target.Add(SubjectKind.VmDisk, DiskColumns);
        _seen.Clear();
        for (int record = 0; record < records.Count; record++)
        {
            Guid uuid = records.Uuid(record);
            if (!snapshot.Vms.TryGetValue(uuid, out VmEntry? vm))
            {
                continue; // not in the inventory (yet): on its way in, or just defined
            }

            _ = _seen.Add(uuid);
            int row = vms.AddRow(vm.Info.Index);
            TypedParameters parameters = records.Parameters(record);
            if (!_reader.Read(ref parameters, vm, vms, row, disks))
            {
                stuck.Suspect(uuid);
            }

            if (snapshot.Inventory.Host.CpuCount > 0)
            {
                vms.Set(row, Metric.VmHostCpus, snapshot.Inventory.Host.CpuCount);
            }

            MarkStuck(uuid, vms, row);
        }

        _cpu.Fill(snapshot.Processes, vms);
        foreach ((Guid uuid, VmEntry vm) in snapshot.Vms)
        {
            if (!vm.Condition.IsAlive && !_seen.Contains(uuid))
            {
                int row = vms.AddRow(vm.Info.Index);
                vms.Set(row, Metric.VmStateCode, (long)vm.Condition.State);
                vms.Set(row, Metric.VmStateReasonCode, (long)vm.Condition.Reason);
            }
        }
    }

    private void MarkStuck(Guid uuid, SampleTable vms, int row)
    {
        if (stuck.Since(uuid) is { } since)
        {
            vms.Set(row, Metric.VmStateCode, (long)VmState.Stuck);
            vms.Set(row, Metric.VmStateReasonCode, (long)VmStateReason.MonitorBlocked);
            vms.Set(row, Metric.VmStuckSince, since);
        }
    }
}
