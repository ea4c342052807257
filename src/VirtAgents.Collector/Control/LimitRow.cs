using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Control;

/// <summary>A limit that the collector has set. It is there before its directive is sent, so that a collector that starts anew takes back what it set.</summary>
internal abstract class LimitRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each limit of its table; lists are in its order.</summary>
    public long Number { get; set; }

    /// <summary>The rule that owns it.</summary>
    public string Rule { get; set; } = "";

    public LimitedResource Resource { get; set; }

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    /// <summary>MAC address of the interface, or target of the disk; empty = the VM as a whole.</summary>
    public string Device { get; set; } = "";

    public LimitStage Stage { get; set; }

    /// <summary>Whether it has not ended; kept beside the stage for the index.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The limit, in the unit of the resource.</summary>
    public long Amount { get; set; }

    /// <summary>Its newest directive.</summary>
    public Guid DirectiveId { get; set; }

    public long SetUnixMs { get; set; }

    public long ChangedUnixMs { get; set; }

    public long ExpiresUnixMs { get; set; }

    public long EndedUnixMs { get; set; }

    public int Attempts { get; set; }

    /// <summary>Nothing is done with it before; 0 = at once.</summary>
    public long RetryUnixMs { get; set; }

    /// <summary>Why it was set, changed or taken back.</summary>
    public string Reason { get; set; } = "";

    /// <summary>How it ended, or what the last attempt failed by.</summary>
    public string Outcome { get; set; } = "";
}
