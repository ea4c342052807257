namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Where the files lie that are tested.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Grafana => Path.Combine(Root, "deploy", "grafana");

    public static string Dashboards => Path.Combine(Grafana, "dashboards");

    public static string Docker => Path.Combine(Root, "deploy", "docker");

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "VirtAgents.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"no VirtAgents.sln above {AppContext.BaseDirectory}");
    }
}
