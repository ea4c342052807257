namespace VirtAgents.Collector.Ingest;

/// <summary>A stream that wants to know what is durable. Called from the batch writer: must not wait.</summary>
internal interface IAckTarget
{
    /// <summary>Everything up to this number is durable.</summary>
    void Acknowledge(long sequence);
}
