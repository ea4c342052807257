using System.IO.Pipelines;
using System.Text;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Exposition;

public sealed class MetricsPageTests
{
    [Fact]
    public async Task Answer_StoreFailsAndWorksAgain_TellsTheRestAndLogsEachChangeOnce()
    {
        using PageUnderTest page = new();
        page.Store.OnLatest = _ => throw new StoreUnusableException("the disk is gone");
        await page.GetAsync();
        ParsedPage failed = ParsedPage.Of((await page.GetAsync()).Text);
        Assert.Equal((0, 1), (failed.Value("virtagents_store_readable"), failed.Value("virtcollector_x")));
        Assert.NotEmpty(failed.Of("vm_state"));
        Assert.Empty(failed.Of("host_memory_total_bytes"));

        page.Store.OnLatest = null;
        await page.GetAsync();
        ParsedPage good = ParsedPage.Of((await page.GetAsync()).Text);
        Assert.Equal((1, 1), (good.Value("virtagents_store_readable"), good.Value("host_memory_total_bytes")));
        Assert.Equal(
            [
                "Error: The newest values cannot be read for /metrics: the disk is gone. Sampled values are missing there until they can.",
                "Information: The newest values can be read for /metrics again.",
            ],
            page.Log);
    }

    [Fact]
    public async Task Answer_StoreDoesNotAnswer_TellsTheRestBeforePrometheusGivesUp()
    {
        using PageUnderTest page = new();
        page.Store.OnLatest = _ => new TaskCompletionSource().Task;
        Task<(int Status, string Text)> answer = page.GetAsync();
        Assert.False(answer.IsCompleted);
        page.Clock.Advance(TimeSpan.FromSeconds(5));
        (int status, string text) = await answer.WaitAsync(QueryServer.Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(200, status);
        Assert.Equal(0, ParsedPage.Of(text).Value("virtagents_store_readable"));
        Assert.Contains("no answer within 5 s", Assert.Single(page.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_FiveAtOnce_RefusesTheFifth()
    {
        using PageUnderTest page = new();
        TaskCompletionSource held = new();
        page.Store.OnLatest = _ => held.Task;
        Task<(int Status, string Text)>[] first = [.. Enumerable.Range(0, 4).Select(_ => page.GetAsync())];
        Assert.Equal((503, "4 scrapes are being answered already; try again later\n"), await page.GetAsync());
        held.SetResult();
        Assert.All(await Task.WhenAll(first).WaitAsync(QueryServer.Timeout, TestContext.Current.CancellationToken), a => Assert.Equal(200, a.Status));
        Assert.Equal(200, (await page.GetAsync()).Status);
    }

    [Fact]
    public async Task Answer_ReaderThatTakesNothing_IsCutAfterAMinute()
    {
        using PageUnderTest page = new();
        Pipe body = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        Task<int> answer = page.GetAsync(body.Writer.AsStream());
        Assert.False(answer.IsCompleted);
        page.Clock.Advance(TimeSpan.FromSeconds(60));
        await answer.WaitAsync(QueryServer.Timeout, TestContext.Current.CancellationToken);
        body.Reader.TryRead(out ReadResult read);
        Assert.DoesNotContain("virtcollector_x", Encoding.UTF8.GetString(read.Buffer), StringComparison.Ordinal);
    }
}
