using CsCheck;
using Google.Protobuf;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Protocol.Tests;

public sealed class EventMappingTests
{
    private static readonly Gen<HostEvent> AnyEvent =
        from kind in Gen.Int[1, 99]
        from time in Gen.Long
        from vm in Gen.Guid.Nullable()
        from text in Gen.String[Gen.Char.AlphaNumeric, 0, 40]
        from state in Gen.Int[0, 9]
        from reason in Gen.Int[0, 25]
        select new HostEvent(
            (HostEventKind)kind, time, vm is { } id ? new VmId(id) : null, text, text, (VmState)state, (VmStateReason)reason, text);

    [Fact]
    public void TryFromWire_AnyEvent_IsIdentical() => AnyEvent.Sample(sent =>
    {
        byte[] bytes = EventMapping.ToWire(sent, 9).ToByteArray();
        Assert.True(EventMapping.TryFromWire(V1.Event.Parser.ParseFrom(bytes), ProtocolLimits.Default, out HostEvent? received, out string? problem), problem);
        Assert.Equal(sent, received);
    });

    [Theory]
    [InlineData(0, 1ul, "kind 0 is out of range for an agent")]
    [InlineData(100, 1ul, "kind 100 is out of range for an agent")]
    [InlineData(1, 0ul, "sequence 0 is out of range")]
    public void TryFromWire_BadNumbers_SaysWhatIsWrong(int kind, ulong sequence, string expected)
    {
        var message = new V1.Event { Kind = (V1.EventKind)kind, Sequence = sequence };
        Assert.False(EventMapping.TryFromWire(message, ProtocolLimits.Default, out _, out string? problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryFromWire_ShortVmId_SaysWhatIsWrong()
    {
        var message = new V1.Event { Kind = V1.EventKind.VmStarted, Sequence = 1, VmId = ByteString.CopyFrom(1) };
        Assert.False(EventMapping.TryFromWire(message, ProtocolLimits.Default, out _, out string? problem));
        Assert.Equal("event 1: vm_id has 1 bytes (16, or none)", problem);
    }

    [Theory]
    [InlineData(typeof(VmState), typeof(V1.VmState))]
    [InlineData(typeof(VmStateReason), typeof(V1.VmStateReason))]
    [InlineData(typeof(HostEventKind), typeof(V1.EventKind))]
    [InlineData(typeof(SubjectKind), typeof(V1.SubjectKind))]
    [InlineData(typeof(SampleTier), typeof(V1.SampleTier))]
    [InlineData(typeof(FindingKind), typeof(V1.FindingKind))]
    [InlineData(typeof(ElementKind), typeof(V1.ElementKind))]
    [InlineData(typeof(Severity), typeof(V1.IncidentSeverity))]
    [InlineData(typeof(IncidentState), typeof(V1.IncidentState))]
    [InlineData(typeof(IncidentChangeKind), typeof(V1.IncidentChangeKind))]
    public void Enums_OfCoreAndProto_HaveTheSameNumbers(Type core, Type wire)
    {
        // The mapping casts, so a number that only one side has would change its meaning on the way.
        Dictionary<int, string> ours = Numbers(core), theirs = Numbers(wire);
        Assert.Equal(ours.Keys.Order(), theirs.Keys.Order());
        Assert.All(ours.Where(p => p.Key != 0), p => Assert.Equal(p.Value, theirs[p.Key]));
    }

    private static Dictionary<int, string> Numbers(Type type) =>
        Enum.GetValuesAsUnderlyingType(type).Cast<int>().ToDictionary(n => n, n => Enum.GetName(type, n)!);

    [Theory]
    [InlineData(1u, 1u, true, 1u)]
    [InlineData(1u, 7u, true, 1u)]
    [InlineData(2u, 7u, false, 0u)]
    [InlineData(0u, 0u, false, 0u)]
    [InlineData(5u, 1u, false, 0u)]
    public void TryNegotiate_PeerVersions_PicksHighestCommon(uint lowest, uint highest, bool agreed, uint version)
    {
        Assert.Equal(agreed, ProtocolVersion.TryNegotiate(lowest, highest, out uint picked));
        if (agreed)
        {
            Assert.Equal(version, picked);
        }
    }
}
