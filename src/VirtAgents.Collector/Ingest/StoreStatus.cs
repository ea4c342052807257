namespace VirtAgents.Collector.Ingest;

/// <summary>What is wrong with writing, as the writer sees it; null while nothing is.</summary>
internal sealed class StoreStatus
{
    private volatile string? _problem;

    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }
}
