using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Control;

/// <summary>A request to start a VM.</summary>
internal sealed class StartRequestRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each request; lists are in its order.</summary>
    public long Number { get; set; }

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    public Guid HostId { get; set; }

    public string HostName { get; set; } = "";

    public string Tenant { get; set; } = "";

    /// <summary>vCPUs of the VM when it was submitted.</summary>
    public int Vcpus { get; set; }

    /// <summary>Memory promised to the VM when it was submitted.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>How long it is expected to run; null = unknown.</summary>
    public double? EstimateSeconds { get; set; }

    /// <summary>Null = after all others.</summary>
    public int? Priority { get; set; }

    /// <summary>0 = at once.</summary>
    public long NotBeforeUnixMs { get; set; }

    /// <summary>0 = none.</summary>
    public long DeadlineUnixMs { get; set; }

    public string Actor { get; set; } = "";

    public string Note { get; set; } = "";

    public RequestStage Stage { get; set; }

    /// <summary>Whether it has not ended; kept beside the stage for the index.</summary>
    public bool IsOpen { get; set; }

    public long SubmittedUnixMs { get; set; }

    /// <summary>0 = it was not.</summary>
    public long SentUnixMs { get; set; }

    /// <summary>When the VM was seen running; 0 = it was not.</summary>
    public long StartedUnixMs { get; set; }

    public long EndedUnixMs { get; set; }

    /// <summary>Empty = none was sent.</summary>
    public Guid DirectiveId { get; set; }

    /// <summary>Whether the VM may be moved to another host before; null = it may not.</summary>
    public bool? IsAnywhere { get; set; }

    /// <summary>Directive of its move; null = none was sent.</summary>
    public Guid? MoveDirectiveId { get; set; }

    /// <summary>Host that it is moved to, or was; null = none.</summary>
    public Guid? TargetId { get; set; }

    public string? TargetName { get; set; }

    /// <summary>Why that host; null = none was chosen.</summary>
    public string? Choice { get; set; }

    /// <summary>How it ended.</summary>
    public string Detail { get; set; } = "";
}
