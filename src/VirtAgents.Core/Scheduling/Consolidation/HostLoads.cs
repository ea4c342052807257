namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Which VM is where, and what each host is expected to need. Not thread-safe.</summary>
/// <remarks>
/// Means of the VMs of a host add up, and so do their variances as far as VMs vary on their own: the need of a host is the sum of
/// the means and some deviations, which is far less than the sum of what each VM alone might need.
/// </remarks>
internal sealed class HostLoads
{
    private readonly IReadOnlyList<HostModel> _hosts;
    private readonly DemandForecast _forecast;
    private readonly int[] _hostOf;
    private readonly List<int>[] _vmsOf;
    private readonly double[] _mean;
    private readonly double[] _variance;

    public HostLoads(IReadOnlyList<HostModel> hosts, IReadOnlyList<int> placement, DemandForecast forecast)
    {
        (_hosts, _forecast, _hostOf) = (hosts, forecast, [.. placement]);
        (_mean, _variance) = (new double[hosts.Count], new double[hosts.Count]);
        _vmsOf = [.. hosts.Select(_ => new List<int>())];
        for (int vm = 0; vm < _hostOf.Length; vm++)
        {
            _vmsOf[_hostOf[vm]].Add(vm);
        }
    }

    public IReadOnlyList<HostModel> Hosts => _hosts;

    public IReadOnlyList<int> VmsOf(int host) => _vmsOf[host];

    public int HostOf(int vm) => _hostOf[vm];

    public bool IsEmpty(int host) => _vmsOf[host].Count == 0;

    /// <summary>Expected demand of a host, MIPS.</summary>
    public double MeanOf(int host) => _mean[host];

    /// <summary>Reckons all hosts anew from what is expected now; what moves added and took away leaves no rounding behind.</summary>
    public void Refresh()
    {
        for (int host = 0; host < _vmsOf.Length; host++)
        {
            (_mean[host], _variance[host]) = (0, 0);
            foreach (int vm in _vmsOf[host])
            {
                _mean[host] += _forecast.Mean[vm];
                _variance[host] += _forecast.Variance[vm];
            }
        }
    }

    /// <summary>Need of a host with so many deviations, MIPS.</summary>
    public double Need(int host, double deviations) => Need(_mean[host], _variance[host], deviations);

    public double NeedWith(int host, int vm, double deviations) =>
        Need(_mean[host] + _forecast.Mean[vm], _variance[host] + _forecast.Variance[vm], deviations);

    public double NeedWithout(int host, int vm, double deviations) =>
        Need(_mean[host] - _forecast.Mean[vm], _variance[host] - _forecast.Variance[vm], deviations);

    /// <summary>Need of a VM alone, MIPS.</summary>
    public double NeedOfVm(int vm, double deviations) => Need(_forecast.Mean[vm], _forecast.Variance[vm], deviations);

    public void Move(int vm, int host)
    {
        int from = _hostOf[vm];
        _vmsOf[from].Remove(vm);
        _mean[from] -= _forecast.Mean[vm];
        _variance[from] -= _forecast.Variance[vm];
        _hostOf[vm] = host;
        _vmsOf[host].Add(vm);
        _mean[host] += _forecast.Mean[vm];
        _variance[host] += _forecast.Variance[vm];
    }

    // Taking away what was added may leave a variance a little below zero.
    private static double Need(double mean, double variance, double deviations) => mean + (deviations * Math.Sqrt(Math.Max(0, variance)));
}
