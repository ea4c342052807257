namespace VirtAgents.Cli.Queues;

/// <summary>What a queue needs to know of a line of a trace. Times in seconds; null = unknown (the format writes -1).</summary>
/// <param name="Number">Field 1.</param>
/// <param name="SubmitSeconds">Field 2.</param>
/// <param name="RunSeconds">Field 4; 0 or less where the job never ran.</param>
/// <param name="Processors">Field 8, requested, else field 5, allocated; 0 or less where neither is known.</param>
/// <param name="RequestedSeconds">Field 9.</param>
/// <param name="User">Field 12.</param>
/// <param name="Queue">Field 15.</param>
internal readonly record struct SwfJob(
    long Number, long SubmitSeconds, long RunSeconds, long Processors, long? RequestedSeconds, long? User, int? Queue);
