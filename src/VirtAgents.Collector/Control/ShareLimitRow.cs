using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Control;

/// <summary>A limit that a rule of shares has set. It is there before its directive is sent, so that a collector that starts anew takes back what it set.</summary>
internal sealed class ShareLimitRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each limit; lists are in its order.</summary>
    public long Number { get; set; }

    public string Rule { get; set; } = "";

    public LimitedResource Resource { get; set; }

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    public string Mac { get; set; } = "";

    public LimitStage Stage { get; set; }

    /// <summary>Whether it has not ended; kept beside the stage for the index.</summary>
    public bool IsOpen { get; set; }

    public long BytesPerSecond { get; set; }

    /// <summary>What it was before its last change; 0 = none.</summary>
    public long FormerBytesPerSecond { get; set; }

    /// <summary>Limit of somebody else that was there before: 0 = none, as none is ever replaced.</summary>
    public long PreviousBytesPerSecond { get; set; }

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
    public string Detail { get; set; } = "";
}
