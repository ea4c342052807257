using System.Reflection;
using System.Xml.Linq;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Architecture;

/// <summary>The only references between projects that the design allows: adapters never see each other, Core sees nothing.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Simulation"] = ["Core"],
        ["Protocol"] = ["Core"],
        ["Hypervisors"] = ["Core", "Simulation"],
        ["Storage"] = ["Core"],
        ["Agent"] = ["Core", "Protocol", "Hypervisors", "Simulation"],
        ["Collector"] = ["Core", "Protocol", "Storage"],
        ["Cli"] = ["Core", "Protocol", "Simulation", "Storage"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreAllowed(string project)
    {
        string file = Path.Combine(RepositoryRoot(), "src", $"VirtAgents.{project}", $"VirtAgents.{project}.csproj");
        IEnumerable<string> references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value).Replace("VirtAgents.", "", StringComparison.Ordinal));
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Sources_AllProjects_AreInTheTable()
    {
        IEnumerable<string> found = Directory.GetDirectories(Path.Combine(RepositoryRoot(), "src"))
            .Select(d => Path.GetFileName(d).Replace("VirtAgents.", "", StringComparison.Ordinal));
        Assert.Equal(Allowed.Keys.Order(), found.Order());
    }

    [Fact]
    public void Core_ReferencedAssemblies_AreTheBaseLibraryOnly()
    {
        IEnumerable<string> names = typeof(VmId).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(names, n => Assert.StartsWith("System.", n, StringComparison.Ordinal));
        Assert.DoesNotContain(names, n => n.StartsWith("System.Net", StringComparison.Ordinal) || n.StartsWith("System.IO", StringComparison.Ordinal));
    }

    private static string RepositoryRoot()
    {
        string? at = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location);
        while (at is not null && !File.Exists(Path.Combine(at, "VirtAgents.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("VirtAgents.sln is not above the test assembly");
    }
}
