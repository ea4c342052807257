using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Gathers the values of one series.</summary>
internal sealed class SeriesBuilder(Subject subject)
{
    private readonly List<Point> _points = [];

    public Subject Subject { get; } = subject;

    public int Count => _points.Count;

    public void Add(long timeMs, long raw, int epoch) => _points.Add(new Point(timeMs, raw, epoch, _points.Count));

    /// <summary>The values in order of time; of several of one time the one written last.</summary>
    public SeriesPoints Build()
    {
        if (!IsAscending())
        {
            _points.Sort();
        }

        int count = 0;
        for (int i = 0; i < _points.Count; i++)
        {
            if (i + 1 == _points.Count || _points[i + 1].TimeMs != _points[i].TimeMs)
            {
                _points[count++] = _points[i];
            }
        }

        var series = new SeriesPoints(Subject, new long[count], new long[count], new int[count]);
        for (int i = 0; i < count; i++)
        {
            (series.TimesUnixMs[i], series.Raw[i], series.Epochs[i], _) = _points[i];
        }

        return series;
    }

    // What a host reports comes in order of time; only what came late has to be sorted in.
    private bool IsAscending()
    {
        for (int i = 1; i < _points.Count; i++)
        {
            if (_points[i].TimeMs < _points[i - 1].TimeMs)
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Point(long TimeMs, long Raw, int Epoch, int Order) : IComparable<Point>
    {
        public int CompareTo(Point other)
        {
            int order = TimeMs.CompareTo(other.TimeMs);
            return order != 0 ? order : Order.CompareTo(other.Order);
        }
    }
}
