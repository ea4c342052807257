using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private const string Crash =
        """
        {
          // One host, one VM, one crash.
          "seed": 7, "duration": "30s",
          "hosts": [ { "name": "h1", "vms": [ { "name": "web" } ] } ],
          "steps": [ { "at": "10s", "fault": "vm-crash", "vm": "web" } ]
        }
        """;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Simulate_Table_PrintsEventsInVirtualTimeAndSummary()
    {
        var ended = await RunAsync(Crash);

        var lines = ended.Output.Split('\n');
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Matches(@"^00:00:10\.\d{3}  h1        web           vm-crashed        crashed       crashed ", Assert.Single(lines, line => line.Contains("vm-crashed  ", StringComparison.Ordinal) && line.Contains("h1", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("1 host with 1 VM for 30s: ", StringComparison.Ordinal));
        Assert.Contains("vm-crashed      1", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_Json_IsOneObjectOnEachLineAndASummary()
    {
        var ended = await RunAsync(Crash, "-o", "json");

        var objects = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var crash = Assert.Single(objects, line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "vm-crashed");
        Assert.Equal(("event", 10, "h1", "web", "crashed"), (Text(crash, "type"), (int)crash.GetProperty("at_seconds").GetDouble(), Text(crash, "host"), Text(crash, "vm"), Text(crash, "reason")));
        var summary = objects[^1];
        Assert.Equal(("summary", 30, 1), (Text(summary, "type"), (int)summary.GetProperty("virtual_seconds").GetDouble(), summary.GetProperty("events").GetProperty("vm-crashed").GetInt32()));
        Assert.True(summary.GetProperty("values").GetInt64() > 0);
    }

    [Fact]
    public async Task Simulate_Csv_HasSummaryBesideTheTable()
    {
        var ended = await RunAsync(Crash, "-o", "csv");

        Assert.StartsWith("type,at_seconds,host,vm,vm_id,device,kind,state,reason,evidence,link,text\r\n", ended.Output, StringComparison.Ordinal);
        Assert.StartsWith("virtctl: 1 host with 1 VM for 30s: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_TwiceTheSame_PrintsTheSame() =>
        Assert.Equal(await RunAsync(Crash), await RunAsync(Crash));

    [Fact]
    public async Task Simulate_BadScenario_NamesEveryError()
    {
        var ended = await RunAsync("""{ "duration": "30s", "hosts": [ { "name": "h1", "pcpus": 0, "memory": "nonsense" } ] }""");

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith($"virtctl: {_file}: ", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("pcpus", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("hosts[0].memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Simulate_NoSuchFile_SaysSo()
    {
        var ended = await Tool.RunAsync("simulate", _file + ".not");

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.StartsWith("virtctl: cannot read the scenario: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_Interrupted_EndsAtOnce()
    {
        // A thousand VMs for a month: minutes of work, so that it cannot have ended before the interrupt.
        string month = Crash.Replace("\"30s\"", "\"31d\"", StringComparison.Ordinal)
            .Replace("\"seed\": 7,", "\"seed\": 7, \"estate\": { \"hosts\": 50, \"vmsPerHost\": 20 },", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_file, month, TestContext.Current.CancellationToken);
        using var run = Tool.Start(null, ["simulate", _file]);
        await run.UntilAsync(text => text.Contains("vm-crashed", StringComparison.Ordinal));
        run.Interrupt();

        Assert.Equal(130, (await run.EndAsync()).Code);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<Tool.Ended> RunAsync(string scenario, params string[] options)
    {
        await File.WriteAllTextAsync(_file, scenario, TestContext.Current.CancellationToken);
        return await Tool.RunAsync(["simulate", _file, .. options]);
    }
}
