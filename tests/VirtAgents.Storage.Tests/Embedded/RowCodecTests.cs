using CsCheck;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class RowCodecTests
{
    private static readonly Gen<long> Value = Gen.OneOf(
        Gen.Long,
        Gen.OneOf(0L, long.MinValue, long.MaxValue, -1),
        Gen.Long[-1000, 1000],
        Gen.Long[-1000, 1000].Select(v => v * 10_000_000),
        Gen.Long[0, 1000].Select(v => v * 4096));

    [Fact]
    public void ReadAfterWrite_RandomRows_IsIdentical()
    {
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 4], Gen.Int[0, 4], Value.Array[400], Gen.Int[0, 5].Array[400]).Sample((ticks, kind, missing, draws, coin) =>
        {
            long?[] wanted = new long?[ticks];
            long sum = 0;
            for (int i = 0; i < ticks; i++)
            {
                // As drawn, a counter, one that grows evenly, one value, a small walk.
                sum = unchecked(sum + (kind == 1 ? draws[i] & 0xFFFFFF : kind == 2 ? 10_000_000 : kind == 4 ? draws[i] % 8 * 4096 : 0));
                wanted[i] = coin[i] < missing ? null : kind == 0 ? draws[i] : sum;
            }

            Assert.Equal(wanted, WriteAndRead(wanted, out _));
        });
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 20)]
    [InlineData(2, 100)]
    public void Write_AnHourOfTenSeconds_IsShort(int kind, int most)
    {
        long?[] row = new long?[360];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = kind switch { 0 => 7, 1 => i * 20_000_000L, _ => (i * 20_000_000L) + (i % 2 * 10_000_000) };
        }

        Assert.Equal(row, WriteAndRead(row, out int length));
        Assert.InRange(length, 1, most);
    }

    [Fact]
    public void Read_AnyDamage_IsNoticedOrGivesSomethingButNeverCrashes()
    {
        long?[] row = [.. Enumerable.Range(0, 100).Select(i => (long?)(i * i))];
        byte[] bytes = Write(row);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample((at, value, length) =>
        {
            byte[] damaged = [.. bytes];
            damaged[at] = value;
            try
            {
                var source = new ByteReader(damaged.AsSpan(0, length));
                Assert.InRange(RowCodec.Read(ref source, new long[100], new ulong[2]), 0, 100);
            }
            catch (InvalidDataException)
            {
                // Said so.
            }
        });
    }

    private static byte[] Write(long?[] row)
    {
        ulong[] presence = new ulong[(row.Length + 63) / 64];
        for (int i = 0; i < row.Length; i++)
        {
            presence[i >> 6] |= row[i] is null ? 0 : 1UL << (i & 63);
        }

        var target = new ByteWriter();
        Assert.Equal(row.Count(v => v is not null), RowCodec.Write(target, [.. row.Select(v => v ?? 99)], presence));
        return target.Written.ToArray();
    }

    private static long?[] WriteAndRead(long?[] row, out int length)
    {
        byte[] bytes = Write(row);
        length = bytes.Length;
        long[] values = new long[row.Length];
        ulong[] presence = new ulong[(row.Length + 63) / 64];
        var source = new ByteReader(bytes);
        int count = RowCodec.Read(ref source, values, presence);
        Assert.Equal(0, source.Left);
        int next = 0;
        long?[] read = [.. Enumerable.Range(0, row.Length).Select(i => (presence[i >> 6] & (1UL << (i & 63))) != 0 ? values[next++] : (long?)null)];
        Assert.Equal(count, next);
        return read;
    }
}
