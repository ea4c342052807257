using System.Collections.Immutable;
using CsCheck;
using Google.Protobuf;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Protocol.Tests;

public class DirectiveMappingTests
{
    private static readonly DirectiveOrder Order = new(
        Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10"), 7, 1_800_000_000_000, DirectiveKind.SetCpuQuota,
        new VmId(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11")),
        ImmutableSortedDictionary<string, string>.Empty.Add("percent", "20"), "asked by a person", true);

    /// <summary>An order of each kind with every parameter, each at a value of its range.</summary>
    private static Gen<DirectiveOrder> AnyOrder =>
        from definition in Gen.Int[0, DirectiveCatalogue.All.Length - 1].Select(i => DirectiveCatalogue.All[i])
        from id in Gen.Guid.Where(id => id != Guid.Empty)
        from vm in Gen.Guid
        from epoch in Gen.Long[0, long.MaxValue]
        from deadline in Gen.Long[0, long.MaxValue]
        from part in Gen.Double[0, 1]
        from reason in Gen.String[0, 40]
        from dry in Gen.Bool
        select new DirectiveOrder(
            id, epoch, deadline, definition.Kind, definition.Target == DirectiveTarget.Vm ? new VmId(vm) : default,
            definition.Parameters.ToImmutableSortedDictionary(p => p.Name, p => ValueOf(p, part)), reason, dry);

    [Fact]
    public void ToWireAndBack_AnyOrder_IsIdentical() =>
        AnyOrder.Sample(order =>
        {
            Directive read = Directive.Parser.ParseFrom(DirectiveMapping.ToWire(order).ToByteArray());

            Assert.True(DirectiveMapping.TryFromWire(read, ProtocolLimits.Default, out DirectiveOrder? back, out _, out string? problem), problem);
            Assert.Equal(order, back);
        });

    [Theory]
    [InlineData("percent", "101", "percent: '101' is not a whole number from 0 to 100")]
    [InlineData("percent", "-1", "percent: '-1' is not a whole number from 0 to 100")]
    [InlineData("percent", "many", "percent: 'many' is not a whole number from 0 to 100")]
    [InlineData("vcpus", "2", "set_cpu_quota has no parameter 'vcpus'; it takes percent, only_if_percent, lease_seconds")]
    public void TryFromWire_BadParameter_NamesItTheValueAndTheRange(string name, string text, string expected)
    {
        Directive message = DirectiveMapping.ToWire(Order);
        message.Parameters[name] = text;

        Assert.Equal((RefusalReason.BadParameter, expected), Refusal(message));
    }

    [Fact]
    public void TryFromWire_MissingParameter_SaysWhichAndWhatFor()
    {
        Directive message = DirectiveMapping.ToWire(Order);
        message.Parameters.Clear();

        (RefusalReason reason, string? problem) = Refusal(message);
        Assert.Equal(RefusalReason.BadParameter, reason);
        Assert.StartsWith("percent: set_cpu_quota needs it", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryFromWire_KindOfANewerCollector_IsUnsupported()
    {
        Directive message = DirectiveMapping.ToWire(Order);
        message.Kind = "teleport";

        Assert.Equal((RefusalReason.Unsupported, "directive: this agent knows no kind 'teleport'"), Refusal(message));
    }

    [Fact]
    public void TryFromWire_WithoutIdOrVm_IsRefused()
    {
        Directive withoutId = DirectiveMapping.ToWire(Order);
        withoutId.Id = ByteString.Empty;
        Directive withoutVm = DirectiveMapping.ToWire(Order);
        withoutVm.VmId = ByteString.Empty;

        Assert.Equal((RefusalReason.BadParameter, "directive: id has 0 bytes (16, not all zero)"), Refusal(withoutId));
        Assert.Equal((RefusalReason.BadParameter, "set_cpu_quota: vm_id has 0 bytes (16)"), Refusal(withoutVm));
    }

    [Fact]
    public void ToWire_EveryStateThatAgentsTell_ComesBack()
    {
        foreach (V1.DirectiveState state in Enum.GetValues<V1.DirectiveState>().Where(s => s != V1.DirectiveState.Unspecified))
        {
            Assert.Equal(state, DirectiveMapping.ToWire(DirectiveMapping.FromWire(state)));
        }
    }

    [Fact]
    public void RefusalReasons_OnTheWire_HaveTheNumbersOfTheModel() =>
        Assert.Equal(Enum.GetValues<RefusalReason>().Select(r => (int)r), Enum.GetValues<V1.RefusalReason>().Select(r => (int)r));

    private static (RefusalReason, string?) Refusal(Directive message)
    {
        Assert.False(DirectiveMapping.TryFromWire(message, ProtocolLimits.Default, out _, out RefusalReason refusal, out string? problem));
        return (refusal, problem);
    }

    private static string ValueOf(DirectiveParameter parameter, double part) => parameter.Type switch
    {
        ParameterType.Flag => part < 0.5 ? "true" : "false",
        ParameterType.Choice => parameter.Choices[(int)(part * (parameter.Choices.Length - 1))],
        ParameterType.Text => new string('a', (int)(parameter.Min + ((parameter.Max - parameter.Min) * part))),
        _ => ((long)(parameter.Min + ((parameter.Max - parameter.Min) * part))).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
