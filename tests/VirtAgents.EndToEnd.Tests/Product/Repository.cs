using System.Reflection;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>Where the built product lies.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Collector => Built("VirtAgents.Collector", "virtcollector");

    public static string Virtctl => Published("VirtAgents.Cli", "virtctl");

    public static string Agent => Published("VirtAgents.Agent", "virtagent");

    /// <summary>A native binary that users install; the end-to-end tests prove that one and no other.</summary>
    private static string Published(string project, string program)
    {
        string path = Path.Combine(Root, "artifacts", "publish", project, "release", program);
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is missing: run 'dotnet publish src/{project} -c Release' first (./test.sh does)");
    }

    private static string Built(string project, string program) =>
        Path.Combine(Root, "artifacts", "bin", project, Configuration, program);

    private static string Configuration =>
        Path.GetFileName(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location))!;

    private static string FindRoot()
    {
        string? at = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location);
        while (at is not null && !File.Exists(Path.Combine(at, "VirtAgents.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("VirtAgents.sln is not above the test assembly");
    }
}
