using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Control;

/// <summary>A VM of a host that is off was to be started elsewhere; added in the transaction that records its directive.</summary>
internal sealed class RecoveryRow
{
    public Guid DirectiveId { get; set; }

    /// <summary>The confirmation it rests on.</summary>
    public Guid ConfirmationId { get; set; }

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    /// <summary>Host it is to start on.</summary>
    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public long SentUnixMs { get; set; }

    /// <summary>State of its directive when that had ended; none = it has not.</summary>
    public DirectiveState Outcome { get; set; }

    /// <summary>What the host said then.</summary>
    public string Detail { get; set; } = "";

    public long EndedUnixMs { get; set; }
}
