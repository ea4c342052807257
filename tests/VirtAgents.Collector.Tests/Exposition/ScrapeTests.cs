using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Testbed;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Exposition;

/// <summary>/metrics of a whole collector.</summary>
[Collection(OneCollector.Name)]
public sealed class ScrapeTests : IAsyncLifetime
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private RunningCollector _collector = null!;
    private AgentUnderTest _agent = null!;

    /// <summary>A collector that has one report of one VM, by a clock that shows its time.</summary>
    public async ValueTask InitializeAsync()
    {
        _collector = await StartAsync(time: new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1))));
        _agent = _collector.Agent();
        await _agent.OpenAsync();
        await _agent.SendAsync(_agent.Report(1));
        await _agent.AcknowledgedAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Get_WhateverIsAccepted_IsOnePageOfPlainText()
    {
        string[] accepted =
        [
            "",
            "application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
            "text/plain;version=1.0.0;escaping=allow-utf-8",
        ];
        foreach (string accept in accepted)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using HttpResponseMessage answer = await _collector.Http.SendAsync(request, Cancel);
            Assert.Equal(ContentType, answer.Content.Headers.ContentType!.ToString());
            HoldsAll(await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Get_GzipAccepted_IsOneCompressedPage()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics") { Headers = { { "Accept-Encoding", "gzip" } } };
        using HttpResponseMessage answer = await _collector.Http.SendAsync(request, Cancel);
        Assert.Equal((ContentType, "gzip"), (answer.Content.Headers.ContentType!.ToString(), Assert.Single(answer.Content.Headers.ContentEncoding)));
        await using GZipStream page = new(await answer.Content.ReadAsStreamAsync(Cancel), CompressionMode.Decompress);
        using StreamReader reader = new(page, Encoding.UTF8);
        HoldsAll(await reader.ReadToEndAsync(Cancel));

        using HttpResponseMessage head = await _collector.Http.SendAsync(new(HttpMethod.Head, "/metrics"), Cancel);
        Assert.Equal((HttpStatusCode.OK, ContentType, ""), (head.StatusCode, head.Content.Headers.ContentType!.ToString(), await head.Content.ReadAsStringAsync(Cancel)));
        using HttpResponseMessage post = await _collector.Http.PostAsync("/metrics", null, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Get_StoreNotReadable_TellsTheRestAndCountsIt()
    {
        _collector.Store.ReadProblem = "away";
        ParsedPage page = ParsedPage.Of(await _collector.Http.GetStringAsync("/metrics", Cancel));
        Assert.Equal(0, page.Value("virtagents_store_readable"));
        Assert.Equal(1, page.Value("vm_state", ("vm", "vm1")));
        Assert.Empty(page.Of("vm_memory_balloon_bytes"));
        Assert.Equal(1, _collector.Figures.Sum("virtcollector.exposition.failures", ""));
    }

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Get_Page_PromtoolHasNoComplaintAboutOurs()
    {
        _collector.Store.ReadProblem = "away";
        await _collector.Http.GetStringAsync("/metrics", Cancel);
        _collector.Store.ReadProblem = null;
        string page = await _collector.Http.GetStringAsync("/metrics", Cancel);
        HoldsAll(page);
        await Promtool.CheckMetricsAsync(page, Cancel, "dotnet_");
    }

    private static void HoldsAll(string text)
    {
        ParsedPage page = ParsedPage.Of(text);
        Assert.Equal(1, page.Value("vm_memory_balloon_bytes", ("vm", "vm1"), ("host", "host1")));
        Assert.Equal(1, page.Value("vm_state", ("vm", "vm1")));
        Assert.Equal(1, page.Value("virtagents_agent_status", ("host", "host1")));
        Assert.Contains(page.Series, s => s.Name == "dotnet_assembly_count");
        Assert.DoesNotContain("# EOF", text, StringComparison.Ordinal);
    }
}
