using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

/// <summary>Builds ticks of one host by name of subject, so that tests read as tables.</summary>
internal sealed class HostTicks
{
    public static readonly Guid HostGuid = Guid.Parse("00000000-0000-0000-0000-0000000000aa");
    private readonly List<Subject?> _subjects = [new Subject(SubjectKind.Host, HostGuid, "")];

    public IReadOnlyList<Subject?> Subjects => _subjects;

    public SampleSet Samples { get; } = new();

    public HostTicks At(long timeUnixMs, SampleTier tier)
    {
        Samples.Reset();
        Samples.TimeUnixMs = timeUnixMs;
        Samples.Tier = tier;
        return this;
    }

    public HostTicks Row(Subject subject, params (MetricId Metric, long? Value)[] cells)
    {
        SampleTable table = Samples.Find(subject.Kind) ?? Samples.Add(subject.Kind, MetricCatalogue.ColumnsOf(subject.Kind, Samples.Tier).AsSpan());
        int row = table.AddRow(IndexOf(subject));
        foreach ((MetricId metric, long? value) in cells)
        {
            if (value is { } known)
            {
                table.Set(row, metric, known);
            }
        }

        return this;
    }

    public HostTicks EmptyTable(SubjectKind kind)
    {
        Samples.Add(kind, MetricCatalogue.ColumnsOf(kind, Samples.Tier).AsSpan());
        return this;
    }

    /// <summary>As after a new inventory: equal subjects, but other objects.</summary>
    public void RenewSubjects()
    {
        for (int i = 0; i < _subjects.Count; i++)
        {
            _subjects[i] = _subjects[i] is { } subject ? subject with { } : null;
        }
    }

    private int IndexOf(Subject subject)
    {
        if (subject.Kind == SubjectKind.Host)
        {
            return Inventory.HostIndex;
        }

        int index = _subjects.IndexOf(subject);
        if (index < 0)
        {
            index = _subjects.Count;
            _subjects.Add(subject);
        }

        return index;
    }
}
