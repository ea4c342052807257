using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A guest that stands still while its QEMU runs on is told by what it does not do any more, and a reset that brings it back is its end.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class GuestHangTests(RealEstate estate)
{
    private const string Vm = "hangs";

    // So many ticks of 15 s until its driver has answered often enough, and then its silence.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task GuestThatStandsStill_IsAnIncidentUntilItIsReset()
    {
        await estate.First.StartVmAsync(Vm, new TestVmOptions { TellsPanics = false }, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(Patience, async () => await AnswersAsync() is var answers and < 8 ? $"its balloon driver was seen to answer {answers} times" : null);

        await estate.First.VmCommandAsync(Vm, "panic");

        await Eventually.HoldsAsync(Patience, async () => (await estate.EventsOfAsync(Vm)).Any(e => e.Kind == "vm-guest-hung") ? null : $"{Vm} is not told to hang");
        await estate.StateIsAsync(Vm, "running");
        JsonElement incident = await IncidentAsync("open");
        Assert.StartsWith("its balloon driver, which answered every ", incident.GetProperty("evidence").GetString(), StringComparison.Ordinal);

        await estate.First.VirshAsync("reset", Vm);
        Assert.Equal(incident.GetProperty("id").GetString(), (await IncidentAsync("resolved")).GetProperty("id").GetString());
        await estate.First.VirshAsync("destroy", Vm);
    }

    private async Task<int> AnswersAsync()
    {
        JsonElement told = await estate.Installation.VirtctlAsync("query", "vm_memory_stats_unix_seconds", "--vm", Vm, "--from", "10m", "--step", "raw");
        return told.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("points").EnumerateArray()).Select(p => p.GetProperty("value").GetDouble()).Distinct().Count();
    }

    private async Task<JsonElement> IncidentAsync(string state)
    {
        JsonElement found = default;
        await Eventually.HoldsAsync(Patience, async () =>
        {
            JsonElement all = await estate.Installation.VirtctlAsync("incidents", "--kind", "vm-guest-hung", "--state", state);
            JsonElement[] own = [.. all.EnumerateArray().Where(i => i.GetProperty("element").GetString() == Vm)];
            found = own.FirstOrDefault();
            return own.Length == 1 ? null : $"incidents in state {state} are {all}";
        });
        return found;
    }
}
