using System.Buffers.Binary;
using System.IO.Compression;

namespace VirtAgents.Cli.Traces;

/// <summary>What is in a gzip file. Fails at the end when the file was cut off, which the runtime does not notice.</summary>
/// <remarks>
/// RFC 1952: a file ends with the size of its last member. Of a file that was cut off these bytes are any number, nearly always
/// one far larger than what came out of it. A file of several members holds more than the last one says.
/// </remarks>
internal sealed class PackedStream : Stream
{
    private const int SizeBytes = 4;
    private readonly GZipStream _stream;
    private readonly long _claimed;
    private long _read;

    /// <summary>Reads a file from its start on.</summary>
    public PackedStream(Stream file)
    {
        Span<byte> size = stackalloc byte[SizeBytes];
        file.Seek(-SizeBytes, SeekOrigin.End);
        file.ReadExactly(size);
        file.Position = 0;
        _claimed = BinaryPrimitives.ReadUInt32LittleEndian(size);
        _stream = new GZipStream(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = _stream.Read(buffer);
        _read += count;
        return count == 0 && buffer.Length > 0 && _claimed > _read ? throw new InvalidDataException("the packed file is cut off") : count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
