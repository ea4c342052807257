using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace VirtAgents.Agent.Stream;

/// <summary>Turns what the libraries say of a failed stream into what an operator can do about it.</summary>
internal static class FailureHint
{
    /// <summary>One sentence for the log.</summary>
    public static string For(Status status, Uri endpoint, bool showsCertificate)
    {
        string text = Describe(status);
        bool tls = endpoint.Scheme == "https";
        string? hint = ForException(status.DebugException, tls, showsCertificate) ?? ForStatus(status, text, tls, showsCertificate);
        return hint is null ? text : $"{text} - {hint}";
    }

    private static string Describe(Status status)
    {
        Exception? cause = status.DebugException;
        while (cause?.InnerException is not null)
        {
            cause = cause.InnerException;
        }

        string detail = cause is null || status.Detail.Contains(cause.Message, StringComparison.Ordinal) ? status.Detail : $"{status.Detail} {cause.Message}";
        return $"{status.StatusCode}: {detail}";
    }

    private static string? ForException(Exception? exception, bool tls, bool showsCertificate)
    {
        string? general = null;
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationException when e.Message.Contains("NameMismatch", StringComparison.Ordinal):
                    return "the certificate of the collector is for another name; use that name in Collector:Endpoints";
                case AuthenticationException when e.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase):
                    return "the certificate of the collector is not trusted; set Collector:CaFile to the authority that issued it";
                case AuthenticationException:
                    return RefusedHint(showsCertificate);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "nothing listens there; is the collector running?";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return "the name is not known; check Collector:Endpoints and the name service";
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } when tls:
                    // Said only when nothing inside says more.
                    general = "TLS failed; is the port of the collector a TLS port?";
                    break;
                default:
                    break;
            }
        }

        return general;
    }

    private static string? ForStatus(Status status, string text, bool tls, bool showsCertificate)
    {
        // A TLS 1.3 server refuses a client certificate after the handshake of the client has ended, and the client sees
        // no more than a connection that breaks.
        bool brokeEarly = text.Contains("did not complete the HTTP/2 handshake", StringComparison.Ordinal)
            || text.Contains("SslStream", StringComparison.Ordinal);
        return status.StatusCode switch
        {
            _ when brokeEarly && tls => RefusedHint(showsCertificate),
            _ when brokeEarly => "the port does not speak plain HTTP/2; is it a TLS port (https://), or the web port?",
            StatusCode.Unauthenticated or StatusCode.PermissionDenied => RefusedHint(showsCertificate),
            StatusCode.AlreadyExists => "another agent reports for the same host; was this host cloned with its /etc/machine-id?",
            StatusCode.FailedPrecondition => "agent and collector speak no common protocol version; update the older one",
            StatusCode.DeadlineExceeded => "the peer does not answer; is it the port of a collector for agents, plain or TLS as the address says?",
            StatusCode.Unimplemented => "this is not the port of a collector for agents",
            _ => null,
        };
    }

    private static string RefusedHint(bool showsCertificate) => showsCertificate
        ? "the collector may have refused the certificate of this agent (expired, revoked or of another authority); check Collector:CertificateFile"
        : "the collector may want a certificate of this agent; set Collector:CertificateFile and Collector:KeyFile";
}
