using CsCheck;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class ColumnCodecTests
{
    private static readonly Gen<long> Value = Gen.OneOf(
        Gen.Long,
        Gen.OneOf(0L, long.MinValue, long.MaxValue, -1),
        Gen.Long[-1000, 1000],
        Gen.Long[1L << 40, 1L << 50],
        Gen.Long[-1000, 1000].Select(v => v * 10_000_000),
        Gen.Long[0, 1000].Select(v => v * 4096));

    [Fact]
    public void ReadAfterWrite_RandomColumns_IsIdentical()
    {
        Gen.Select(Gen.OneOf(Gen.Const(1), Gen.Int[1, 9]), Gen.Int[1, 40], Gen.Int[0, 3], Value.Array[360], Gen.Int[0, 5].Array[360])
            .Sample((ticks, rows, kind, values, coin) =>
            {
                var cells = new CellBuffer();
                cells.Resize(ticks, rows);
                long?[] wanted = new long?[ticks * rows];
                for (int i = 0; i < wanted.Length; i++)
                {
                    wanted[i] = coin[i] < kind ? null : kind == 1 ? values[0] : values[i];
                    if (wanted[i] is long value)
                    {
                        cells.Set(i, value);
                    }
                }

                var bytes = new ByteWriter();
                Assert.Equal(wanted.Count(v => v is not null), ColumnCodec.Write(bytes, cells));

                var source = new ByteReader(bytes.Written);
                var read = new CellBuffer();
                read.Resize(ticks, rows);
                ColumnCodec.Read(ref source, read);
                Assert.Equal(0, source.Left);
                Assert.Equal(wanted, Enumerable.Range(0, wanted.Length).Select(i => read.IsPresent(i) ? read.Values[i] : (long?)null));
            });
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(10_000_000, 103)]
    [InlineData(4096, 103)]
    [InlineData(3, 103)]
    public void Write_ValuesWithACommonUnit_NeedsAByteEach(long unit, int most)
    {
        var cells = new CellBuffer();
        cells.Resize(1, 100);
        for (int i = 0; i < 100; i++)
        {
            cells.Set(i, unit == 1 ? 123_456_789_012 : (i % 50) * unit);
        }

        var bytes = new ByteWriter();
        ColumnCodec.Write(bytes, cells);

        Assert.InRange(bytes.Length, 1, most + 6);
    }

    [Fact]
    public void Read_RandomBytes_IsRefusedOrReadButNeverWorse()
    {
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var cells = new CellBuffer();
            cells.Resize(3, 5);
            try
            {
                var source = new ByteReader(bytes);
                ColumnCodec.Read(ref source, cells);
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
            }
        });
    }
}
