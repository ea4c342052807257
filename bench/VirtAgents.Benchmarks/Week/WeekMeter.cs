using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Consolidation;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks.Week;

/// <summary>What a week was like for VMs and hosts, from counters of all of them: also of those that the collector does not hear.</summary>
internal sealed class WeekMeter
{
    // Also with room a vCPU waits now and then, up to 3 % of its time in the simulator.
    private const double ShortFrom = 0.05, FullFrom = 0.99, Percent = 100, JoulesPerKilowattHour = 3.6e6, NsPerSecond = 1e9;

    private const int HoursPerDay = 24;

    private static readonly TimeSpan EachLook = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A server of two processors by its SPECpower_ssj2008 result of 2011-04-06 (IBM System x3550 M3, Xeon X5675), by percent of its load; the curve that Beloglazov and Buyya (2012) and CloudSim use.
    /// </summary>
    private static readonly HostModel Server = new("IBM x3550 M3", Percent, [58.4, 98, 109, 118, 128, 140, 153, 170, 189, 205, 222]);

    private readonly Dictionary<Guid, int> _vms;
    private readonly bool[] _runs;
    private readonly (int Host, long Cpu, long Delay)[] _before;
    private readonly long[] _busy;
    private readonly long[] _all;
    private readonly bool[] _isKnown;
    private readonly bool[] _isEmpty;
    private readonly int _cpus;
    private readonly long[] _shortIn = new long[HoursPerDay], _vmTicksIn = new long[HoursPerDay];
    private double _joules, _joulesOfEmpty, _wanted, _lost;
    private long _down, _hostTicks, _full;
    private int _hour;

    public WeekMeter(EstateDefinition estate)
    {
        _vms = estate.Hosts.SelectMany(h => h.Vms).Select((vm, i) => (vm.Id.Value, i)).ToDictionary();
        (_runs, _before) = (new bool[_vms.Count], new (int, long, long)[_vms.Count]);
        Array.Fill(_before, (-1, 0, 0));
        int hosts = estate.Hosts.Length;
        (_busy, _all, _isKnown, _isEmpty, _cpus) = (new long[hosts], new long[hosts], new bool[hosts], new bool[hosts], estate.Hosts[0].CpuCount);
    }

    /// <summary>Steps of the script that the world could not do.</summary>
    public int Refused { get; set; }

    /// <summary>Spread of load as rules see it, and hosts without VMs, each ten minutes.</summary>
    public List<(TimeSpan At, double Spread, double HighestCpu, int Empty)> Spread { get; } = [];

    public double ShortShare => (double)_shortIn.Sum() / _vmTicksIn.Sum();

    /// <summary>The same in each hour of the day, from midnight; not a number = an hour that was not measured.</summary>
    public double[] ShortShareByHour => [.. _shortIn.Select((s, hour) => (double)s / _vmTicksIn[hour])];

    public double DownShare => (double)_down / _vmTicksIn.Sum();

    public double LostShare => _lost / _wanted;

    public double FullShare => (double)_full / _hostTicks;

    /// <summary>Of all hosts, none of which is ever switched off.</summary>
    public double KilowattHours => _joules / JoulesPerKilowattHour;

    /// <summary>Of hosts while they had no VM: what is saved at most where those are switched off and draw nothing.</summary>
    public double KilowattHoursOfEmpty => _joulesOfEmpty / JoulesPerKilowattHour;

    /// <summary>How often a host lost its last VM: so often one would be switched off, and on again.</summary>
    public int Emptied { get; private set; }

    public int Vms => _vms.Count;

    /// <summary>Begins a tick.</summary>
    /// <param name="now">Time since midnight of the first day.</param>
    public void Begin(TimeSpan now)
    {
        // The tick tells of the time before it.
        _hour = (int)((now.Ticks - 1) / TimeSpan.TicksPerHour % HoursPerDay);
        Array.Clear(_runs);
    }

    /// <summary>Takes the fast samples of a host; none of a dead one.</summary>
    public void Observe(int host, SampleSet samples, Subject?[] subjects)
    {
        bool wasKnown = _isKnown[host];
        _isKnown[host] = samples.Find(SubjectKind.Host) is { RowCount: > 0 } table && TakeHost(host, table, wasKnown, samples.Find(SubjectKind.Vm)!.RowCount);
        if (samples.Find(SubjectKind.Vm) is { } vms)
        {
            for (int row = 0; row < vms.RowCount; row++)
            {
                if (subjects[vms.Subjects[row]] is { } subject && _vms.TryGetValue(subject.Owner, out int vm))
                {
                    TakeVm(vm, host, vms.Get(row, Metric.VmCpuTime) ?? 0, vms.Get(row, Metric.VmCpuDelay) ?? 0);
                }
            }
        }
    }

    /// <summary>Ends a tick.</summary>
    public void End()
    {
        _vmTicksIn[_hour] += _runs.Length;
        _down += _runs.Count(r => !r);
        for (int vm = 0; vm < _runs.Length; vm++)
        {
            _before[vm] = _runs[vm] ? _before[vm] : (-1, 0, 0);
        }
    }

    /// <summary>Notes how even the load is, each ten minutes.</summary>
    public void Look(TimeSpan now, Func<LiveCluster> cluster)
    {
        if (now.Ticks % EachLook.Ticks == 0)
        {
            ClusterFigures figures = ClusterFigures.Of(cluster().Snapshot);
            Spread.Add((now, figures.RelativeSpread, figures.HighestCpu, _isEmpty.Length - figures.HostsInUse));
        }
    }

    // The model takes a host without any load for one that is switched off; here that is idle.
    private static double WattsAt(double share) => share > 0 ? Server.WattsAt(share * Percent) : Server.Watts[0];

    private bool TakeHost(int host, SampleTable table, bool wasKnown, int vms)
    {
        long busy = table.Get(0, Metric.HostCpuUser)!.Value + table.Get(0, Metric.HostCpuSystem)!.Value;
        long all = busy + table.Get(0, Metric.HostCpuIdle)!.Value + table.Get(0, Metric.HostCpuIoWait)!.Value;
        (long used, long passed) = (busy - _busy[host], all - _all[host]);
        (_busy[host], _all[host]) = (busy, all);
        if (wasKnown && passed > 0 && used >= 0)
        {
            double share = (double)used / passed, joules = WattsAt(share) * passed / NsPerSecond / _cpus;
            _hostTicks++;
            _full += share >= FullFrom ? 1 : 0;
            _joules += joules;
            _joulesOfEmpty += vms == 0 ? joules : 0;
            Emptied += vms == 0 && !_isEmpty[host] ? 1 : 0;
            _isEmpty[host] = vms == 0;
        }

        return true;
    }

    // A VM that has moved or was started counts from nought, so that nothing is known of its first interval.
    private void TakeVm(int vm, int host, long cpu, long delay)
    {
        (int onHost, long cpuBefore, long delayBefore) = _before[vm];
        (_runs[vm], _before[vm]) = (true, (host, cpu, delay));
        (double got, double waited) = (cpu - cpuBefore, delay - delayBefore);
        if (onHost == host && got >= 0 && waited >= 0)
        {
            (_wanted, _lost) = (_wanted + got + waited, _lost + waited);
            _shortIn[_hour] += waited > ShortFrom * (got + waited) ? 1 : 0;
        }
    }
}
