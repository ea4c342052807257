using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public sealed class HostIdentityTests : IDisposable
{
    private const string MachineId = "0123456789abcdef0123456789abcdef";
    private readonly FixtureTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void TryRead_MachineId_IsAlwaysTheSameUuidAndNotTheMachineId()
    {
        _tree.Write("etc/machine-id", MachineId + "\n");
        Assert.True(HostIdentity.TryRead(_tree.Roots, out HostId id, out _));
        Assert.True(HostIdentity.TryRead(_tree.Roots, out HostId again, out _));

        Assert.Equal(id, again);
        // Written down here: a change of the derivation would give every host of every installation a new identity.
        Assert.Equal("2f060c9d-04a1-8a4d-9d51-dc0a1745e66f", id.ToString());
        Assert.NotEqual(Guid.Parse(MachineId), id.Value);
        Assert.Equal(8, id.Value.Version);
    }

    [Fact]
    public void TryRead_NoMachineId_UsesTheFirmware()
    {
        _tree.Write("sys/class/dmi/id/product_uuid", "4C4C4544-0039-4810-8051-B4C04F4D3132\n");
        Assert.True(HostIdentity.TryRead(_tree.Roots, out HostId id, out string? problem), problem);
        Assert.NotEqual(Guid.Empty, id.Value);
    }

    [Theory]
    [InlineData("uninitialized\n")]
    [InlineData("")]
    [InlineData("00000000000000000000000000000000\n")]
    public void TryRead_NothingUsable_SaysWhatIsMissing(string machineId)
    {
        _tree.Write("etc/machine-id", machineId);
        Assert.False(HostIdentity.TryRead(_tree.Roots, out HostId id, out string? problem));
        Assert.Equal(default, id);
        Assert.Contains("machine-id", problem, StringComparison.Ordinal);
    }
}
