namespace VirtAgents.Core.Metrics;

/// <summary>Sums of the memory of a host over a window, so that means of it can be told. Not thread-safe.</summary>
public sealed class HostMemorySums
{
    private double _available;
    private double _total;
    private int _ticks;

    /// <summary>Mean of what it could give without swapping, bytes; NaN = unknown.</summary>
    public double AvailableBytes => _ticks > 0 ? _available / _ticks : double.NaN;

    /// <summary>Mean of what it has, bytes; NaN = unknown.</summary>
    public double TotalBytes => _ticks > 0 ? _total / _ticks : double.NaN;

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_available, _total, _ticks) = (0, 0, 0);

    internal void Add(long availableBytes, long totalBytes)
    {
        _available += availableBytes;
        _total += totalBytes;
        _ticks++;
    }
}
