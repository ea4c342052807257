using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Tests.Sessions;

namespace VirtAgents.Collector.Tests.Hosting;

/// <summary>Certificates that are renewed on disk while the collector runs.</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), End = Begin.AddYears(20);
    private readonly string _directory = Directory.CreateTempSubdirectory("virtcollector-tls-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string CertificateFile => Path.Combine(_directory, "collector.pem");

    private string KeyFile => Path.Combine(_directory, "collector.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Renewed_NewConnectionsAreShownTheNewOne_OldOnesGoOn()
    {
        Issue("CN=first");
        await using RunningCollector collector = await RunningCollector.StartAsync(null, _clock, $"Tls:CertificateFile={CertificateFile}", $"Tls:KeyFile={KeyFile}");
        await using SslStream old = await ConnectAsync(collector.Addresses[1], SslApplicationProtocol.Http11);
        Assert.Equal(("CN=first", "CN=first"), await ShownAsync(collector));

        Issue("CN=second");
        await RunningCollector.UntilAsync(async () =>
        {
            _clock.Advance(CertificateWatch.Period);
            return await ShownAsync(collector) == ("CN=second", "CN=second");
        });

        await old.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(old);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(RunningCollector.Patience, Cancel));
    }

    [Fact]
    public async Task Renewed_UselessFiles_OldOneStaysAndTheProblemIsToldOnce()
    {
        Issue("CN=first");
        var certificate = ServerCertificate.Load(Settings());
        var log = new ListLogger();
        using var watch = new CertificateWatch(certificate, _clock, log);
        await watch.StartAsync(Cancel);

        File.WriteAllText(CertificateFile, "rubbish");
        await RunningCollector.UntilAsync(() => Task.FromResult(Pass(3) && log.Lines.Count > 0));
        Assert.Equal("CN=first", certificate.Current.Subject);
        string line = Assert.Single(log.Lines);
        Assert.StartsWith("Error: The new files of Tls:CertificateFile cannot be used: ", line, StringComparison.Ordinal);
        Assert.EndsWith("CN=first stays in use, valid until 2046-01-01 00:00:00Z.", line, StringComparison.Ordinal);

        Issue("CN=third");
        await RunningCollector.UntilAsync(() => Task.FromResult(Pass(1) && log.Lines.Count > 1));
        Assert.Equal("Information: The certificate was renewed: new connections are shown CN=third, valid until 2046-01-01 00:00:00Z.", log.Lines[1]);
        await watch.StopAsync(Cancel);
    }

    [Fact]
    public void TryRenew_KeyComesAfterTheCertificate_OldOneUntilBothFit()
    {
        Issue("CN=first");
        string oldKey = File.ReadAllText(KeyFile);
        var certificate = ServerCertificate.Load(Settings());
        Issue("CN=second");
        string newKey = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, oldKey);

        Assert.Equal((false, true), (certificate.TryRenew(out string? problem), problem == "The private key does not belong to the certificate."));
        Assert.Equal((false, true, "CN=first"), (certificate.TryRenew(out problem), problem is null, certificate.Current.Subject));
        File.WriteAllText(KeyFile, newKey);
        Assert.Equal((true, "CN=second"), (certificate.TryRenew(out _), certificate.Current.Subject));
    }

    [Fact]
    public void TryRenew_FileGone_OldOneStays()
    {
        Issue("CN=first");
        var certificate = ServerCertificate.Load(Settings());
        File.Delete(CertificateFile);
        Assert.Equal((false, "CN=first"), (certificate.TryRenew(out string? problem), certificate.Current.Subject));
        Assert.Contains(CertificateFile, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UselessFile_NamesKeyAndFile()
    {
        File.WriteAllText(CertificateFile, "rubbish");
        InvalidSettingException e = Assert.Throws<InvalidSettingException>(() => ServerCertificate.Load(Settings() with { KeyFile = "" }));
        Assert.StartsWith($"Tls:CertificateFile: '{CertificateFile}' cannot be used: ", e.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Grpc, string Http)> ShownAsync(RunningCollector collector)
    {
        await using SslStream grpc = await ConnectAsync(collector.Addresses[0], SslApplicationProtocol.Http2);
        await using SslStream http = await ConnectAsync(collector.Addresses[1], SslApplicationProtocol.Http11);
        return (grpc.RemoteCertificate!.Subject, http.RemoteCertificate!.Subject);
    }

    private static async Task<SslStream> ConnectAsync(Uri address, SslApplicationProtocol protocol)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        var stream = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.Subject == shown.Issuer,
            ApplicationProtocols = [protocol],
        };
        await stream.AuthenticateAsClientAsync(options, Cancel).WaitAsync(RunningCollector.Patience, Cancel);
        Assert.Equal(protocol, stream.NegotiatedApplicationProtocol);
        return stream;
    }

    private bool Pass(int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            _clock.Advance(CertificateWatch.Period);
        }

        return true;
    }

    private ListenSettings Settings() => new(new(System.Net.IPAddress.Loopback, 0), new(System.Net.IPAddress.Loopback, 0), false, CertificateFile, KeyFile);

    private void Issue(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(Begin, End);
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
    }

    private sealed class ListLogger : ILogger<CertificateWatch>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
