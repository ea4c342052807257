using CsCheck;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Model;

public sealed class SampleTableTests
{
    [Fact]
    public void Get_RandomWritesAndReuse_EqualsNaiveModel() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 30], Gen.Select(Gen.Int[0, 29], Gen.Int[0, 8], Gen.Long).Array[0, 60])
            .Array[1, 4].Sample(rounds =>
            {
                var table = new SampleTable();
                foreach ((int columns, int rows, (int Row, int Column, long Value)[] writes) in rounds)
                {
                    MetricId[] metrics = [.. Enumerable.Range(1, columns).Select(i => new MetricId((ushort)i))];
                    table.Reset(SubjectKind.Vm, metrics);
                    for (int row = 0; row < rows; row++)
                    {
                        Assert.Equal(row, table.AddRow(row + 2));
                    }

                    var model = new Dictionary<(int, int), long>();
                    foreach ((int row, int column, long value) in writes.Where(w => w.Row < rows && w.Column < columns))
                    {
                        table.Set(row, column, value);
                        model[(row, column)] = value;
                    }

                    for (int row = 0; row < rows; row++)
                    {
                        for (int column = 0; column < columns; column++)
                        {
                            Assert.Equal(model.TryGetValue((row, column), out long value) ? value : null, table.Get(row, metrics[column]));
                        }
                    }
                }
            });

    [Fact]
    public void Set_UnknownMetric_IsAnErrorOfTheCaller()
    {
        var table = new SampleTable();
        table.Reset(SubjectKind.Vm, [Metric.VmCpuTime]);
        table.AddRow(2);
        Assert.Throws<ArgumentException>(() => table.Set(0, Metric.DiskReads, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Set(1, Metric.VmCpuTime, 1));
    }
}
