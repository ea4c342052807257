using System.Text;
using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Storage.Influx.Lines;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

public sealed class LineEncoderTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char[" ,=\"'\\%\n\r\t\u007f0aF/ü漢#"].Array[0, 12].Select(c => new string(c)),
        Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 12]);

    [Fact]
    public void Tags_AnyNames_AreReadBackByTheRulesOfTheProtocol()
    {
        Gen.Select(Text, Text, Text, Text, Text).Sample((cluster, host, vm, tenant, device) =>
        {
            HostNames names = new(1, cluster, host, new Dictionary<Guid, (string, string)> { [Id(1)] = (vm, tenant) });

            ParsedLine line = Assert.Single(Encode(names, Report(1, 1, Start, Metric.DiskReads, (new Subject(SubjectKind.VmDisk, Id(1), device), 5))));

            var wanted = new Dictionary<string, string> { ["cluster"] = cluster, ["disk"] = device, ["host"] = host, ["tenant"] = tenant, ["vm"] = vm, ["vm_id"] = Id(1).ToString() };
            Assert.Equal(wanted.Where(t => t.Value.Length > 0), line.Tags.Select(t => KeyValuePair.Create(t.Key, TagText.Load(t.Value))));
            Assert.Equal(("vm_disk", Start), (line.Measurement, line.Time));
            Assert.DoesNotContain(line.Tags, t => t.Value.Any(c => c is '\\' or < ' '));
        });
    }

    [Fact]
    public void TagText_TwoTexts_AreNeverStoredAsOne() =>
        Gen.Select(Text, Text).Sample((a, b) => (a == b) == (TagText.Store(a) == TagText.Store(b)));

    [Fact]
    public void Device_OfAnyKind_IsPutTogetherAgain() => Gen.Select(Gen.Int[0, Layout.Kinds.Length - 1].Select(i => Layout.Kinds[i]), Text).Sample((kind, text) =>
    {
        string device = Layout.DeviceTagsOf(kind).Length == 0 ? "" : text;
        Assert.Equal(device, Layout.Device(Layout.Parts(kind, device)));
    });

    [Fact]
    public void Numbers_OfEveryMetric_AreExactDigitsAndComeBack()
    {
        Gen.Select(Gen.Int[0, MetricCatalogue.All.Count - 1].Select(i => MetricCatalogue.All[i]), Gen.OneOf(Gen.Long, Gen.Long[-2000, 2000], Gen.Long[0, 1L << 50])).Sample((metric, raw) =>
        {
            MetricField field = MetricField.Of(metric.Id);
            Span<byte> text = new byte[FixedPoint.MaxLength];
            string digits = Encoding.ASCII.GetString(text[..FixedPoint.Write(text, raw, field.Decimals, field.Unsigned)]);

            decimal exact = (field.Unsigned ? (decimal)(ulong)raw : raw) / (decimal)MetricField.Power(field.Decimals);
            Assert.Equal(exact, decimal.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
            if (raw is > -(1L << 50) and < 1L << 50 && (raw >= 0 || !field.Unsigned))
            {
                Assert.Equal(raw, field.Raw((double)exact));
            }
        });
    }

    [Fact]
    public void Rows_WithAndWithoutValues_BecomeLinesWithTheirFieldsOnly()
    {
        MetricId[] metrics = [Metric.VmCpuTime, Metric.VmMemoryRss, Metric.VmVcpuCount];
        Gen.Long[0, 1L << 40].Nullable().Array[3].Array[0, 8].Sample(rows =>
        {
            var samples = new SampleSet { TimeUnixMs = Start };
            SampleTable table = samples.Add(SubjectKind.Vm, metrics);
            for (int row = 0; row < rows.Length; row++)
            {
                table.AddRow(row);
                for (int i = 0; i < metrics.Length; i++)
                {
                    if (rows[row][i] is long value)
                    {
                        table.Set(row, i, value);
                    }
                }
            }

            var report = new ReportRecord(Host(1), Boot(1), 1, samples, [.. Enumerable.Range(0, rows.Length).Select(Vm)]);

            List<ParsedLine> lines = Encode(HostNames.Unknown(Host(1)), report, linesAtOnce: 2);

            int[] full = [.. Enumerable.Range(0, rows.Length).Where(r => rows[r].Any(v => v is not null))];
            Assert.Equal(full.Select(r => Id(r).ToString()), lines.Select(l => l.Tags["vm_id"]));
            foreach ((int row, ParsedLine line) in full.Zip(lines))
            {
                Assert.Equal(rows[row].Count(v => v is not null) + 2, line.Fields.Count);
                Assert.Equal(LineEncoder.EpochOf(Host(1), Boot(1)), line.Fields["fast_epoch"]);
                Assert.Equal(rows[row].Select((v, i) => MetricField.Of(metrics[i]).Name is string name && line.Fields.TryGetValue(name, out double read) ? MetricField.Of(metrics[i]).Raw(read) : (long?)null), rows[row]);
            }
        });
    }

    [Fact]
    public void Names_OfTwoInventoriesInOneBatch_FollowTheReportsVersion()
    {
        static HostSnapshot Snapshot(long version, string name) =>
            new("", new Inventory(version, HostInfo.None with { Id = Host(1), Name = "h" }, [new VmInfo(1, new VmId(Id(1)), name, "", 1, 1, [], [])], [], []), "1", Start);
        static ReportRecord Of(long inventory)
        {
            ReportRecord report = Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1));
            report.Samples.InventoryVersion = inventory;
            return report;
        }

        var known = new Dictionary<HostId, HostNames> { [Host(1)] = HostNames.Of(Snapshot(4, "old")) };
        var names = new NewNames(known, [Snapshot(5, "five"), Snapshot(7, "seven")]);

        Assert.Equal(["old", "five", "five", "seven"], new long[] { 4, 5, 6, 7 }.Select(v => names.Of(Of(v)).Vms[Id(1)].Name));
        Assert.Equal("five", new NewNames([], [Snapshot(5, "five")]).Of(Of(4)).Vms[Id(1)].Name);
    }

    [Fact]
    public void Encode_ManyValues_AllocatesNothingForThem()
    {
        var encoder = new LineEncoder();
        using var buffer = new LineBuffer();
        ReportRecord report = Report(1, 1, Start, Metric.VmCpuTime, [.. Enumerable.Range(1, 2000).Select(i => (Vm(i), (long?)i))]);
        HostNames names = HostNames.Unknown(Host(1));
        long Round()
        {
            buffer.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Begin(report, names).Fill(buffer, int.MaxValue);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Round(); // while code is compiled, the runtime makes tables of its own
        Assert.Equal((0L, 2000), (Round(), buffer.Lines));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-9_223_372_036_855)]
    public void ProblemOf_TimeThatInfluxCannotHold_IsNamed(long time) =>
        Assert.Contains("out of range", LineEncoder.ProblemOf(Report(1, 1, time, Metric.VmCpuTime, (Vm(1), 1))), StringComparison.Ordinal);

    private static List<ParsedLine> Encode(HostNames names, ReportRecord report, int linesAtOnce = int.MaxValue)
    {
        using var buffer = new LineBuffer();
        LineEncoder.Rows rows = new LineEncoder().Begin(report, names);
        var lines = new List<ParsedLine>();
        bool more;
        do
        {
            more = rows.Fill(buffer, linesAtOnce);
            lines.AddRange(ParsedLine.All(buffer.Written.Span));
            buffer.Clear();
        }
        while (more);

        return lines;
    }
}
