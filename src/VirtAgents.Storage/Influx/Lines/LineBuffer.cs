using System.Buffers;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>Lines on their way to the server, in a buffer that is used again and again.</summary>
internal sealed class LineBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _length;

    /// <summary>How many lines it holds.</summary>
    public int Lines { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Room for one line of at most so many bytes.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _length < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + length));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Takes the line that was written into the room.</summary>
    public void Add(int length)
    {
        _length += length;
        Lines++;
    }

    public void Clear() => (_length, Lines) = (0, 0);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Clear();
    }
}
