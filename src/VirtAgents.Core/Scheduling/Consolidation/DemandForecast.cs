namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>What each VM will ask for at the next step: a mean, and the variance of the errors that such means had. Not thread-safe.</summary>
/// <remarks>
/// The mean is between two exponentially weighted ones, a recent and a long one: single samples of a VM are noisy, so the last
/// one is a poor forecast, and the long mean alone is late. The variance is an exponentially weighted mean of squared errors
/// (RiskMetrics technical document, 4th edition, 1996, section 5.2). Early weights are those of a plain mean.
/// </remarks>
internal sealed class DemandForecast(IReadOnlyList<VmModel> vms, ConsolidationTuning tuning)
{
    private const int PriorErrors = 3;

    private readonly double[] _recent = new double[vms.Count];
    private readonly double[] _long = new double[vms.Count];
    private readonly double[] _mean = new double[vms.Count];
    private readonly double[] _variance = [.. vms.Select(vm => tuning.PriorDeviation * vm.Mips * tuning.PriorDeviation * vm.Mips)];
    private int _samples;

    /// <summary>Expected demand of each VM, MIPS.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Variance of it, MIPS squared.</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>Takes the demands of one step, MIPS.</summary>
    public void Observe(ReadOnlySpan<double> demands)
    {
        if (_samples == 0)
        {
            demands.CopyTo(_recent);
            demands.CopyTo(_long);
            demands.CopyTo(_mean);
        }
        else
        {
            Learn(demands);
        }

        _samples++;
    }

    private void Learn(ReadOnlySpan<double> demands)
    {
        double errorWeight = Math.Max(tuning.ErrorWeight, 1.0 / (PriorErrors + _samples));
        double longWeight = Math.Max(tuning.LongWeight, 1.0 / (_samples + 1));
        for (int vm = 0; vm < demands.Length; vm++)
        {
            double error = demands[vm] - _mean[vm];
            _variance[vm] += errorWeight * ((error * error) - _variance[vm]);
            _recent[vm] += tuning.RecentWeight * (demands[vm] - _recent[vm]);
            _long[vm] += longWeight * (demands[vm] - _long[vm]);
            _mean[vm] = (tuning.RecentPart * _recent[vm]) + ((1 - tuning.RecentPart) * _long[vm]);
        }
    }
}
