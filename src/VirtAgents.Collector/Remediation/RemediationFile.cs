using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Detection.Remediation;

namespace VirtAgents.Collector.Remediation;

/// <summary>The policy, read again when its file changes. A file that has become wrong leaves the policy as it was, and that is told.</summary>
internal sealed partial class RemediationFile(CollectorOptions options, ILogger<RemediationFile> log)
{
    private readonly WatchedFile<RemediationPolicy> _file = new(options.PolicyFile, RemediationPolicy.None, RemediationPolicyReader.TryRead);

    /// <summary>The policy now; not thread-safe.</summary>
    public RemediationPolicy Current() => _file.Current((policy, problems) =>
    {
        if (policy is null)
        {
            LogWrong(problems);
        }
        else
        {
            LogRead(policy.Rules.Length);
        }
    });

    [LoggerMessage(2120, LogLevel.Information, "The remediation policy has {Rules} rules.")]
    private partial void LogRead(int rules);

    [LoggerMessage(2121, LogLevel.Error, "The remediation policy has changed and is wrong; what was read before goes on: {Problems}")]
    private partial void LogWrong(string problems);
}
