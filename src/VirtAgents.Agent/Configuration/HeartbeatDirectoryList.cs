namespace VirtAgents.Agent.Configuration;

/// <summary>The directories that heartbeats are written to.</summary>
internal static class HeartbeatDirectoryList
{
    private const int Most = 16;

    /// <summary>What is allowed, for messages and the documentation.</summary>
    public static string Allowed { get; } = $"up to {Most} absolute paths, each once";

    /// <summary>Takes them over; what is wrong with them, or null.</summary>
    public static string? Apply(AgentOptions options, IReadOnlyList<string> items)
    {
        string[] paths = [.. items.Where(item => item.Length > 0)];
        if (paths.Length > Most || paths.Distinct().Count() < paths.Length || paths.Any(path => !path.StartsWith('/') || path.Any(char.IsControl)))
        {
            return $"is not allowed; allowed: {Allowed}";
        }

        options.Witness.HeartbeatDirectories = paths;
        return null;
    }
}
