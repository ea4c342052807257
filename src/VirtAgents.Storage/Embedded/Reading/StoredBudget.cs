using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Counts the stored values that the pages of one answer take, which are read side by side.</summary>
internal sealed class StoredBudget(long most)
{
    private long _taken;

    /// <exception cref="QueryTooLargeException">More were taken than allowed.</exception>
    public void Take(long values)
    {
        if (Interlocked.Add(ref _taken, values) > most)
        {
            throw new QueryTooLargeException(most);
        }
    }
}
