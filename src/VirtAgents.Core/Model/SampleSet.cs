namespace VirtAgents.Core.Model;

/// <summary>One sampling tick of one host: a table for each kind of subject that was sampled. Reusable after <see cref="Reset"/>.</summary>
public sealed class SampleSet
{
    private readonly List<SampleTable> _pool = [];
    private int _used;

    /// <summary>Time of the tick by the clock of the host; milliseconds since 1970 UTC.</summary>
    public long TimeUnixMs { get; set; }

    /// <summary>Rhythm of the tick.</summary>
    public SampleTier Tier { get; set; }

    /// <summary>How long sampling took, microseconds.</summary>
    public long DurationMicroseconds { get; set; }

    /// <summary>Version of the inventory that the subjects' indexes belong to.</summary>
    public long InventoryVersion { get; set; }

    /// <summary>Number of tables in use.</summary>
    public int TableCount => _used;

    /// <summary>Table by position, 0 to <see cref="TableCount"/> - 1.</summary>
    public SampleTable this[int position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_used, nameof(position));
            return _pool[position];
        }
    }

    /// <summary>Forgets all tables, keeping their buffers.</summary>
    public void Reset()
    {
        _used = 0;
        TimeUnixMs = 0;
        Tier = SampleTier.Unspecified;
        DurationMicroseconds = 0;
        InventoryVersion = 0;
    }

    /// <summary>Adds an empty table with the given columns.</summary>
    public SampleTable Add(SubjectKind kind, ReadOnlySpan<MetricId> metrics)
    {
        if (_used == _pool.Count)
        {
            _pool.Add(new SampleTable());
        }

        SampleTable table = _pool[_used++];
        table.Reset(kind, metrics);
        return table;
    }

    /// <summary>The table of a kind, or null when the tick has none.</summary>
    public SampleTable? Find(SubjectKind kind)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_pool[i].Kind == kind)
            {
                return _pool[i];
            }
        }

        return null;
    }
}
