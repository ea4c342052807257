using CsCheck;
using Google.Protobuf;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Protocol.Tests;

public sealed class ReportCodecTests
{
    [Fact]
    public void Decode_AnyTicksOfOneStream_AreIdentical() =>
        Samples.Any.Array[1, 12].Sample(ticks => AssertRoundTrip(ticks, restartAt: -1));

    [Fact]
    public void Decode_GrowingResettingVanishingCounters_AreIdentical() =>
        Samples.Run.Sample(ticks => AssertRoundTrip(ticks, restartAt: -1));

    [Fact]
    public void Decode_StreamLostInBetween_AreIdentical() =>
        Gen.Select(Samples.Run, Gen.Int[0, 29]).Sample((ticks, at) => AssertRoundTrip(ticks, restartAt: at));

    [Fact]
    public void Encode_SecondTickOfSameLayout_IsIncremental()
    {
        var encoder = new ReportEncoder();
        SampleSet set = Counter(1_000_000_000_000);
        encoder.Encode(set, 1, keyframe: true);
        Report second = encoder.Encode(Counter(1_000_000_000_001), 2, keyframe: false);

        Table table = Assert.Single(second.Tables);
        Assert.False(table.SelfContained);
        Assert.Empty(table.Subjects);
        Assert.Equal([2], table.Values.ToByteArray()); // zigzag of +1
    }

    [Fact]
    public void Values_ReadAsPackedSint64_AreTheDifferences()
    {
        // A foreign peer may declare the field as `repeated sint64`: read the bytes with the library's own reader.
        SampleSet set = Counter(long.MinValue);
        Report report = new ReportEncoder().Encode(set, 1, keyframe: true);
        var input = new CodedInputStream(report.Tables[0].Values.ToByteArray());
        Assert.Equal(long.MinValue, input.ReadSInt64());
        Assert.True(input.IsAtEnd);
    }

    public static TheoryData<string, Func<Report, Report>> Corruptions => new()
    {
        { "sequence 0", Change(r => r.Sequence = 0) },
        { "tier 0", Change(r => r.Tier = V1.SampleTier.Unspecified) },
        { "subject kind 99", Change(r => r.Tables[0].Kind = (V1.SubjectKind)99) },
        { "two tables", Change(r => r.Tables.Add(r.Tables[0].Clone())) },
        { "is not self-contained", Change(r => r.Tables[0].SelfContained = false) },
        { "do not fit", Change(r => r.Tables[0].Presence = ByteString.CopyFrom(1, 2, 3)) },
        { "do not fit", Change(r => r.Tables[0].Presence = ByteString.CopyFrom(0xFF)) },
        { "do not fit", Change(r => r.Tables[0].Values = ByteString.CopyFrom(new byte[100])) },
        { "end or break", Change(r => r.Tables[0].Values = ByteString.CopyFrom(0x80)) },
        { "end or break", Change(r => r.Tables[0].Values = ByteString.CopyFrom(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F)) },
        { "after its last value", Change(r => r.Tables[0].Values = ByteString.CopyFrom(1, 1)) },
        { "metric number 0", Change(r => r.Tables[0].Metrics[0] = 0) },
        { "metric number 65536", Change(r => r.Tables[0].Metrics[0] = 65_536) },
        { "index 4294967295", Change(r => r.Tables[0].Subjects[0] = uint.MaxValue) },
        { "too large", Change(r => r.Tables[0].Metrics.AddRange(Enumerable.Repeat(1u, 300))) },
        { "too large", Change(r => r.Tables[0].Subjects.AddRange(Enumerable.Repeat(1u, 70_000))) },
    };

    [Theory]
    [MemberData(nameof(Corruptions))]
    public void TryDecode_CorruptReport_SaysWhatIsWrong(string expected, Func<Report, Report> corrupt)
    {
        Report report = corrupt(new ReportEncoder().Encode(Counter(5), 1, keyframe: true));
        Assert.False(new ReportDecoder(ProtocolLimits.Default).TryDecode(report, new SampleSet(), out string? problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_IncrementWithoutBase_SaysSo()
    {
        var encoder = new ReportEncoder();
        encoder.Encode(Counter(5), 1, keyframe: true);
        Report second = encoder.Encode(Counter(6), 2, keyframe: false);
        Assert.False(new ReportDecoder(ProtocolLimits.Default).TryDecode(second, new SampleSet(), out string? problem));
        Assert.Contains("no Vm table of this tier came before", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_MutatedBytes_NeverThrowsAndStaysBounded()
    {
        // What a hostile peer can do: flip any bytes of a valid message. Parsing may refuse, decoding may refuse; nothing else.
        Gen.Select(Samples.Any, Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 8]).Sample((tick, flips) =>
        {
            byte[] bytes = new ReportEncoder().Encode(tick.Fill(new SampleSet()), 1, keyframe: true).ToByteArray();
            foreach ((int at, byte with) in flips)
            {
                if (bytes.Length > 0)
                {
                    bytes[at % bytes.Length] = with;
                }
            }

            Report parsed;
            try
            {
                parsed = Report.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                return true;
            }

            var set = new SampleSet();
            bool decoded = new ReportDecoder(ProtocolLimits.Default).TryDecode(parsed, set, out string? problem);
            return decoded == (problem is null) && CellCount(set) <= ProtocolLimits.Default.Cells;
        }, iter: 2000);
    }

    private static long CellCount(SampleSet set)
    {
        long cells = 0;
        for (int i = 0; i < set.TableCount; i++)
        {
            cells += (long)set[i].RowCount * set[i].Metrics.Length;
        }

        return cells;
    }

    private static Func<Report, Report> Change(Action<Report> change) => report =>
    {
        change(report);
        return report;
    };

    private static SampleSet Counter(long value)
    {
        var set = new SampleSet { Tier = SampleTier.Fast, TimeUnixMs = 1 };
        SampleTable table = set.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
        table.Set(table.AddRow(7), 0, value);
        return set;
    }

    private static void AssertRoundTrip(Tick[] ticks, int restartAt)
    {
        var encoder = new ReportEncoder();
        var decoder = new ReportDecoder(ProtocolLimits.Default);
        SampleSet sent = new(), received = new();
        for (int i = 0; i < ticks.Length; i++)
        {
            bool keyframe = i == 0 || i == restartAt;
            if (i == restartAt)
            {
                encoder = new ReportEncoder();
                decoder = new ReportDecoder(ProtocolLimits.Default);
            }

            byte[] bytes = encoder.Encode(ticks[i].Fill(sent), i + 1, keyframe).ToByteArray();
            Assert.True(decoder.TryDecode(Report.Parser.ParseFrom(bytes), received, out string? problem), problem);
            Assert.Equal(sent.Describe(), received.Describe());
        }
    }
}
