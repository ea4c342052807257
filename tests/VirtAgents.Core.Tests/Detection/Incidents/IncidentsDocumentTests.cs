using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class IncidentsDocumentTests
{
    [Fact]
    public void Document_Kinds_Agree()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "incidents.md");
        string expected = IncidentsDocument.Write();
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_REWRITE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void All_Kinds_AreThere() =>
        Assert.Equal(Enum.GetValues<FindingKind>().Where(k => k != FindingKind.Unspecified), FindingKinds.All.Select(k => k.Kind));

    [Fact]
    public void Explains_Kinds_NeverGoInACircle()
    {
        foreach (FindingKind cause in FindingKinds.All.Select(k => k.Kind))
        {
            Assert.All(FindingKinds.ExplainedBy(cause).Where(k => k != cause), k => Assert.True(FindingKinds.DepthOf(k) < FindingKinds.DepthOf(cause), $"{cause} explains {k}"));
        }
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
