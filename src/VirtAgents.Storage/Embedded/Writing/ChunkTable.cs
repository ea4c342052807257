using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>Writes chunks, their directories and where each owner lived.</summary>
internal sealed class ChunkTable : ISampleSink
{
    private readonly ChunkBuilder _builder = new();
    private readonly ByteWriter _bytes = new();
    private readonly Statement _insertChunk;
    private readonly Statement _insertDirectory;
    private readonly Statement _insertResidence;
    private long _lastId;

    public ChunkTable(Database database)
    {
        _lastId = State.LastChunk(database);
        _insertChunk = database.Prepare("INSERT INTO chunk (id, max_ms, reports, data) VALUES (?, ?, ?, ?)");
        _insertDirectory = database.Prepare("INSERT INTO directory (hour, chunk, min_ms, max_ms, sections) VALUES (?, ?, ?, ?, ?)");
        _insertResidence = database.Prepare("INSERT OR IGNORE INTO residence (hour, owner, stream) VALUES (?, ?, ?)");
    }

    /// <inheritdoc/>
    /// <remarks>All reports become one chunk.</remarks>
    public long Save(List<Accepted> reports)
    {
        long values = _builder.Build(reports);
        long id = _lastId + 1;
        _insertChunk.Bind(1, id).Bind(2, _builder.MaxMs).Bind(3, reports.Count).Bind(4, _builder.Data).Run();
        for (int i = 0; i < _builder.HourCount; i++)
        {
            (long hour, ChunkDirectory directory) = _builder.HourAt(i);
            _bytes.Clear();
            directory.Write(_bytes);
            _insertDirectory.Bind(1, hour).Bind(2, id).Bind(3, directory.MinMs).Bind(4, directory.MaxMs).Bind(5, _bytes.Written).Run();
        }

        foreach (Accepted accepted in reports)
        {
            NoteOwners(accepted);
        }

        return values;
    }

    /// <inheritdoc/>
    public void Commit() => _lastId++;

    /// <inheritdoc/>
    public void RollBack()
    {
        // The next chunk takes the same id, and SQLite has forgotten the one that failed.
    }

    public void Dispose()
    {
        _insertChunk.Dispose();
        _insertDirectory.Dispose();
        _insertResidence.Dispose();
    }

    private void NoteOwners(Accepted accepted)
    {
        SampleSet samples = accepted.Report.Samples;
        for (int i = 0; i < samples.TableCount; i++)
        {
            foreach (int index in samples[i].Subjects)
            {
                int owner = accepted.Subjects[samples[i].Kind, index].OwnerId;
                if (accepted.Stream.NoteOwner(accepted.Hour, owner))
                {
                    _insertResidence.Bind(1, accepted.Hour).Bind(2, owner).Bind(3, accepted.Stream.Id).Run();
                }
            }
        }
    }
}
