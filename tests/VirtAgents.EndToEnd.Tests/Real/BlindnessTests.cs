using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A hung QEMU and a dead libvirtd: what cannot be seen is unknown or stuck, never off, and everything heals.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class BlindnessTests(RealEstate estate)
{
    [Fact]
    public async Task StoppedQemu_IsStuck_AndTheOthersStayFresh()
    {
        const string vm = "hangs";
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
        await estate.First.SignalQemuAsync(vm, "STOP");
        try
        {
            await estate.StateIsAsync(vm, "stuck", "monitor-blocked");
            DateTimeOffset stuckSince = (await estate.HasEventAsync(vm, "vm-stuck stuck monitor-blocked"))[^1].Time;
            foreach (string other in new[] { RealEstate.Busy, RealEstate.Writer, RealEstate.Idle })
            {
                await FreshSlowValueAsync(other, stuckSince);
            }

            Assert.False(estate.FirstAgent.HasExited, "the agent ended");
        }
        finally
        {
            await estate.First.SignalQemuAsync(vm, "CONT");
        }

        await estate.HasEventAsync(vm, "vm-unstuck running booted");
        await estate.StateIsAsync(vm, "running");
        await estate.First.VirshAsync("destroy", vm);
    }

    [Fact]
    public async Task KilledLibvirtd_MakesVmsUnknown_AndFindsWhatDiedMeanwhile()
    {
        const string vm = "diesalone";
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
        long start = await estate.NewestEventAsync();
        await estate.First.KillDaemonAsync();
        try
        {
            await estate.StateIsAsync(RealEstate.Idle, "unknown", "hypervisor-lost");
            JsonElement blind = await estate.StateIsAsync(RealEstate.Busy, "unknown", "hypervisor-lost");
            Assert.Equal("running", blind.GetProperty("last_known_state").GetString());
            await estate.First.SignalQemuAsync(vm, "KILL");
        }
        finally
        {
            await estate.First.StartDaemonAsync();
        }

        await estate.StateIsAsync(RealEstate.Idle, "running");
        await estate.StateIsAsync(RealEstate.Busy, "running");
        await estate.StateIsAsync(vm, "crashed", "crashed");
        Assert.Equal([vm], await estate.CrashesAfterAsync(start));
        IReadOnlyList<SeenEvent> events = [.. (await estate.Installation.EventsAsync("--since", "1h")).Where(e => e.Id > start && e.Host == "h1")];
        Assert.DoesNotContain(events, e => e.Kind == "vm-stopped");
        Assert.Single(events, e => e.Kind == "hypervisor-lost");
        Assert.Single(events, e => e.Kind == "hypervisor-restored");
        await estate.LayToRestAsync(vm);
    }

    private Task<TimeSpan> FreshSlowValueAsync(string vm, DateTimeOffset after) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
    {
        JsonElement answer = await estate.Installation.VirtctlAsync("query", "vm_vcpus", "--vm", vm, "--from", "5m", "--step", "raw");
        IEnumerable<JsonElement> series = answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray() : answer.GetProperty("series").EnumerateArray();
        return series.SelectMany(s => s.GetProperty("points").EnumerateArray()).Any(p => p.GetProperty("time").GetDateTimeOffset() > after)
            ? null : $"{vm} has no value of the slow tier after {after:O}";
    });
}
