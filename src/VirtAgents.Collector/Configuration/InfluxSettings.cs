using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads the settings of the InfluxDB store. What they may be is known to the store itself.</summary>
internal static class InfluxSettings
{
    private const string Section = "Store:Influx:";

    public static InfluxOptions Read(SettingsReader reader, StoreKind kind, EmbeddedStoreOptions embedded, TimeSpan retention)
    {
        InfluxOptions options = new()
        {
            Url = ReadUrl(reader),
            Flavour = reader.Choice(Section + "Flavour", InfluxFlavour.Auto),
            Database = reader.Text(Section + "Database", ""),
            RetentionPolicy = reader.Text(Section + "RetentionPolicy", ""),
            Org = reader.Text(Section + "Org", ""),
            Bucket = reader.Text(Section + "Bucket", ""),
            Token = ReadSecret(reader, "Token"),
            Username = reader.Text(Section + "Username", ""),
            Password = ReadSecret(reader, "Password"),
            CaFile = reader.Text(Section + "CaFile", ""),
            Path = reader.Text(Section + "Path", Path.Combine(Path.GetDirectoryName(embedded.Path) ?? "", "influx.db")),
            LatestValues = embedded.LatestValues,
            Timeout = reader.Duration(Section + "Timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            Retention = retention,
        };
        foreach (string problem in kind == StoreKind.Influx ? options.Problems() : [])
        {
            reader.Fail(problem);
        }

        return options;
    }

    // A text that is no address becomes one that the store refuses, with its reason and without the text.
    private static Uri ReadUrl(SettingsReader reader) =>
        Uri.TryCreate(reader.Text(Section + "Url", "http://127.0.0.1:8086"), UriKind.Absolute, out Uri? url) ? url : new Uri("none:");

    private static string ReadSecret(SettingsReader reader, string name)
    {
        string secret = reader.Text(Section + name, "");
        string file = reader.Text($"{Section}{name}File", "");
        if (file.Length == 0)
        {
            return secret;
        }

        if (secret.Length > 0)
        {
            reader.Fail($"{Section}{name}File: it is set beside {Section}{name}; allowed: one of them");
            return secret;
        }

        try
        {
            string text = File.ReadAllText(file).Trim();
            if (text.Length == 0)
            {
                reader.Fail($"{Section}{name}File: '{file}' is empty; allowed: a file that holds nothing else");
            }

            return text;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            reader.Fail($"{Section}{name}File: '{file}' does not exist or may not be read; allowed: a file that holds nothing else");
            return "";
        }
    }
}
