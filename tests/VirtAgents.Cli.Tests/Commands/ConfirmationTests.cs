using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class ConfirmationTests
{
    [Fact]
    public async Task Destroy_Terminal_NamesVmHostStateAndLoss()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await RunAsync(collector, "yes", "vm", "destroy", "web-1");

        Assert.StartsWith(
            $"destroy web-1 ({CollectorData.WebId}) on host host-01, now running: its services end at once, and what it has not written to disk is lost.\nType yes to go on: ",
            ended.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, ended.Code);
    }

    [Fact]
    public async Task Destroy_Confirmed_SendsWhatWasConfirmed()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await RunAsync(collector, " y ", "directive", "send", "destroy", "web-1", "--host", "host-01");

        var request = Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests.Single());
        Assert.Equal((CollectorData.WebId, "aaaaaaaa-0000-4000-8000-000000000001"), (request.Vm, request.Host));
    }

    [Fact]
    public async Task Destroy_StateUnknown_SaysSo()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await RunAsync(collector, "no", "vm", "destroy", CollectorData.OddId);

        Assert.Contains("now unknown (agent-lost), last known running: ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', ended.Error);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Destroy_NotConfirmed_SendsNothing(string? answer)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await RunAsync(collector, answer, "vm", "destroy", "web-1");

        Assert.Equal(11, ended.Code);
        Assert.EndsWith("virtctl: not confirmed; nothing was sent.\n", ended.Error, StringComparison.Ordinal);
        Assert.Empty(collector.Directives.Requests);
    }

    [Fact]
    public async Task Destroy_NoTerminal_NeedsYes()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", "destroy", "web-1");

        Assert.Equal(new Tool.Ended(11, "", "virtctl: destroy is to be confirmed and there is no terminal to ask at; give --yes. Nothing was sent.\n"), ended);
        Assert.Empty(collector.Directives.Requests);
    }

    [Fact]
    public async Task Destroy_DryRun_AsksNobody()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.StageOfSent = DirectiveStage.Done;

        Assert.Equal((0, ""), await collector.RunAsync("vm", "destroy", "web-1", "--dry-run") is var ended ? (ended.Code, ended.Error) : default);
        Assert.True(Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests.Single()).DryRun);
    }

    [Fact]
    public async Task DeleteVolume_Terminal_NamesTheVolume()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await RunAsync(collector, "no", "directive", "send", "delete_volume", "--host", "host-01", "--param", "pool=default", "--param", "volume=a.qcow2");

        Assert.StartsWith("delete_volume on host host-01 (pool default, volume a.qcow2): all data of the volume is lost.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_Terminal_NamesTheHostThatHadItAndSendsToTheOther()
    {
        await using var collector = await InProcessCollector.StartAsync();
        const string digest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

        var ended = await RunAsync(
            collector, "yes", "directive", "send", "recover", CollectorData.OddId, "--host", "host-01", "--param", "from_host=aaaaaaaa-0000-4000-8000-000000000002", "--param", $"definition={digest}");

        Assert.StartsWith("recover on host host-01 odd ", ended.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"({CollectorData.OddId}) of host host-02, now unknown (agent-lost), last known running: if the host that had it still runs it, both write to its disks and destroy them; be sure that it is switched off.\n",
            ended.Error,
            StringComparison.Ordinal);
        var request = Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests.Single());
        Assert.Equal((CollectorData.OddId, "host-01"), (request.Vm, request.Host));
        var without = await RunAsync(collector, "yes", "directive", "send", "recover", CollectorData.OddId, "--param", "from_host=aaaaaaaa-0000-4000-8000-000000000002", "--param", $"definition={digest}");
        Assert.Contains("recover needs --host, the host that is to have the VM.", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroy_NotOnThatHost_EndsWithNotFound()
    {
        await using var collector = await InProcessCollector.StartAsync();

        Assert.Equal(4, (await RunAsync(collector, "yes", "vm", "destroy", "nope", "--host", "host-01")).Code);
    }

    private static async Task<Tool.Ended> RunAsync(InProcessCollector collector, string? answer, params string[] arguments)
    {
        using var run = new Tool.Run(arguments, environment => environment with
        {
            Variable = name => name == "VIRTCTL_COLLECTOR" ? collector.Address : null,
            CanAsk = true,
            ReadLine = () => answer,
        });
        return await run.EndAsync();
    }
}
