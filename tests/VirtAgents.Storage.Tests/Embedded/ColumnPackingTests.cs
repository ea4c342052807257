using CsCheck;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class ColumnPackingTests
{
    private static readonly Gen<byte[]> Content = Gen.OneOf(Gen.Byte.Array[0, 400], Gen.Byte[0, 3].Array[0, 4_000], Gen.Select(Gen.Byte, Gen.Int[0, 40_000]).Select(p => Filled(p.Item1, p.Item2)));

    [Fact]
    public void UnpackAfterPack_AnyBytes_AreTheSameAndNeverLonger()
    {
        Content.Sample(content =>
        {
            byte[] buffer = [];

            SealedColumn column = ColumnPacking.Pack(7, content);

            Assert.InRange(column.Data.Length, 0, content.Length);
            Assert.Equal(content, ColumnPacking.Unpack(column.Form, column.Data, ref buffer).ToArray());
        });
    }

    [Fact]
    public void Unpack_Garbage_IsSaidOrGivesSomethingOfTheLengthTold()
    {
        Gen.Select(Gen.OneOf(Gen.Byte.Array[0, 100], Content.Select(c => ColumnPacking.Pack(7, c).Data)), Gen.Int[0, 100], Gen.Byte).Sample((bytes, at, value) =>
        {
            if (bytes.Length > 0)
            {
                bytes[at % bytes.Length] = value;
            }

            byte[] buffer = [];
            try
            {
                int length = ColumnPacking.Unpack(ColumnForm.Packed, bytes, ref buffer).Length;
                Assert.Equal(length, new ByteReader(bytes).Number(ColumnPacking.Most));
            }
            catch (InvalidDataException)
            {
                // Said so.
            }
        });
    }

    [Fact]
    public void Unpack_LengthThatNoColumnHas_AllocatesNothing()
    {
        var bytes = new ByteWriter();
        bytes.Varint(ColumnPacking.Most + 1);
        bytes.Bytes(new byte[20]);
        byte[] buffer = [];

        Assert.Throws<InvalidDataException>(() => ColumnPacking.Unpack(ColumnForm.Packed, bytes.Written, ref buffer));
        Assert.Throws<InvalidDataException>(() => ColumnPacking.Unpack((ColumnForm)9, bytes.Written, ref buffer));

        Assert.Empty(buffer);
    }

    private static byte[] Filled(byte value, int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
