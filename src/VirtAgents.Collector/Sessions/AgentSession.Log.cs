using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Sessions;

internal sealed partial class AgentSession
{
    private readonly ILogger _log = parts.Log;

    [LoggerMessage(2020, LogLevel.Warning, "The stream of host '{HostName}' from {Peer} is refused: {Reason}.")]
    private partial void LogRefused(string hostName, string peer, string reason);

    [LoggerMessage(2021, LogLevel.Information, "The stream of host {HostName} ({HostId}) ended: {Reason}.")]
    private partial void LogEnded(string hostName, HostId hostId, string reason);

    [LoggerMessage(2026, LogLevel.Error, "The stream of host '{HostName}' failed in the collector itself.")]
    private partial void LogFailed(Exception problem, string hostName);

    [LoggerMessage(2024, LogLevel.Debug, "The peer of stream {SessionId} is gone before its last message.")]
    private partial void LogPeerGone(string sessionId);
}
