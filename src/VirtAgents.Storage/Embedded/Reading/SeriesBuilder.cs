using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Gathers the values of one series.</summary>
internal sealed class SeriesBuilder(Subject subject)
{
    private long[] _times = [];
    private long[] _raw = [];
    private int[] _epochs = [];

    // What a host reports comes in order of time; only what came late has to be sorted in.
    private bool _ascending = true;

    public Subject Subject { get; } = subject;

    public int Count { get; private set; }

    public void Add(long timeMs, long raw, int epoch)
    {
        if (Count == _times.Length)
        {
            int room = Math.Max(64, Count * 2);
            Array.Resize(ref _times, room);
            Array.Resize(ref _raw, room);
            Array.Resize(ref _epochs, room);
        }

        _ascending &= Count == 0 || timeMs > _times[Count - 1];
        (_times[Count], _raw[Count], _epochs[Count]) = (timeMs, raw, epoch);
        Count++;
    }

    /// <summary>The values in order of time; of several of one time the one written last.</summary>
    public SeriesPoints Build()
    {
        if (_ascending)
        {
            return new SeriesPoints(Subject, _times[..Count], _raw[..Count], _epochs[..Count]);
        }

        int[] order = [.. Enumerable.Range(0, Count).OrderBy(i => _times[i])];
        int[] kept = [.. order.Where((at, i) => i + 1 == order.Length || _times[order[i + 1]] != _times[at])];
        return new SeriesPoints(Subject, [.. kept.Select(i => _times[i])], [.. kept.Select(i => _raw[i])], [.. kept.Select(i => _epochs[i])]);
    }
}
