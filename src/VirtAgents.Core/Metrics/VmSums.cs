namespace VirtAgents.Core.Metrics;

/// <summary>
/// What ticks told of the signals of one VM over a stretch of time, as numerators and denominators: the means are exact, however the
/// stretch is divided into ticks. Not thread-safe.
/// </summary>
public sealed class VmSums
{
    // Beyond what is learnt.
    internal const int DiskRead = VmSignals.Count, DiskWrite = DiskRead + 1;

    private readonly double[] _amounts = new double[DiskWrite + 1];
    private readonly double[] _weights = new double[DiskWrite + 1];

    /// <summary>Bytes that its disks read and wrote each second; NaN = unknown.</summary>
    public double DiskBytesPerSecond =>
        _weights[DiskRead] > 0 && _weights[DiskWrite] > 0 ? (_amounts[DiskRead] / _weights[DiskRead]) + (_amounts[DiskWrite] / _weights[DiskWrite]) : double.NaN;

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
