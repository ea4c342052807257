namespace VirtAgents.Core.Metrics;

/// <summary>
/// What ticks told of the signals of one VM over a stretch of time, as numerators and denominators: the means are exact, however the
/// stretch is divided into ticks. Not thread-safe.
/// </summary>
public sealed class VmSums
{
    // Beyond what is learnt.
    internal const int DiskRead = VmSignals.Count, DiskWrite = DiskRead + 1, SwapIn = DiskWrite + 1, SwapOut = SwapIn + 1, MajorFaults = SwapOut + 1, Balloon = MajorFaults + 1, BalloonMaximum = Balloon + 1;

    private readonly double[] _amounts = new double[BalloonMaximum + 1];
    private readonly double[] _weights = new double[BalloonMaximum + 1];

    /// <summary>Bytes that its disks read and wrote each second; NaN = unknown.</summary>
    public double DiskBytesPerSecond => Mean(DiskRead) + Mean(DiskWrite);

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
            means[i] = Mean(i);
            isAny |= _weights[i] > 0;
        }

        return isAny;
    }

    /// <summary>The mean of one of them; NaN = unknown.</summary>
    internal double Mean(int signal) => _weights[signal] > 0 ? _amounts[signal] / _weights[signal] : double.NaN;

    internal void Add(int signal, double amount, double weight)
    {
        _amounts[signal] += amount;
        _weights[signal] += weight;
    }
}
