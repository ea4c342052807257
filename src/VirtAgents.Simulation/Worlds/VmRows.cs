using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of VMs.</summary>
internal static class VmRows
{
    /// <summary>How often a VM tells its memory figures.</summary>
    private const long BalloonPeriodSeconds = 10;

    /// <summary>A VM that boots cannot tell yet.</summary>
    private const long BalloonSilentSeconds = 20;
    private const long CgroupCacheBytes = 12L << 20;

    private static readonly MetricId[] FastColumns =
        [Metric.VmCpuTime, Metric.VmCpuDelay, Metric.VmMemoryRss, Metric.VmMemoryCgroup, Metric.VmCpuThrottled];

    private static readonly MetricId[] SlowColumns =
    [
        Metric.VmStateCode, Metric.VmStateReasonCode, Metric.VmStuckSince, Metric.VmVcpuCount, Metric.VmCpuUser, Metric.VmCpuSystem,
        Metric.VmVcpuTime, Metric.VmVcpuWait, Metric.VmVcpuDelay, Metric.VmBalloonCurrent, Metric.VmBalloonMaximum,
        Metric.VmMemoryAvailable, Metric.VmMemoryUnused, Metric.VmMemoryUsable, Metric.VmMemoryCaches, Metric.VmSwapIn,
        Metric.VmSwapOut, Metric.VmMajorFaults, Metric.VmBalloonUpdated, Metric.VmHostCpus,
    ];

    public static void AddFast(SimHost host, SampleSet target, long elapsedMs)
    {
        SampleTable table = target.Add(SubjectKind.Vm, FastColumns);
        foreach (SimVm vm in host.Vms)
        {
            if (vm.InMemory)
            {
                int row = table.AddRow(vm.Index);
                table.Set(row, 0, vm.CpuTime.At(elapsedMs));
                table.Set(row, 1, vm.CpuDelay.At(elapsedMs));
                table.Set(row, 2, vm.Memory.ResidentBytes);
                table.Set(row, 3, vm.Memory.ResidentBytes + CgroupCacheBytes);
                table.Set(row, 4, vm.CpuThrottled.At(elapsedMs));
            }
        }
    }

    public static void AddSlow(SimHost host, SampleSet target, long elapsedMs, WorldState world)
    {
        SampleTable table = target.Add(SubjectKind.Vm, SlowColumns);
        foreach (SimVm vm in host.Vms)
        {
            // A monitor that does not answer, and of which that is not known yet: nothing can be said of this VM.
            if (vm.Hung && !vm.StuckKnown)
            {
                continue;
            }

            int row = table.AddRow(vm.Index);
            (VmState state, VmStateReason reason) = vm.Observed;
            table.Set(row, 0, (long)state);
            table.Set(row, 1, (long)reason);
            if (vm.StuckKnown)
            {
                table.Set(row, 2, world.ClockOf(host) - (world.NowMs - vm.HungSinceMs));
            }
            else if (vm.InMemory)
            {
                AddProcess(vm, table, row, elapsedMs);
                AddMemory(vm, table, row, elapsedMs, world);
            }
        }
    }

    private static void AddProcess(SimVm vm, SampleTable table, int row, long elapsedMs)
    {
        long system = vm.CpuSystem.At(elapsedMs);
        table.Set(row, 3, vm.Settings.VcpuCount);
        table.Set(row, 4, vm.CpuTime.At(elapsedMs) - system);
        table.Set(row, 5, system);
        table.Set(row, 6, vm.VcpuTime.At(elapsedMs));
        table.Set(row, 7, vm.VcpuWait.At(elapsedMs));
        table.Set(row, 8, vm.CpuDelay.At(elapsedMs));
        table.Set(row, 19, vm.Host.Definition.CpuCount);
    }

    private static void AddMemory(SimVm vm, SampleTable table, int row, long elapsedMs, WorldState world)
    {
        table.Set(row, 9, vm.Memory.BalloonBytes);
        table.Set(row, 10, vm.Memory.MaximumBytes);
        long sinceBoot = (world.NowMs - vm.BootedMs) / 1000;
        if (sinceBoot < BalloonSilentSeconds)
        {
            return;
        }

        table.Set(row, 11, vm.Memory.TotalBytes);
        table.Set(row, 12, vm.Memory.UnusedBytes);
        table.Set(row, 13, vm.Memory.UsableBytes);
        table.Set(row, 14, vm.Memory.CacheBytes);
        table.Set(row, 15, vm.SwapIn.At(elapsedMs));
        table.Set(row, 16, vm.SwapOut.At(elapsedMs));
        table.Set(row, 17, vm.MajorFaults.At(elapsedMs));
        table.Set(row, 18, (world.ClockOf(vm.Host) / 1000) - (sinceBoot % BalloonPeriodSeconds));
    }
}
