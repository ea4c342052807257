using System.Buffers;
using System.Text;

namespace VirtAgents.Collector.Exposition;

/// <summary>The labels of all series of one page, each block as it stands between name and value. Its buffer comes from a pool.</summary>
internal sealed class LabelTable : IDisposable
{
    private const int GuidLength = 36;

    private readonly List<int> _ends = [0];
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _length;
    private bool _open;

    /// <summary>A block, the blank before the value included.</summary>
    public ReadOnlySpan<byte> this[int block] => _bytes.AsSpan(_ends[block].._ends[block + 1]);

    /// <summary>Adds a label to the block that is being made; an empty one is left out, since it says the same as none.</summary>
    public LabelTable Add(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        if (!value.IsEmpty)
        {
            Begin(name);
            Escape(value);
            Append("\""u8);
        }

        return this;
    }

    /// <summary>Adds a label that holds a UUID.</summary>
    public LabelTable Add(ReadOnlySpan<byte> name, Guid value)
    {
        Begin(name);
        value.TryFormat(Room(GuidLength), out int written);
        _length += written;
        Append("\""u8);
        return this;
    }

    /// <summary>Ends the block; its number.</summary>
    public int Close()
    {
        Append(_open ? "} "u8 : " "u8);
        _open = false;
        _ends.Add(_length);
        return _ends.Count - 2;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        Append(_open ? ","u8 : "{"u8);
        _open = true;
        Append(name);
        Append("=\""u8);
    }

    private void Escape(ReadOnlySpan<char> text)
    {
        for (int special; (special = text.IndexOfAny('\\', '"', '\n')) >= 0; text = text[(special + 1)..])
        {
            Append(text[..special]);
            Append(text[special] switch { '\\' => @"\\"u8, '"' => "\\\""u8, _ => @"\n"u8 });
        }

        Append(text);
    }

    private void Append(ReadOnlySpan<char> text) =>
        _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    private Span<byte> Room(int length)
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
}
