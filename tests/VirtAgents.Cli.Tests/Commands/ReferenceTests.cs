namespace VirtAgents.Cli.Tests.Commands;

public sealed class ReferenceTests
{
    [Fact]
    public void Docs_Reference_FollowsFromTheCommands()
    {
        var file = Path.Combine(Reference.RepositoryRoot(), "docs", "virtctl.md");
        var expected = Reference.Write(Reference.Root());
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_REWRITE_DOCS") == "1")
        {
            File.WriteAllText(file, expected);
        }

        Assert.Equal(expected, File.ReadAllText(file));
    }
}
