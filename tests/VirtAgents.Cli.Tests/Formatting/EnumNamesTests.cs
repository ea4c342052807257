using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class EnumNamesTests
{
    [Fact]
    public void Of_EveryState_ReadsBack() => Assert.All(Enum.GetValues<VmState>(), state => Assert.True(EnumNames.States.TryParse(EnumNames.States.Of(state), out var again) && again == state));

    [Fact]
    public void Of_EveryKindButNone_ReadsBack() =>
        Assert.All(Enum.GetValues<EventKind>().Skip(1), kind => Assert.True(EnumNames.Kinds.TryParse(EnumNames.Kinds.Of(kind), out var again) && again == kind));

    [Theory]
    [InlineData(VmState.Unspecified, "unknown")]
    [InlineData(VmState.ShutOff, "shut-off")]
    [InlineData(VmState.PmSuspended, "pm-suspended")]
    [InlineData((VmState)77, "77")]
    public void Of_State_IsDashed(VmState state, string name) => Assert.Equal(name, EnumNames.States.Of(state));

    [Fact]
    public void OrNull_NoReason_IsNull() => Assert.Null(EnumNames.Reasons.OrNull(VmStateReason.Unspecified));

    [Fact]
    public void All_EnumWhoseZeroSaysNothing_AreTheOthersInOrder() => Assert.Equal(["information", "warning", "error", "critical"], EnumNames.Severities.All);

    [Theory]
    [InlineData("Shut-OFF", true, VmState.ShutOff)]
    [InlineData("shutoff", false, VmState.Unspecified)]
    [InlineData("", false, VmState.Unspecified)]
    public void TryParse_Text_IsReadWithoutCase(string text, bool isKnown, VmState state)
    {
        Assert.Equal(isKnown, EnumNames.States.TryParse(text, out VmState read));
        Assert.Equal(state, read);
    }

    [Fact]
    public void TryParse_NothingWhereZeroHasNoName_IsNoValue() => Assert.False(EnumNames.Reasons.TryParse("", out _));
}
