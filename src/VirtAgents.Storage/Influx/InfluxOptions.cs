using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Influx;

/// <summary>Settings of the InfluxDB store.</summary>
public sealed class InfluxOptions
{
    /// <summary>Where the server listens; a path before the API's own is kept.</summary>
    /// <value>Default http://127.0.0.1:8086.</value>
    public Uri Url { get; set; } = new("http://127.0.0.1:8086");

    /// <summary>Family of the server.</summary>
    /// <value>Default <see cref="InfluxFlavour.Auto"/>.</value>
    public InfluxFlavour Flavour { get; set; }

    /// <summary>Database; with InfluxDB 2 the database that is mapped to the bucket, for reading.</summary>
    /// <value>Default virtagents; with InfluxDB 2 empty = the name of the bucket.</value>
    public string Database { get; set; } = "";

    /// <summary>Retention policy (InfluxDB 1, and the mapping of InfluxDB 2).</summary>
    /// <value>Default empty = the default one of the database.</value>
    public string RetentionPolicy { get; set; } = "";

    /// <summary>Organisation (InfluxDB 2).</summary>
    public string Org { get; set; } = "";

    /// <summary>Bucket (InfluxDB 2).</summary>
    /// <value>Default empty = the name of the database.</value>
    public string Bucket { get; set; } = "";

    /// <summary>Token of InfluxDB 2 and 3; a signed token (JWT) with InfluxDB 1. Never printed.</summary>
    public string Token { get; set; } = "";

    /// <summary>User, instead of a token.</summary>
    public string Username { get; set; } = "";

    /// <summary>Password of the user. Never printed.</summary>
    public string Password { get; set; } = "";

    /// <summary>PEM file with the authorities that the server's certificate must come from; empty = those of the system.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>File for what is no time series: positions, events, inventories.</summary>
    /// <value>No default.</value>
    public string Path { get; set; } = "";

    /// <summary>How many newest values are held in memory, as <see cref="EmbeddedStoreOptions.LatestValues"/> tells.</summary>
    /// <value>Default 4,000,000; 0 to 100,000,000.</value>
    public int LatestValues { get; set; } = 4_000_000;

    /// <summary>Longest wait for one answer.</summary>
    /// <value>Default 30 s; 1 s to 10 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server keeps samples in a database or retention policy that is created here (InfluxDB 1).</summary>
    /// <value>Default 0 = for ever; InfluxDB knows nothing shorter than an hour.</value>
    public TimeSpan Retention { get; set; }

    /// <summary>The database that is written and read.</summary>
    internal string DatabaseName => Database.Length > 0 ? Database : Bucket.Length > 0 ? Bucket : "virtagents";

    /// <summary>The bucket that is written.</summary>
    internal string BucketName => Bucket.Length > 0 ? Bucket : DatabaseName;

    /// <summary>Everything that is wrong with the settings; nothing of it tells a secret.</summary>
    public IEnumerable<string> Problems()
    {
        if (!IsServer(Url))
        {
            yield return "Store:Influx:Url: it is not the address of a server (not shown, as it may hold a password); "
                + "allowed: http or https, host and port, without user, password, query and fragment, such as http://127.0.0.1:8086";
        }
        else if (CaFile.Length > 0 && Url.Scheme != Uri.UriSchemeHttps)
        {
            yield return "Store:Influx:CaFile: it is set, but Store:Influx:Url is not https; allowed: an https address, or leave it out";
        }

        if (CaFile.Length > 0 && !File.Exists(CaFile))
        {
            yield return $"Store:Influx:CaFile: '{CaFile}' does not exist or may not be read; allowed: a PEM file";
        }

        if (Flavour == InfluxFlavour.V2 && Org.Length == 0)
        {
            yield return "Store:Influx:Org: it is not set; allowed: the name of an organisation, as Store:Influx:Flavour is V2";
        }

        foreach (string problem in Secrets())
        {
            yield return problem;
        }

        foreach ((string name, string value) in new[] { (nameof(Database), Database), (nameof(RetentionPolicy), RetentionPolicy), (nameof(Org), Org), (nameof(Bucket), Bucket) })
        {
            if (value.Length > 255 || value.Any(char.IsControl))
            {
                yield return $"Store:Influx:{name}: '{string.Concat(value.Where(c => !char.IsControl(c)))}' is not a name; allowed: 1 to 255 characters, no control characters";
            }
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
        {
            yield return $"Store:Influx:Timeout: '{Timeout}' is not valid; allowed: a time from 1s to 10m";
        }

        if (Path.Length == 0)
        {
            yield return "Store:Influx:Path: it is empty; allowed: a file";
        }
    }

    /// <summary>The settings that may be printed; an address may hold a password as long as nobody has checked it.</summary>
    public override string ToString() => $"{nameof(InfluxOptions)} {Flavour} {DatabaseName}";

    private static bool IsServer(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;

    private IEnumerable<string> Secrets()
    {
        if (Token.Length > 0 && Username.Length > 0)
        {
            yield return "Store:Influx:Token: it is set beside Store:Influx:Username; allowed: one of them";
        }

        if (Username.Length > 0 != Password.Length > 0)
        {
            yield return $"Store:Influx:{(Username.Length > 0 ? "Password" : "Username")}: it is not set; allowed: both user and password, or neither";
        }

        if (Username.Contains(':', StringComparison.Ordinal))
        {
            yield return $"Store:Influx:Username: '{Username}' has a colon, which basic authentication cannot carry; allowed: a name without one";
        }

        if (Token.Any(c => c is <= ' ' or > '~'))
        {
            yield return "Store:Influx:Token: it has characters that no token has (not shown); allowed: letters, digits and signs of ASCII";
        }
    }
}
