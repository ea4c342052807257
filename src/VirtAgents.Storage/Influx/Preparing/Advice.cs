namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>Puts into words what is wrong with a server and what to do.</summary>
internal sealed class Advice(InfluxOptions options)
{
    private string Server => options.Url.AbsoluteUri.TrimEnd('/');

    /// <summary>What a refused or failed request means.</summary>
    public string Of(int status, string message, InfluxFlavour flavour) =>
        status == 0 ? message : $"InfluxDB at {Server} answered {status} ({message}): {What(status, message, flavour)}";

    /// <summary>A write found no database, policy or bucket.</summary>
    public string NoTarget(int status, string message, InfluxFlavour flavour) => $"InfluxDB at {Server} answered {status} ({message}): {Missing(flavour)}";

    /// <summary>What to do about a database, policy or bucket that is not there.</summary>
    public string Missing(InfluxFlavour flavour) => flavour switch
    {
        InfluxFlavour.V2 => $"create the bucket with `influx bucket create --org {Word(options.Org)} --name {Word(options.BucketName)}`",
        InfluxFlavour.V3 => $"create the database with `influxdb3 create database {Word(options.DatabaseName)}`",
        _ => "database and retention policy are created again with the next write",
    };

    /// <summary>What to do about a missing mapping of a database to a bucket.</summary>
    public string Mapping(string bucketId) =>
        $"create the mapping with `influx v1 dbrp create --db {Word(options.DatabaseName)} "
        + $"--rp {Word(options.RetentionPolicy.Length > 0 ? options.RetentionPolicy : "autogen")} --bucket-id {bucketId} --default`";

    /// <summary>A server that takes lines and cannot be asked.</summary>
    public string NoQueries() =>
        $"the server at {Server} takes samples but does not answer InfluxQL, as InfluxDB does and VictoriaMetrics does not: ask it with its own API and tools; "
        + "the newest values of what came since the collector started are known here";

    /// <summary>The user lacks rights on the database.</summary>
    public string Grant() => $"give the user its rights with `GRANT ALL ON {Reading.InfluxQl.Name(options.DatabaseName)} TO {Reading.InfluxQl.Name(options.Username)}`";

    private static string Word(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string What(int status, string message, InfluxFlavour flavour) => status switch
    {
        _ when message.Contains("no space left on device", StringComparison.Ordinal) =>
            "its disk is full, make room there and start it again when it goes on refusing (InfluxDB 1 does); writing goes on by itself",
        401 => "it does not know these credentials, check Store:Influx:Username and Store:Influx:Password, or Store:Influx:Token",
        403 when options.Username.Length > 0 && flavour == InfluxFlavour.V1 => Grant(),
        403 => "these credentials lack the right, give them the right to write and read there",
        404 => Missing(flavour),
        413 => "one line is larger than it takes, raise its max-body-size",
        429 or 503 => "it has more to do than it can, see what keeps it busy; writing goes on by itself",
        >= 500 => "look into its log; writing goes on by itself",
        >= 300 and < 400 => "it is somewhere else, set Store:Influx:Url to where it answers itself",
        _ => "check Store:Influx:Database, Store:Influx:RetentionPolicy and what lies between here and the server",
    };
}
