using VirtAgents.Hypervisors.Tests.Contract;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtContractTests(LibvirtBed bed) : HypervisorContract, IClassFixture<LibvirtBed>
{
    protected override async Task<IHypervisor> CreateAsync()
    {
        await bed.RunVmAsync("cvm", TestContext.Current.CancellationToken);
        await bed.MakePoolAsync("cpool", "one", "two");
        return LibvirtBed.Create(bed.Host);
    }

    protected override Task PassTimeAsync() => bed.Host.VirshAsync("dominfo", "cvm");
}
