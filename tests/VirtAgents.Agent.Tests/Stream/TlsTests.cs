using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Tests.Stream;

/// <summary>The hints of failed TLS on a real TLS server, whose errors differ from what their names suggest.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-tls-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Connect_TrustedByCaFile_Works()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("localhost", "server"));
        await using LinkBench bench = new LinkBench([gateway.Endpoint], tls: new CollectorOptions { CaFile = PathOf("server.pem") }).Start();
        await gateway.WelcomeAsync();
        await Patience.UntilAsync(() => bench.Connected.Count == 1);
    }

    [Fact]
    public async Task Connect_UnknownAuthority_HintsAtCaFile()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("localhost", "server"));
        await ExpectHintAsync(gateway.Endpoint, new CollectorOptions(), "the certificate of the collector is not trusted; set Collector:CaFile");
    }

    [Fact]
    public async Task Connect_CertificateForAnotherName_HintsAtTheName()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("elsewhere.example", "server"));
        await ExpectHintAsync(gateway.Endpoint, new CollectorOptions { CaFile = PathOf("server.pem") }, "the certificate of the collector is for another name");
    }

    [Fact]
    public async Task Connect_CollectorWantsACertificate_HintsAtCertificateFile()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("localhost", "server"), wantsClientCertificate: true);
        await ExpectHintAsync(gateway.Endpoint, new CollectorOptions { CaFile = PathOf("server.pem") }, "the collector may want a certificate of this agent");
    }

    [Fact]
    public async Task Connect_CollectorRefusesTheCertificate_HintsAtIt()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("localhost", "server"), wantsClientCertificate: true);
        Certificate("agent", "agent");
        var options = new CollectorOptions { CaFile = PathOf("server.pem"), CertificateFile = PathOf("agent.pem"), KeyFile = PathOf("agent.key") };
        await ExpectHintAsync(gateway.Endpoint, options, "the collector may have refused the certificate of this agent");
    }

    [Fact]
    public async Task Connect_PlainToATlsPort_HintsAtTheScheme()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync(Certificate("localhost", "server"));
        var plain = new Uri($"http://127.0.0.1:{gateway.Endpoint.Port}");
        await ExpectHintAsync(plain, new CollectorOptions(), "TLS");
    }

    [Fact]
    public async Task Connect_CertificateFileVanished_SaysSo()
    {
        await ExpectHintAsync(new Uri("https://localhost:1"), new CollectorOptions { CaFile = PathOf("gone.pem") }, "a certificate file cannot be used");
    }

    private static async Task ExpectHintAsync(Uri endpoint, CollectorOptions options, string hint)
    {
        await using LinkBench bench = new LinkBench([endpoint], tls: options).Start();
        // A connection that the peer breaks in the middle can look like a collector that has just gone; the next attempt tells more.
        await Patience.UntilAsync(() => bench.Log.Lines.Any(line => line.Contains(hint, StringComparison.Ordinal)));
    }

    private X509Certificate2 Certificate(string name, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(PathOf(file + ".pem"), made.ExportCertificatePem());
        File.WriteAllText(PathOf(file + ".key"), key.ExportECPrivateKeyPem());
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private string PathOf(string file) => Path.Combine(_directory, file);
}
