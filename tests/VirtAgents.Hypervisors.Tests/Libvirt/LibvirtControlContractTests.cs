using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Tests.Contract;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtControlContractTests(LibvirtBed bed) : ControlContract, IClassFixture<LibvirtBed>
{
    private const string Vm = "cvm";
    private const string Off = "coff";

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
        // One without an operating system: it starts in no time, and the other need not boot again.
        if (!(await bed.Host.VirshAsync("list", "--name")).Split('\n').Contains(Off))
        {
            await bed.Host.StartVmAsync(Off, new TestVmOptions { Halted = true }, Token);
        }

        await bed.Host.VirshAsync("destroy", Off);
        return await bed.IdOfAsync(Off);
    }

    protected override Task<VmState> StateOfAsync(VmId vm) => bed.StateOfAsync(vm);
}
