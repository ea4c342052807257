using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>One VM runs on two real hosts: it is told until one of them is stopped.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class TwinTests(RealEstate estate)
{
    private const string Vm = "twin";

    [Fact]
    public async Task VmRunsOnTwoHosts_IsCriticalUntilOneIsStopped()
    {
        // Its UUID follows from its name. Each has a disk of its own: QEMU would lock a common one.
        foreach (TestbedHost host in new[] { estate.First, estate.Second })
        {
            await host.StartVmAsync(Vm, new TestVmOptions { Halted = true, Disk = $"{TestbedHost.Root}/hosts/{host.Name}/{Vm}.qcow2" }, TestContext.Current.CancellationToken);
        }

        await IncidentIsAsync("open");
        await estate.Second.VirshAsync("destroy", Vm);
        await IncidentIsAsync("resolved");
        await estate.First.VirshAsync("destroy", Vm);
    }

    private Task<TimeSpan> IncidentIsAsync(string state) => Eventually.HoldsAsync(2 * RealEstate.Patience, async () =>
    {
        JsonElement[] all = [.. (await estate.Installation.VirtctlAsync("incidents", "--kind", "vm-runs-twice", "--severity", "critical")).EnumerateArray()];
        return all.Length == 1 && all[0].GetProperty("state").GetString() == state && all[0].ToString().Contains($"\"{Vm}\"", StringComparison.Ordinal)
            ? null
            : $"wanted is an incident that is {state}, but there are: {string.Join('\n', all)}";
    });
}
