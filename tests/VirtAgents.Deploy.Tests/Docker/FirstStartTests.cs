using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Configuration;
using VirtAgents.Collector.Hosting;
using VirtAgents.Deploy.Tests.Grafana;
using static VirtAgents.Deploy.Tests.Docker.ComposeFile;

namespace VirtAgents.Deploy.Tests.Docker;

/// <summary>What happens before and at the first start: secrets, the scripts of InfluxDB, and the settings of the collector.</summary>
[SupportedOSPlatform("linux")]
public sealed class FirstStartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly ComposeFile Compose = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-docker-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Secrets => Path.Combine(_directory.FullName, "secrets");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task MakeSecrets_EverySecretOfCompose_IsMadeOnce()
    {
        await MakeSecretsAsync();
        Dictionary<string, string> first = Read();
        await MakeSecretsAsync();

        Assert.Equal(Compose.Secrets.Keys.Order(), first.Keys.Order());
        Assert.All(Compose.Secrets, s => Assert.Equal($"./secrets/{s.Key}", s.Value["file"]));
        Assert.Equal(first, Read());
        Assert.Equal(4, first.Where(s => s.Key.EndsWith("password", StringComparison.Ordinal) || s.Key.EndsWith("token", StringComparison.Ordinal)).Select(s => s.Value).Where(v => v.Length == 48).Distinct().Count());
        string header = first["grafana-influxdb-authorization"];
        Assert.Equal($"grafana:{first["grafana-influxdb-password"]}", Encoding.ASCII.GetString(Convert.FromBase64String(header["Basic ".Length..])));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Secrets));
    }

    [Fact]
    public async Task InitialisationOfInfluxDb_ItsCommands_MapTheDatabaseAndMakeAReader()
    {
        string script = Assert.Single(Directory.GetFiles(Path.Combine(Repository.Docker, "influxdb")));
        Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.OtherExecute), "the image runs executable files only");
        Assert.EndsWith(".sh", script, StringComparison.Ordinal);
        string tool = Path.Combine(_directory.FullName, "influx");
        await File.WriteAllTextAsync(tool, "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$CALLS\"\n", Cancel);
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string password = Path.Combine(_directory.FullName, "password");
        await File.WriteAllTextAsync(password, "pass word", Cancel);
        string calls = Path.Combine(_directory.FullName, "calls");
        Dictionary<object, object> environment = Section(Compose.Services["influxdb"], "environment");

        await RunAsync(
            script,
            ("PATH", $"{_directory.FullName}:{Environment.GetEnvironmentVariable("PATH")}"),
            ("CALLS", calls),
            ("DOCKER_INFLUXDB_INIT_ORG", (string)environment["DOCKER_INFLUXDB_INIT_ORG"]),
            ("DOCKER_INFLUXDB_INIT_BUCKET", (string)environment["DOCKER_INFLUXDB_INIT_BUCKET"]),
            ("DOCKER_INFLUXDB_INIT_BUCKET_ID", "0123"),
            ("VIRTAGENTS_READER_PASSWORD_FILE", password));

        Assert.Contains("VIRTAGENTS_READER_PASSWORD_FILE", environment.Keys);
        Assert.Equal(
            [
                "v1 dbrp create --org virtagents --bucket-id 0123 --db virtagents --rp autogen --default",
                "v1 auth create --org virtagents --read-bucket 0123 --username grafana --password pass word",
            ],
            await File.ReadAllLinesAsync(calls, Cancel));
    }

    [Fact]
    public async Task CollectorSettings_WithTheSecrets_AreValid()
    {
        await MakeSecretsAsync();

        (int code, string text) = await CheckAsync(s => s);

        Assert.Equal((0, "the settings are valid\n"), (code, text));
    }

    [Theory]
    [InlineData("\"Org\"", "\"Organisation\"", "Store:Influx:Organisation: there is no such setting")]
    [InlineData("influxdb-token", "no-token", "Store:Influx:TokenFile: ")]
    [InlineData("\"KeyFile\": \"", "\"KeyFile\": \"/none", "Tls:KeyFile: '/none")]
    [InlineData("\"Kind\": \"Influx\"", "\"Kind\": \"Influxdb\"", "Store:Kind: 'Influxdb' is not valid")]
    public async Task CollectorSettings_WithAMistake_AreRefused(string right, string wrong, string problem)
    {
        await MakeSecretsAsync();

        (int code, string text) = await CheckAsync(s => s.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Equal(2, code);
        Assert.Contains(problem, text, StringComparison.Ordinal);
    }

    [Fact]
    public void CollectorSettings_Names_AreThoseOfCompose()
    {
        Dictionary<object, object> influx = Section(Compose.Services["influxdb"], "environment");
        IConfigurationRoot settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Docker, "collector.json")).Build();
        Dictionary<object, object> collector = Compose.Services["collector"];

        Assert.Equal(influx["DOCKER_INFLUXDB_INIT_ORG"], settings["Store:Influx:Org"]);
        Assert.Equal(influx["DOCKER_INFLUXDB_INIT_BUCKET"], settings["Store:Influx:Bucket"]);
        Assert.Equal(influx["DOCKER_INFLUXDB_INIT_BUCKET"], settings["Store:Influx:Database"]);
        Assert.Equal(influx["DOCKER_INFLUXDB_INIT_RETENTION"], settings["Store:Retention"]);
        Assert.Contains($"VIRTAGENTS_INFLUX_DATABASE={settings["Store:Influx:Database"]}", File.ReadAllLines(Path.Combine(Repository.Grafana, "grafana.env")));
        Assert.Equal(
            SecretFiles(collector).Values.Order(),
            new[] { settings["Store:Influx:TokenFile"]!, settings["Tls:CertificateFile"]!, settings["Tls:KeyFile"]! }.Order());
        Assert.Equal("/var/lib/virtagents", Path.GetDirectoryName(settings["Store:Embedded:Path"]));
        Assert.Equal(["7443", "7480"], new[] { settings["Listen:Grpc"]!, settings["Listen:Http"]! }.Select(a => a.Split(':')[1]));
        Assert.Contains(Compose.Services.Keys, s => settings["Store:Influx:Url"] == $"http://{s}:8086");
    }

    /// <summary>The check that the collector itself makes, with the paths of the container turned to those of the test.</summary>
    private async Task<(int Code, string Text)> CheckAsync(Func<string, string> change)
    {
        string settings = await File.ReadAllTextAsync(Path.Combine(Repository.Docker, "collector.json"), Cancel);
        string file = Path.Combine(_directory.FullName, "collector.json");
        await File.WriteAllTextAsync(file, change(settings.Replace("/run/secrets", Secrets, StringComparison.Ordinal)), Cancel);
        using StringWriter output = new(), errors = new();
        int code = await CollectorProgram.RunAsync(["--config", file, "--check"], output, errors, Cancel).WaitAsync(Patience, Cancel);
        return (code, $"{output}{errors}");
    }

    /// <summary>Runs the script with a certificate of an operator, which it leaves as it is.</summary>
    private async Task MakeSecretsAsync()
    {
        if (!Directory.Exists(Secrets))
        {
            Directory.CreateDirectory(Secrets);
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new("CN=collector", key, HashAlgorithmName.SHA256);
            DateTimeOffset start = DateTimeOffset.UnixEpoch;
            using X509Certificate2 certificate = request.CreateSelfSigned(start, start.AddYears(100));
            await File.WriteAllTextAsync(Path.Combine(Secrets, "collector-certificate"), certificate.ExportCertificatePem(), Cancel);
            await File.WriteAllTextAsync(Path.Combine(Secrets, "collector-key"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        }

        await RunAsync(Path.Combine(Repository.Docker, "make-secrets.sh"), ("VIRTAGENTS_SECRETS", Secrets));
    }

    private Dictionary<string, string> Read() => Directory.GetFiles(Secrets).ToDictionary(f => Path.GetFileName(f), File.ReadAllText);

    private static async Task RunAsync(string program, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancel);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{await output}{await errors}");
    }
}
