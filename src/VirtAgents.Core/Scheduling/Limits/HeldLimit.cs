using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Limits;

/// <summary>Where a limit stands. The numbers are stored: never reuse one.</summary>
public enum LimitStage
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The directive that sets or changes it has not ended.</summary>
    Setting = 1,

    /// <summary>It is in force.</summary>
    InForce = 2,

    /// <summary>The directive that takes it back has not ended.</summary>
    Releasing = 3,

    /// <summary>It is no longer in force, or no longer ours.</summary>
    Ended = 4,

    /// <summary>It could not be set.</summary>
    Failed = 5,
}

/// <summary>A limit that a rule has set. Before it there was none: another one is never replaced.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Rule">Name of the rule: its owner.</param>
/// <param name="Resource">What it limits.</param>
/// <param name="Host">Host on which it was set.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Device">MAC address of the interface, or target of the disk; empty = the VM as a whole.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Amount">The limit, in the unit of the resource; above 0.</param>
public sealed record HeldLimit(Guid Id, string Rule, LimitedResource Resource, HostId Host, VmId Vm, string Device, LimitStage Stage, long Amount)
{
    /// <summary>What it was before its last change; 0 = none.</summary>
    public long FormerAmount { get; init; }

    /// <summary>Directive of its stage, or its last one.</summary>
    public Guid Directive { get; init; }

    /// <summary>When it was last set, changed or tried; milliseconds since 1970 UTC.</summary>
    public long ChangedUnixMs { get; init; }

    /// <summary>When it ends at the latest; milliseconds since 1970 UTC.</summary>
    public long ExpiresUnixMs { get; init; }

    /// <summary>Directives that failed one after another.</summary>
    public int Attempts { get; init; }

    /// <summary>Nothing is done with it before; milliseconds since 1970 UTC, 0 = at once.</summary>
    public long RetryUnixMs { get; init; }

    /// <summary>How it ended, or why it has not; for people.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether it is over.</summary>
    public bool IsEnded => Stage is LimitStage.Ended or LimitStage.Failed;

    /// <summary>Whether something else may be done with it now.</summary>
    public bool IsFree(long nowUnixMs) => Stage == LimitStage.InForce && nowUnixMs >= RetryUnixMs;

    /// <summary>Ends it.</summary>
    public HeldLimit End(LimitStage stage, string detail) => this with { Stage = stage, Detail = detail };
}
