using System.Globalization;
using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Directives from virtctl to a real libvirt, each verified by an independent look with virsh.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class DirectiveTests(RealEstate estate)
{
    private const int Refused = 5;

    [Fact]
    public async Task SuspendResumeAndStop_AreDone_AsVirshSees()
    {
        const string vm = "ordered";
        await StartAsync(vm);

        Assert.Equal("done", await SendAsync("suspend", vm));
        Assert.Equal("paused", await VirshStateAsync(vm));
        Assert.Equal("done", await SendAsync("resume", vm));
        Assert.Equal("running", await VirshStateAsync(vm));
        Assert.Equal("done", await SendAsync("destroy", vm));
        Assert.Equal("shut off", await VirshStateAsync(vm));
        Assert.Equal("done", await SendAsync("start", vm));
        Assert.Equal("running", await VirshStateAsync(vm));
        await estate.StateIsAsync(vm, "running");
    }

    [Fact]
    public async Task DestroyOfAProtectedVm_IsRefusedByThePolicy_AndChangesNothing()
    {
        (int exitCode, string output) = await TrySendAsync("destroy", RealEstate.Idle);

        Assert.True(exitCode == Refused, output);
        JsonElement record = LastRecord(output);
        Assert.Equal("policy", record.GetProperty("refusal").GetString());
        Assert.Contains("protectedVms", record.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", await VirshStateAsync(RealEstate.Idle));
    }

    [Fact]
    public async Task Migrate_MovesTheVm_AsBothHostsSee()
    {
        const string vm = "ordersmove";
        await StartAsync(vm);

        Assert.Equal("done", await SendAsync("migrate", vm, "--param", $"destination={estate.Second.TcpUri}"));
        Assert.Equal("running", (await estate.Second.VirshAsync("domstate", vm)).Trim());
        Assert.DoesNotContain(vm, await estate.First.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
        await estate.Second.VirshAsync("destroy", vm);
    }

    [Fact]
    public async Task DryRun_SaysWhatWouldHappen_AndChangesNothing()
    {
        const string vm = "asked";
        await StartAsync(vm);

        Assert.Equal("done", await SendAsync("suspend", vm, "--dry-run"));
        Assert.Equal("running", await VirshStateAsync(vm));
    }

    [Fact]
    public async Task AgentKilledWhenLibvirtHasBegun_CarriesItOutOnce_AndTellsThatItIsDone()
    {
        const string vm = "interrupted";
        SentDirective sent = await OrderStartAsync(vm);
        await Eventually.HoldsAsync(RealEstate.Patience, async () => await StartsAsync(vm) == 2 ? null : $"{vm} was not started");
        await estate.RestartFirstAgentAsync();

        Assert.Equal("done", (await sent.EndsAsync()).State);
        Assert.Equal("running", await VirshStateAsync(vm));
        Assert.Equal(2, await StartsAsync(vm));
    }

    [Fact]
    public async Task AgentKilledAtOnceAfterAnOrder_CarriesItOutAtMostOnce_AndItsEndIsTrue()
    {
        const string vm = "surprised";
        SentDirective sent = await OrderStartAsync(vm);
        await estate.RestartFirstAgentAsync();

        // Between the journal's line and the call to libvirt nobody can tell whether it was called: then it is not tried again.
        EndedDirective end = await sent.EndsAsync();
        (string State, int Starts) truth = (await VirshStateAsync(vm), await StartsAsync(vm));
        Assert.True(truth == (end.State == "done" ? ("running", 2) : ("shut off", 1)), $"{end} of {truth}");
        Assert.True(end.State is "done" || end.Detail.Contains("the agent had restarted since it was begun", StringComparison.Ordinal), $"{end}");
    }

    private static JsonElement LastRecord(string output) =>
        JsonDocument.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last(line => line.StartsWith('{'))).RootElement;

    private async Task<string?> SendAsync(string kind, string vm, params IEnumerable<string> more)
    {
        (int exitCode, string output) = await TrySendAsync(kind, vm, more);
        Assert.True(exitCode == 0, $"{kind} {vm} ended with {exitCode}:\n{output}");
        return LastRecord(output).GetProperty("state").GetString();
    }

    private Task<(int ExitCode, string Output)> TrySendAsync(string kind, string vm, params IEnumerable<string> more) =>
        estate.Installation.TryVirtctlAsync(["directive", "send", kind, vm, "--wait", "80s", "--yes", "--reason", "test", "-o", "json", .. more]);

    private async Task<string> VirshStateAsync(string vm) => (await estate.First.VirshAsync("domstate", vm)).Trim();

    /// <summary>Orders the start of a VM that was started once before and is off, and does not wait for its end.</summary>
    private async Task<SentDirective> OrderStartAsync(string vm)
    {
        await StartAsync(vm);
        await estate.First.VirshAsync("destroy", vm);
        await estate.StateIsAsync(vm, "shut-off");
        return await SentDirective.SendAsync(estate.Installation, "start", vm);
    }

    /// <summary>How often libvirt has started a VM by its own log, whatever the agent saw.</summary>
    private async Task<int> StartsAsync(string vm) =>
        int.Parse(await estate.First.InHostAsync("grep", "-c", "starting up libvirt", $"/var/log/libvirt/qemu/{vm}.log"), CultureInfo.InvariantCulture);

    private async Task StartAsync(string vm)
    {
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
    }
}
