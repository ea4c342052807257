namespace VirtAgents.Core.Metrics;

/// <summary>
/// What ticks told of the signals of one VM over a stretch of time, as numerators and denominators: the means are exact, however the
/// stretch is divided into ticks. Not thread-safe.
/// </summary>
public sealed class VmSums
{
    private readonly double[] _amounts = new double[VmSignals.Count];
    private readonly double[] _weights = new double[VmSignals.Count];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_amounts);
        Array.Clear(_weights);
    }

    /// <summary>The mean of each signal.</summary>
    /// <param name="means">As many as <see cref="VmSignals.Count"/>; NaN where nothing is known.</param>
    /// <returns>Whether any is known.</returns>
    public bool TryMeans(Span<double> means)
    {
        bool isAny = false;
        for (int i = 0; i < VmSignals.Count; i++)
        {
            bool isKnown = _weights[i] > 0;
            means[i] = isKnown ? _amounts[i] / _weights[i] : double.NaN;
            isAny |= isKnown;
        }

        return isAny;
    }

    internal void Add(int signal, double amount, double weight)
    {
        _amounts[signal] += amount;
        _weights[signal] += weight;
    }
}
