using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class HostRecoveryTests
{
    private const string HostId = "aaaaaaaa-0000-4000-8000-000000000002";

    [Fact]
    public async Task ConfirmOff_Terminal_NamesHostVmsAndWhatWillBeDoneAndMeansThatHost()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await RunAsync(collector, "yes", "host", "confirm-off", "host-02", "--reason", "cord pulled", "--actor", "ann");

        Assert.Equal(
            $"""
            Host host-02 ({HostId}) was last heard 2026-11-22 10:57:55.000 (1h02m ago); it had 2 VMs.
              web-7: would be started on host-01
              db-7: it was last seen ShutOff, not running
            If it is not switched off, VMs that are started elsewhere destroy their disks. Only go on if you have looked.
            Type yes to go on: 
            """,
            ended.Error.TrimEnd('\n'));
        Assert.Equal(0, ended.Code);
        Assert.Equal(new ConfirmOffRequest { Host = HostId, Reason = "cord pulled", Actor = "ann" }, Assert.Single(collector.Recoveries));
        string[] lines = ended.Output.Split('\n');
        Assert.Equal("Host host-02, last heard 2026-11-22 10:57:55.000 (1h02m ago), confirmed to be off by ann at 2026-11-22 11:59:00.000: cord pulled.", lines[0]);
        Assert.Matches("^web-7 +running +begun +host-01 +done +it was started on host-01", lines[2]);
        Assert.Matches("^db-7 +shut-off +leave +- +- +it was last seen ShutOff, not running", lines[3]);
    }

    [Theory]
    [InlineData("no", "host-02", 11, "not confirmed; nothing was sent.")]
    [InlineData("yes", "host-01", 5, "host host-01 cannot be confirmed to be off: its agent is connected.")]
    public async Task ConfirmOff_NotConfirmedOrAlive_SendsNothing(string answer, string host, int code, string message)
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await RunAsync(collector, answer, "host", "confirm-off", host, "--reason", "cord pulled");
        Assert.Equal(code, ended.Code);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.Empty(collector.Recoveries);
    }

    [Fact]
    public async Task ConfirmOff_NoReasonOrNoTerminal_SendsNothing()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.Contains("--reason is needed: how it is known that the host is switched off.", (await RunAsync(collector, "yes", "host", "confirm-off", "host-02")).Error, StringComparison.Ordinal);
        Assert.Equal(11, (await collector.RunAsync("host", "confirm-off", "host-02", "--reason", "cord pulled")).Code);
        Assert.Empty(collector.Recoveries);
        Assert.Equal(0, (await collector.RunAsync("host", "confirm-off", "host-02", "--reason", "cord pulled", "--yes")).Code);
        Assert.Single(collector.Recoveries);
    }

    [Fact]
    public async Task WithdrawOff_TellsThatItHoldsNoMore()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var ended = await collector.RunAsync("host", "withdraw-off", "host-02", "--reason", "wrong rack", "--actor", "bob");
        Assert.Contains("no longer confirmed to be off since 2026-11-22 11:59:59.000: taken back by bob: wrong rack.", ended.Output, StringComparison.Ordinal);
        Assert.Equal(new WithdrawOffRequest { Host = "host-02", Note = "wrong rack", Actor = "bob" }, Assert.Single(collector.Recoveries));
    }

    [Fact]
    public async Task Recovery_Json_HasHostAndVms()
    {
        await using var collector = await InProcessCollector.StartAsync();
        JsonElement told = JsonDocument.Parse((await collector.RunAsync("host", "recovery", "host-02", "-o", "json")).Output).RootElement;
        Assert.Equal(("host-02", "lost", false), (told.GetProperty("host").GetString(), told.GetProperty("agent").GetString(), told.GetProperty("confirmed_off").GetBoolean()));
        JsonElement vm = told.GetProperty("vms")[0];
        Assert.Equal(("web-7", "recommend", "host-01", JsonValueKind.Null), (vm.GetProperty("vm").GetString(), vm.GetProperty("decision").GetString(), vm.GetProperty("target").GetString(), vm.GetProperty("directive_id").ValueKind));
        var heard = await collector.RunAsync("host", "recovery", "host-01");
        Assert.EndsWith("\nIt cannot be confirmed to be off: its agent is connected.\n", heard.Output, StringComparison.Ordinal);
        Assert.Contains("it had no VMs.", heard.Output + heard.Error, StringComparison.Ordinal);
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
