using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace VirtAgents.Storage.Influx.Http;

/// <summary>Talks to one server. Credentials go into headers only, never into an address, which others may log.</summary>
internal sealed class InfluxHttp(InfluxOptions options, Func<HttpClient> clients)
{
    private const int LongestBody = 64 << 10;
    private readonly string _root = options.Url.AbsoluteUri.TrimEnd('/');

    /// <summary>The address for messages.</summary>
    public string Server => _root;

    /// <summary>The transport that the settings ask for.</summary>
    /// <exception cref="StoreUnusableException">The file of authorities cannot be used.</exception>
    public static SocketsHttpHandler Transport(InfluxOptions options)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15), AllowAutoRedirect = false, UseCookies = false };
        if (options.CaFile.Length > 0)
        {
            handler.SslOptions.CertificateChainPolicy = Trust(options.CaFile);
        }

        return handler;
    }

    /// <summary>Asks and reads the answer; what goes wrong on the way is an answer without a status.</summary>
    public async Task<InfluxReply> AskAsync(HttpMethod method, string path, HttpContent? content, InfluxFlavour flavour, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = Limit(cancellationToken);
        try
        {
            using HttpResponseMessage response = await SendAsync(method, path, content, flavour, limit.Token);
            string? version = response.Headers.TryGetValues("X-Influxdb-Version", out IEnumerable<string>? versions) ? versions.FirstOrDefault() : null;
            return new InfluxReply((int)response.StatusCode, await ReadAsync(response, limit.Token), version);
        }
        catch (Exception e) when (Trouble(e, cancellationToken) is string trouble)
        {
            return new InfluxReply(0, trouble, IsLate: e is OperationCanceledException);
        }
    }

    /// <summary>Opens an answer that is read while it comes; the caller disposes both.</summary>
    /// <exception cref="StoreUnusableException">There is no answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, HttpContent content, InfluxFlavour flavour, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = Limit(cancellationToken);
        try
        {
            return await SendAsync(HttpMethod.Post, path, content, flavour, limit.Token);
        }
        catch (Exception e) when (Trouble(e, cancellationToken) is string trouble)
        {
            throw new StoreUnusableException(trouble, e);
        }
    }

    /// <summary>What a failure on the way means for the operator; null = it is none of the way.</summary>
    public string? Trouble(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException => $"InfluxDB at {_root} did not answer within {options.Timeout.TotalSeconds:0.#} s: see what keeps it busy, or raise Store:Influx:Timeout",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } tls =>
            $"InfluxDB at {_root} cannot be trusted ({Cause(tls)}): check its certificate and Store:Influx:CaFile",
        HttpRequestException or IOException => $"InfluxDB at {_root} cannot be reached ({Cause(failure)}): start it, or check Store:Influx:Url and the network",
        _ => null,
    };

    private static string Cause(Exception failure) => failure.GetBaseException().Message;

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"Store:Influx:CaFile: '{file}' cannot be read as PEM certificates ({e.Message})", e);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new StoreUnusableException($"Store:Influx:CaFile: '{file}' has no certificate; allowed: a PEM file with at least one");
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] bytes = new byte[LongestBody];
        int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        return limit;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, InfluxFlavour flavour, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _root + path) { Content = content };
        request.Headers.Authorization = Credentials(flavour);
        return await clients().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private AuthenticationHeaderValue? Credentials(InfluxFlavour flavour)
    {
        if (options.Username.Length > 0)
        {
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));
        }

        // InfluxDB 1 takes signed tokens as bearers; its own word for "Token" is a user and a password.
        return options.Token.Length == 0 ? null : new AuthenticationHeaderValue(flavour == InfluxFlavour.V1 ? "Bearer" : "Token", options.Token);
    }
}
