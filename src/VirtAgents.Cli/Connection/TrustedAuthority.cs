using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VirtAgents.Cli.Connection;

/// <summary>Trust in the authorities of one file instead of those of the system.</summary>
internal static class TrustedAuthority
{
    public static X509ChainPolicy PolicyFrom(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliFailureException(ExitCode.Usage, $"--ca-file: cannot read '{file}': {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new CliFailureException(ExitCode.Usage, $"--ca-file: '{file}' has no certificate in PEM form.");
    }
}
