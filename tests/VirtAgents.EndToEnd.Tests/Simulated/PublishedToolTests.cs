using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>virtctl as it is installed: one file, with the library of the embedded store beside it or not.</summary>
public sealed class PublishedToolTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-tool-").FullName;

    private string Tool => Path.Combine(_directory, "virtctl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Virtctl_OneFileAlone_WorksAndStoreSaysWhatIsMissing()
    {
        File.Copy(Repository.Virtctl, Tool);
        string store = Path.Combine(_directory, "store.db");
        await File.WriteAllBytesAsync(store, [], TestContext.Current.CancellationToken);

        (int exitCode, string output) = await RunningProgram.RunAsync(Tool, Patience, ["simulate", Path.Combine(Repository.Root, "tests", "scenarios", "ten-faults.json")]);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await RunningProgram.RunAsync(Tool, Patience, ["store", "info", "--path", store]);
        Assert.Equal((1, "virtctl: libe_sqlite3.so is not there, and only 'store' needs it: copy it from where virtctl was published to beside virtctl, or to /usr/lib."), (exitCode, output.Trim()));

        File.Copy(Path.Combine(Path.GetDirectoryName(Repository.Virtctl)!, "libe_sqlite3.so"), Path.Combine(_directory, "libe_sqlite3.so"));
        (exitCode, output) = await RunningProgram.RunAsync(Tool, Patience, ["store", "info", "--path", store]);
        Assert.Equal((1, $"virtctl: {store} has schema version 0, reading needs 4: let the collector open it once"), (exitCode, output.Trim()));
    }
}
