namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// How many kernel files may stay open. A host with very many VMs must not use up the descriptors that the stream and
/// the spool need: what does not fit is opened for each read instead, which is slower and gives the same values.
/// </summary>
internal sealed class FileBudget(long limit)
{
    private long _used;

    /// <summary>A part of what the process may open: one over <paramref name="share"/>.</summary>
    public static FileBudget OfProcess(int share) => new(LibC.OpenFileLimit() / share);

    public bool TryTake()
    {
        if (_used >= limit)
        {
            return false;
        }

        _used++;
        return true;
    }

    public void Return() => _used--;
}
