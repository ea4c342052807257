using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Benchmarks;

/// <summary>What was told in several worlds. Thread-safe.</summary>
internal sealed class FaultTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);

    /// <summary>Virtual time until each fault that was found became an incident.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>Virtual time from the end of each fault that ended until that was told.</summary>
    public List<double> Over { get; } = [];

    /// <summary>False incidents.</summary>
    public int Wrong { get; private set; }

    /// <summary>VMs that were rightly told to be short of memory.</summary>
    public int Leaks { get; private set; }

    /// <summary>What the false incidents said, for people.</summary>
    public string Kinds => _kinds.Count == 0 ? "" : $" ({string.Join(", ", _kinds.Select(k => $"{k.Value} {k.Key}"))})";

    public void See(double? seconds, double? over, IEnumerable<Incident> others, HashSet<string> leaking)
    {
        lock (_lock)
        {
            Seconds.AddRange(seconds is { } known ? [known] : []);
            Over.AddRange(over is { } ended ? [ended] : []);
            foreach (Finding root in others.Select(i => i.Root))
            {
                bool isLeak = root.Key.Kind == FindingKind.ThresholdWarning && leaking.Contains(root.Key.Element.Id);
                (Leaks, Wrong) = isLeak ? (Leaks + 1, Wrong) : (Leaks, Wrong + 1);
                if (!isLeak)
                {
                    string name = root.Key.Detail.Length > 0 ? $"{root.Key.Kind} '{root.Key.Detail}'" : root.Key.Kind.ToString();
                    _kinds[name] = _kinds.GetValueOrDefault(name) + 1;
                }
            }
        }
    }
}
