using System.Runtime.Versioning;
using System.Text.Json;
using Google.Protobuf;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

[SupportedOSPlatform("linux")]
public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("virtctl-replay-").FullName;

    private string BundlePath => Path.Combine(_directory, "incident.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Replay_WhatWasExported_ConcludesTheSame()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var exported = await collector.RunAsync("incident", "export", IncidentData.CrashId, "--file", BundlePath);
        Assert.Equal((0, "", "virtctl: wrote 2 events and 1 host.\n"), (exported.Code, exported.Output, exported.Error));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BundlePath));

        var ended = await Tool.RunAsync("replay", BundlePath);

        Assert.Equal(0, ended.Code);
        Assert.Equal(
            """
            PART       SEVERITY  STATE     WHAT        WHERE  SYMPTOMS
            recorded   critical  resolved  vm-crashed  db-1          -
            concluded  critical  resolved  vm-crashed  db-1          -

            The same is concluded as was recorded.

            """,
            ended.Output);
    }

    [Fact]
    public async Task Replay_RecordedOtherwise_SaysWhatDiffersAndEndsWithOne()
    {
        var bundle = IncidentData.Bundle();
        (bundle.Incident.State, bundle.Incident.ResolvedUnixMs, bundle.Incident.Severity) = (IncidentState.Open, 0, IncidentSeverity.Warning);
        await WriteAsync(bundle);

        var ended = await Tool.RunAsync("replay", BundlePath, "-o", "json");

        var told = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((1, false), (ended.Code, told.GetProperty("same").GetBoolean()));
        Assert.Equal(
            ["the severity was warning, now it is critical", "it is recorded as active, now it is resolved"],
            told.GetProperty("differences").EnumerateArray().Select(d => d.GetString()));
    }

    [Fact]
    public async Task Replay_CutAndWithoutTheCause_ConcludesNothingAndSaysThatItIsCut()
    {
        var bundle = IncidentData.Bundle();
        bundle.Events.Clear();
        bundle.Truncated = true;
        await WriteAsync(bundle);

        var ended = await Tool.RunAsync("replay", BundlePath);

        Assert.Equal(1, ended.Code);
        Assert.Contains("- no incident is concluded from these lines\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("the bundle is cut", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "is no bundle: ")]
    [InlineData("{\"format\": 7}", "format is 7; this tool reads 1")]
    [InlineData("{\"format\": 1}", "The bundle is damaged: incident: it is missing.")]
    [InlineData("{\"format\": 1, \"incident\": {\"id\": \"x\"}}", "The bundle is damaged: incident: id: 'x' is no UUID.")]
    public async Task Replay_NoBundle_SaysWhatIsWrong(string text, string expected)
    {
        await File.WriteAllTextAsync(BundlePath, text, TestContext.Current.CancellationToken);

        var ended = await Tool.RunAsync("replay", BundlePath);

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_DamagedLine_NamesIt()
    {
        var bundle = IncidentData.Bundle();
        bundle.Events[1].VmId = "db";
        await WriteAsync(bundle);

        var ended = await Tool.RunAsync("replay", BundlePath);

        Assert.Equal((1, "virtctl: The bundle is damaged: event 2: vm_id 'db' is no UUID.\n"), (ended.Code, ended.Error));
    }

    private Task WriteAsync(IncidentBundle bundle) => File.WriteAllTextAsync(BundlePath, JsonFormatter.Default.Format(bundle), TestContext.Current.CancellationToken);
}
