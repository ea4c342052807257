namespace VirtAgents.Collector.Hosting;

/// <summary>What the arguments ask for.</summary>
/// <param name="ConfigFile">Configuration file; null = the default one, when it is there.</param>
/// <param name="Insecure">Plain connections, loopback only.</param>
/// <param name="CheckOnly">Say whether the settings are valid, and end.</param>
/// <param name="ReadyFile">File to write the addresses to when listening; null = none.</param>
/// <param name="ShowHelp">Print help, and end.</param>
/// <param name="ShowVersion">Print the version, and end.</param>
/// <param name="Settings">Settings as <c>--Key:Part=value</c>.</param>
internal sealed record CommandLine(
    string? ConfigFile, bool Insecure, bool CheckOnly, string? ReadyFile, bool ShowHelp, bool ShowVersion, IReadOnlyList<string> Settings)
{
    public const string Help = """
        virtcollector: receives what agents see of hosts and VMs, stores it, tells faults, answers queries.

        Usage: virtcollector [options] [--Section:Key=value ...]

          --config FILE      settings, JSON with comments (default /etc/virtagents/collector.json when it exists)
          --insecure         listen without TLS; loopback addresses only
          --check            say whether the settings are valid, and end
          --ready-file FILE  write the addresses there once they are open
          --version          print the version, and end
          --help             print this, and end

        Settings come from the file, then the environment (VIRTCOLLECTOR__Section__Key=value), then arguments:
          Listen:Grpc 127.0.0.1:7443         agents and gRPC clients
          Listen:Http 127.0.0.1:7480         JSON, /metrics (Prometheus), /healthz, /readyz
          Tls:CertificateFile, Tls:KeyFile   PEM files, read again when they change
          Store:Kind Embedded                Store:Embedded:Path ./.virtagents/store.db    Store:Retention 30d (0 = for ever)
            Store:Embedded:MinuteRetention 180d, :HourRetention 1100d (rollups, which outlive samples; 0 = for ever)
            Store:Embedded:LatestValues 4000000 (newest values in memory), :OpenRollupBytes 256MiB (rollups of the present hour)
          Store:Kind Influx                  Store:Influx:Url http://127.0.0.1:8086    Store:Influx:Flavour Auto (V1, V2, V3)
            Store:Influx:Database virtagents, :RetentionPolicy, :Org, :Bucket, :Timeout 30s, :CaFile
            Store:Influx:Username and :Password or :PasswordFile, or :Token or :TokenFile
            Store:Influx:Path influx.db beside Store:Embedded:Path (positions, events, inventories)
          Control:Provider Sqlite            Control:Path control.db beside the store (directives, freeze, epoch)
          Control:Provider PostgreSQL        Control:ConnectionString Host=...;Database=...;Username=...;Password=...
            Control:Retention 400d (directives, incidents, proposals, plans, requests and limits go so long after their end; 0 = never)
          Incidents:File                     gets a line of JSON for each notice of an incident    Incidents:Settle 5s
            Incidents:Webhooks:0:Url, :SecretFile, :MinSeverity Warning (up to 10, numbered from 0)
          Detection:ThresholdFile            levels that figures should stay below (docs/thresholds.md), in place of those that ship
          Detection:GuestSilence 2m          how long a guest is silent before it hangs (30 s to 1 h)
          Detection:Anomalies:Enabled true   tells VMs that behave unlike before (docs/detection.md)
            Detection:Anomalies:Threshold 0.75 (0.5 to 0.85), :Vms 10000 (most that are learnt, 18 KB each)
          Remediation:PolicyFile             what is done about findings without asking (docs/remediation.md); read again when it changes
          Scheduling:PolicyFile              what clusters are kept like without asking (docs/scheduling.md); read again when it changes
          Limits:MessageBytes 4MiB           Limits:Streams 2000    Limits:MessagesPerSecond 2000    Limits:Watchers 1000
          Limits:Hosts 5000
          Liveness:SilenceLimit 15s          Liveness:PhiThreshold 8 (1 to 30; how unusual silence must be, docs/liveness.md)
            Liveness:ReturnLimit 60s, :HelloLimit 10s, :StopBudget 10s
          Ingest:QueueBytes 64MiB            Ingest:CommitDelay 100ms    Ingest:CommitReports 1000
          Sampling:FastInterval 0            Sampling:SlowInterval 0 (0 = the agent's own)

        Exit codes: 0 stopped as asked, 1 unexpected failure, 2 invalid settings or arguments, 3 store not usable,
        4 address in use or not permitted.

        Examples:
          virtcollector --insecure --Store:Embedded:Path=/tmp/va/store.db
          virtcollector --config /etc/virtagents/collector.json --check
        """;

    /// <summary>Reads the arguments; null with a message when they are wrong.</summary>
    public static CommandLine? TryParse(IReadOnlyList<string> args, out string? error)
    {
        CommandLine parsed = new(null, false, false, null, false, false, []);
        List<string> settings = [];
        error = null;
        for (int i = 0; i < args.Count && error is null; i++)
        {
            string arg = args[i];
            if (arg is "--config" or "--ready-file")
            {
                string? value = i + 1 < args.Count ? args[++i] : null;
                error = value is null ? $"{arg}: a file name must follow" : null;
                parsed = arg == "--config" ? parsed with { ConfigFile = value } : parsed with { ReadyFile = value };
            }
            else if (arg.StartsWith("--", StringComparison.Ordinal) && arg.Contains(':', StringComparison.Ordinal) && arg.Contains('=', StringComparison.Ordinal))
            {
                settings.Add(arg);
            }
            else
            {
                (parsed, error) = ReadSwitch(parsed, arg);
            }
        }

        return error is null ? parsed with { Settings = settings } : null;
    }

    private static (CommandLine Parsed, string? Error) ReadSwitch(CommandLine parsed, string arg) => arg switch
    {
        "--insecure" => (parsed with { Insecure = true }, null),
        "--check" => (parsed with { CheckOnly = true }, null),
        "--help" or "-h" => (parsed with { ShowHelp = true }, null),
        "--version" => (parsed with { ShowVersion = true }, null),
        _ => (parsed, $"'{arg}' is not an argument; settings are given as --Section:Key=value, see --help"),
    };
}
