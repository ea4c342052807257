using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Latest;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>Makes batches durable, each in one transaction. For one thread at a time.</summary>
internal sealed class BatchWriter : IDisposable
{
    // A stream with more gaps than this is not an agent of ours; its positions would outgrow its samples.
    private const int MaxRuns = 10_000;

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(5);
    private readonly Database _database;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly LatestCache _latest;
    private readonly OpenHours _open;
    private readonly bool _keepsSamples;
    private readonly StreamTable _streams;
    private readonly SubjectRegister _subjects;
    private readonly ISampleSink _samples;
    private readonly List<Accepted> _accepted = [];
    private readonly ConcurrentDictionary<long, long> _lastWrites = [];
    private long _forgotMs;

    /// <summary>Makes a writer; when another store keeps the samples, the newest values are all that is left of them here.</summary>
    public BatchWriter(Database database, string path, TimeProvider clock, LatestCache latest, OpenHours open, bool keepsSamples)
    {
        _database = database;
        _path = path;
        _clock = clock;
        _latest = latest;
        _open = open;
        _keepsSamples = keepsSamples;
        _streams = new StreamTable(database);
        _subjects = new SubjectRegister(database);
        _samples = keepsSamples ? new ChunkTable(database) : new ReportTally(database);
        _forgotMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
    }

    public SubjectRegister Subjects => _subjects;

    /// <summary>When something was last written for an hour; null = not since the start. For any thread.</summary>
    public long? LastWriteMs(long hour) => _lastWrites.TryGetValue(hour, out long last) ? last : null;

    /// <summary>An hour is sealed, so nobody will ask for its last write.</summary>
    public void ForgetWrites(long hour) => _lastWrites.TryRemove(hour, out _);

    /// <summary>Whether a report is durable.</summary>
    public bool IsStored(ReportRecord report) => _streams.IsStored(report.Host, report.Boot, report.Sequence);

    public WriteOutcome Write(WriteBatch batch)
    {
        if (BatchCheck.ProblemOf(batch) is string wrong)
        {
            return Failed(WriteStatus.Rejected, wrong);
        }

        // SQLite would go on writing to the removed file, and everything would be lost at the next start.
        if (!File.Exists(_path))
        {
            return Failed(WriteStatus.Unavailable, $"{_path} was removed while in use: restart the collector");
        }

        bool durable = false;
        try
        {
            WriteOutcome outcome = WriteInTransaction(batch);
            durable = outcome.Status == WriteStatus.Durable;
            return outcome;
        }
        catch (SqliteException e)
        {
            return Failed(
                e.SqliteErrorCode == raw.SQLITE_TOOBIG ? WriteStatus.Rejected : WriteStatus.Unavailable,
                SqliteTrouble.Describe(e, _path));
        }
        catch (InvalidDataException e)
        {
            return Failed(WriteStatus.Unavailable, $"{SqliteTrouble.Damaged(_path)} ({e.Message})");
        }
        finally
        {
            Finish(durable);
        }
    }

    public void Dispose()
    {
        _streams.Dispose();
        _subjects.Dispose();
        _samples.Dispose();
    }

    private static WriteOutcome Failed(WriteStatus status, string problem) => new(status, 0, 0, 0, problem);

    private WriteOutcome WriteInTransaction(WriteBatch batch)
    {
        int duplicates = Accept(batch.Reports);
        bool overlap = NoteReceived(batch.Received) || duplicates > 0;
        foreach (StreamState stream in _streams.Touched)
        {
            if (stream.Stage().Beyond.Count > MaxRuns)
            {
                return Failed(WriteStatus.Rejected, $"host {stream.Host} has more than {MaxRuns} gaps in its sequence numbers");
            }
        }

        _database.Execute("BEGIN IMMEDIATE");
        _streams.Save();
        if (_keepsSamples)
        {
            _subjects.Save();
        }

        long values = _accepted.Count > 0 ? _samples.Save(_accepted) : 0;
        SnapshotTable.Save(_database, batch.Snapshots);
        long firstEvent = SaveEvents(batch.Events, overlap);
        _database.Execute("COMMIT");
        return new WriteOutcome(WriteStatus.Durable, values, duplicates, firstEvent, null);
    }

    /// <summary>Takes the reports that are new and returns how many are not.</summary>
    private int Accept(IReadOnlyList<ReportRecord> reports)
    {
        int duplicates = 0;
        for (int i = 0; i < reports.Count; i++)
        {
            ReportRecord report = reports[i];
            StreamState stream = _streams.Get(report.Host, report.Boot);
            if (!_streams.Add(stream, report.Sequence, report.Sequence))
            {
                duplicates++;
                continue;
            }

            _accepted.Add(new Accepted(report, stream, i, Format.Hours.Of(report.Samples.TimeUnixMs), _subjects.Resolve(stream, report)));
        }

        return duplicates;
    }

    /// <summary>Takes runs of numbers; true when one of them was there already.</summary>
    private bool NoteReceived(IReadOnlyList<MessageKey> received)
    {
        bool known = false;
        foreach (MessageKey key in received)
        {
            known |= !_streams.Add(_streams.Get(key.Host, key.Boot), key.FirstSequence, key.LastSequence);
        }

        return known;
    }

    private long SaveEvents(IReadOnlyList<FleetEvent> events, bool overlap)
    {
        if (events.Count == 0)
        {
            return 0;
        }

        // Only a batch that has something in common with what is stored can be one that comes again.
        long known = overlap ? EventTable.Find(_database, events) : 0;
        return known != 0 ? known : EventTable.Append(_database, events);
    }

    private void Finish(bool durable)
    {
        if (durable)
        {
            _streams.Commit();
            _subjects.Commit();
            Publish();
        }
        else
        {
            _database.RollBack();
            _streams.RollBack();
            _subjects.RollBack();
            _samples.RollBack();
        }

        _accepted.Clear();
    }

    private void Publish()
    {
        if (_accepted.Count > 0)
        {
            _samples.Commit();
        }

        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (Accepted accepted in _accepted)
        {
            _latest.Update(accepted);
            if (_keepsSamples)
            {
                _lastWrites[accepted.Hour] = nowMs;
                _open.NoteWrite(accepted.Hour, accepted.Stream.Id, accepted.Report.Samples.TimeUnixMs);
            }
        }

        if (nowMs - _forgotMs >= (long)ForgetEvery.TotalMilliseconds)
        {
            _forgotMs = nowMs;
            foreach ((long hour, long last) in _lastWrites.Where(w => nowMs - w.Value >= SealPolicy.QuietMs))
            {
                // Quiet by now, which is what an hour without an entry is; and clocks may be wrong about any number of hours.
                _lastWrites.TryRemove(KeyValuePair.Create(hour, last));
            }

            _latest.Forget(nowMs - (long)LatestCache.Horizon.TotalMilliseconds, _subjects.ById);
        }
    }
}
