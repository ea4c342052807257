namespace VirtAgents.Storage.Influx.Http;

/// <summary>Where one server takes lines and answers queries, once its family is known.</summary>
/// <param name="Flavour">Family; never <see cref="InfluxFlavour.Auto"/>.</param>
/// <param name="WritePath">Path and query for lines.</param>
/// <param name="AnswersQueries">Whether it answers InfluxQL; a server that only takes lines does not.</param>
internal sealed record InfluxTarget(InfluxFlavour Flavour, string WritePath, bool AnswersQueries = true)
{
    // Every family understands milliseconds under this name; an unknown unit would silently be taken for nanoseconds by some.
    private const string Precision = "precision=ms";

    public static InfluxTarget Of(InfluxFlavour flavour, InfluxOptions options)
    {
        string database = Uri.EscapeDataString(options.DatabaseName);
        return new InfluxTarget(flavour, flavour switch
        {
            InfluxFlavour.V1 => $"/write?db={database}{Optional("rp", options.RetentionPolicy)}&{Precision}",
            InfluxFlavour.V2 => $"/api/v2/write?bucket={Uri.EscapeDataString(options.BucketName)}{Optional("org", options.Org)}&{Precision}",
            InfluxFlavour.V3 => $"/api/v2/write?bucket={database}&{Precision}",
            _ => throw new ArgumentOutOfRangeException(nameof(flavour), flavour, "it must be a known family"),
        });
    }

    /// <summary>The family that a server of this version belongs to; null when it cannot be told.</summary>
    public static InfluxFlavour? FlavourOf(string? version) => version?.Trim().TrimStart('v', 'V') switch
    {
        ['1', '.', ..] => InfluxFlavour.V1,
        ['2', '.', ..] => InfluxFlavour.V2,
        ['3', '.', ..] => InfluxFlavour.V3,
        _ => null,
    };

    private static string Optional(string name, string value) => value.Length == 0 ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
