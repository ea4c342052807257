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
    public async Task AgentKilledAfterAnOrder_CarriesItOutAtMostOnce_AndTellsItsEnd()
    {
        const string vm = "interrupted";
        await StartAsync(vm);
        await estate.First.VirshAsync("destroy", vm);
        await estate.StateIsAsync(vm, "shut-off");
        string id = Guid.NewGuid().ToString();
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync(
            "directive", "send", "start", vm, "--id", id, "--yes", "--reason", "test", "-o", "json");
        Assert.True(exitCode == 0, output);
        await estate.RestartFirstAgentAsync();

        JsonElement record = default;
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            record = await estate.Installation.VirtctlAsync("directive", "show", id);
            return record.GetProperty("state").GetString() is "done" or "failed" ? null : $"the directive is still {record.GetProperty("state")}";
        });
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Equal("running", await VirshStateAsync(vm));
        // libvirt's own log of the VM: one start by the test and one that was ordered, whatever the agent saw of them.
        Assert.Equal("2", (await estate.First.InHostAsync("grep", "-c", "starting up libvirt", $"/var/log/libvirt/qemu/{vm}.log")).Trim());
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

    private async Task StartAsync(string vm)
    {
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
    }
}
