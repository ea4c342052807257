using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Detection.Remediation;

namespace VirtAgents.Collector.Remediation;

/// <summary>The policy, read again when its file changes. A file that has become wrong leaves the policy as it was, and that is told.</summary>
internal sealed partial class RemediationFile(CollectorOptions options, ILogger<RemediationFile> log)
{
    private RemediationPolicy _policy = RemediationPolicy.None;
    private (DateTime Written, long Length)? _read;

    /// <summary>The policy now; not thread-safe.</summary>
    public RemediationPolicy Current()
    {
        if (options.PolicyFile.Length == 0)
        {
            return _policy;
        }

        FileInfo file = new(options.PolicyFile);
        if (!file.Exists || _read == (file.LastWriteTimeUtc, file.Length))
        {
            return _policy;
        }

        _read = (file.LastWriteTimeUtc, file.Length);
        if (RemediationPolicyReader.TryRead(options.PolicyFile, out IReadOnlyList<string> problems) is { } policy)
        {
            _policy = policy;
            LogRead(policy.Rules.Length);
        }
        else
        {
            LogWrong(string.Join("; ", problems));
        }

        return _policy;
    }

    [LoggerMessage(2120, LogLevel.Information, "The remediation policy has {Rules} rules.")]
    private partial void LogRead(int rules);

    [LoggerMessage(2121, LogLevel.Error, "The remediation policy has changed and is wrong; what was read before goes on: {Problems}")]
    private partial void LogWrong(string problems);
}
