using System.Net;
using System.Text.Json;
using VirtAgents.Core.Model;
using static VirtAgents.Collector.Tests.Query.SampleFleet;

namespace VirtAgents.Collector.Tests.Query;

public sealed class JsonApiTests : IAsyncLifetime
{
    private readonly ListStore _store = new();
    private QueryServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await QueryServer.StartAsync(_store);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetVms_FiltersInTheQuery_NamesOfEnumsAndLongNumbersAsText()
    {
        JsonElement answer = await GetAsync("/v1/vms?host=alpha&pageSize=1&states=VM_STATE_RUNNING");

        JsonElement vm = Assert.Single(answer.GetProperty("vms").EnumerateArray());
        Assert.Equal("twin", vm.GetProperty("name").GetString());
        Assert.Equal("VM_STATE_RUNNING", vm.GetProperty("state").GetString());
        Assert.Equal("1600000000000", vm.GetProperty("sinceUnixMs").GetString());
        Assert.Equal("""{"known":true,"number":50}""", vm.GetProperty("cpuPercent").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("""{"known":false,"number":0,"unknownReason":"UNKNOWN_REASON_STALE"}""", vm.GetProperty("memoryUsedPercent").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(2, answer.GetProperty("total").GetInt32());
        Assert.NotEqual("", answer.GetProperty("nextPageToken").GetString());
    }

    [Fact]
    public async Task GetVm_ByName_TheVm() =>
        Assert.Equal(Web.ToString(), (await GetAsync("/v1/vms/web")).GetProperty("id").GetString());

    [Theory]
    [InlineData("/v1/hosts", "hosts", 2)]
    [InlineData("/v1/pools", "pools", 2)]
    [InlineData("/v1/events", "events", 1)]
    [InlineData("/v1/events?filter.kinds=EVENT_KIND_VM_STARTED&page_size=1", "events", 0)]
    [InlineData("/v1/latest?host=alpha", "values", 1)]
    [InlineData("/v1/range?metric=host_load1&fromUnixMs=-60000&stepMs=60000&aggregate=AGGREGATE_MAX", "series", 1)]
    public async Task Get_Lists_AreThere(string path, string list, int count)
    {
        _store.Add(Event(HostEventKind.VmCrashed, Web));
        _store.Add(new Subject(SubjectKind.Host, Alpha.Value, ""), Metric.HostLoad1, (QueryServer.Now - 1_000, 500));

        Assert.Equal(count, (await GetAsync(path)).GetProperty(list).GetArrayLength());
    }

    [Theory]
    [InlineData("/v1/vms/nowhere", HttpStatusCode.NotFound, 5, "vm: there is no VM 'nowhere'")]
    [InlineData("/v1/vms?pageSize=20000", HttpStatusCode.BadRequest, 3, "page_size: 20000 is not allowed")]
    [InlineData("/v1/range?metric=host_load1", HttpStatusCode.BadRequest, 3, "from_unix_ms: 0 is not allowed")]
    [InlineData("/v1/vms?pageSize=many", HttpStatusCode.BadRequest, 3, "pageSize: 'many' is not allowed; 0 to 4294967295")]
    [InlineData("/v1/vms?page_size=-1", HttpStatusCode.BadRequest, 3, "page_size: '-1' is not allowed; 0 to 4294967295")]
    [InlineData("/v1/vms?states=RUNNING", HttpStatusCode.BadRequest, 3, "states: 'RUNNING' is not allowed; one of VM_STATE_UNSPECIFIED, VM_STATE_RUNNING")]
    [InlineData("/v1/vms?hosts=alpha", HttpStatusCode.BadRequest, 3, "hosts: there is no such parameter; did you mean 'host'?")]
    [InlineData("/v1/events?filter=alpha", HttpStatusCode.BadRequest, 3, "filter: there is no such parameter; did you mean 'filter.host'")]
    [InlineData("/v1/range?metric=host_load1&fromUnixMs=yesterday", HttpStatusCode.BadRequest, 3, "fromUnixMs: 'yesterday' is not allowed")]
    [InlineData("/v1/range?metric=host_load1&fromUnixMs=-1&percentile=x", HttpStatusCode.BadRequest, 3, "percentile: 'x' is not allowed; a number")]
    [InlineData("/v1/query?metrics=host_load1&fromUnixMs=-1&top=many", HttpStatusCode.BadRequest, 3, "top: 'many' is not allowed; 0 to 4294967295")]
    [InlineData("/v1/query?metrics=host_load1&fromUnixMs=-1&groupBy=host", HttpStatusCode.BadRequest, 3, "groupBy: 'host' is not allowed; one of GROUP_BY_UNSPECIFIED")]
    [InlineData("/v1/query?metrics=host_load&fromUnixMs=-1", HttpStatusCode.NotFound, 5, "metrics: there is no metric 'host_load'; did you mean 'host_load1'")]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound, 5, "there is nothing at /v1/nothing")]
    public async Task Get_WrongRequest_CodeAndMessage(string path, HttpStatusCode status, int code, string message)
    {
        using HttpResponseMessage response = await _server.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, body.GetProperty("code").GetInt32());
        Assert.StartsWith(message, body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchEvents_OverHttp_ALineForEachEvent()
    {
        _store.Add(Event(HostEventKind.VmStarted, Web));
        _store.Add(Event(HostEventKind.VmCrashed, Web));
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/events:watch?afterId=1");
        using HttpResponseMessage response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("EVENT_KIND_VM_CRASHED", await NextAsync(lines));
        _server.Fleet.Publish(_store.Add(Event(HostEventKind.VmStopped, Web)));
        Assert.Equal("EVENT_KIND_VM_STOPPED", await NextAsync(lines));
    }

    [Theory]
    [InlineData("GET", "/v1/query?metrics=host_load1&metrics=host_memory_used_percent&fromUnixMs=-60000&stepMs=30000&aggregate=AGGREGATE_MAX&fill=FILL_NULL", "")]
    [InlineData("POST", "/v1/query", """{"metrics":["host_load1","host_memory_used_percent"],"fromUnixMs":-60000,"stepMs":"30000","aggregate":"AGGREGATE_MAX","fill":"FILL_NULL"}""")]
    public async Task QueryMetrics_OverHttp_HeaderBatchesAndTrailerOnLines(string verb, string path, string body)
    {
        _store.Add(new Subject(SubjectKind.Host, Alpha.Value, ""), Metric.HostLoad1, (QueryServer.Now - 1_000, 500));
        using HttpRequestMessage request = new(new HttpMethod(verb), path);
        request.Content = body.Length > 0 ? new StringContent(body, System.Text.Encoding.UTF8, "application/json") : null;
        using HttpResponseMessage response = await _server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        string[] lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["header", "batch", "trailer"], lines.Select(l => Assert.Single(JsonDocument.Parse(l).RootElement.EnumerateObject()).Name));
        JsonElement header = JsonDocument.Parse(lines[0]).RootElement.GetProperty("header");
        Assert.Equal(["host_load1", "host_memory_used_percent"], header.GetProperty("metrics").EnumerateArray().Select(m => m.GetProperty("metric").GetString()));
        Assert.Equal($"{QueryServer.Now - 60_000}", header.GetProperty("fromUnixMs").GetString());
        JsonElement series = Assert.Single(JsonDocument.Parse(lines[1]).RootElement.GetProperty("batch").GetProperty("series").EnumerateArray());
        Assert.Equal("alpha", series.GetProperty("host").GetString());
        Assert.Equal([null, null, 0.5], series.GetProperty("points").EnumerateArray().Select(p => p.TryGetProperty("value", out JsonElement value) ? value.GetDouble() : (double?)null));
        Assert.Equal("1", JsonDocument.Parse(lines[2]).RootElement.GetProperty("trailer").GetProperty("samples").GetString());
    }

