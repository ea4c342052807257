namespace VirtAgents.Cli.Tests.Commands;

public sealed class ReferenceTests
{
    [Fact]
    public void Docs_Reference_FollowsFromTheCommands()
    {
        var file = Path.Combine(RepositoryRoot(), "docs", "virtctl.md");
        var expected = Reference.Write(Reference.Root());
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_REWRITE_DOCS") == "1")
        {
            File.WriteAllText(file, expected);
        }

        Assert.Equal(expected, File.ReadAllText(file));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VirtAgents.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }
}
