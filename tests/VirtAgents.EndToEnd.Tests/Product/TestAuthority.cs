using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A certificate authority for one test, and a collector's certificate of it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), End = Begin.AddYears(20);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly IPAddress _collector;

    public TestAuthority(IPAddress collector)
    {
        _collector = collector;
        var request = new CertificateRequest("CN=VirtAgents test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(Begin, End);
    }

    public string CaFile(string directory)
    {
        string file = Path.Combine(directory, "ca.pem");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, _authority.ExportCertificatePem());
        }

        return file;
    }

    /// <summary>Issues a certificate for the collector and says how to use it.</summary>
    public IEnumerable<string> CollectorArguments(string directory)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=collector", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(_collector);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = 1; // the first byte of a serial number must be positive and not zero
        using X509Certificate2 certificate = request.Create(_authority, Begin, End, serial);
        string certificateFile = Path.Combine(directory, "collector.pem"), keyFile = Path.Combine(directory, "collector.key");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return [$"--Tls:CertificateFile={certificateFile}", $"--Tls:KeyFile={keyFile}"];
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}
