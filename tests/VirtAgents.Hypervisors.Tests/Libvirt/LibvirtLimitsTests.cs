using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Limits of real VMs are in the inventory, whoever set them. Those of interfaces are a matter of the host's own network: the end-to-end tests have them.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtLimitsTests(LibvirtBed bed) : IClassFixture<LibvirtBed>
{
    private const string Vm = "limited";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Inventory_LimitsSetAndTakenBack_AreThoseInForce()
    {
        await bed.RunVmAsync(Vm, Token);
        VmId id = await bed.IdOfAsync(Vm);
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(bed.Host);
        await hypervisor.StartAsync(Token);
        await UntilLimitsAreAsync(hypervisor, id, (0, 0, 0));

        await bed.Host.VirshAsync("blkdeviotune", Vm, "vda", "--total-iops-sec", "300", "--live");
        await bed.Host.VirshAsync("schedinfo", Vm, "--set", "vcpu_quota=50000", "--live");
        await UntilLimitsAreAsync(hypervisor, id, (50, 300, 0));

        await bed.Host.VirshAsync("blkdeviotune", Vm, "vda", "--total-iops-sec", "0", "--read-bytes-sec", "65536", "--live");
        await bed.Host.VirshAsync("schedinfo", Vm, "--set", "vcpu_quota=-1", "--live");
        await UntilLimitsAreAsync(hypervisor, id, (0, 0, null));
    }

    private static async Task UntilLimitsAreAsync(LibvirtHypervisor hypervisor, VmId id, (long? Percent, long? Iops, long? Bytes) limits)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            VmInfo vm = hypervisor.Inventory.Vms.Single(vm => vm.Id == id);
            if (limits == (vm.CpuQuotaPercent, vm.Disks[0].LimitIops, vm.Disks[0].LimitBytesPerSecond))
            {
                return;
            }

            _ = await timer.WaitForNextTickAsync(Token);
        }
    }
}
