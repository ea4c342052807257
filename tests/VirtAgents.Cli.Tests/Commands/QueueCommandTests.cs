using System.IO.Compression;
using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class QueueCommandTests : IDisposable
{
    // On 8 processors: the first takes 6 of them for 100 s, so that the second blocks what could run beside it. The last needs
    // too many, the one before it never ran.
    private static readonly string[] Trace =
    [
        "; MaxProcs: 8",
        "",
        "1 1000 -1 100 6 -1 -1 6 100 -1 1 7 1 -1 2 -1 -1 -1",
        "2 1010 -1  50 4 -1 -1 -1 50 -1 1 7 1 -1 2 -1 -1 -1",
        "5\t1020 -1 80.9 -1 -1 -1 2 -1 -1 1 8 1 -1 0 -1 -1 -1",
        "6 1030 -1 0 2 -1 -1 2 10 -1 0 8 1 -1 1 -1 -1 -1",
        "7 1040 -1 10 9 -1 -1 9 10 -1 1 8 1 -1 1 -1 -1 -1",
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-queue-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Queue_Json_HasTheFiguresByHandInTheirOrder()
    {
        Write("t.swf", Trace);

        var ended = await RunAsync("t.swf", "--procs", "8", "-o", "json");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        var figures = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(
            ["trace", "procs", "policy", "backfill", "load", "jobs", "wait_mean", "wait_p50", "wait_p95", "wait_max", "bsld_mean", "bsld_p95", "util", "sim_cpu_s", "jain", "users", "makespan", "left_out"],
            figures.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("t.swf", "fcfs", "none"), (Text(figures, "trace"), Text(figures, "policy"), Text(figures, "backfill")));

        // Starts at 0, 100 and 100; 600 + 200 + 160 processor seconds of 8 * 180.
        Assert.Equal(
            [8, 1, 3, 56.67, 80, 90, 90, 1.933, 2.8, 0.6667, 2, 180, 2],
            new[] { "procs", "load", "jobs", "wait_mean", "wait_p50", "wait_p95", "wait_max", "bsld_mean", "bsld_p95", "util", "users", "makespan", "left_out" }.Select(key => Number(figures, key)));
        Assert.Equal(0.9993, Number(figures, "jain"));
    }

    [Theory]
    [InlineData("0 0.000 0.000\n1 10.000 100.000\n2 20.000 20.000\n", "--backfill", "easy")]
    [InlineData("0 0.000 0.000\n1 10.000 100.000\n2 20.000 20.000\n", "--policy", "priority")]
    [InlineData("0 0.000 0.000\n1 10.000 100.000\n2 20.000 100.000\n", "--policy", "sjf")]
    [InlineData("0 0.000 0.000\n1 10.000 100.000\n2 20.000 100.000\n", "--policy", "aging", "--aging", "0")]
    [InlineData("0 0.000 0.000\n1 5.000 100.000\n", "--load", "2", "--limit", "2")]
    public async Task Queue_Schedule_HasALineForEachJob(string schedule, params string[] options)
    {
        Write("t.swf", Trace);

        var ended = await RunAsync("t.swf", ["--procs", "8", "--schedule", At("schedule"), .. options]);

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal(schedule, File.ReadAllText(At("schedule")));
    }

    // With doubled estimates the last one seems to end before the first, for the end of which the second waits.
    [Theory]
    [InlineData("1", "2 20.000 110.000")]
    [InlineData("2", "2 20.000 20.000")]
    public async Task Queue_EstimatesByAFactor_DecideWhatIsBackfilled(string factor, string line)
    {
        Write("t.swf", ["1 0 -1 100 6 -1 -1 6 100", "2 10 -1 10 8 -1 -1 8 10", "3 20 -1 90 2 -1 -1 2 90"]);

        await RunAsync("t.swf", "--procs", "8", "--backfill", "easy", "--est", factor, "--schedule", At("schedule"));

        Assert.Equal(line, File.ReadAllLines(At("schedule"))[2]);
    }

    [Fact]
    public async Task Queue_PackedTrace_SameFigures()
    {
        Write("t.swf", Trace);
        using (var packed = new StreamWriter(new GZipStream(File.Create(At("packed")), CompressionLevel.Fastest)))
        {
            packed.Write(string.Join('\n', Trace));
        }

        var plain = await RunAsync("t.swf", "--procs", "8", "-o", "csv");
        var unpacked = await RunAsync("packed", "--procs", "8", "-o", "csv");

        Assert.Equal(0, unpacked.Code);
        Assert.Equal(Without(plain.Output), Without(unpacked.Output));

        // CPU time differs from run to run, and so do the names.
        static string[] Without(string csv) => [.. csv.Split("\r\n")[1].Split(',').Where((_, i) => i is not (0 or 13))];
    }

    [Fact]
    public async Task Queue_Explain_SaysWhyAndWhenThatChanged()
    {
        Write("t.swf", [.. Trace, "9 1050 -1 10 8 -1 -1 8 10 -1 1 8 1 -1 1 -1 -1 -1"]);

        var ended = await RunAsync("t.swf", "--procs", "8", "--backfill", "easy", "--explain", "9", "-o", "csv");

        Assert.Equal(
            "time,verdict,reservation,reason\r\n"
            + "50,waits-behind-head-for-room,100,\"waits: needs 8 processors, 0 are free\"\r\n"
            + "100,waits-for-room,150,\"waits: head of the queue, needs 8 processors, 4 are free, reservation at 150 s\"\r\n"
            + "150,starts-as-head,,starts: head of the queue\r\n",
            ended.Output);
    }

    [Fact]
    public async Task Queue_ExplainOfAJobThatCannotRun_IsNotFound()
    {
        Write("t.swf", Trace);

        var ended = await RunAsync("t.swf", "--procs", "8", "--explain", "7");

        Assert.Equal((4, "virtctl: --explain: no job that can run has number 7; 3 jobs can.\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Queue_FieldsAfterTheNinthAreMissing_AreUnknown()
    {
        Write("t.swf", ["1 0 -1 100 6 -1 -1 6 100"]);

        var ended = await RunAsync("t.swf", "--procs", "8", "-o", "json");

        var figures = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (figures.GetProperty("jain").ValueKind, figures.GetProperty("users").ValueKind));
    }

    [Theory]
    [InlineData("line 2: field 4 (run time): 'long' is no number", "; head", "1 0 -1 long 1 -1 -1 1 100")]
    [InlineData("line 1: field 15 (queue): '3e9' is no number from", "1 0 -1 10 1 -1 -1 1 10 -1 1 1 1 1 3e9 -1 -1 -1")]
    [InlineData("line 1: field 2 (submit time): 'nan' is no number", "1 nan -1 10 1 -1 -1 1 10")]
    [InlineData("line 1: 8 fields; a job has 18", "1 0 -1 100 6 -1 -1 6")]
    [InlineData("has no job that can run on 8 processors; 1 were left out.", "1 0 -1 100 9 -1 -1 9 100")]
    [InlineData("has no job that can run on 8 processors; 0 were left out.", "; nothing")]
    public async Task Queue_BadTrace_SaysWhere(string reason, params string[] lines)
    {
        Write("t.swf", lines);

        var ended = await RunAsync("t.swf", "--procs", "8");

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_PackedTraceCutOff_IsToldInOneLine()
    {
        using (var packed = new StreamWriter(new GZipStream(File.Create(At("t.swf.gz")), CompressionLevel.Fastest)))
        {
            packed.Write(string.Join('\n', Trace));
        }

        var bytes = File.ReadAllBytes(At("t.swf.gz"));
        File.WriteAllBytes(At("t.swf.gz"), bytes[..(bytes.Length / 2)]);

        var ended = await RunAsync("t.swf.gz", "--procs", "8");

        Assert.Equal(1, ended.Code);
        Assert.StartsWith("virtctl: cannot read ", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("--procs: '0' is not allowed; give a whole number, 1 or more.", "--procs", "0")]
    [InlineData("--load: '0' is not allowed; give a number from 1E-06 to 1000000.", "--procs", "8", "--load", "0")]
    [InlineData("--aging: '-1' is not allowed; give a number from 0 to 1000000.", "--procs", "8", "--aging=-1")]
    [InlineData("--backfill: 'all' is not allowed; give one of none, easy.", "--procs", "8", "--backfill", "all")]
    [InlineData("lottery", "--procs", "8", "--policy", "lottery")]
    [InlineData("--procs", "--policy", "fcfs")]
    public async Task Queue_WrongOption_SaysWhatIsAllowed(string reason, params string[] options)
    {
        Write("t.swf", Trace);

        var ended = await RunAsync("t.swf", options);

        Assert.Equal(2, ended.Code);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_NoSuchFile_IsNotFound() => Assert.Equal(4, (await RunAsync("nowhere.swf", "--procs", "8")).Code);

    private static string? Text(JsonElement figures, string key) => figures.GetProperty(key).GetString();

    private static double Number(JsonElement figures, string key) => figures.GetProperty(key).GetDouble();

    private Task<Tool.Ended> RunAsync(string trace, params string[] options) => Tool.RunAsync(["queue", At(trace), .. options]);

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string[] lines) => File.WriteAllLines(At(name), lines);
}
