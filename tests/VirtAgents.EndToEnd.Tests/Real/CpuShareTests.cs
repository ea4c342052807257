using System.Globalization;
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

    // What libvirt shows where there is none, in microseconds: nothing real comes near it.
    private const long NoQuota = 1L << 40;

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
    private Task KernelHasItAsync() => Shares.HostHasItAsync(QuotaAsync, async percent => percent * await SchedulerAsync("vcpu_period") / 100);

    private async Task<long?> QuotaAsync() => await SchedulerAsync("vcpu_quota") is var quota and > 0 and < NoQuota ? quota : null;

    private async Task<long> SchedulerAsync(string name)
    {
        string line = (await estate.First.VirshAsync("schedinfo", Vm)).Split('\n').Single(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
