using Microsoft.Extensions.Configuration;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Hosting;

namespace VirtAgents.Collector.Tests.Hosting;

public sealed class SettingsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_Nothing_GivesDefaults()
    {
        CollectorOptions options = Read(insecure: true, [], out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        Assert.Equal("127.0.0.1:7443", options.Listen.Grpc.ToString());
        Assert.Equal((ControlProvider.Sqlite, "./.virtagents/control.db"), (options.Control.Provider, options.Control.Path));
        Assert.Equal((4 << 20, 2_000), (options.Limits.MessageBytes, options.Limits.Streams));
        Assert.Equal(new AnomalySettings(true, 0.75, 10_000), options.Anomalies);
        Assert.Equal((TimeSpan.FromSeconds(15), 8), (options.Liveness.SilenceLimit, options.Liveness.PhiThreshold));
    }

    [Fact]
    public void Read_WhatTheStoreHoldsInMemory_CountsForEitherKind()
    {
        // The health of a store advises to raise these.
        CollectorOptions options = Read(
            insecure: true, [("Store:Embedded:LatestValues", "9000000"), ("Store:Embedded:OpenRollupBytes", "1GiB")], out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.Equal((9_000_000, 1L << 30), (options.Store.Embedded.LatestValues, options.Store.Embedded.OpenRollupBytes));
        Assert.Equal(9_000_000, options.Store.Influx.LatestValues);
    }

    [Theory]
    [InlineData("Store:Embedded:LatestValues", "-1", "Store:Embedded:LatestValues: '-1' is not valid; allowed: a whole number from 0 to 100000000")]
    [InlineData("Store:Embedded:OpenRollupBytes", "65GiB", "Store:Embedded:OpenRollupBytes: '65GiB' is not valid; allowed: bytes from 0 to 68719476736")]
    [InlineData("Listen:Grpc", "here", "Listen:Grpc: 'here' is not valid; allowed: ADDRESS:PORT")]
    [InlineData("Listen:Http", "127.0.0.1", "Listen:Http: '127.0.0.1' is not valid")]
    [InlineData("Listen:Grpc", "0.0.0.0:7443", "Listen:Grpc: '0.0.0.0:7443' is open to other machines")]
    [InlineData("Listen:Grpc", "127.0.0.1:7480", "Listen:Http: '127.0.0.1:7480' is the address of Listen:Grpc")]
    [InlineData("Limits:Streams", "-1", "Limits:Streams: '-1' is not valid; allowed: a whole number from 1 to 100000")]
    [InlineData("Limits:MessageBytes", "1KiB", "Limits:MessageBytes: '1KiB' is not valid; allowed: bytes from 65536")]
    [InlineData("Control:Retention", "29d", "Control:Retention: 29 days are not allowed; allowed: 0 (for ever), or from 30d to 36500d")]
    [InlineData("Liveness:SilenceLimit", "15", "Liveness:SilenceLimit: '15' is not valid; allowed: a time from 1s to 1h")]
    [InlineData("Liveness:SilenceLimit", "99999999999999999d", "Liveness:SilenceLimit: '99999999999999999d' is not valid")]
    [InlineData("Liveness:PhiThreshold", "31", "Liveness:PhiThreshold: '31' is not valid; allowed: a whole number from 1 to 30")]
    [InlineData("Detection:Anomalies:Enabled", "yes", "Detection:Anomalies:Enabled: 'yes' is not valid; allowed: true or false")]
    [InlineData("Detection:Anomalies:Threshold", "0.9", "Detection:Anomalies:Threshold: '0.9' is not valid; allowed: a number from 0.5 to 0.85")]
    [InlineData("Detection:Anomalies:Threshold", "0,7", "Detection:Anomalies:Threshold: '0,7' is not valid; allowed: a number from 0.5 to 0.85")]
    [InlineData("Detection:Anomalies:Vms", "0", "Detection:Anomalies:Vms: '0' is not valid; allowed: a whole number from 1 to 1000000")]
    [InlineData("Store:Kind", "Oracle", "Store:Kind: 'Oracle' is not valid; allowed: Embedded or Influx")]
    [InlineData("Control:Provider", "Oracle", "Control:Provider: 'Oracle' is not valid; allowed: Sqlite or PostgreSQL")]
    [InlineData("Control:Provider", "PostgreSQL", "Control:ConnectionString: it is missing or cannot be read")]
    [InlineData("Control:ConnectionString", "Host=db;Password=x", "Control:ConnectionString: it is set, but Control:Provider is Sqlite")]
    [InlineData("Store:Retension", "3d", "Store:Retension: there is no such setting; did you mean Store:Retention?")]
    [InlineData("Store:Influx:Flavour", "V4", "Store:Influx:Flavour: 'V4' is not valid; allowed: Auto or V1 or V2 or V3")]
    [InlineData("Store:Influx:Timeout", "5ms", "Store:Influx:Timeout: '5ms' is not valid; allowed: a time from 1s to 10m")]
    [InlineData("Store:Influx:TokenFile", "/nowhere/token", "Store:Influx:TokenFile: '/nowhere/token' does not exist or may not be read; allowed: a file")]
    public void Read_WrongValue_NamesKeyValueAndRange(string key, string value, string expected)
    {
        Read(insecure: true, [(key, value)], out IReadOnlyList<string> errors);
        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2_000)]
    [InlineData("00:00:03", 3_000)]
    [InlineData("0", 0)]
    public void Read_Duration_KnowsUnits(string text, int milliseconds)
    {
        CollectorOptions options = Read(insecure: true, [("Ingest:CommitDelay", text)], out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), options.Ingest.CommitDelay);
    }

    [Fact]
    public void Read_Anomalies_TakesSwitchAndThreshold()
    {
        CollectorOptions options = Read(insecure: true, [("Detection:Anomalies:Enabled", "False"), ("Detection:Anomalies:Threshold", "0.6")], out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        Assert.Equal(new AnomalySettings(false, 0.6, 10_000), options.Anomalies);
    }

    [Fact]
    public void Read_SeveralErrors_NamesAll()
    {
        Read(insecure: false, [("Limits:Streams", "x"), ("Tls:KeyFile", "/nowhere/key.pem"), ("Nonsense", "1")], out IReadOnlyList<string> errors);
        Assert.Equal(4, errors.Count);
    }

    [Fact]
    public async Task RunAsync_CheckOfBadSettings_ExitsWithTwo()
    {
        using StringWriter output = new(), errors = new();
        int code = await CollectorProgram.RunAsync(["--insecure", "--check", "--Limits:Streams=0"], output, errors, Cancel);
        Assert.Equal(2, code);
        Assert.Contains("Limits:Streams", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CheckOfFileWithComments_ExitsWithZero()
    {
        string file = Path.Combine(Path.GetTempPath(), $"collector-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, """{ /* all of it */ "Liveness": { "SilenceLimit": "20s" }, }""", Cancel);
        using StringWriter output = new(), errors = new();
        int code = await CollectorProgram.RunAsync(["--insecure", "--check", "--config", file], output, errors, Cancel);
        File.Delete(file);
        Assert.Equal((0, ""), (code, errors.ToString()));
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--config")]
    [InlineData("--config /nowhere/collector.json")]
    public async Task RunAsync_WrongArguments_ExitsWithTwoAndSaysWhy(string args)
    {
        using StringWriter output = new(), errors = new();
        Assert.Equal(2, await CollectorProgram.RunAsync(args.Split(' '), output, errors, Cancel));
        Assert.NotEmpty(errors.ToString());
    }

    [Fact]
    public void Read_ShippedFile_OnlyLacksItsCertificate()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "VirtAgents.sln")))
        {
            root = root.Parent;
        }

        CollectorSettings.Read(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(root!.FullName, "deploy", "collector.json")).Build(), insecure: false, out IReadOnlyList<string> errors);
        Assert.Equal(["Tls:CertificateFile", "Tls:KeyFile"], errors.Select(e => e[..e.IndexOf(": ", StringComparison.Ordinal)]));
    }

    private static CollectorOptions Read(bool insecure, (string Key, string Value)[] settings, out IReadOnlyList<string> errors) =>
        CollectorSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build(),
            insecure,
            out errors);
}
