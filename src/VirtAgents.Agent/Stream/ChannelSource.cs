using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Stream;

/// <summary>
/// Makes connections to collectors. A real agent gets a fresh one for each stream, so that renewed certificates are
/// taken up; the sessions of a simulated estate share theirs, some hundred streams to a connection.
/// </summary>
internal sealed class ChannelSource(CollectorOptions options, bool shared) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, GrpcChannel> _channels = [];

    /// <summary>Whether this agent shows a certificate of its own.</summary>
    public bool ShowsCertificate => options.CertificateFile.Length > 0;

    /// <summary>A channel to the endpoint, to be given back with <see cref="Return"/>.</summary>
    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate file has no certificate in it.</exception>
    public GrpcChannel Take(Uri endpoint)
    {
        if (!shared)
        {
            return Open(endpoint);
        }

        lock (_lock)
        {
            if (!_channels.TryGetValue(endpoint, out GrpcChannel? channel))
            {
                _channels[endpoint] = channel = Open(endpoint);
            }

            return channel;
        }
    }

    public void Return(GrpcChannel channel)
    {
        if (!shared)
        {
            channel.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private GrpcChannel Open(Uri endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            // A peer that vanished without a word is noticed by its unanswered pings.
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        };
        if (endpoint.Scheme == "https")
        {
            handler.SslOptions = TlsOptions();
        }

        return GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.CaFile.Length > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
            tls.CertificateChainPolicy = policy;
        }

        if (ShowsCertificate)
        {
            tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile)];
        }

        return tls;
    }
}
