using System.Globalization;
using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class BacktestCommandTests : IDisposable
{
    private static readonly DateTime Start = new(2025, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-backtest-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Backtest_OneSeries_OneRowEachWithTheScoresOfTheDetector()
    {
        string[] rows = [.. Enumerable.Range(0, 400).Select(i => Row(i, i == 300 ? "90" : i == 200 ? "" : Wave(i)))];
        Write("in.csv", ["timestamp,value", .. rows]);

        var ended = await RunAsync("in.csv", "out.csv");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        var written = Read("out.csv");
        Assert.Equal("timestamp,anomaly_score,is_alarm,explanation", written[0]);
        Assert.Equal(rows.Select(row => row.Split(',')[0]), written.Skip(1).Select(row => row.Split(',')[0]));
        Assert.Equal(Scores(rows), written.Skip(1).Select(row => double.Parse(row.Split(',')[1], CultureInfo.InvariantCulture)));
        Assert.Equal("0", written[201].Split(',')[1]);
        Assert.Contains(",1,value: ", written[301], StringComparison.Ordinal);
        Assert.Contains(" 90; expected ", written[301], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_SeveralSignals_NamesTheOneThatStandsOut()
    {
        Write("in.csv", ["timestamp,m01,\"m02\",m03", .. Enumerable.Range(0, 400).Select(i => Row(i, $"{Wave(i)},{(i == 300 ? "90" : Wave(i + 3))},{Wave(2 * i)}"))]);

        await RunAsync("in.csv", "out.csv");

        Assert.Contains(",1,m02: ", Read("out.csv")[301], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_TimesInEveryForm_AreTheSameInstants()
    {
        string[] forms = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", "yyyy-MM-dd HH:mm"];
        foreach (var form in forms)
        {
            Write(Path.Combine("in", form.Length.ToString(CultureInfo.InvariantCulture)), ["timestamp,value", .. Enumerable.Range(0, 2_000).Select(i => Row(i, Wave(i), form))]);
        }

        var ended = await RunAsync("in", "out", "-o", "json");

        var scores = forms.Select(form => string.Join(' ', Read(Path.Combine("out", form.Length.ToString(CultureInfo.InvariantCulture))).Skip(1).Select(row => row.Split(',')[1])));
        Assert.Equal((0, 5), (ended.Code, JsonDocument.Parse(ended.Output).RootElement.GetProperty("files").GetInt32()));
        Assert.Single(scores.Distinct());
    }

    [Fact]
    public async Task Backtest_Folder_KeepsNamesLeavesOutWhatIsNoSeriesAndGoesOnAfterABadFile()
    {
        Write("in/a/b/series", ["timestamp,value", Row(0, "1"), Row(1, "2")]);
        Write("in/bad.csv", ["timestamp,value", Row(0, "one")]);
        Write("in/notes.txt", ["nothing"]);
        Write("in/z.csv", ["timestamp,x,y", Row(0, "1,2")]);

        var ended = await RunAsync("in", "out", "-o", "json");

        var summary = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(1, ended.Code);
        Assert.Equal([2, 1, 1, 3, 4, 0], new[] { "files", "skipped", "failed", "rows", "points", "alarms" }.Select(key => summary.GetProperty(key).GetInt32()));
        Assert.Equal(["a/b/series", "z.csv"], Directory.EnumerateFiles(At("out"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(At("out"), file)).Order());
        Assert.Contains("notes.txt is left out", ended.Error, StringComparison.Ordinal);
        Assert.Contains("bad.csv, line 2: column 'value': 'one' is no number", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line 3: column 'timestamp': 'noon' is no time", "timestamp,value", "2025-06-01 00:00:00,1", "noon,2")]
    [InlineData("line 2: column 'b': '1e999' is no number", "timestamp,a,b", "2025-06-01 00:00:00,1,1e999")]
    [InlineData("line 2: 3 cells; the head has 2", "timestamp,value", "2025-06-01 00:00:00,1,2")]
    [InlineData("line 1: the head is not 'timestamp,'", "time,value")]
    [InlineData("line 1: the head is not 'timestamp,'", "timestamp")]
    public async Task Backtest_BadFile_SaysWhereAndLeavesNothingBehind(string reason, params string[] lines)
    {
        Write("in.csv", lines);

        var ended = await RunAsync("in.csv", "out.csv");

        Assert.Equal(1, ended.Code);
        Assert.Contains("in.csv, " + reason, ended.Error, StringComparison.Ordinal);
        Assert.Equal(["in.csv"], _directory.EnumerateFiles().Select(file => file.Name));
    }

    [Theory]
    [InlineData(4, "nowhere does not exist", "nowhere", "out")]
    [InlineData(2, "is the file of --input", "a.csv", "./a.csv")]
    [InlineData(2, "is a folder; give a file", "a.csv", "folder")]
    [InlineData(2, "is a file; give a folder", "folder", "a.csv")]
    [InlineData(2, "is in the folder of --input", "folder", "folder/scores")]
    [InlineData(2, "is in the folder of --input", "folder", "folder")]
    public async Task Backtest_WrongPaths_SaysWhatToGive(int code, string reason, string input, string output)
    {
        Write("a.csv", ["timestamp,value", Row(0, "1")]);
        Directory.CreateDirectory(At("folder"));

        var ended = await RunAsync(input, output);

        Assert.Equal(code, ended.Code);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
    }

    private static string Wave(int i) => (50 + (10 * Math.Sin(i / 7.0)) + (i * 7919 % 13)).ToString("R", CultureInfo.InvariantCulture);

    private static string Row(int i, string values, string form = "yyyy-MM-dd HH:mm:ss") =>
        Start.AddMinutes(5 * i).ToString(form, CultureInfo.InvariantCulture) + "," + values;

    private static IEnumerable<double> Scores(string[] rows)
    {
        var detector = new AnomalyDetector(1);
        return rows.Select((row, i) => detector.Observe(
            new DateTimeOffset(Start).ToUnixTimeMilliseconds() + (300_000L * i),
            row.Split(',')[1] is { Length: > 0 } cell ? double.Parse(cell, CultureInfo.InvariantCulture) : double.NaN).Score);
    }

    private Task<Tool.Ended> RunAsync(string input, string output, params string[] more) =>
        Tool.RunAsync(["backtest", "--input", At(input), "--output", At(output), .. more]);

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllLines(At(name), lines);
    }

    private string[] Read(string name) => File.ReadAllLines(At(name));
}
