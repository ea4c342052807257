using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Hosting;

/// <summary>
/// Two ports. Without TLS a port cannot negotiate between HTTP/1.1 and HTTP/2, so gRPC has one of its own and
/// everything a browser or curl asks for has the other.
/// </summary>
internal static class Listening
{
    // A full default window hides minutes of compact reports: the agent must notice back-pressure within two seconds.
    private const int StreamWindowBytes = 64 << 10;

    private const int ConnectionWindowBytes = 1 << 20;

    // A simulating agent shares one connection between up to a thousand streams.
    private const int StreamsPerConnection = 1_000;

    public static void Configure(KestrelServerOptions kestrel, CollectorOptions options, ServerCertificate? certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        // An agent stream is idle for seconds and then small; it is not a slow upload.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Listen(options.Listen.Grpc, endpoint => Secure(endpoint, HttpProtocols.Http2, certificate));
        kestrel.Listen(options.Listen.Http, endpoint => Secure(endpoint, certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2, certificate));
    }

    private static void Secure(ListenOptions endpoint, HttpProtocols protocols, ServerCertificate? certificate)
    {
        endpoint.Protocols = protocols;
        if (certificate is not null)
        {
            endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => certificate.ForConnection() });
        }
    }
}
