using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>What of one hour is not sealed yet.</summary>
/// <param name="Hour">Hour.</param>
/// <param name="LastChunk">Last chunk that has a part in the hour; later ones are left for the next time.</param>
/// <param name="Streams">Sections that are not in a segment yet, by stream, in the order they were written.</param>
internal sealed record SealPlan(long Hour, long LastChunk, IReadOnlyDictionary<int, List<SectionPlace>> Streams)
{
    /// <summary>Looks at an hour; null when it has no chunk.</summary>
    /// <param name="database">File.</param>
    /// <param name="hour">Hour.</param>
    /// <param name="damage">Takes what cannot be read.</param>
    /// <param name="afterChunk">Only chunks after this one. <value>Default all.</value></param>
    public static SealPlan? Of(Database database, long hour, Damage damage, long afterChunk = long.MinValue)
    {
        Dictionary<(long Hour, int Stream), long> sealedTo = SegmentTable.SealedTo(database, hour, hour);
        using Statement rows = database.Prepare("SELECT chunk, sections FROM directory WHERE hour = ? AND chunk > ? ORDER BY chunk");
        rows.Bind(1, hour).Bind(2, afterChunk);
        var streams = new Dictionary<int, List<SectionPlace>>();
        var directory = new ChunkDirectory();
        long? last = null;
        while (rows.Step())
        {
            last = rows.Int64(0);
            foreach ((int stream, int offset, int length) in Sections(rows, directory, damage))
            {
                if (last > sealedTo.GetValueOrDefault((hour, stream), long.MinValue))
                {
                    PlacesOf(streams, stream).Add(new SectionPlace(last.Value, offset, length));
                }
            }
        }

        return last is long chunk ? new SealPlan(hour, chunk, streams) : null;
    }

    private static List<SectionPlace> PlacesOf(Dictionary<int, List<SectionPlace>> streams, int stream)
    {
        if (!streams.TryGetValue(stream, out List<SectionPlace>? places))
        {
            streams.Add(stream, places = []);
        }

        return places;
    }

    private static IReadOnlyList<(int Stream, int Offset, int Length)> Sections(Statement row, ChunkDirectory directory, Damage damage)
    {
        try
        {
            directory.Read(row.Blob(1));
            return directory.Sections;
        }
        catch (InvalidDataException)
        {
            damage.Directory(row.Int64(0));
            return [];
        }
    }
}

/// <summary>Where a section lies.</summary>
/// <param name="Chunk">Chunk.</param>
/// <param name="Offset">First byte in its blob.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct SectionPlace(long Chunk, int Offset, int Length);
