namespace VirtAgents.Core.Metrics;

/// <summary>What is known of one group in one step.</summary>
/// <typeparam name="TKey">What names a group.</typeparam>
/// <param name="Group">The group, or that it is unknown.</param>
/// <param name="StepUnixMs">Start of the step; milliseconds since 1970 UTC.</param>
/// <param name="Summary">All values of the group in the step; never without any.</param>
public readonly record struct SummaryGroup<TKey>(Membership<TKey> Group, long StepUnixMs, Summary Summary)
    where TKey : notnull;
