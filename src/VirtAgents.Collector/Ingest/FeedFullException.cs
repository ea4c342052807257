namespace VirtAgents.Collector.Ingest;

/// <summary>There are as many watchers of the event feed as there may be.</summary>
internal sealed class FeedFullException(int limit) : Exception($"{limit} watchers follow the event feed already (Limits:Watchers)");
