namespace VirtAgents.Storage.Embedded;

/// <summary>Parts of the file that could not be read and were left out of answers. Each part counts once, however often it is met.</summary>
internal sealed class Damage
{
    private const int Limit = 10_000;
    private readonly Lock _lock = new();
    private readonly HashSet<(long Chunk, int Stream)> _sections = [];
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
            if (_sections.Count + _snapshots.Count == 0)
            {
                return null;
            }

            long first = _sections.Count > 0 ? _sections.Min(s => s.Chunk) : 0;
            return $"{path} has {_sections.Count} damaged sample sections (lowest chunk {first}) and {_snapshots.Count} damaged "
                + "host snapshots, which answers leave out: check the disk; restore a backup to have them back";
        }
    }
}
