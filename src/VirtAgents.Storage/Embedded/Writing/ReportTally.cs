using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>
/// Counts reports whose samples another store keeps: a chunk without data for every ten seconds that have some. So counting
/// and dropping work as they do for samples, and the file grows by two small rows each ten seconds, however many hosts there are.
/// </summary>
internal sealed class ReportTally : ISampleSink
{
    private const long SpanMs = 10_000;
    private const int SpansKept = 256;
    private readonly Database _database;
    private readonly Dictionary<long, long> _chunks = [];
    private readonly List<long> _added = [];
    private readonly Statement _grow;
    private readonly Statement _insertChunk;
    private readonly Statement _insertDirectory;
    private long _lastId;

    public ReportTally(Database database)
    {
        _database = database;
        _lastId = State.LastChunk(database);
        _grow = database.Prepare("UPDATE chunk SET max_ms = max(max_ms, ?1), reports = reports + 1 WHERE id = ?2 RETURNING 1");
        _insertChunk = database.Prepare("INSERT INTO chunk (id, max_ms, reports, data) VALUES (?, ?, 1, x'')");
        _insertDirectory = database.Prepare("INSERT INTO directory (hour, chunk, min_ms, max_ms, sections) VALUES (?1, ?2, ?3, ?3, x'')");
    }

    public long Save(List<Accepted> reports)
    {
        long values = 0;

        // A chunk that has been counted already, when others were dropped, must not grow any more.
        long counted = State.CountedTo(_database);
        foreach (Accepted accepted in reports)
        {
            Count(accepted.Report.Samples.TimeUnixMs, counted);
            values += ValuesOf(accepted.Report.Samples);
        }

        return values;
    }

    public void Commit()
    {
        _added.Clear();
        if (_chunks.Count > SpansKept)
        {
            _chunks.Clear();
        }
    }

    public void RollBack()
    {
        _added.ForEach(span => _chunks.Remove(span));
        _lastId -= _added.Count;
        _added.Clear();
    }

    public void Dispose()
    {
        _grow.Dispose();
        _insertChunk.Dispose();
        _insertDirectory.Dispose();
    }

    private static long ValuesOf(SampleSet samples)
    {
        long values = 0;
        for (int i = 0; i < samples.TableCount; i++)
        {
            SampleTable table = samples[i];
            for (int row = 0; row < table.RowCount; row++)
            {
                for (int column = 0; column < table.Metrics.Length; column++)
                {
                    values += table.TryGet(row, column, out _) ? 1 : 0;
                }
            }
        }

        return values;
    }

    private void Count(long timeMs, long counted)
    {
        long span = (timeMs / SpanMs) - (timeMs % SpanMs < 0 ? 1 : 0);
        if (_chunks.TryGetValue(span, out long id) && id > counted && Grow(id, timeMs))
        {
            return;
        }

        _chunks[span] = ++_lastId;
        _added.Add(span);
        _insertChunk.Bind(1, _lastId).Bind(2, timeMs).Run();
        _insertDirectory.Bind(1, Hours.Of(timeMs)).Bind(2, _lastId).Bind(3, timeMs).Run();
    }

    /// <summary>False when the chunk was dropped meanwhile.</summary>
    private bool Grow(long id, long timeMs)
    {
        bool there = _grow.Bind(1, timeMs).Bind(2, id).Step();
        _grow.Reset();
        return there;
    }
}
