using System.IO.Compression;
using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class ConsolidateCommandTests : IDisposable
{
    // Four VMs that ask for little: the largest two are on one host, the others on another; one host is enough.
    private static readonly string[] Day = [.. Enumerable.Repeat("10,10,10,10,10,10", 4)];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-consolidate-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Consolidate_SmallDay_PacksOntoOneHostAndReportsByHand()
    {
        Write("day.csv", Day);

        var ended = await RunAsync("day.csv", "--report");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal("{\"initial\":[3,1,1,1],\"moves\":[[1,0,1]]}\n", File.ReadAllText(At("actions.json")));
        var report = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(
            ["vms", "kwh", "migrations", "slatah_pct", "pdm_pct", "slav_pct", "esv", "mean_active_hosts"],
            report.EnumerateObject().Select(p => p.Name));

        // Of 5 steps the first has two hosts; 250 of 600 MIPS lose a tenth for the 13.92 s that 870 MB take, of 600 for 1,500 s.
        Assert.Equal((4, 1, 0, 1.2), (Number(report, "vms"), Number(report, "migrations"), Number(report, "slatah_pct"), Number(report, "mean_active_hosts")));
        Assert.Equal(Math.Round(100 * 0.1 * 250 * 13.92 / (600 * 1_500), 5), Number(report, "pdm_pct"));
    }

    [Fact]
    public async Task Consolidate_PackedDay_SameActionsAndNothingPrinted()
    {
        using (var packed = new StreamWriter(new GZipStream(File.Create(At("day.csv.gz")), CompressionLevel.Fastest)))
        {
            packed.Write(string.Join('\n', Day));
        }

        var ended = await RunAsync("day.csv.gz");

        Assert.Equal((0, "", ""), (ended.Code, ended.Output, ended.Error));
        Assert.Contains("\"moves\":[[1,0,1]]", File.ReadAllText(At("actions.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line 2, sample 3: '' is no percentage from 0 to 100", "1,2,3", "1,2,")]
    [InlineData("line 1, sample 2: '101' is no percentage from 0 to 100", "1,101")]
    [InlineData("line 1, sample 1: '-1' is no percentage from 0 to 100", "-1,1")]
    [InlineData("line 2: 1 sample; the first line has 2", "1,2", "1")]
    [InlineData("line 1: 1 sample; at least 2 are needed", "1")]
    [InlineData("is empty; give a line for each VM")]
    public async Task Consolidate_BadDay_SaysWhereAndLeavesNothingBehind(string reason, params string[] lines)
    {
        Write("day.csv", lines);

        var ended = await RunAsync("day.csv");

        Assert.Equal(1, ended.Code);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
        Assert.Equal(["day.csv"], _directory.EnumerateFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task Consolidate_MoreVmsThanFit_SaysSo()
    {
        Write("day.csv", [.. Enumerable.Repeat("1,1", 3_000)]);

        var ended = await RunAsync("day.csv");

        Assert.Equal(1, ended.Code);
        Assert.EndsWith("3000 VMs do not fit on 800 hosts with the most they can ask for.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consolidate_OutputCannotBeWritten_SaysSo()
    {
        Write("day.csv", Day);

        var ended = await Tool.RunAsync("consolidate", At("day.csv"), "-o", At("nowhere/actions.json"));

        Assert.Equal(1, ended.Code);
        Assert.StartsWith("virtctl: cannot write ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consolidate_NoSuchFile_IsNotFound() => Assert.Equal(4, (await RunAsync("nowhere.csv")).Code);

    [Fact]
    public async Task Consolidate_NoOutput_IsWrongUsage() => Assert.Equal(2, (await Tool.RunAsync("consolidate", At("day.csv"))).Code);

    private static double Number(JsonElement report, string key) => report.GetProperty(key).GetDouble();

    private Task<Tool.Ended> RunAsync(string day, params string[] options) => Tool.RunAsync(["consolidate", At(day), "-o", At("actions.json"), .. options]);

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string[] lines) => File.WriteAllLines(At(name), lines);
}
