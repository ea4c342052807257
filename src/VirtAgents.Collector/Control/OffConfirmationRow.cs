namespace VirtAgents.Collector.Control;

/// <summary>A person has seen that a host is switched off.</summary>
internal sealed class OffConfirmationRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each; the newest of a host is the one that counts.</summary>
    public long Number { get; set; }

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public string Actor { get; set; } = "";

    public string Reason { get; set; } = "";

    public long AtUnixMs { get; set; }

    /// <summary>Whether it holds.</summary>
    public bool IsOpen { get; set; }

    public long EndedUnixMs { get; set; }

    /// <summary>Whether its host was heard since: what was begun belongs to an outage that is over.</summary>
    public bool IsOver { get; set; }

    /// <summary>Why it holds no more; empty while it does.</summary>
    public string EndReason { get; set; } = "";
}
