using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Hosting;

/// <summary>The certificate that new connections are shown, with its chain. Read anew when its files change.</summary>
internal sealed class ServerCertificate
{
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private (string Certificate, string Key) _read;
    private volatile SslStreamCertificateContext _context;

    private ServerCertificate(ListenSettings listen)
    {
        (_certificateFile, _keyFile) = (listen.CertificateFile, listen.KeyFile.Length > 0 ? listen.KeyFile : listen.CertificateFile);
        _read = ReadFiles();
        _context = Open(_read);
    }

    /// <summary>The certificate in use.</summary>
    public X509Certificate2 Current => _context.TargetCertificate;

    /// <summary>Reads the files of the settings.</summary>
    /// <exception cref="InvalidSettingException">They cannot be used.</exception>
    public static ServerCertificate Load(ListenSettings listen)
    {
        try
        {
            return new ServerCertificate(listen);
        }
        catch (Exception problem) when (IsOfTheFiles(problem))
        {
            throw new InvalidSettingException($"Tls:CertificateFile: '{listen.CertificateFile}' cannot be used: {problem.Message}", problem);
        }
    }

    /// <summary>What a new connection is told.</summary>
    public ValueTask<SslServerAuthenticationOptions> ForConnection() => new(new SslServerAuthenticationOptions { ServerCertificateContext = _context });

    /// <summary>
    /// Looks whether the files have other content than at the last look and takes it up; true = taken up. When it cannot be
    /// used the certificate in use stays, and the problem is told once: certificate and key are rarely written at one stroke.
    /// </summary>
    public bool TryRenew(out string? problem)
    {
        problem = null;
        try
        {
            (string, string) read = ReadFiles();
            if (read == _read)
            {
                return false;
            }

            _read = read;

            // The old one is left to the garbage collector: handshakes may still be using it.
            _context = Open(read);
            return true;
        }
        catch (Exception e) when (IsOfTheFiles(e))
        {
            problem = e.Message;
            return false;
        }
    }

    private static bool IsOfTheFiles(Exception e) => e is CryptographicException or IOException or UnauthorizedAccessException;

    private static SslStreamCertificateContext Open((string Certificate, string Key) pem)
    {
        X509Certificate2 leaf = Join(pem.Certificate, pem.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem.Certificate);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static X509Certificate2 Join(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The private key does not belong to the certificate.", e);
        }
    }

    private (string Certificate, string Key) ReadFiles() => (File.ReadAllText(_certificateFile), File.ReadAllText(_keyFile));
}
