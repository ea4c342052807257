namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Which streams have a section in one hour of a chunk, and where in its blob. Sections lie one after another.</summary>
internal sealed class ChunkDirectory
{
    private readonly List<(int Stream, int Offset, int Length)> _sections = [];

    public IReadOnlyList<(int Stream, int Offset, int Length)> Sections => _sections;

    public long MinMs { get; private set; }

    public long MaxMs { get; private set; }

    public void Clear() => _sections.Clear();

    public void Add(int stream, int offset, int length, long firstMs, long lastMs)
    {
        MinMs = _sections.Count == 0 ? firstMs : Math.Min(MinMs, firstMs);
        MaxMs = _sections.Count == 0 ? lastMs : Math.Max(MaxMs, lastMs);
        _sections.Add((stream, offset, length));
    }

    public void Write(ByteWriter target)
    {
        int start = target.Length;
        target.Varint(_sections.Count);
        target.Varint(_sections[0].Offset);
        int before = 0;
        foreach ((int stream, _, int length) in _sections)
        {
            target.Varint(stream - before);
            target.Varint(length);
            before = stream;
        }

        target.Checksum(start);
    }

    /// <summary>Reads the sections anew.</summary>
    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        _sections.Clear();
        ByteReader source = ByteReader.OverChecked(bytes);
        int count = source.Number(source.Left);
        int offset = source.Number(int.MaxValue);
        int stream = 0;
        for (int i = 0; i < count; i++)
        {
            stream += source.Number(int.MaxValue - stream);
            int length = source.Number(int.MaxValue - offset);
            _sections.Add((stream, offset, length));
            offset += length;
        }
    }
}
