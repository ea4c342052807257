using System.Globalization;
using System.Text.Json;
using VirtAgents.Testbed;
using static VirtAgents.EndToEnd.Tests.Real.SharesOfVm;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A pool that is full is divided: a real VM gets a limit for its disk in QEMU, keeps it over a crash of the agent, and is free again when its rule goes.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class DiskShareTests(RealEstate estate)
{
    private const string Vm = "scribe", Pool = "scrolls";

    // The guest writes many times as much, also where it gets little of its processor.
    private const string Divided = """
        { "rules": [], "shares": { "rules": [ { "name": "even", "resource": "disk-bytes", "mode": "auto", "hosts": "h1", "pool": "scrolls", "capacity": "128KiB", "from": 0.5, "until": 0.2, "hold": "5s", "floor": "32KiB" } ] } }
        """;

    private SharesOfVm Shares => new(estate, Vm);

    [Fact]
    public async Task FullPool_LimitInQemuUntilTheRuleGoes_AlsoOverACrashOfTheAgent()
    {
        // A pool of its own: what the other VMs write counts in no rule.
        string directory = $"{TestbedHost.Root}/hosts/{estate.First.Name}/{Pool}";
        await estate.First.InHostAsync("mkdir", "-p", directory);
        await estate.First.VirshAsync("pool-create-as", Pool, "dir", "--target", directory);
        await estate.First.StartVmAsync(Vm, new TestVmOptions { Load = "va.disk=1024", Disk = $"{directory}/{Vm}.qcow2" }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(Vm, "running");
        Assert.Equal(0, await LimitAsync());

        await estate.WriteScheduleAsync(Divided);
        JsonElement limit = await Shares.InForceAsync();
        Assert.Equal(("disk-bytes", "even", "h1", "vda"), (Text(limit, "resource"), Text(limit, "rule"), Text(limit, "host"), Text(limit, "device")));
        await QemuHasItAsync();

        await estate.RestartFirstAgentAsync();
        await estate.StateIsAsync(Vm, "running");
        Assert.Equal(Text(limit, "id"), Text(await Shares.InForceAsync(), "id"));
        await QemuHasItAsync();

        await Shares.EndAsync();
        Assert.Equal(0, await LimitAsync());
        await estate.First.VirshAsync("destroy", Vm);
        await estate.First.VirshAsync("pool-destroy", Pool);
    }

    private Task QemuHasItAsync() => Shares.HostHasItAsync(LimitAsync, Task.FromResult);

    // Of a running VM it is what QEMU says.
    private async Task<long?> LimitAsync()
    {
        string line = (await estate.First.VirshAsync("blkdeviotune", Vm, "vda", "--live")).Split('\n').Single(l => l.StartsWith("total_bytes_sec:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
