using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Stream;

/// <summary>A collector on a real port whose behaviour is the test's. Each stream of an agent is a <see cref="GatewayCall"/>.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly Channel<GatewayCall> _calls = Channel.CreateUnbounded<GatewayCall>();
    private readonly WebApplication _app;

    private FakeGateway(X509Certificate2? certificate, bool wantsClientCertificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_calls.Writer);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.InitialStreamWindowSize = 65_535;
            kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, certificate, wantsClientCertificate));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.MapGrpcService<Service>();
    }

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:1");

    public static async Task<FakeGateway> StartAsync(X509Certificate2? certificate = null, bool wantsClientCertificate = false)
    {
        var gateway = new FakeGateway(certificate, wantsClientCertificate);
        await gateway._app.StartAsync(TestContext.Current.CancellationToken).Soon();
        string address = gateway._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        gateway.Endpoint = new Uri(certificate is null ? address : address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return gateway;
    }

    /// <summary>The next stream that an agent opens.</summary>
    public Task<GatewayCall> AcceptAsync() => _calls.Reader.ReadAsync().AsTask().Soon();

    /// <summary>The next stream, welcomed.</summary>
    public async Task<GatewayCall> WelcomeAsync(ulong acked = 0, uint silenceMs = 15_000)
    {
        GatewayCall call = await AcceptAsync();
        call.Hello = (await call.ReadAsync()).Hello;
        await call.SendAsync(new CollectorMessage { Welcome = new Welcome { ProtocolVersion = 1, AckedSequence = acked, SilenceLimitMs = silenceMs } });
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        while (_calls.Reader.TryRead(out GatewayCall? call))
        {
            call.End();
        }

        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token).Soon();
        await _app.DisposeAsync().AsTask().Soon();
    }

    private static void Configure(ListenOptions listen, X509Certificate2? certificate, bool wantsClientCertificate)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (certificate is not null)
        {
            listen.UseHttps(certificate, https =>
                https.ClientCertificateMode = wantsClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate);
        }
    }

    private sealed class Service(ChannelWriter<GatewayCall> calls) : AgentGateway.AgentGatewayBase
    {
        public override async Task Connect(
            IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
        {
            var call = new GatewayCall(requestStream, responseStream, context);
            await calls.WriteAsync(call);
            await call.Ended.WaitAsync(context.CancellationToken);
        }
    }
}
