using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>All sequence spaces, in memory and in the file. Only the writer uses it.</summary>
internal sealed class StreamTable : IDisposable
{
    private readonly Dictionary<(HostId, BootId), StreamState> _streams = [];
    private readonly List<StreamState> _touched = [];
    private readonly List<StreamState> _added = [];
    private readonly ByteWriter _bytes = new();
    private readonly Statement _insert;
    private readonly Statement _update;
    private int _lastId;

    public StreamTable(Database database)
    {
        using Statement all = database.Prepare("SELECT id, host, boot, contiguous, beyond FROM stream");
        while (all.Step())
        {
            var stream = new StreamState(
                all.Int32(0), new HostId(all.Guid(1)), new BootId(all.Guid(2)), SequenceRuns.Read(all.Int64(3), all.Blob(4)));
            if (!_streams.TryAdd((stream.Host, stream.Boot), stream))
            {
                throw new InvalidDataException($"stream {stream.Id} is there twice");
            }

            _lastId = Math.Max(_lastId, stream.Id);
        }

        _insert = database.Prepare("INSERT INTO stream (id, host, boot, contiguous, beyond) VALUES (?, ?, ?, 0, x'')");
        _update = database.Prepare("UPDATE stream SET contiguous = ?, beyond = ? WHERE id = ?");
    }

    /// <summary>Streams whose sequences the present batch changes.</summary>
    public IReadOnlyList<StreamState> Touched => _touched;

    /// <summary>Whether a sequence number is durable.</summary>
    public bool IsStored(HostId host, BootId boot, long sequence) =>
        _streams.TryGetValue((host, boot), out StreamState? stream) && stream.Runs.Contains(sequence);

    public StreamState Get(HostId host, BootId boot)
    {
        if (!_streams.TryGetValue((host, boot), out StreamState? stream))
        {
            stream = new StreamState(++_lastId, host, boot, new SequenceRuns());
            _streams.Add((host, boot), stream);
            _added.Add(stream);
        }

        return stream;
    }

    /// <summary>Adds sequences to what the batch will make durable; false when all were there already.</summary>
    public bool Add(StreamState stream, long first, long last)
    {
        bool known = stream.Staged is not null;
        bool added = stream.Stage().Add(first, last);
        if (!known)
        {
            _touched.Add(stream);
        }

        return added;
    }

    public void Save()
    {
        foreach (StreamState stream in _added)
        {
            _insert.Bind(1, stream.Id).Bind(2, stream.Host.Value).Bind(3, stream.Boot.Value).Run();
        }

        foreach (StreamState stream in _touched)
        {
            SequenceRuns runs = stream.Stage();
            _bytes.Clear();
            runs.Write(_bytes);
            _update.Bind(1, runs.Contiguous).Bind(2, _bytes.Written).Bind(3, stream.Id).Run();
        }
    }

    public void Commit()
    {
        foreach (StreamState stream in _touched)
        {
            stream.Commit();
        }

        _touched.Clear();
        _added.Clear();
    }

    public void RollBack()
    {
        foreach (StreamState stream in _streams.Values)
        {
            stream.RollBack();
        }

        foreach (StreamState stream in _added)
        {
            _streams.Remove((stream.Host, stream.Boot));
        }

        _lastId -= _added.Count;
        _touched.Clear();
        _added.Clear();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
    }
}
