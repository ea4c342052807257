using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Control;

/// <summary>One step in the life of a directive. Rows are added and never changed.</summary>
internal sealed class StepRow
{
    public Guid DirectiveId { get; set; }

    /// <summary>Place in the life of the directive, from 1.</summary>
    public int Ordinal { get; set; }

    public DirectiveState State { get; set; }

    public long TimeUnixMs { get; set; }

    /// <summary>By the clock of the host; 0 = it did not happen on a host.</summary>
    public long HostTimeUnixMs { get; set; }

    public string Actor { get; set; } = "";

    public string Detail { get; set; } = "";
}
