namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>The disciplines by name.</summary>
public static class QueueDisciplines
{
    private static readonly IQueueDiscipline[] All =
        [new FirstComeFirstServed(), new ShortestFirst(), new HighestPriority(), new Aging(), new HighestResponseRatio()];

    /// <summary>Names, as <see cref="IQueueDiscipline.Name"/> has them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(d => d.Name)];

    /// <summary>The discipline of a name; null when there is none.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="agingFactor">Factor of <see cref="Aging"/>; the others do not use it.</param>
    public static IQueueDiscipline? Named(string name, double agingFactor = Aging.DefaultFactor)
    {
        IQueueDiscipline? found = All.FirstOrDefault(d => d.Name == name);
        return found is Aging ? new Aging(agingFactor) : found;
    }
}
