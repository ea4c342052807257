using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A real QEMU is killed, and the collector brings its VM back by its own policy.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class RemediationTests(RealEstate estate)
{
    [Fact]
    public async Task KilledQemu_OfAVmThatMayBeRevived_RunsAgainAndTheIncidentSaysWhy()
    {
        const string vm = RealEstate.Revived;
        await estate.First.StartVmAsync(vm, new TestVmOptions { Halted = true }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
        await estate.First.SignalQemuAsync(vm, "KILL");
        await estate.HasEventAsync(vm, "vm-crashed crashed crashed");
        await estate.StateIsAsync(vm, "running");
        Assert.Equal("running", (await estate.First.VirshAsync("domstate", vm)).Trim());

        JsonElement incident = await ResolvedAsync(vm);
        string[] acts = [.. incident.GetProperty("steps").EnumerateArray().Where(s => s.GetProperty("kind").GetString() == "acted").Select(s => s.GetProperty("text").GetString()!)];
        Assert.StartsWith($"rule 'revive', try 1 of 3: start of {vm} was sent, directive ", acts[0], StringComparison.Ordinal);
        Assert.StartsWith($"start of {vm} by rule 'revive': done", acts[1], StringComparison.Ordinal);
        JsonElement directive = Assert.Single((await estate.Installation.VirtctlAsync("directive", "list", "--vm", vm)).EnumerateArray());
        Assert.Equal(("start", "rule:revive", "done"), (Text("kind"), Text("actor"), Text("state")));
        Assert.Contains($"VM {vm} crashed", Text("reason"), StringComparison.Ordinal);
        await estate.First.VirshAsync("destroy", vm);

        string? Text(string name) => directive.GetProperty(name).GetString();
    }

    private async Task<JsonElement> ResolvedAsync(string vm)
    {
        JsonElement incident = default;
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            JsonElement[] found = [.. (await estate.Installation.VirtctlAsync("incidents", "--kind", "vm-crashed")).EnumerateArray().Where(i => i.GetProperty("element").GetString() == vm)];
            if (found.Length != 1)
            {
                return $"there are {found.Length} incidents of {vm}";
            }

            incident = await estate.Installation.VirtctlAsync("incident", "show", found[0].GetProperty("id").GetString()!);
            int acts = incident.GetProperty("steps").EnumerateArray().Count(s => s.GetProperty("kind").GetString() == "acted");
            return incident.GetProperty("state").GetString() == "resolved" && acts == 2 ? null : $"it is {incident.GetProperty("state")}, with {acts} acts";
        });
        return incident;
    }
}
