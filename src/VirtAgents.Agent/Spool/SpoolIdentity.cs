using System.Buffers.Binary;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Spool;

/// <summary>
/// The two small files beside the segments: <c>identity</c> (the sequence space and the host it belongs to; replaced
/// as a whole) and <c>acked</c> (overwritten in place; when it is torn the collector's Welcome knows better).
/// </summary>
internal sealed class SpoolIdentity(string directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int AckedSize = 12;

    private readonly string _identityPath = Path.Combine(directory, "identity");
    private readonly string _ackedPath = Path.Combine(directory, "acked");

    /// <summary>Reads whose sequence space this is; false when the spool is new or the file unreadable.</summary>
    public bool TryRead(out BootId boot, out HostId host)
    {
        boot = default;
        host = default;
        if (!File.Exists(_identityPath))
        {
            return false;
        }

        string[] lines = File.ReadAllLines(_identityPath);
        if (lines.Length < 2 || !Guid.TryParse(lines[0], out Guid bootValue) || !Guid.TryParse(lines[1], out Guid hostValue))
        {
            return false;
        }

        boot = new BootId(bootValue);
        host = new HostId(hostValue);
        return true;
    }

    /// <summary>Writes the identity so that a crash leaves either the old one or the new one.</summary>
    public void Write(BootId boot, HostId host)
    {
        string fresh = _identityPath + ".new";
        using (FileStream file = Open(fresh, FileMode.Create))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{boot}\n{host}\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, _identityPath, overwrite: true);
    }

    /// <summary>Highest acknowledged sequence that was remembered; 0 when none is.</summary>
    public long ReadAcked()
    {
        if (!File.Exists(_ackedPath))
        {
            return 0;
        }

        Span<byte> bytes = File.ReadAllBytes(_ackedPath);
        if (bytes.Length != AckedSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != RecordHeader.ChecksumOfBytes(bytes[..8]))
        {
            return 0;
        }

        return Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    public void WriteAcked(long acked)
    {
        Span<byte> bytes = stackalloc byte[AckedSize];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, acked);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], RecordHeader.ChecksumOfBytes(bytes[..8]));
        using FileStream file = Open(_ackedPath, FileMode.OpenOrCreate);
        file.Write(bytes);
    }

    private static FileStream Open(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.Write,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = OwnerOnly,
    });
}
