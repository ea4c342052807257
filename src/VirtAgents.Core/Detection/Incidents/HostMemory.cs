namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What is remembered of one host.</summary>
internal sealed class HostMemory
{
    private const int MostKeys = 1_000;
    private readonly Dictionary<FindingKey, long> _clearedMs = [];

    public HostSight Sight { get; set; }

    /// <summary>Takes that its agent told the end of something; beyond <see cref="MostKeys"/> keys only what is known is kept.</summary>
    public void Clear(FindingKey key, long instantMs)
    {
        if (_clearedMs.TryGetValue(key, out long known) || _clearedMs.Count < MostKeys)
        {
            _clearedMs[key] = Math.Max(known, instantMs);
        }
    }

    /// <summary>Whether the end of something was told that is later than an instant.</summary>
    public bool IsOver(FindingKey key, long instantMs) => _clearedMs.TryGetValue(key, out long clearedMs) && clearedMs > instantMs;

    /// <summary>The clock of the host jumped.</summary>
    public void ForgetTimes() => _clearedMs.Clear();
}
