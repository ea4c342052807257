using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Every way a VM can end or stand still is told apart, from a real QEMU to the line that virtctl prints.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class VmFaultTests(RealEstate estate)
{
    [Fact]
    public async Task KilledQemu_IsACrash_AndNoOtherVmIs()
    {
        const string vm = "killed";
        long start = await estate.NewestEventAsync();
        await StartAsync(vm);
        await estate.First.SignalQemuAsync(vm, "KILL");
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-crashed crashed crashed");
        await estate.StateIsAsync(vm, "crashed", "crashed");
        SeenEvent crash = events.Single(e => e.Kind == "vm-crashed");
        Assert.NotEqual("", crash.Evidence);
        Assert.Equal(crash, events.Where(e => e.Kind is "vm-crashed" or "vm-stopped").Single());
        Assert.True(events.First(e => e.Kind == "vm-started").Id < crash.Id, "the start comes after the crash");
        Assert.Equal([vm], await estate.CrashesAfterAsync(start));
        await estate.LayToRestAsync(vm);
    }

    [Fact]
    public async Task Panic_IsAPanic()
    {
        const string vm = "panics";
        await StartAsync(vm);
        await AnyAnswerAsync(estate.First.VmCommandAsync(vm, "panic"));
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-crashed crashed panicked");
        Assert.DoesNotContain(events, e => e.Kind == "vm-stopped");
        await estate.StateIsAsync(vm, "crashed", "panicked");
        await estate.LayToRestAsync(vm);
    }

    [Fact]
    public async Task FullStorage_PausesTheVmForNoSpace_AndSpaceHealsIt()
    {
        const string vm = "nospace";
        string small = await estate.First.CreateSmallStorageAsync("tiny", 8, TestContext.Current.CancellationToken);
        await StartAsync(vm, new TestVmOptions { Disk = $"{small}/{vm}.qcow2" });
        await estate.First.VmCommandAsync(vm, "disk 4096");
        await estate.HasEventAsync(vm, "vm-paused paused no-space");
        await estate.StateIsAsync(vm, "paused", "no-space");
        await estate.First.GrowStorageAsync("tiny", 100, TestContext.Current.CancellationToken);
        await estate.First.VirshAsync("resume", vm);
        await estate.StateIsAsync(vm, "running");
        await estate.First.VirshAsync("destroy", vm);
    }

    [Fact]
    public async Task Destroy_IsAStopByForce()
    {
        const string vm = "destroyed";
        await StartAsync(vm);
        await estate.First.VirshAsync("destroy", vm);
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-stopped shut-off destroyed");
        Assert.DoesNotContain(events, e => e.Kind == "vm-crashed");
        await estate.StateIsAsync(vm, "shut-off", "destroyed");
    }

    [Fact]
    public async Task Shutdown_IsAClean_Stop()
    {
        const string vm = "leaves";
        await StartAsync(vm);
        await estate.First.VirshAsync("shutdown", vm);
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-stopped shut-off clean-shutdown");
        Assert.DoesNotContain(events, e => e.Kind == "vm-crashed");
    }

    [Fact]
    public async Task ManagedSave_IsASave_AndStartRestores()
    {
        const string vm = "saved";
        await StartAsync(vm);
        await estate.First.VirshAsync("managedsave", vm);
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-stopped shut-off saved");
        Assert.DoesNotContain(events, e => e.Kind == "vm-crashed");
        await estate.First.VirshAsync("start", vm);
        await estate.HasEventAsync(vm, "vm-started running restored");
        await estate.First.VirshAsync("destroy", vm);
    }

    [Fact]
    public async Task Migration_IsOneMove_AndItsHistoryIsOneSeries()
    {
        const string vm = "mover";
        await StartAsync(vm);
        await estate.First.VirshAsync("migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--unsafe", vm, estate.Second.TcpUri);
        IReadOnlyList<SeenEvent> events = await estate.HasEventAsync(vm, "vm-migrated running migrated");
        Assert.Single(events, e => e.Kind == "vm-migrated");
        Assert.DoesNotContain(events, e => e.Kind is "vm-crashed" or "vm-stopped");
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            System.Text.Json.JsonElement now = await estate.StateIsAsync(vm, "running");
            return now.GetProperty("host").GetString() == "h2" ? null : $"{vm} is still shown on {now.GetProperty("host")}";
        });
        System.Text.Json.JsonElement history = await estate.Installation.VirtctlAsync("query", "vm_memory_rss_bytes", "--vm", vm, "--from", "10m", "--step", "raw");
        Assert.Single(history.ValueKind == System.Text.Json.JsonValueKind.Array ? history.EnumerateArray() : history.GetProperty("series").EnumerateArray());
        await estate.Second.VirshAsync("destroy", vm);
    }

    private async Task StartAsync(string vm, TestVmOptions? options = null)
    {
        await estate.First.StartVmAsync(vm, options, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
    }

    /// <summary>An order that ends the VM may end before its answer.</summary>
    private static async Task AnyAnswerAsync(Task<string> order)
    {
        try
        {
            await order;
        }
        catch (TestbedException)
        {
            Assert.True(order.IsFaulted);
        }
    }
}
