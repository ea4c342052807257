using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Tests.Contract;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtControlContractTests(LibvirtBed bed) : ControlContract, IClassFixture<LibvirtBed>
{
    private const string Vm = "cvm";

    protected override Task<IHypervisorControl> CreateAsync() => Task.FromResult<IHypervisorControl>(LibvirtBed.CreateControl(bed.Host));

    protected override async Task<VmId> RunningVmAsync()
    {
        await bed.RunVmAsync(Vm, Token);
        if ((await bed.Host.VirshAsync("domstate", Vm)).Trim() == "paused")
        {
            await bed.Host.VirshAsync("resume", Vm);
        }

        _ = await bed.Host.VmCommandAsync(Vm, "state", Token);
        return await bed.IdOfAsync(Vm);
    }

    protected override async Task<VmId> StoppedVmAsync()
    {
        await bed.RunVmAsync(Vm, Token);
        await bed.Host.VirshAsync("destroy", Vm);
        return await bed.IdOfAsync(Vm);
    }

    protected override Task<VmState> StateOfAsync(VmId vm) => bed.StateOfAsync(vm);
}
