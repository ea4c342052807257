using System.Text.Json;
using VirtAgents.Testbed;
using static VirtAgents.EndToEnd.Tests.Real.SharesOfVm;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A host whose CPU counts as full is divided: a real VM gets a quota in its kernel, keeps it over a crash of the agent, and is free again when its rule goes.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class CpuShareTests(RealEstate estate)
{
    private const string Vm = "greedy";

    // Of less than that of two processors one busy VM takes too much, however little else is done on this machine.
    private const string Divided = """
        { "rules": [], "shares": { "rules": [ { "name": "even", "resource": "cpu", "mode": "auto", "hosts": "h1", "from": 0.2, "until": 0.1, "hold": "5s", "floor": 5 } ] } }
        """;

    private SharesOfVm Shares => new(estate, Vm);

    [Fact]
    public async Task FullHost_QuotaInTheKernelUntilTheRuleGoes_AlsoOverACrashOfTheAgent()
    {
        await estate.First.StartVmAsync(Vm, new TestVmOptions { Load = "va.cpu=100" }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(Vm, "running");
        Assert.Null(await QuotaAsync());

        await estate.WriteScheduleAsync(Divided);
        JsonElement limit = await Shares.InForceAsync();
        Assert.Equal(("cpu", "even", "h1"), (Text(limit, "resource"), Text(limit, "rule"), Text(limit, "host")));
        await KernelHasItAsync();

        await estate.RestartFirstAgentAsync();
        await estate.StateIsAsync(Vm, "running");
        JsonElement kept = await Shares.InForceAsync();
        Assert.Equal(Text(limit, "id"), Text(kept, "id"));
        await KernelHasItAsync();

        await Shares.EndAsync();
        Assert.Null(await QuotaAsync());
        await estate.First.VirshAsync("destroy", Vm);
    }

    // Percent of a processor for each vCPU.
    private Task KernelHasItAsync() => Shares.HostHasItAsync(QuotaAsync, percent => SeenQuota.FromPercentAsync(estate.First, Vm, percent));

    private Task<long?> QuotaAsync() => SeenQuota.OfAsync(estate.First, Vm);
}
