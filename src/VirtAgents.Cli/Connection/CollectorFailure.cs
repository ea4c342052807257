using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Connection;

/// <summary>What a failed call means to the person at the keyboard.</summary>
internal static class CollectorFailure
{
    public static CliFailureException TimedOut(CommonSettings settings) =>
        new(
            ExitCode.Timeout,
            $"the collector at {settings.Address} (from {settings.CollectorSource}) did not answer within {Durations.Exact(settings.Timeout)}; wait longer with --timeout.");

    public static CliFailureException From(RpcException e, CommonSettings settings)
    {
        var detail = SafeText.Line(e.Status.Detail);
        return e.StatusCode switch
        {
            StatusCode.Unavailable when IsOwnWord(e) => new CliFailureException(ExitCode.Failure, $"the collector at {settings.Address} cannot answer now: {detail}", e),
            StatusCode.Unavailable => Unreachable(e, settings),
            StatusCode.Internal or StatusCode.Unknown when Cause<HttpRequestException>(e) is not null => Unreachable(e, settings),
            StatusCode.DeadlineExceeded => TimedOut(settings),
            StatusCode.NotFound => new CliFailureException(ExitCode.NotFound, detail, e),
            StatusCode.InvalidArgument or StatusCode.OutOfRange => new CliFailureException(ExitCode.Usage, detail, e),
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => new CliFailureException(ExitCode.Refused, $"the collector at {settings.Address} refused: {detail}", e),
            StatusCode.ResourceExhausted or StatusCode.FailedPrecondition => new CliFailureException(ExitCode.Refused, detail, e),
            StatusCode.Unimplemented => new CliFailureException(ExitCode.Failure, $"the collector at {settings.Address} does not know this request; is it older than virtctl? ({detail})", e),
            _ => new CliFailureException(ExitCode.Failure, $"the collector at {settings.Address} failed: {detail} ({e.StatusCode})", e),
        };
    }

    /// <summary>Whether the same call may succeed a little later.</summary>
    public static bool IsPassing(CliFailureException failure) =>
        failure.Code is ExitCode.Unreachable or ExitCode.Timeout
        || failure.InnerException is RpcException
        {
            StatusCode: StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Aborted or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled
        };

    // A call that never got there carries the reason of the connection, and a proxy on the way answers without gRPC's own status.
    private static bool IsOwnWord(RpcException e) =>
        e.Status.DebugException is null && !e.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal);

    private static CliFailureException Unreachable(RpcException e, CommonSettings settings) =>
        new(
            ExitCode.Unreachable,
            $"cannot reach the collector at {settings.Address} (from {settings.CollectorSource}): {SafeText.Line(ReasonOf(e, settings))}. "
            + $"Is virtcollector running there? Name another one with --collector URL or {CommonOptions.AddressVariable}.",
            e);

    private static string ReasonOf(RpcException e, CommonSettings settings)
    {
        if (Cause<AuthenticationException>(e) is { } refused)
        {
            return settings.CaFile is null
                ? $"its certificate is not trusted, or it speaks no TLS ({refused.Message.TrimEnd('.')}); name its authority with --ca-file"
                : $"its certificate is not trusted with --ca-file {settings.CaFile} ({refused.Message.TrimEnd('.')})";
        }

        if (Cause<SocketException>(e) is { } socket)
        {
            return socket.Message;
        }

        return Cause<HttpRequestException>(e) is { } http
            ? $"no gRPC answer ({http.Message.TrimEnd('.')}); check the port (7443 unless configured) and http or https"
            : e.Status.Detail.TrimEnd('.');
    }

    private static T? Cause<T>(RpcException e)
        where T : Exception
    {
        for (var cause = e.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }
}
