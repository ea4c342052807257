using System.Buffers;
using System.Buffers.Binary;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Writes numbers of a state that is kept, little-endian, as <see cref="StateReader"/> reads them.</summary>
internal readonly struct StateWriter(IBufferWriter<byte> output)
{
    public void Int32(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), number);
        output.Advance(sizeof(int));
    }

    public void Int64(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), number);
        output.Advance(sizeof(long));
    }

    public void Double(double number) => Int64(BitConverter.DoubleToInt64Bits(number));

    public void Doubles(ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
        {
            Double(number);
        }
    }

    public void Bytes(ReadOnlySpan<byte> numbers) => output.Write(numbers);
}
