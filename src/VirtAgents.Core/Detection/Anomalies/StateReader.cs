using System.Buffers.Binary;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Reads numbers of a kept state. After the end, or after a number out of range, it stays failed and gives zeros.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether something was missing or out of range.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => IsFailed ? [] : _rest;

    /// <summary>A whole number from 0 to a greatest one.</summary>
    public int Int32(int greatest)
    {
        int number = Take(sizeof(int)) is [_, ..] bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
        IsFailed |= (uint)number > (uint)greatest;
        return IsFailed ? 0 : number;
    }

    /// <summary>Any whole number.</summary>
    public long Int64() => Take(sizeof(long)) is [_, ..] bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Any finite number.</summary>
    public double Double()
    {
        double number = Level();
        IsFailed |= !double.IsFinite(number);
        return IsFailed ? 0 : number;
    }

    /// <summary>A logarithm: any number but NaN and positive infinity.</summary>
    public double Level()
    {
        double number = Take(sizeof(double)) is [_, ..] bytes ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : 0;
        IsFailed |= double.IsNaN(number) || double.IsPositiveInfinity(number);
        return IsFailed ? 0 : number;
    }

    /// <summary>Fills an array of numbers.</summary>
    public void Doubles(Span<double> numbers)
    {
        foreach (ref double number in numbers)
        {
            number = Double();
        }
    }

    /// <summary>Fills an array of bytes.</summary>
    public void Bytes(Span<byte> numbers) => Take(numbers.Length).CopyTo(numbers);

    /// <summary>Refuses what was read when a condition does not hold.</summary>
    public void Require(bool condition) => IsFailed |= !condition;

    private ReadOnlySpan<byte> Take(int length)
    {
        if (IsFailed || _rest.Length < length)
        {
            IsFailed = true;
            return [];
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
