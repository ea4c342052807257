using System.Net;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Collector.Configuration;

/// <summary>Turns configuration into checked options. Never connects, opens only the certificate files' names.</summary>
internal static class CollectorSettings
{
    // Rules rest for a week at most, and nobody looks further back for what was done.
    private static readonly TimeSpan LeastControlRetention = TimeSpan.FromDays(30);

    /// <summary>Reads all settings; the options count only when there are no errors.</summary>
    public static CollectorOptions Read(IConfiguration configuration, bool insecure, out IReadOnlyList<string> errors)
    {
        SettingsReader reader = new(configuration);
        StoreSettings store = ReadStore(reader);
        CollectorOptions options = new(
            ReadListen(reader, insecure), store, ReadControl(reader, store), ReadLimits(reader), ReadLiveness(reader), ReadIngest(reader),
            NoticeSettings.Read(reader), ThresholdReader.Read(reader), AnomalySettings.Read(reader),
            reader.Duration("Detection:GuestSilence", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)), ReadPolicyFile(reader), ReadScheduleFile(reader));
        reader.RefuseUnknown();
        errors = reader.Errors;
        return options;
    }

    private static ListenSettings ReadListen(SettingsReader reader, bool insecure)
    {
        ListenSettings listen = new(
            reader.Address("Listen:Grpc", "127.0.0.1:7443"),
            reader.Address("Listen:Http", "127.0.0.1:7480"),
            insecure,
            reader.Text("Tls:CertificateFile", ""),
            reader.Text("Tls:KeyFile", ""));
        CheckTransport(reader, listen);
        return listen;
    }

    private static void CheckTransport(SettingsReader reader, ListenSettings listen)
    {
        if (listen.Grpc.Port != 0 && listen.Grpc.Equals(listen.Http))
        {
            reader.Fail($"Listen:Http: '{listen.Http}' is the address of Listen:Grpc; allowed: another port");
        }

        if (listen.Insecure)
        {
            RefuseOpenAddress(reader, "Listen:Grpc", listen.Grpc);
            RefuseOpenAddress(reader, "Listen:Http", listen.Http);
            return;
        }

        if (listen.CertificateFile.Length == 0)
        {
            reader.Fail("Tls:CertificateFile: it is not set; allowed: a PEM file, or --insecure to listen without TLS on loopback only");
        }

        foreach ((string key, string file) in new[] { ("Tls:CertificateFile", listen.CertificateFile), ("Tls:KeyFile", listen.KeyFile) })
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                reader.Fail($"{key}: '{file}' does not exist or may not be read; allowed: a PEM file");
            }
        }
    }

    private static void RefuseOpenAddress(SettingsReader reader, string key, IPEndPoint address)
    {
        if (!IPAddress.IsLoopback(address.Address))
        {
            reader.Fail($"{key}: '{address}' is open to other machines, and --insecure has neither encryption nor identity; "
                + "allowed: a loopback address, or Tls:CertificateFile instead of --insecure");
        }
    }

    private static StoreSettings ReadStore(SettingsReader reader)
    {
        StoreKind kind = reader.Choice("Store:Kind", StoreKind.Embedded);
        TimeSpan retention = reader.Duration("Store:Retention", TimeSpan.FromDays(30), TimeSpan.Zero, TimeSpan.FromDays(36_500));
        EmbeddedStoreOptions usual = new();
        EmbeddedStoreOptions embedded = new()
        {
            Path = reader.Text("Store:Embedded:Path", "./.virtagents/store.db"),
            LatestValues = (int)reader.Count("Store:Embedded:LatestValues", usual.LatestValues, 0, 100_000_000),
            OpenRollupBytes = reader.Size("Store:Embedded:OpenRollupBytes", usual.OpenRollupBytes, 0, 64L << 30),
            MinuteRetention = reader.Duration("Store:Embedded:MinuteRetention", usual.MinuteRetention, TimeSpan.Zero, TimeSpan.FromDays(36_500)),
            HourRetention = reader.Duration("Store:Embedded:HourRetention", usual.HourRetention, TimeSpan.Zero, TimeSpan.FromDays(36_500)),
        };
        return new(kind, embedded, retention, InfluxSettings.Read(reader, kind, embedded, retention));
    }

    private static ControlSettings ReadControl(SettingsReader reader, StoreSettings store)
    {
        ControlSettings control = new(
            reader.Choice("Control:Provider", ControlProvider.Sqlite),
            reader.Text("Control:Path", Path.Combine(Path.GetDirectoryName(store.Embedded.Path) ?? "", "control.db")),
            reader.Text("Control:ConnectionString", ""),
            reader.Duration("Control:Retention", TimeSpan.FromDays(400), TimeSpan.Zero, TimeSpan.FromDays(36_500)));
        bool isServer = control.Provider == ControlProvider.PostgreSQL;
        if (isServer && !IsConnectionString(control.ConnectionString))
        {
            reader.Fail("Control:ConnectionString: it is missing or cannot be read (not shown, as it may hold a password); "
                + "allowed: such as Host=db;Database=virtagents;Username=collector;Password=...");
        }
        else if (!isServer && control.ConnectionString.Length > 0)
        {
            reader.Fail("Control:ConnectionString: it is set, but Control:Provider is Sqlite; allowed: Control:Provider PostgreSQL, or leave it out");
        }

        if (control.Retention > TimeSpan.Zero && control.Retention < LeastControlRetention)
        {
            reader.Fail($"Control:Retention: {control.Retention.TotalDays.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)} days are not allowed; allowed: 0 (for ever), or from {LeastControlRetention.TotalDays:0}d to 36500d, as budgets and retries count what was done of late");
        }

        return control;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static string ReadPolicyFile(SettingsReader reader)
    {
        string path = reader.Text("Remediation:PolicyFile", "");
        if (path.Length > 0)
        {
            _ = RemediationPolicyReader.TryRead(path, out IReadOnlyList<string> problems);
            problems.ToList().ForEach(p => reader.Fail($"Remediation:PolicyFile: {p}"));
        }

        return path;
    }

    private static string ReadScheduleFile(SettingsReader reader)
    {
        string path = reader.Text("Scheduling:PolicyFile", "");
        if (path.Length > 0)
        {
            _ = SchedulePolicyReader.TryRead(path, out IReadOnlyList<string> problems);
            problems.ToList().ForEach(p => reader.Fail($"Scheduling:PolicyFile: {p}"));
        }

        return path;
    }

    private static LimitSettings ReadLimits(SettingsReader reader) => new(
        (int)reader.Size("Limits:MessageBytes", 4 << 20, 64 << 10, 64 << 20),
        (int)reader.Count("Limits:Streams", 2_000, 1, 100_000),
        (int)reader.Count("Limits:MessagesPerSecond", 2_000, 1, 1_000_000),
        (int)reader.Count("Limits:Watchers", 1_000, 1, 100_000),
        (int)reader.Count("Limits:Hosts", 5_000, 1, 1_000_000));

    private static LivenessSettings ReadLiveness(SettingsReader reader) => new(
        reader.Duration("Liveness:SilenceLimit", TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        (int)reader.Count("Liveness:PhiThreshold", 8, 1, 30),
        reader.Duration("Liveness:ReturnLimit", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        reader.Duration("Liveness:HelloLimit", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
        reader.Duration("Liveness:StopBudget", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)));

    private static IngestSettings ReadIngest(SettingsReader reader) => new(
        reader.Size("Ingest:QueueBytes", 64 << 20, 1 << 20, 16L << 30),
        reader.Duration("Ingest:CommitDelay", TimeSpan.FromMilliseconds(100), TimeSpan.Zero, TimeSpan.FromSeconds(10)),
        (int)reader.Count("Ingest:CommitReports", 1_000, 1, 100_000),
        reader.Duration("Sampling:FastInterval", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1)),
        reader.Duration("Sampling:SlowInterval", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1)));
}
