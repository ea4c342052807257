using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>The schedule policy, read again when its file changes. A file that has become wrong leaves it as it was, and that is told.</summary>
internal sealed partial class ScheduleFile(CollectorOptions options, ILogger<ScheduleFile> log)
{
    private readonly Lock _reading = new();
    private readonly WatchedFile<SchedulePolicy> _file = new(options.ScheduleFile, SchedulePolicy.None, SchedulePolicyReader.TryRead);

    /// <summary>The policy now.</summary>
    public SchedulePolicy Current()
    {
        lock (_reading)
        {
            return _file.Current(Tell);
        }
    }

    private void Tell(SchedulePolicy? policy, string problems)
    {
        if (policy is null)
        {
            LogWrong(problems);
        }
        else
        {
            LogRead(policy.Rules.Length);
        }
    }

    [LoggerMessage(2140, LogLevel.Information, "The schedule policy has {Rules} rules.")]
    private partial void LogRead(int rules);

    [LoggerMessage(2141, LogLevel.Error, "The schedule policy has changed and is wrong; what was read before goes on: {Problems}")]
    private partial void LogWrong(string problems);
}
