namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Figures of the consolidation policy. There is one configuration for every load.</summary>
public sealed record ConsolidationTuning
{
    /// <summary>Those that are used.</summary>
    public static ConsolidationTuning Shipped { get; } = new();

    /// <summary>Weight of a new sample in the recent mean of a VM.</summary>
    /// <value>0 to 1; default 0.3, about the last quarter of an hour.</value>
    public double RecentWeight { get; init; } = 0.3;

    /// <summary>Least weight of a new sample in the long mean of a VM.</summary>
    /// <value>0 to 1; default 0.05, about the last hundred minutes.</value>
    public double LongWeight { get; init; } = 0.05;

    /// <summary>Part of the recent mean in what is expected; the rest is the long mean.</summary>
    /// <value>0 to 1; default 0.7.</value>
    public double RecentPart { get; init; } = 0.7;

    /// <summary>Least weight of a new error in the variance of what is expected.</summary>
    /// <value>0 to 1; default 0.05.</value>
    public double ErrorWeight { get; init; } = 0.05;

    /// <summary>Deviation that is taken for each VM before anything is known of it, as a part of the most it can ask for.</summary>
    /// <value>Over 0; default 0.08. It counts as three errors.</value>
    public double PriorDeviation { get; init; } = 0.08;

    /// <summary>A host is overloaded when so many deviations over what is expected do not fit.</summary>
    /// <value>0 or more; default 1: about one of six such hosts would really have too little.</value>
    public double OverloadDeviations { get; init; } = 1;

    /// <summary>So many must fit on a host that takes a VM from an overloaded one.</summary>
    /// <value>At least that of overload, else the host soon would be overloaded itself; default 1.6.</value>
    public double TargetDeviations { get; init; } = 1.6;

    /// <summary>So many must fit on a host that takes VMs of one that is emptied, which is never urgent.</summary>
    /// <value>At least that of overload; default 2.1.</value>
    public double DrainDeviations { get; init; } = 2.1;

    /// <summary>Hosts are emptied each so many steps, so that a short ebb moves nothing.</summary>
    /// <value>1 or more; default 6, half an hour.</value>
    public int StepsBetweenDrains { get; init; } = 6;

    /// <summary>Emptying ends after so many hosts that could not be emptied: those after them are fuller.</summary>
    /// <value>1 or more; default 3.</value>
    public int FailedDrains { get; init; } = 3;
}
