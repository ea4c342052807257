using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Control;

/// <summary>A limit that a rule about findings has set for a culprit. It is there before its directive is sent, so that a collector that starts anew takes back what it set.</summary>
internal sealed class ThrottleRow
{
    /// <summary>Identity: the one of the directive that sets it.</summary>
    public Guid Id { get; set; }

    /// <summary>Grows with each throttle; lists are in its order.</summary>
    public long Number { get; set; }

    public Guid IncidentId { get; set; }

    public FindingKind Finding { get; set; }

    /// <summary>Detail of the finding.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Since when the finding holds.</summary>
    public long SinceUnixMs { get; set; }

    public string Rule { get; set; } = "";

    public LimitedResource Resource { get; set; }

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    /// <summary>The disk; empty = the VM as a whole.</summary>
    public string Device { get; set; } = "";

    public LimitStage Stage { get; set; }

    /// <summary>Whether it has not ended; kept beside the stage for the index.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The limit, in the unit of the resource.</summary>
    public long Amount { get; set; }

    /// <summary>What the VM used before, in the same unit.</summary>
    public double Used { get; set; }

    /// <summary>Its newest directive.</summary>
    public Guid DirectiveId { get; set; }

    public long SetUnixMs { get; set; }

    public long ChangedUnixMs { get; set; }

    public long ExpiresUnixMs { get; set; }

    public long EndedUnixMs { get; set; }

    public int Attempts { get; set; }

    /// <summary>Nothing is done with it before; 0 = at once.</summary>
    public long RetryUnixMs { get; set; }

    /// <summary>Why it was set, or taken back.</summary>
    public string Reason { get; set; } = "";

    /// <summary>How it ended, or what the last attempt failed by.</summary>
    public string Outcome { get; set; } = "";
}
