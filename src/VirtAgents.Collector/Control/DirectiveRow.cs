using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Control;

/// <summary>A directive in the control database. Columns are named as the properties, in snake case.</summary>
internal sealed class DirectiveRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each directive; lists are in its order.</summary>
    public long Number { get; set; }

    public DirectiveKind Kind { get; set; }

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    /// <summary>The VM; empty when the kind acts on none.</summary>
    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    /// <summary>Texts by name, as a JSON object.</summary>
    public string Parameters { get; set; } = "{}";

    public string Reason { get; set; } = "";

    public string Actor { get; set; } = "";

    public string PredictedEffect { get; set; } = "";

    /// <summary>Epoch it was sent in last; 0 = it was not sent yet.</summary>
    public long Epoch { get; set; }

    public long DeadlineUnixMs { get; set; }

    /// <summary>When its outcome counts as not known if nobody has told it until then.</summary>
    public long GiveUpUnixMs { get; set; }

    public bool IsDryRun { get; set; }

    public DirectiveState State { get; set; }

    /// <summary>Whether it has not ended; kept beside the state for the index.</summary>
    public bool IsOpen { get; set; }

    public RefusalReason Refusal { get; set; }

    public string Detail { get; set; } = "";

    public int ProgressPercent { get; set; }

    public long RemainingBytes { get; set; }

    public long DirtyBytesPerSecond { get; set; }

    /// <summary>How long the guest of a migration stood still; null = not measured.</summary>
    public long? DowntimeMs { get; set; }

    /// <summary>What a migration has sent; null = not measured.</summary>
    public long? SentBytes { get; set; }

    /// <summary>Why somebody took it back; null = nobody did.</summary>
    public string? CancelReason { get; set; }

    public long CreatedUnixMs { get; set; }

    public long UpdatedUnixMs { get; set; }

    /// <summary>Grows with each change of the directive.</summary>
    public long Revision { get; set; }

    public List<StepRow> Steps { get; set; } = [];
}
