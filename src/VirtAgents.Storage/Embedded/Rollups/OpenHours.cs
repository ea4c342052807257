namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The hours whose rollups are made while samples arrive, and what of them may be told. For any thread.</summary>
/// <remarks>
/// One thread at a time goes on with hours, in passes; meanwhile samples are written and queries ask. What comes for a minute that is rolled
/// up takes the whole hour of its stream back: it is answered from samples from then on, and rolled up anew when it is sealed.
/// </remarks>
/// <param name="mostBytes">Most bytes that pieces may take; beyond that no hour is gone on with.</param>
internal sealed class OpenHours(long mostBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, OpenHourEntry> _hours = [];
    private long _bytes;

    /// <summary>Whether hours were not gone on with for lack of room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Whether there is room to go on with an hour.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                IsFull = _bytes >= mostBytes;
                return !IsFull;
            }
        }
    }

    /// <summary>Hours that were begun and not forgotten.</summary>
    public IReadOnlyList<long> Hours
    {
        get
        {
            lock (_lock)
            {
                return [.. _hours.Keys];
            }
        }
    }

    /// <summary>Begins a pass over an hour; to be called before the file is looked at.</summary>
    /// <param name="hour">Hour.</param>
    /// <returns>Chunks up to the first one hold nothing that is not rolled up yet; the second is how far the pass before went.</returns>
    public (long ReadTo, long RolledTo) Begin(long hour)
    {
        lock (_lock)
        {
            if (!_hours.TryGetValue(hour, out OpenHourEntry? entry))
            {
                _hours.Add(hour, entry = new OpenHourEntry());
            }

            entry.OldestWriteMs = long.MaxValue;
            long readTo = long.MaxValue;
            foreach (OpenStreamEntry stream in entry.Streams.Values)
            {
                stream.OldestWriteMs = long.MaxValue;
                readTo = Math.Min(readTo, stream.State?.ReadTo ?? long.MaxValue);
            }

            return (entry.Streams.Count == 0 ? long.MinValue : readTo, entry.RolledTo);
        }
    }

    /// <summary>The hours of streams to go on with, begun where they are new.</summary>
    /// <param name="hour">Hour whose pass has begun.</param>
    /// <param name="streams">Streams that have something after what was rolled up.</param>
    /// <param name="toMs">How far the pass goes; milliseconds since 1970 UTC.</param>
    public List<OpenHour> Continue(long hour, IEnumerable<int> streams, long toMs)
    {
        lock (_lock)
        {
            OpenHourEntry entry = _hours[hour];
            entry.RolledTo = toMs;
            var states = new List<OpenHour>();
            foreach (int stream in streams)
            {
                if (!entry.Streams.TryGetValue(stream, out OpenStreamEntry? known))
                {
                    entry.Streams.Add(stream, known = new OpenStreamEntry(new OpenHour(hour, stream)) { OldestWriteMs = entry.OldestWriteMs });
                }

                if (known.State is { } state)
                {
                    states.Add(state);
                }
            }

            return states;
        }
    }

    /// <summary>Lets queries see how far an hour is, unless something came too late meanwhile.</summary>
    public void Publish(OpenHour state)
    {
        lock (_lock)
        {
            if (EntryOf(state.Hour, state.Stream) is not { } entry || entry.State != state)
            {
                return;
            }

            SetView(entry, new OpenView(state.Hour, state.Stream, state.ToMs, [.. state.Parts], state.Bytes));
            if (entry.OldestWriteMs < state.ToMs)
            {
                TakeBack(entry);
            }
        }
    }

    /// <summary>Something came for a minute of a stream that is rolled up, or its hour is sealed.</summary>
    public void TakeBack(long hour, int stream)
    {
        lock (_lock)
        {
            if (EntryOf(hour, stream) is { } entry)
            {
                TakeBack(entry);
            }
        }
    }

    /// <summary>A report is stored.</summary>
    /// <param name="hour">Hour it belongs to.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="timeUnixMs">Its time; milliseconds since 1970 UTC.</param>
    public void NoteWrite(long hour, int stream, long timeUnixMs)
    {
        lock (_lock)
        {
            if (!_hours.TryGetValue(hour, out OpenHourEntry? entry))
            {
                return;
            }

            if (!entry.Streams.TryGetValue(stream, out OpenStreamEntry? known))
            {
                entry.OldestWriteMs = Math.Min(entry.OldestWriteMs, timeUnixMs);
                return;
            }

            known.OldestWriteMs = Math.Min(known.OldestWriteMs, timeUnixMs);
            if (timeUnixMs < known.View?.ToMs)
            {
                TakeBack(known);
            }
        }
    }

    /// <summary>What is rolled up of an hour, to seal it; null when nothing is, or not everything.</summary>
    public OpenHour? Find(long hour, int stream)
    {
        lock (_lock)
        {
            return EntryOf(hour, stream)?.State;
        }
    }

    /// <summary>An hour is sealed, or what it was made of is gone.</summary>
    public void Forget(long hour)
    {
        lock (_lock)
        {
            if (_hours.Remove(hour, out OpenHourEntry? entry))
            {
                foreach (OpenStreamEntry stream in entry.Streams.Values)
                {
                    TakeBack(stream);
                }
            }
        }
    }

    /// <summary>What may be told of the hours of some streams.</summary>
    public List<OpenView> ViewsOf(HashSet<int> streams, long fromHour, long toHour)
    {
        lock (_lock)
        {
            return
            [
                .. _hours.Where(h => h.Key >= fromHour && h.Key <= toHour).SelectMany(h => h.Value.Streams)
                    .Where(s => streams.Contains(s.Key)).Select(s => s.Value.View).OfType<OpenView>(),
            ];
        }
    }

    private OpenStreamEntry? EntryOf(long hour, int stream) => _hours.TryGetValue(hour, out OpenHourEntry? entry) ? entry.Streams.GetValueOrDefault(stream) : null;

    private void TakeBack(OpenStreamEntry entry)
    {
        entry.State = null;
        SetView(entry, null);
    }

    private void SetView(OpenStreamEntry entry, OpenView? view)
    {
        _bytes += (view?.Bytes ?? 0) - (entry.View?.Bytes ?? 0);
        entry.View = view;
    }
}
