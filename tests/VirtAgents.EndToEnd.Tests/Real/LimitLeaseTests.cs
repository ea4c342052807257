using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A limit that was set for a time ends on the host by itself, whatever becomes of the collector and the agent meanwhile.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class LimitLeaseTests(RealEstate estate)
{
    private const string Vm = "lent";

    [Fact]
    public async Task LimitForAMinute_CollectorIsGoneAndAgentWasKilled_EndsInTheKernel()
    {
        await estate.First.StartVmAsync(Vm, new TestVmOptions { Load = "va.cpu=5" }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(Vm, "running");
        (int code, string output) = await estate.Installation.TryVirtctlAsync("vm", "limit", Vm, "--cpu", "40", "--for", "1m", "--wait", "50s", "--yes", "--reason", "test");
        Assert.True(code == 0, output);
        Assert.Equal(await SeenQuota.FromPercentAsync(estate.First, Vm, 40), await SeenQuota.OfAsync(estate.First, Vm));

        await estate.RestartFirstAgentAsync();
        await estate.KillCollectorAsync();
        try
        {
            await Eventually.HoldsAsync(RealEstate.Patience, async () => await SeenQuota.OfAsync(estate.First, Vm) is { } quota ? $"{quota} us are in force" : null);
        }
        finally
        {
            await estate.ReviveCollectorAsync();
        }

        await estate.StateIsAsync(Vm, "running");
        await estate.First.VirshAsync("destroy", Vm);
    }
}
