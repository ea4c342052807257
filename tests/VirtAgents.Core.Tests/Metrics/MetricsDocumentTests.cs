namespace VirtAgents.Core.Tests.Metrics;

public sealed class MetricsDocumentTests
{
    [Fact]
    public void Document_Catalogues_Agree()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "metrics.md");
        string expected = MetricsDocument.Write();
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_REWRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "VirtAgents.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"no VirtAgents.sln above {AppContext.BaseDirectory}");
    }
}
