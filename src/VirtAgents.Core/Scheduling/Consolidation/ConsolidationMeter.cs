namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Measures what a placement that changes costs, step by step. Not thread-safe.</summary>
/// <remarks>
/// Simplified from the simulator of the experiment: between two steps a host draws the mean of its watts after the moves of the
/// earlier one and at the later one; a step is overloaded by its sample alone; a move takes effect at once, and costs a part
/// of the demand of its step for as long as the memory is copied.
/// </remarks>
internal sealed class ConsolidationMeter
{
    private const double JoulesPerKilowattHour = 3.6e6;

    // Sums of exact fits differ from the capacity by rounding.
    private const double Tolerance = 1e-9;

    private readonly IReadOnlyList<HostModel> _hosts;
    private readonly IReadOnlyList<VmModel> _vms;
    private readonly int[] _hostOf;
    private readonly int[] _count;
    private readonly double[] _load;
    private readonly double[] _watts;
    private int _steps;
    private int _migrations;
    private long _hostSteps;
    private long _overloaded;
    private double _joules;
    private double _asked;
    private double _lost;

    public ConsolidationMeter(IReadOnlyList<HostModel> hosts, IReadOnlyList<VmModel> vms, IReadOnlyList<int> placement)
    {
        (_hosts, _vms, _hostOf) = (hosts, vms, [.. placement]);
        (_count, _load, _watts) = (new int[hosts.Count], new double[hosts.Count], new double[hosts.Count]);
    }

    /// <summary>Figures so far; of one step alone nothing is known, so two are the least.</summary>
    public ConsolidationFigures Figures => new()
    {
        Vms = _vms.Count,
        KilowattHours = _joules / JoulesPerKilowattHour,
        Migrations = _migrations,
        OverloadedRatio = (double)_overloaded / _hostSteps,
        LostRatio = _asked > 0 ? _lost / _asked : 0,
        MeanHosts = (double)_hostSteps / (_steps - 1),
    };

    /// <summary>Takes the demands of a step, MIPS, and the moves that are done at its end.</summary>
    public void Observe(ReadOnlySpan<double> demands, IReadOnlyList<Migration> moves)
    {
        Sum(demands);
        if (_steps++ > 0)
        {
            Account();
        }

        foreach (Migration move in moves)
        {
            _lost += PlanetLabExperiment.LostWhileMoving * demands[move.Vm] * _vms[move.Vm].RamMb / PlanetLabExperiment.CopiedMbPerSecond;
            _hostOf[move.Vm] = move.Host;
            _migrations++;
        }

        if (moves.Count > 0)
        {
            Sum(demands);
        }

        for (int host = 0; host < _hosts.Count; host++)
        {
            _watts[host] = _hosts[host].WattsAt(_load[host]);
        }
    }

    private void Sum(ReadOnlySpan<double> demands)
    {
        Array.Clear(_load);
        Array.Clear(_count);
        for (int vm = 0; vm < demands.Length; vm++)
        {
            _load[_hostOf[vm]] += demands[vm];
            _count[_hostOf[vm]]++;
        }
    }

    private void Account()
    {
        for (int host = 0; host < _hosts.Count; host++)
        {
            if (_count[host] == 0)
            {
                continue;
            }

            _hostSteps++;
            _overloaded += _load[host] > _hosts[host].CapacityMips * (1 + Tolerance) ? 1 : 0;
            _joules += (_watts[host] + _hosts[host].WattsAt(_load[host])) / 2 * PlanetLabExperiment.StepSeconds;
            _asked += _load[host] * PlanetLabExperiment.StepSeconds;
        }
    }
}
