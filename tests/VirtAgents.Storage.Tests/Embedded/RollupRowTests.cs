using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class RollupRowTests
{
    private const int Windows = RollupFigures.MostWindows;
    private const long MinuteMs = RollupFolder.MinuteMs;

    // What stands still, jiffies, bytes, anything of any size and sign.
    private static readonly Gen<double> Amount = Gen.OneOf(
        Gen.Const(7.5), Gen.Int[0, 900].Select(v => v * 0.01), Gen.Long[1L << 30, 1L << 34].Select(v => (double)v), Gen.Double[-1e-9, 1e-9], Gen.Double[-1e19, 1e19], Gen.Double[0, 1], Gen.Const(0.0));

    private static readonly Gen<List<WeightedValue>> Values = Gen.Select(
        Amount.Array[1, 8], Gen.OneOf(Gen.Int[0, 8], Gen.Int[0, 70]), Gen.OneOf(Gen.Const(10.0), Gen.Double[0.001, 100]).Array[1, 4], Gen.Int[0, Windows]).Select(MakeValues);

    [Fact]
    public void ReadAfterWrite_AnyValues_GivesTheSameFiguresAndBins()
    {
        Values.Sample(values =>
        {
            (RollupFigures figures, byte[] row) = Fold(values);
            if (values.Count == 0)
            {
                Assert.Empty(row);
                return;
            }

            Assert.Equal(Told(figures, values), Read(new SealedRow(row, []), figures.Windows));
        });
    }

    [Fact]
    public void ReadAfterTryWrite_MultiplesOfAnyValues_GivesTheSameFiguresAndBins()
    {
        Gen.Select(Values, Gen.OneOf(Gen.Const(1.0), Gen.Const(100 / 3.0), Gen.Double[1e-6, 1e6]), Gen.Int[0, 3]).Sample((values, factor, ceiling) =>
        {
            // Some are cut off above, as scores are.
            List<WeightedValue> multiples = values.ConvertAll(v => v with { Amount = Math.Min(v.Amount * factor, ceiling == 0 ? 50 * v.Weight : double.MaxValue), Weight = v.Weight * 2 });
            (RollupFigures basis, byte[] basisRow) = Fold(values);
            (RollupFigures figures, _) = Fold(multiples);
            var target = new ByteWriter();

            if (new RollupRow().TryWrite(target, 101, basis, figures))
            {
                byte[] row = target.Written.ToArray();
                Assert.Equal(101, MultipleRow.BasisOf(row));
                Assert.Equal(Told(figures, multiples), Read(new SealedRow(row, basisRow), figures.Windows));
            }
        });
    }

    [Fact]
    public void Write_AnHourOfTenSeconds_IsShort()
    {
        var random = new Random(1);
        List<WeightedValue> values = [.. Enumerable.Range(0, 360).Select(i => new WeightedValue(i * 10_000, random.NextDouble(), 10))];
        (RollupFigures basis, byte[] own) = Fold(values);
        (RollupFigures figures, _) = Fold(values.ConvertAll(v => v with { Amount = v.Amount * 100, Weight = v.Weight * 4 }));
        var multiple = new ByteWriter();

        Assert.True(new RollupRow().TryWrite(multiple, 101, basis, figures));

        Assert.InRange(own.Length, 1, 60 * 14);
        Assert.InRange(multiple.Length, 1, 60 * 3);
    }

    [Fact]
    public void Read_AnyDamage_IsSaidOrGivesSomethingButNeverCrashes()
    {
        Gen.Select(Values, Gen.Bool, Gen.Select(Gen.Int[0, 5_000], Gen.Byte).Array[1, 4], Gen.Int[0, 5_000]).Sample((values, multiple, changes, length) =>
        {
            (RollupFigures figures, byte[] own) = Fold(values.Count > 0 ? values : [new WeightedValue(5, 1, 1)]);
            var target = new ByteWriter();
            byte[] row = multiple && new RollupRow().TryWrite(target, 101, figures, figures) ? target.Written.ToArray() : [.. own];
            foreach ((int at, byte value) in changes)
            {
                row[at % row.Length] = value;
                own[(at / 3) % own.Length] = (at & 1) == 0 ? value : own[(at / 3) % own.Length];
            }

            try
            {
                MultipleRow.BasisOf(row);
                Read(new SealedRow(row.AsSpan(0, Math.Min(length, row.Length)), own), null);
            }
            catch (InvalidDataException)
            {
                // Said so.
            }
        });
    }

    [Fact]
    public void Read_BasisThatIsToldByAnother_IsRefused()
    {
        (RollupFigures figures, _) = Fold([new WeightedValue(5, 1, 1), new WeightedValue(6, 3, 1)]);
        var target = new ByteWriter();
        Assert.True(new RollupRow().TryWrite(target, 101, figures, figures));
        byte[] row = target.Written.ToArray();

        Assert.Throws<InvalidDataException>(() => new RollupRow().Read(new SealedRow(row, row), Windows));
        Assert.Throws<InvalidDataException>(() => new RollupRow().Read(new SealedRow(row, []), Windows));
    }

    private static List<WeightedValue> MakeValues(double[] amounts, int perWindow, double[] weights, int missing)
    {
        var values = new List<WeightedValue>();
        for (int window = 0, next = 0; window < Windows; window++)
        {
            for (int i = 0; i < perWindow && window != missing; i++, next++)
            {
                double amount = amounts[(next * 7) % amounts.Length] * (1 + (next % 5));
                values.Add(new WeightedValue((window * MinuteMs) + i, amount, weights[next % weights.Length]));
            }
        }

        return values;
    }

    private static (RollupFigures Figures, byte[] Row) Fold(List<WeightedValue> values)
    {
        var figures = new RollupFigures();
        var minutes = new ByteWriter();
        new RollupFolder().Write(values, 0, Windows, figures, new Summary(), minutes);
        return (figures, minutes.Written.ToArray());
    }

    // As the figures were taken and the values lie in bins, before anything was written.
    private static List<string> Told(RollupFigures figures, List<WeightedValue> values)
    {
        var told = new List<string>();
        foreach (IGrouping<long, WeightedValue> window in values.GroupBy(v => v.TimeUnixMs / MinuteMs).OrderBy(g => g.Key))
        {
            (int lowest, int highest) = figures.BoundsOf(told.Count);
            bool clamped = window.Count() <= RollupFigures.Few || lowest == highest;
            int[] bins = [.. window.Select(v => QuantileSketch.BinOf(v.Value)).Order()];
            bins = clamped ? [.. bins.Select((bin, i) => i == 0 ? lowest : i == bins.Length - 1 ? highest : Math.Clamp(bin, lowest, highest))] : bins;
            told.Add(Text(figures.Restore(told.Count, window.Key * MinuteMs, null), window.Key, bins.GroupBy(b => b).Select(g => (g.Key, (long)g.Count()))));
        }

        return told;
    }

    private static List<string> Read(SealedRow bytes, int? windows)
    {
        var row = new RollupRow();
        ByteReader bins = row.Read(bytes, Windows);
        Assert.Equal(windows ?? System.Numerics.BitOperations.PopCount(row.Presence), System.Numerics.BitOperations.PopCount(row.Presence));
        var read = new List<string>();
        for (int window = 0; window < Windows; window++)
        {
            if ((row.Presence & (1UL << window)) != 0)
            {
                var values = new Distribution(0);
                row.ReadBins(ref bins, read.Count, values);
                read.Add(Text(row.Restore(read.Count, window * MinuteMs, null), window, values.Sketch().Bins()));
            }
        }

        return read;
    }

    private static string Text(Summary summary, long window, IEnumerable<(int Bin, long Count)> bins) => FormattableString.Invariant(
        $"{window} {summary.Count} {summary.Amount:R} {summary.Weight:R} {summary.Sum:R} {summary.Minimum:R} {summary.Maximum:R} {summary.Last:R} {summary.LastUnixMs} {summary.SquaredDeviations:R} {string.Join(',', bins)}");
}
