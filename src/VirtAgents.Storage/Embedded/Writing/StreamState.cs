using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>One sequence space (host, boot) as the writer knows it. Its number is the epoch that queries tell.</summary>
internal sealed class StreamState(int id, HostId host, BootId boot, SequenceRuns runs)
{
    private const int HoursKept = 4;
    private readonly List<(long Hour, HashSet<int> Owners)> _noted = [];

    public int Id { get; } = id;

    public HostId Host { get; } = host;

    public BootId Boot { get; } = boot;

    /// <summary>What is durable.</summary>
    public SequenceRuns Runs { get; private set; } = runs;

    /// <summary>What will be durable when the present transaction is; null when it does not touch the stream.</summary>
    public SequenceRuns? Staged { get; private set; }

    /// <summary>Entries of the list of subjects that reports of this stream used last.</summary>
    public ResolvedSubjects Resolved { get; set; } = ResolvedSubjects.None;

    public SequenceRuns Stage() => Staged ??= Runs.Copy();

    /// <summary>Notes that an owner was on this host in an hour; false when that is known to be in the file.</summary>
    public bool NoteOwner(long hour, int owner)
    {
        foreach ((long known, HashSet<int> owners) in _noted)
        {
            if (known == hour)
            {
                return owners.Add(owner);
            }
        }

        if (_noted.Count == HoursKept)
        {
            _noted.RemoveAt(0);
        }

        _noted.Add((hour, [owner]));
        return true;
    }

    public void Commit()
    {
        Runs = Staged ?? Runs;
        Staged = null;
    }

    /// <summary>Forgets everything that rests on a transaction that failed.</summary>
    public void RollBack()
    {
        Staged = null;
        Resolved = ResolvedSubjects.None;
        _noted.Clear();
    }
}
