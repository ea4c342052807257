namespace VirtAgents.Storage.Influx;

/// <summary>Which family of InfluxDB a server belongs to.</summary>
public enum InfluxFlavour
{
    /// <summary>What the server says of itself at <c>/ping</c>.</summary>
    Auto = 0,

    /// <summary>InfluxDB 1.x: databases and retention policies, created when they are missing.</summary>
    V1 = 1,

    /// <summary>InfluxDB 2.x: organisations and buckets; reading needs a mapping of a database to the bucket.</summary>
    V2 = 2,

    /// <summary>InfluxDB 3.x: databases and tokens.</summary>
    V3 = 3,
}
