using Grpc.Core;

namespace VirtAgents.Collector.Sessions;

/// <summary>The collector ends a stream; the status tells the peer why, the cause is what is counted.</summary>
internal sealed class StreamRefusal(StatusCode status, string cause, string message) : Exception(message)
{
    public StatusCode Status { get; } = status;

    public string Cause { get; } = cause;

    /// <summary>The peer does not keep to the protocol.</summary>
    public static StreamRefusal Violation(string message) => new(StatusCode.InvalidArgument, "protocol", message);
}
