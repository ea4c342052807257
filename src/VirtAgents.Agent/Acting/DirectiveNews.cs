using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Acting;

/// <summary>
/// What the collector is still to be told of directives. Of one that is known only the id waits and its newest state is told,
/// so progress cannot pile up and an end cannot be lost. Other answers are bounded; the oldest ones are dropped and counted.
/// </summary>
internal sealed class DirectiveNews
{
    public const int MostAnswers = 256;

    private readonly Lock _lock = new();
    private readonly Queue<Guid> _owed = new();
    private readonly HashSet<Guid> _waiting = [];
    private readonly Queue<DirectiveUpdate> _answers = new();
    private long _answersDropped;

    /// <summary>Called when there is something new to tell.</summary>
    public event Action? Added;

    /// <summary>The newest state of a known directive is to be told.</summary>
    public void Owe(Guid id)
    {
        lock (_lock)
        {
            if (_waiting.Add(id))
            {
                _owed.Enqueue(id);
            }
        }

        Added?.Invoke();
    }

    /// <summary>An answer about something that is not kept.</summary>
    /// <returns>How many answers were dropped in all, when one had to be for this one; else 0.</returns>
    public long Answer(DirectiveUpdate update)
    {
        long dropped = 0;
        lock (_lock)
        {
            _answers.Enqueue(update);
            if (_answers.Count > MostAnswers)
            {
                _answers.Dequeue();
                dropped = ++_answersDropped;
            }
        }

        Added?.Invoke();
        return dropped;
    }

    /// <summary>The next thing to tell.</summary>
    /// <param name="look">Newest state of a directive; null when there is none to tell.</param>
    /// <param name="update">What to tell.</param>
    public bool TryTake(Func<Guid, DirectiveUpdate?> look, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DirectiveUpdate? update)
    {
        update = null;
        while (update is null && TryTakeOwed(out Guid id))
        {
            update = look(id);
        }

        lock (_lock)
        {
            return update is not null || _answers.TryDequeue(out update);
        }
    }

    /// <summary>A change that comes after this owes the id anew, so none is missed between it and the look.</summary>
    private bool TryTakeOwed(out Guid id)
    {
        lock (_lock)
        {
            return _owed.TryDequeue(out id) && _waiting.Remove(id);
        }
    }
}
