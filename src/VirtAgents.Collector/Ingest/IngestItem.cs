using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Ingest;

/// <summary>What one message leaves behind, to be made durable as a whole.</summary>
internal sealed record IngestItem
{
    /// <summary>Samples of a report; null for everything else.</summary>
    public ReportRecord? Report { get; init; }

    /// <summary>Lines for the feed.</summary>
    public IReadOnlyList<FleetEvent> Events { get; init; } = [];

    /// <summary>An inventory that changed.</summary>
    public HostSnapshot? Snapshot { get; init; }

    /// <summary>The message; null for conclusions of the collector itself.</summary>
    public SequenceSpace? Space { get; init; }

    /// <summary>Number of the message, or first of a run.</summary>
    public long FirstSequence { get; init; }

    /// <summary>The same, or last of a run.</summary>
    public long LastSequence { get; init; }

    /// <summary>What it took from the budget.</summary>
    public long Bytes { get; init; }

    /// <summary>Name of the message for the store; null when there is none.</summary>
    public MessageKey? Key => Space is null ? null : new(Space.Host, Space.Boot, FirstSequence, LastSequence);
}
