namespace VirtAgents.Collector.Configuration;

/// <summary>Where settings come from: file, then environment, then arguments; the later one wins.</summary>
internal static class CollectorConfiguration
{
    public const string DefaultFile = "/etc/virtagents/collector.json";
    public const string EnvironmentPrefix = "VIRTCOLLECTOR__";

    /// <summary>Loads the sources; null with a message when a file is missing or is not JSON.</summary>
    public static IConfigurationRoot? TryLoad(string? file, IReadOnlyList<string> settings, out string? error)
    {
        error = null;
        string path = Path.GetFullPath(file ?? DefaultFile);
        if (file is not null && !File.Exists(path))
        {
            error = $"--config: '{file}' does not exist or may not be read; allowed: a JSON file";
            return null;
        }

        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(path, optional: file is null, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddCommandLine([.. settings])
                .Build();
        }
        catch (InvalidDataException problem)
        {
            error = $"{path}: {problem.InnerException?.Message ?? problem.Message}";
            return null;
        }
        catch (UnauthorizedAccessException problem)
        {
            error = $"{path}: {problem.Message}";
            return null;
        }
    }
}
