namespace VirtAgents.Collector.Ingest;

/// <summary>There are as many watchers of a feed as there may be.</summary>
internal sealed class FeedFullException(int limit) : Exception($"{limit} watchers follow already (Limits:Watchers)");
