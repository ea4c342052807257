using System.Text;
using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx.Lines;
using VirtAgents.Storage.Influx.Reading;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

public sealed class InfluxQlTests
{
    private static readonly Gen<string> Hostile = Gen.Char["'\"\\;\n-) ORxü"].Array[0, 16].Select(c => new string(c));

    [Fact]
    public void Text_HostileText_EndsWhereItShould() => Hostile.Sample(text =>
    {
        Assert.Equal((text, ""), Unquote(InfluxQl.Text(text), '\''));
        Assert.Equal((text, ""), Unquote(InfluxQl.Name(text), '"'));
    });

    [Fact]
    public void Range_HostileDevice_StaysInsideItsQuotes()
    {
        string query = InfluxQl.Range(SubjectKind.VmDisk, MetricField.Of(Metric.DiskReads), [Id(1)], "x' OR time > 0; DROP DATABASE \"d\" --\\", 5, 9);

        Assert.Equal(
            "SELECT \"vm_disk_reads_total\",\"slow_epoch\" FROM \"vm_disk\" WHERE time >= 5ms AND time < 9ms "
            + $"AND (\"vm_id\" = '{Id(1)}') AND \"disk\" = 'x\\' OR time > 0; DROP DATABASE \"d\" --%5C' GROUP BY \"vm_id\",\"disk\"",
            query);
    }

    [Fact]
    public void Range_NoBounds_HasNoCondition() => Assert.Equal(
        "SELECT \"vm_cpu_seconds_total\",\"fast_epoch\" FROM \"vm\" GROUP BY \"vm_id\"",
        InfluxQl.Range(SubjectKind.Vm, MetricField.Of(Metric.VmCpuTime), [], null, long.MinValue, long.MaxValue));

    /// <summary>Reads a quoted part as the language does: the text, and what stands behind it.</summary>
    private static (string Text, string Behind) Unquote(string quoted, char quote)
    {
        Assert.Equal(quote, quoted[0]);
        var text = new StringBuilder();
        for (int i = 1; i < quoted.Length; i++)
        {
            if (quoted[i] == quote)
            {
                return (text.ToString(), quoted[(i + 1)..]);
            }

            Assert.NotEqual('\n', quoted[i]);
            text.Append(quoted[i] != '\\' ? quoted[i] : quoted[++i] == 'n' ? '\n' : quoted[i]);
        }

        throw new FormatException("the quotes do not end");
    }
}
