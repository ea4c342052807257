namespace VirtAgents.Agent.Configuration;

/// <summary>The directories that hosts share.</summary>
internal static class SharedDirectoryList
{
    private const int Most = 64;

    /// <summary>Takes them over; what is wrong with them, or null.</summary>
    public static string? Read(AgentOptions options, IReadOnlyList<string> items)
    {
        string[] paths = [.. items.Where(item => item.Length > 0)];
        if (paths.Length > Most || paths.Any(path => !path.StartsWith('/') || path.Any(char.IsControl)))
        {
            return $"is not allowed; allowed: up to {Most} absolute paths";
        }

        options.Acting.SharedDirectories = paths;
        return null;
    }
}
