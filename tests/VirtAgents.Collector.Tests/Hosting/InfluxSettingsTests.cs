using Microsoft.Extensions.Configuration;
using VirtAgents.Collector.Configuration;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Collector.Tests.Hosting;

public sealed class InfluxSettingsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("va-settings-");

    [Fact]
    public void Read_KindAlone_GivesDefaults()
    {
        StoreSettings store = Read([("Store:Embedded:Path", "/data/store.db")], out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.Equal((StoreKind.Influx, "/data/influx.db", TimeSpan.FromDays(30)), (store.Kind, store.Influx.Path, store.Influx.Retention));
        Assert.Equal((new Uri("http://127.0.0.1:8086"), InfluxFlavour.Auto, TimeSpan.FromSeconds(30)), (store.Influx.Url, store.Influx.Flavour, store.Influx.Timeout));
    }

    [Fact]
    public void Read_SecretsFromFiles_AreTakenWithoutTheLineBreakAndNeverPrinted()
    {
        StoreSettings token = Read([("Store:Influx:TokenFile", FileWith("s3cret-token\n"))], out IReadOnlyList<string> errors);
        StoreSettings password = Read([("Store:Influx:Username", "u"), ("Store:Influx:PasswordFile", FileWith("s3cret pass\n"))], out IReadOnlyList<string> more);

        Assert.Empty(errors.Concat(more));
        Assert.Equal(("s3cret-token", "s3cret pass"), (token.Influx.Token, password.Influx.Password));
        Assert.DoesNotContain("s3cret", $"{token}{password}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Store:Influx:Url", "here", "Store:Influx:Url: it is not the address of a server")]
    [InlineData("Store:Influx:Url", "ftp://db:1", "Store:Influx:Url: it is not the address of a server")]
    [InlineData("Store:Influx:Url", "http://u:s3cret@db:8086", "Store:Influx:Url: it is not the address of a server")]
    [InlineData("Store:Influx:Url", "http://db:8086?p=s3cret", "Store:Influx:Url: it is not the address of a server")]
    [InlineData("Store:Influx:CaFile", "/nowhere/ca.pem", "Store:Influx:CaFile: it is set, but Store:Influx:Url is not https", "Store:Influx:CaFile: '/nowhere/ca.pem' does not exist")]
    [InlineData("Store:Influx:Flavour", "V2", "Store:Influx:Org: it is not set; allowed: the name of an organisation")]
    [InlineData("Store:Influx:Username", "u", "Store:Influx:Password: it is not set; allowed: both user and password, or neither")]
    [InlineData("Store:Influx:Password", "s3cret", "Store:Influx:Username: it is not set")]
    [InlineData("Store:Influx:Token", "s3cret\u0001", "Store:Influx:Token: it has characters that no token has (not shown)")]
    [InlineData("Store:Influx:Database", "a\u0007b", "Store:Influx:Database: 'ab' is not a name; allowed: 1 to 255 characters")]
    public void Read_WrongValue_NamesKeyAndRangeButNoSecret(string key, string value, params string[] expected)
    {
        Read([(key, value)], out IReadOnlyList<string> errors);

        Assert.Equal(expected.Length, errors.Count);
        Assert.All(expected.Zip(errors), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("s3cret", e, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SecretTwice_IsRefused()
    {
        Read([("Store:Influx:Token", "a"), ("Store:Influx:TokenFile", FileWith("b"))], out IReadOnlyList<string> twice);
        Read([("Store:Influx:Token", "a"), ("Store:Influx:Username", "u"), ("Store:Influx:Password", "p")], out IReadOnlyList<string> both);
        Read([("Store:Influx:TokenFile", FileWith(" \n"))], out IReadOnlyList<string> empty);

        Assert.StartsWith("Store:Influx:TokenFile: it is set beside Store:Influx:Token", Assert.Single(twice), StringComparison.Ordinal);
        Assert.StartsWith("Store:Influx:Token: it is set beside Store:Influx:Username", Assert.Single(both), StringComparison.Ordinal);
        Assert.Contains("is empty; allowed: a file that holds nothing else", Assert.Single(empty), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string FileWith(string text)
    {
        string file = Path.Combine(_directory.FullName, Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, text);
        return file;
    }

    private static StoreSettings Read((string Key, string Value)[] settings, out IReadOnlyList<string> errors)
    {
        IEnumerable<KeyValuePair<string, string?>> values = settings.Append(("Store:Kind", "Influx")).Select(s => KeyValuePair.Create<string, string?>(s.Item1, s.Item2));
        return CollectorSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), insecure: true, out errors).Store;
    }
}
