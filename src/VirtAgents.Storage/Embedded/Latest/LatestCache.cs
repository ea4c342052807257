using System.Runtime.InteropServices;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Embedded.Latest;

/// <summary>
/// The newest values of all series that reported lately. The writer fills it after each durable batch; readers look without
/// holding the writer up for longer than one VM or host.
/// </summary>
/// <remarks>It is complete from <see cref="CompleteFromMs"/> on: whatever a series has from then on, its newest value is here.
/// Older values must be looked for in the file.</remarks>
internal sealed class LatestCache(int maxValues)
{
    /// <summary>How long a silent series stays.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(1);

    private const int MaxShapes = 4096;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LatestOwner> _owners = [];
    private readonly Dictionary<int, List<MetricId[]>> _shapes = [];
    private int _shapeCount;
    private long _values;
    private long _completeFromMs = long.MaxValue;

    public long CompleteFromMs => Interlocked.Read(ref _completeFromMs);

    /// <summary>Whether there were more series than it may hold, so that it cannot be relied on.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Declares from when on it is complete.</summary>
    public void Begin(long completeFromMs) => Interlocked.Exchange(ref _completeFromMs, completeFromMs);

    /// <summary>Takes the values of a durable report.</summary>
    public void Update(Accepted accepted)
    {
        SampleSet samples = accepted.Report.Samples;
        if (IsFull || samples.TimeUnixMs < CompleteFromMs)
        {
            return;
        }

        for (int i = 0; i < samples.TableCount; i++)
        {
            SampleTable table = samples[i];
            MetricId[]? shape = ShapeOf(table.Metrics);
            for (int row = 0; row < table.RowCount; row++)
            {
                SubjectEntry entry = accepted.Subjects[table.Kind, table.Subjects[row]];
                if (RowOf(entry, shape) is LatestRow latest)
                {
                    Copy(table, row, samples.TimeUnixMs, latest);
                }
            }
        }
    }

    /// <summary>The columns of a table as one shared array; null when there are too many kinds of tables.</summary>
    public MetricId[]? ShapeOf(ReadOnlySpan<MetricId> metrics)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(metrics));
        int key = hash.ToHashCode();
        if (!_shapes.TryGetValue(key, out List<MetricId[]>? alike))
        {
            _shapes.Add(key, alike = []);
        }

        foreach (MetricId[] shape in alike)
        {
            if (metrics.SequenceEqual(shape))
            {
                return shape;
            }
        }

        if (_shapeCount++ >= MaxShapes)
        {
            GiveUp();
            return null;
        }

        alike.Add(metrics.ToArray());
        return alike[^1];
    }

    /// <summary>The row of a subject for a set of columns; null when there is no room for it.</summary>
    public LatestRow? RowOf(SubjectEntry entry, MetricId[]? shape)
    {
        foreach (LatestRow row in entry.Latest)
        {
            if (ReferenceEquals(row.Shape, shape))
            {
                return row;
            }
        }

        if (IsFull || shape is null || _values + shape.Length > maxValues)
        {
            GiveUp();
            return null;
        }

        return AddRow(entry, shape);
    }

    /// <summary>Rows of one owner, or of all.</summary>
    public IReadOnlyList<LatestOwner> Owners(Guid? owner)
    {
        lock (_lock)
        {
            return owner is null ? [.. _owners.Values] : _owners.TryGetValue(owner.Value, out LatestOwner? one) ? [one] : [];
        }
    }

    /// <summary>Forgets rows that nothing was reported for since a time. Only the writer calls it.</summary>
    public void Forget(long beforeMs, Func<int, SubjectEntry?> entryOf)
    {
        if (beforeMs <= CompleteFromMs)
        {
            return;
        }

        Begin(beforeMs);
        foreach (LatestOwner owner in Owners(null))
        {
            List<LatestRow> old;
            lock (owner.Lock)
            {
                old = owner.Rows.FindAll(r => r.NewestMs < beforeMs);
                owner.Rows.RemoveAll(old.Contains);
            }

            old.ForEach(row => Detach(row, entryOf(row.SubjectId)));
        }

        RemoveEmptyOwners();
    }

    private static void Copy(SampleTable table, int row, long timeMs, LatestRow latest)
    {
        lock (latest.Owner.Lock)
        {
            latest.NewestMs = Math.Max(latest.NewestMs, timeMs);
            for (int column = 0; column < latest.Shape.Length; column++)
            {
                if (table.TryGet(row, column, out long value))
                {
                    latest.Offer(column, timeMs, value);
                }
            }
        }
    }

    private LatestRow AddRow(SubjectEntry entry, MetricId[] shape)
    {
        LatestOwner owner;
        lock (_lock)
        {
            owner = CollectionsMarshal.GetValueRefOrAddDefault(_owners, entry.Subject.Owner, out _) ??= new LatestOwner();
        }

        var row = new LatestRow(entry.Subject, entry.Id, shape, owner);
        lock (owner.Lock)
        {
            owner.Rows.Add(row);
        }

        _values += shape.Length;
        entry.Latest = [.. entry.Latest, row];
        return row;
    }

    private void Detach(LatestRow row, SubjectEntry? entry)
    {
        _values -= row.Shape.Length;
        if (entry is not null)
        {
            entry.Latest = [.. entry.Latest.Where(r => !ReferenceEquals(r, row))];
        }
    }

    private void RemoveEmptyOwners()
    {
        lock (_lock)
        {
            foreach ((Guid id, LatestOwner owner) in _owners)
            {
                if (owner.Rows.Count == 0)
                {
                    _owners.Remove(id);
                }
            }
        }
    }

    // A cache that misses some series would answer "no value" for them, so all questions go to the file from now on.
    private void GiveUp()
    {
        IsFull = true;
        Begin(long.MaxValue);
    }
}
