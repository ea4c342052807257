using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Tests.Metrics;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

/// <summary>One host with VMs of 2 vCPUs that are busy with a little noise, seen once a minute.</summary>
internal sealed class WatchedVms(VmBaselines baselines, int host = 1, double threshold = 0.75)
{
    public const long WindowMs = AnomalyWatch.WindowMs;
    private readonly AnomalyWatch _watch = new(HostOf(host), baselines, threshold);
    private readonly FigureTracker _figures = new();
    private readonly HostTicks _ticks = new();
    private readonly Dictionary<VmId, long> _cpu = [];

    /// <summary>Time of the newest tick; multiples of windows plus a moment.</summary>
    public long Now { get; private set; } = 1_750_000_200_000;

    public List<HostEvent> Told { get; } = [];

    /// <summary>When its VMs began to run; 0 = unknown.</summary>
    public long StartedUnixMs { get; set; }

    /// <summary>Whether they wait half as long for CPU as they get it; otherwise it is not sampled.</summary>
    public bool DoWait { get; set; }

    public AnomalyWatch Watch => _watch;

    public FigureTracker Figures => _figures;

    public static HostId HostOf(int number) => new(new Guid(number, 1, 1, new byte[8]));

    public static VmId VmOf(int number) => new(new Guid(number, 2, 2, new byte[8]));

    /// <summary>Waits without any tick.</summary>
    public WatchedVms Skip(long milliseconds)
    {
        Now += milliseconds;
        return this;
    }

    /// <summary>Ticks for some windows.</summary>
    public WatchedVms Windows(int count, double cpuPercent = 20, VmState state = VmState.Running, params int[] vms)
    {
        for (int i = 0; i < count * (WindowMs / 60_000); i++)
        {
            Tick(cpuPercent, state, vms.Length > 0 ? vms : [1]);
        }

        return this;
    }

    public void Tick(double cpuPercent = 20, VmState state = VmState.Running, params int[] vms)
    {
        Now += 60_000;
        _ticks.At(Now, SampleTier.Slow);
        SeenVm[] seen = [.. vms.Select(v => new SeenVm(VmOf(v), $"vm-{v}", state, 2, "", StartedUnixMs))];
        Told.AddRange(_watch.See(Now, seen));
        _ticks.At(Now, SampleTier.Fast).EmptyTable(SubjectKind.Vm);
        foreach (SeenVm vm in seen)
        {
            double noise = 1 + (0.1 * Math.Sin((double)Now / 60_000 * 12.9898) * Math.Cos((double)Now / 60_000 * 78.233));
            _cpu[vm.Id] = _cpu.GetValueOrDefault(vm.Id) + (long)(2 * 60e9 * cpuPercent / 100 * noise);
            (MetricId, long)[] waited = DoWait ? [(Metric.VmCpuDelay, _cpu[vm.Id] / 2)] : [];
            _ticks.Row(new Subject(SubjectKind.Vm, vm.Id.Value, ""), [(Metric.VmCpuTime, _cpu[vm.Id]), .. waited]);
        }

        _figures.Observe(_ticks.Samples, _ticks.Subjects);
        Told.AddRange(_watch.Observe(Now, _figures));
    }
}
