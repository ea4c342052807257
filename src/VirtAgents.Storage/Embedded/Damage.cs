namespace VirtAgents.Storage.Embedded;

/// <summary>Parts of the file that could not be read and were left out of answers. Each part counts once, however often it is met.</summary>
internal sealed class Damage
{
    private const int Limit = 10_000;
    private readonly Lock _lock = new();
    private readonly HashSet<(long Chunk, int Stream)> _sections = [];
    private readonly HashSet<(long Segment, ushort Number)> _segments = [];
    private readonly HashSet<Guid> _snapshots = [];

    public void Section(long chunk, int stream)
    {
        lock (_lock)
        {
            if (_sections.Count < Limit)
            {
                _sections.Add((chunk, stream));
            }
        }
    }

    /// <summary>A whole directory of a chunk.</summary>
    public void Directory(long chunk) => Section(chunk, 0);

    /// <summary>Whether a part of a chunk is known to be damaged.</summary>
    public bool HasChunk(long chunk)
    {
        lock (_lock)
        {
            return _sections.Any(s => s.Chunk == chunk);
        }
    }

    /// <summary>A column of a sealed hour; 0 = all of them.</summary>
    public void Segment(long segment, ushort number)
    {
        lock (_lock)
        {
            if (_segments.Count < Limit)
            {
                _segments.Add((segment, number));
            }
        }
    }

    public void Snapshot(Guid host)
    {
        lock (_lock)
        {
            if (_snapshots.Count < Limit)
            {
                _snapshots.Add(host);
            }
        }
    }

    /// <summary>What is damaged and what to do; null when nothing is known to be.</summary>
    public string? Describe(string path)
    {
        lock (_lock)
        {
            if (_sections.Count + _segments.Count + _snapshots.Count == 0)
            {
                return null;
            }

            long first = _sections.Count > 0 ? _sections.Min(s => s.Chunk) : 0;
            return $"{path} has {_sections.Count} damaged sample sections (lowest chunk {first}), {_segments.Count} damaged columns of "
                + $"sealed hours and {_snapshots.Count} damaged host snapshots, which answers leave out: check the disk; restore a backup to have them back";
        }
    }
}
