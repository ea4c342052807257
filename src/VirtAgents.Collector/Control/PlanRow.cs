using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Collector.Control;

/// <summary>A plan of the scheduler.</summary>
internal sealed class PlanRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each plan; lists are in its order.</summary>
    public long Number { get; set; }

    public string Cluster { get; set; } = "";

    public string Rule { get; set; } = "";

    public PlanGoal Goal { get; set; }

    public PlanState State { get; set; }

    /// <summary>How it ends when it stops and no move failed.</summary>
    public PlanState EndsAs { get; set; } = PlanState.Overtaken;

    /// <summary>Whether it has not ended; kept beside the state for the index.</summary>
    public bool IsActive { get; set; }

    /// <summary>Why it was made.</summary>
    public string Why { get; set; } = "";

    public long MadeUnixMs { get; set; }

    /// <summary>When it was begun to be carried out; 0 = it was not.</summary>
    public long BegunUnixMs { get; set; }

    public long EndedUnixMs { get; set; }

    /// <summary>How it ended, or why it waits.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Who approved or ended it; empty = nobody.</summary>
    public string Actor { get; set; } = "";

    public string Note { get; set; } = "";

    public double SpreadBefore { get; set; }

    public double SpreadExpected { get; set; }

    /// <summary>Spread of load some time after it ended; null = not measured.</summary>
    public double? SpreadAfter { get; set; }

    public List<PlanStepRow> Steps { get; set; } = [];
}

/// <summary>One move of a plan, what was expected of it and what was measured.</summary>
internal sealed class PlanStepRow
{
    public Guid PlanId { get; set; }

    /// <summary>Place in the plan, from 0.</summary>
    public int Ordinal { get; set; }

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    public Guid FromId { get; set; }

    public string FromName { get; set; } = "";

    public Guid ToId { get; set; }

    public string ToName { get; set; } = "";

    public int Wave { get; set; }

    public string Reason { get; set; } = "";

    public double Gain { get; set; }

    /// <summary>Memory in use that is sent, GiB.</summary>
    public double UsedGb { get; set; }

    /// <summary>The planner's estimate.</summary>
    public double PlannedSeconds { get; set; }

    /// <summary>The estimate by what moves of the cluster took before.</summary>
    public double ExpectedSeconds { get; set; }

    public StepState State { get; set; }

    public string Detail { get; set; } = "";

    /// <summary>Empty = none was sent.</summary>
    public Guid DirectiveId { get; set; }

    public long SentUnixMs { get; set; }

    public long EndedUnixMs { get; set; }

    /// <summary>By the clock of the source host, from its beginning there to its end; null = not measured.</summary>
    public double? MeasuredSeconds { get; set; }

    /// <summary>By what moves of the cluster took before; null = too few were measured.</summary>
    public double? ExpectedDowntimeMs { get; set; }

    /// <summary>How long its guest stood still; null = not measured.</summary>
    public long? DowntimeMs { get; set; }

    /// <summary>What was sent; null = not measured.</summary>
    public long? SentBytes { get; set; }

    public double? FromCpuBefore { get; set; }

    public double? ToCpuBefore { get; set; }

    public double? FromCpuAfter { get; set; }

    public double? ToCpuAfter { get; set; }

    /// <summary>Whether what it did was measured, or is not to be any more.</summary>
    public bool IsJudged { get; set; }

    public MoveVerdict Verdict { get; set; }
}