    [Fact]
    public async Task Get_Root_SaysWhatIsHere()
    {
        string page = await _server.Http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("/v1/hosts", page, StringComparison.Ordinal);
        Assert.Contains("/readyz", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OpenApi_EveryPathAndNoOpenReference()
    {
        string text = await _server.Http.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement document = JsonDocument.Parse(text).RootElement;

        Assert.Equal(
            [
                "/v1/directive-kinds", "/v1/directives", "/v1/directives/{id}", "/v1/directives/{id}:cancel", "/v1/directives:watch", "/v1/events",
                "/v1/events:watch", "/v1/freeze", "/v1/hosts", "/v1/hosts/{host}/off", "/v1/hosts/{host}/off:withdraw", "/v1/hosts/{host}/recovery", "/v1/incidents", "/v1/incidents/{id}", "/v1/incidents/{id}:acknowledge",
                "/v1/incidents/{id}:export", "/v1/incidents:backtest", "/v1/incidents:watch", "/v1/incidents:watchBacktest", "/v1/latest", "/v1/latest:watch", "/v1/metrics",
                "/v1/outcomes", "/v1/place", "/v1/plan", "/v1/plans", "/v1/plans/{id}", "/v1/plans/{id}:approve", "/v1/plans/{id}:cancel", "/v1/pools", "/v1/proposals", "/v1/proposals/{id}:approve", "/v1/proposals/{id}:decline", "/v1/query", "/v1/queue/figures", "/v1/range", "/v1/requests", "/v1/requests/{id}", "/v1/requests/{id}:cancel",
                "/v1/shares", "/v1/silences", "/v1/silences/{id}:lift", "/v1/throttles", "/v1/vms", "/v1/vms/{vm}", "/v1/volumes", "/v1/volumes:place",
            ],
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (string reference in References(document))
        {
            Assert.True(schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), reference);
        }

        JsonElement directives = document.GetProperty("paths").GetProperty("/v1/directives");
        Assert.Equal(["get", "post"], directives.EnumerateObject().Select(o => o.Name).Order(StringComparer.Ordinal));
        JsonElement body = directives.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Equal("#/components/schemas/SendDirectiveRequest", body.GetProperty("$ref").GetString());
        Assert.Equal("string", schemas.GetProperty("SendDirectiveRequest").GetProperty("properties").GetProperty("parameters").GetProperty("additionalProperties").GetProperty("type").GetString());
        JsonElement query = document.GetProperty("paths").GetProperty("/v1/query");
        Assert.Equal(
            ["QueryMetricsByGet", "QueryMetrics"],
            new[] { "get", "post" }.Select(verb => query.GetProperty(verb).GetProperty("operationId").GetString()));
        JsonElement metrics = query.GetProperty("get").GetProperty("parameters")[0];
        Assert.Equal(("metrics", "array"), (metrics.GetProperty("name").GetString(), metrics.GetProperty("schema").GetProperty("type").GetString()));
        Assert.True(query.GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("application/x-ndjson", out _));
        JsonElement id = document.GetProperty("paths").GetProperty("/v1/vms/{vm}").GetProperty("get").GetProperty("parameters")[0];
        Assert.Equal(("vm", "path", true), (id.GetProperty("name").GetString(), id.GetProperty("in").GetString(), id.GetProperty("required").GetBoolean()));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static async Task<string?> NextAsync(StreamReader lines)
    {
        string? line = await lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(QueryServer.Timeout, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(line!).RootElement.GetProperty("kind").GetString();
    }

    private async Task<JsonElement> GetAsync(string path) =>
        JsonDocument.Parse(await _server.Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).RootElement;
}
