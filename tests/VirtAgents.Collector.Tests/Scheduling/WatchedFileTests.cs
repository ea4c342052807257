using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Tests.Scheduling;

public sealed class WatchedFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<string> _told = [];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Current_FileThatChanges_IsReadOnceForEachChangeAndKeptWhenItIsWrong()
    {
        WatchedFile<string> file = new(_path, "none", Read);
        Write("one", 1);
        Assert.Equal(["one", "one"], [file.Current(Tell), file.Current(Tell)]);
        Write("bad", 2);
        Assert.Equal(["one", "one"], [file.Current(Tell), file.Current(Tell)]);
        Write("two", 3);
        Assert.Equal("two", file.Current(Tell));
        File.Delete(_path);
        Assert.Equal("two", file.Current(Tell));
        Assert.Equal(["one", "it is bad", "two"], _told);
    }

    [Fact]
    public void Current_NoFile_IsNone() => Assert.Equal("none", new WatchedFile<string>("", "none", Read).Current(Tell));

    private static string? Read(string path, out IReadOnlyList<string> problems)
    {
        string text = File.ReadAllText(path);
        problems = text == "bad" ? ["it is bad"] : [];
        return text == "bad" ? null : text;
    }

    private void Tell(string? table, string problems) => _told.Add(table ?? problems);

    private void Write(string text, int second)
    {
        File.WriteAllText(_path, text);
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch.AddSeconds(second));
    }
}
