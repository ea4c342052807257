using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>InfluxDB 2 and 3, proxies, and servers that are slow or busy, as their documentation and sources have them.</summary>
public sealed class OtherServersTests
{
    private static readonly Answered Ping1 = new(204, "", "X-Influxdb-Version: 1.8.10\r\n");
    private static readonly Answered Ping2 = new(204, "", "X-Influxdb-Version: v2.7.11\r\n");
    private static readonly Answered Ping3 = new(200, "{}", "x-influxdb-version: 3.1.0\r\n");
    private static readonly Answered Empty = new(200, "{\"results\":[{\"statement_id\":0}]}\n");

    private static WriteBatch OneLine => Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5_000_000_000)));

    [Fact]
    public async Task V2_WithBucketAndMapping_WritesToTheBucketAndReadsTheDatabase()
    {
        await using AnsweringServer server = new(asked => asked.Target switch
        {
            "/ping" => Ping2,
            "/api/v2/buckets?org=the%20lab&name=vms" => new(200, "{\"buckets\":[{\"id\":\"0a1b\"}]}"),
            "/query" => Empty,
            _ => new(204),
        });
        using var place = new InfluxPlace(server.Url);
        InfluxOptions options = Options(place);
        (options.Org, options.Bucket, options.Token) = ("the lab", "vms", "s3cret");
        await using InfluxStore store = await OpenAsync(place, options);

        WriteOutcome outcome = await store.WriteAsync(OneLine, Token);

        Assert.Equal(WriteStatus.Durable, outcome.Status);
        Asked write = Assert.Single(server.Requests, r => r.Target.StartsWith("/api/v2/write", StringComparison.Ordinal));
        Assert.Equal("/api/v2/write?bucket=vms&org=the%20lab&precision=ms", write.Target);
        Assert.Equal(("POST", "gzip", "Token s3cret"), (write.Method, write.Headers["Content-Encoding"], write.Headers["Authorization"]));
        Assert.Matches($"^vm,host={Host(1)},vm_id={Id(1)} vm_cpu_seconds_total=5,fast_epoch=[0-9]+ {Start}\n$", write.Body);
        Assert.Contains(server.Requests, r => r.Target == "/query" && r.Body.Contains("db=vms", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bucket", "has no bucket 'vms' in organisation 'the lab': create the bucket with `influx bucket create --org 'the lab' --name vms`")]
    [InlineData("mapping", "has no database 'vms' for reading (database not found: vms): create the mapping with `influx v1 dbrp create --db vms --rp autogen --bucket-id 0a1b --default`")]
    [InlineData("token", "answered 401 (unauthorized access): it does not know these credentials")]
    [InlineData("org", "Store:Influx:Org: it is not set; allowed: the name of an organisation, as the server at")]
    [InlineData("version", "does not say which InfluxDB it is: check Store:Influx:Url, or set Store:Influx:Flavour to V1, V2 or V3")]
    public async Task V2_WithoutWhatItNeeds_EndsTheStartWithTheCommand(string missing, string expected)
    {
        await using AnsweringServer server = new(asked => asked.Target switch
        {
            "/ping" => missing == "version" ? new(204) : Ping2,
            "/query" => new(200, "{\"results\":[{\"statement_id\":0,\"error\":\"database not found: vms\"}]}"),
            _ when missing == "token" => new(401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}"),
            _ => new(200, missing == "bucket" ? "{\"buckets\":[]}" : "{\"buckets\":[{\"id\":\"0a1b\"}]}"),
        });
        using var place = new InfluxPlace(server.Url);
        InfluxOptions options = Options(place);
        (options.Org, options.Bucket, options.Token) = (missing == "org" ? "" : "the lab", "vms", "s3cret");

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(place, options));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task V3_EveryTable_IsCreatedWithAllItsTagsBeforeTheFirstLine()
    {
        await using AnsweringServer server = new(asked => asked.Target switch
        {
            "/ping" => Ping3,
            "/api/v3/configure/database" => new(409, "{\"error\":\"exists\"}"),
            _ => new(asked.Target.StartsWith("/api/v3/configure", StringComparison.Ordinal) ? 200 : 204),
        });
        using var place = new InfluxPlace(server.Url);
        InfluxOptions options = Options(place);
        (options.Database, options.Token) = ("vms", "s3cret");
        await using InfluxStore store = await OpenAsync(place, options);

        WriteOutcome outcome = await store.WriteAsync(OneLine, Token);

        Assert.Equal(WriteStatus.Durable, outcome.Status);
        Assert.Equal("/api/v2/write?bucket=vms&precision=ms", server.Requests[^1].Target);
        Assert.Equal(9, server.Requests.Count(r => r.Target == "/api/v3/configure/table"));
        Assert.Contains(server.Requests, r => r.Body == "{\"db\":\"vms\",\"table\":\"vm_disk\",\"tags\":[\"cluster\",\"disk\",\"host\",\"tenant\",\"vm\",\"vm_id\"],\"fields\":[]}");
    }

    [Theory]
    [InlineData(503, "request throttled, queue full", WriteStatus.Unavailable, "answered 503 (request throttled, queue full): it has more to do than it can")]
    [InlineData(429, "{\"code\":\"too many requests\",\"message\":\"slow down\"}", WriteStatus.Unavailable, "answered 429 (slow down)")]
    [InlineData(500, "{\"error\":\"timeout\"}", WriteStatus.Unavailable, "answered 500 (timeout): look into its log")]
    [InlineData(400, "<html>bad gateway of a proxy</html>", WriteStatus.Unavailable, "answered 400 (<html>bad gateway of a proxy</html>): check")]
    [InlineData(400, "{\"error\":\"database is required\"}", WriteStatus.Unavailable, "400 (database is required)")]
    [InlineData(400, "{\"error\":\"partial write: max-values-per-tag limit exceeded (100000/100000): measurement=\\\"vm\\\" tag=\\\"vm_id\\\" dropped=1\"}", WriteStatus.Unavailable, "limit exceeded")]
    [InlineData(302, "", WriteStatus.Unavailable, "answered 302 (): it is somewhere else, set Store:Influx:Url")]
    [InlineData(404, "{\"code\":\"not found\",\"message\":\"bucket \\\"vms\\\" not found\"}", WriteStatus.Unavailable, "404 (bucket \"vms\" not found)")]
    [InlineData(400, "{\"error\":\"unable to parse 'garbage': missing fields\"}", WriteStatus.Rejected, "400 (unable to parse 'garbage': missing fields)")]
    [InlineData(422, "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to database: partial write: field type conflict dropped=1\"}", WriteStatus.Rejected, "422 (failure writing points to database: partial write: field type conflict")]
    [InlineData(400, "{\"error\":\"partial write: field type conflict: input field \\\"cpu\\\" on measurement \\\"vm\\\" is type integer, already exists as type float dropped=1\"}", WriteStatus.Rejected, "is type integer, already exists as type float")]
    [InlineData(400, "{\"error\":\"partial write: unable to parse 'garbage': missing fields dropped=0\"}", WriteStatus.Rejected, "unable to parse 'garbage'")]
    [InlineData(400, "{\"error\":\"unable to parse 'a b=NaN': invalid number\"}", WriteStatus.Rejected, "invalid number")]
    [InlineData(400, "{\"error\":\"line protocol parsing error\",\"data\":{\"error_message\":\"no fields\",\"line_number\":1}}", WriteStatus.Rejected, "400 (line protocol parsing error: no fields)")]
    [InlineData(413, "{\"error\":\"Request Entity Too Large\"}", WriteStatus.Rejected, "413 (Request Entity Too Large): one line is larger than it takes, raise its max-body-size")]
    [InlineData(400, "{\"error\":\"unexpected EOF\"}", WriteStatus.Unavailable, "400 (unexpected EOF): check")]
    [InlineData(400, "{\"error\":\"invalid precision \\\"us\\\" (use n, u, ms, s, m or h)\"}", WriteStatus.Unavailable, "400 (invalid precision \"us\"")]
    [InlineData(400, "{\"code\":\"invalid\",\"message\":\"missing db\"}", WriteStatus.Unavailable, "400 (missing db): check Store:Influx:Database")]
    [InlineData(401, "{\"error\":\"unable to parse authentication credentials\"}", WriteStatus.Unavailable, "it does not know these credentials")]
    [InlineData(403, "{\"error\":\"\\\"r\\\" user is not authorized to write to database \\\"d\\\"\"}", WriteStatus.Unavailable, "403 (\"r\" user is not authorized to write to database \"d\"): these credentials lack the right")]
    [InlineData(404, "{\"error\":\"database not found: \\\"nope\\\"\"}", WriteStatus.Unavailable, "404 (database not found: \"nope\"): database and retention policy are created again")]
    [InlineData(404, "{\"error\":\"bucket name \\\"\\\" is missing a slash; not in \\\"database/retention-policy\\\" format\"}", WriteStatus.Unavailable, "404 (bucket name")]
    [InlineData(404, "{\"code\":\"not found\",\"message\":\"no dbrp mapping found\"}", WriteStatus.Unavailable, "404 (no dbrp mapping found)")]
    [InlineData(500, "{\"error\":\"retention policy not found: zzz\"}", WriteStatus.Unavailable, "500 (retention policy not found: zzz): database and retention policy are created again")]
    [InlineData(500, "{\"code\":\"internal error\",\"message\":\"unexpected error writing points to database: timeout\"}", WriteStatus.Unavailable, "500 (unexpected error writing points to database: timeout)")]
    [InlineData(500, "{\"error\":\"engine: error writing WAL entry: write _00001.wal: no space left on device\"}", WriteStatus.Unavailable, "its disk is full, make room there and start it again")]
    [InlineData(422, "{\"error\":\"the limit of tables would be exceeded\"}", WriteStatus.Unavailable, "422 (the limit of tables would be exceeded)")]
    [InlineData(400, "{\"error\":\"partial write of line protocol occurred\",\"data\":[{\"error_message\":\"invalid column type\",\"line_number\":1}]}", WriteStatus.Rejected, "400 (partial write of line protocol occurred: invalid column type)")]
    public async Task Write_Refused_IsTriedAgainOnlyWhenItCanSucceed(int status, string body, WriteStatus expected, string problem)
    {
        bool refuses = true;
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Target == "/query" ? Empty : refuses ? new(status, body) : new(204));
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, Options(place));

        WriteOutcome first = await store.WriteAsync(OneLine, Token);
        StoreHealth health = await store.HealthAsync(Token);
        IReadOnlyList<StreamPosition> positions = await store.PositionsAsync(Host(1), Token);
        refuses = false;
        WriteOutcome second = await store.WriteAsync(OneLine, Token);

        Assert.Equal((expected, 0L, WriteStatus.Durable, 1L), (first.Status, first.Values, second.Status, second.Values));
        Assert.Contains(problem, first.Problem, StringComparison.Ordinal);
        Assert.Equal(expected == WriteStatus.Rejected, health.CanWrite);
        Assert.Empty(positions);
    }

    [Theory]
    [InlineData(400, "{\"error\":\"partial write: points beyond retention policy dropped=1\"}")]
    [InlineData(422, "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to database: partial write: points beyond retention policy dropped=1\"}")]
    public async Task Write_OlderThanTheServerKeeps_IsDurableAndTold(int status, string body)
    {
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Target == "/query" ? Empty : new(status, body));
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, Options(place));

        WriteOutcome outcome = await store.WriteAsync(OneLine, Token);
        StoreHealth health = await store.HealthAsync(Token);

        Assert.Equal((WriteStatus.Durable, null, true), (outcome.Status, outcome.Problem, health.CanWrite));
        Assert.Contains("points beyond retention policy dropped=1", health.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "{\"error\":\"error authorizing query: w not authorized to execute statement 'SELECT', requires READ on d\"}", "requires READ on d")]
    [InlineData(404, "{\"code\":\"not found\",\"message\":\"no dbrp mapping found\"}", "404: no dbrp mapping found")]
    [InlineData(500, "{\"results\":[{\"statement_id\":0,\"error\":\"timeout\"}]}", "500: timeout")]
    public async Task Query_Refused_SaysWhy(int status, string body, string problem)
    {
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Body.Contains("SELECT", StringComparison.Ordinal) ? new(status, body) : Empty);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, Options(place));

        StoreUnusableException failed = await Assert.ThrowsAsync<StoreUnusableException>(() => ReadAsync(store, Range(Metric.VmCpuTime, 0, 9)));

        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NoAnswer_EndsAfterTheTimeoutAndIsWrittenLater()
    {
        bool slow = true;
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Target == "/query" ? Empty : slow ? new(null) : new(204));
        using var place = new InfluxPlace(server.Url);
        InfluxOptions options = Options(place);
        options.Timeout = TimeSpan.FromSeconds(1);
        await using InfluxStore store = await OpenAsync(place, options);

        WriteOutcome first = await store.WriteAsync(OneLine, Token);
        slow = false;
        WriteOutcome second = await store.WriteAsync(OneLine, Token);

        Assert.Equal((WriteStatus.Unavailable, WriteStatus.Durable), (first.Status, second.Status));
        Assert.Contains("did not answer within 1 s", first.Problem, StringComparison.Ordinal);
        string[] bodies = [.. server.Requests.Where(r => r.Target.StartsWith("/write", StringComparison.Ordinal)).Select(r => r.Body)];
        Assert.Equal(2, bodies.Length);
        Assert.Equal(bodies[0], bodies[1]);
    }

    [Fact]
    public async Task Write_CancelledMeanwhile_LeavesNothingInTheFile()
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using AnsweringServer server = new(asked =>
        {
            if (asked.Target.StartsWith("/write", StringComparison.Ordinal))
            {
                giveUp.Cancel();
                return new(null);
            }

            return asked.Target == "/ping" ? Ping1 : Empty;
        });
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, Options(place));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.WriteAsync(OneLine, giveUp.Token));

        Assert.Empty(await store.PositionsAsync(Host(1), Token));
    }

    [Fact]
    public async Task Latest_OfWhatCameSinceTheStart_IsNotAskedOfTheServer()
    {
        bool away = false;
        await using AnsweringServer server = new(asked => away ? new(502) : asked.Target == "/ping" ? Ping1 : asked.Target == "/query" ? Empty : new(204));
        using var place = new InfluxPlace(server.Url);
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start));
        await using InfluxStore store = place.Store(clock, Options(place));
        await store.OpenAsync(Token);
        await store.WriteAsync(OneLine, Token);
        clock.Advance(TimeSpan.FromMinutes(10));
        away = true;

        async Task<IReadOnlyList<SeriesValue>> Latest(TimeSpan age) => await store.LatestAsync(new(null, null, age, Start + 600_000), Token);
        Assert.Equal([new SeriesValue(Vm(1), Metric.VmCpuTime, Start, 5_000_000_000)], await Latest(TimeSpan.FromMinutes(10)));
        Assert.Empty(await Latest(TimeSpan.FromMinutes(9)));

        Assert.DoesNotContain(server.Requests, r => r.Body.Contains("SELECT", StringComparison.Ordinal));
        StoreUnusableException older = await Assert.ThrowsAsync<StoreUnusableException>(() => Latest(TimeSpan.FromMinutes(11)));
        Assert.Contains("502", older.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ErrorOrNonsense_IsToldAndNotTakenForEmpty()
    {
        string body = "";
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Body.Contains("SELECT", StringComparison.Ordinal) ? new(200, body) : Empty);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, Options(place));
        foreach ((string answer, string expected) in new[]
        {
            ("{\"results\":[{\"statement_id\":0,\"error\":\"engine: closed\"}]}\n", "engine: closed"),
            ("<html>", "something that is not JSON"),
        })
        {
            body = answer;
            StoreUnusableException failed = await Assert.ThrowsAsync<StoreUnusableException>(() => ReadAsync(store, Range(Metric.VmCpuTime, 0, 9)));
            Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tls_OwnAuthority_IsTrustedAndNoOther()
    {
        using X509Certificate2 certificate = SelfSigned();
        using X509Certificate2 stranger = SelfSigned();
        await using AnsweringServer server = new(asked => asked.Target == "/ping" ? Ping1 : asked.Target == "/query" ? Empty : new(204), certificate);
        using var place = new InfluxPlace(server.Url);
        InfluxOptions trusted = Options(place, certificate), other = Options(place, stranger);
        (trusted.Username, trusted.Password) = ("user", "s3cret");

        using (var client = new HttpClient(InfluxStore.Transport(trusted)))
        {
            await using InfluxStore store = new(trusted, () => client, TimeProvider.System);
            await store.OpenAsync(Token);
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(OneLine, Token)).Status);
        }

        using (var client = new HttpClient(InfluxStore.Transport(other)))
        {
            await using InfluxStore store = new(other, () => client, TimeProvider.System);
            await store.OpenAsync(Token);
            Assert.Contains("cannot be trusted", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
        }

        Assert.All(server.Requests, r => Assert.Equal("Basic dXNlcjpzM2NyZXQ=", r.Headers["Authorization"]));
        Assert.All(server.Requests, r => Assert.DoesNotContain("s3cret", r.Target, StringComparison.Ordinal));
        Assert.Throws<StoreUnusableException>(() => InfluxStore.Transport(new InfluxOptions { CaFile = "/nowhere/ca.pem" }));
    }

    private static InfluxOptions Options(InfluxPlace place, X509Certificate2? authority = null)
    {
        InfluxOptions options = place.Options;
        options.Database = "";
        if (authority is not null)
        {
            options.CaFile = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(place.File))!, $"{authority.Thumbprint}.pem");
            File.WriteAllText(options.CaFile, authority.ExportCertificatePem());
        }

        return options;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=influx", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
    }

    private static async Task<InfluxStore> OpenAsync(InfluxPlace place, InfluxOptions options)
    {
        InfluxStore store = place.Store(TimeProvider.System, options);
        try
        {
            await store.OpenAsync(Token);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
