using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

/// <summary>A directory that stands for /proc, /sys and /etc, gone with the test.</summary>
internal sealed class FixtureTree : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-");

    public LinuxRoots Roots => new(Path("proc"), Path("sys"), Path("etc"));

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
    }

    public void MakeDirectory(string name) => Directory.CreateDirectory(Path(name));

    public void Dispose() => _directory.Delete(recursive: true);
}
